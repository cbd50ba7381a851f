"""Draw the structures of `docs/images` again by the command, and make every picture there small.

    python docs/make_images.py            the structures below, then all pictures made small
    python docs/make_images.py --small    only the latter

The other pictures are drawn by the scripts in `benchmarks` that name them, and by the commands on their
pages.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
COLOURS, BLOCK, MOST_LOSS = 256, 16, 2.5
"""Of a palette, side of the squares in which its loss is measured [pixels], and the largest rms loss, of 255,
that 99 % of the squares may have: colour spheres need all colours and keep them."""

SHAPES = {
    "exposures.png": ("neel-skyrmion.toml", ("--exposures", "3"), "structure.png"),
    "skyrmion.png": ("bloch-skyrmion.toml", (), "structure.png"),
    "hopfion.png": ("hopfion.toml", (), "structure-3d.png"),
}
"""Picture: example, options, and which file of the result."""


def draw() -> None:
    """Run the command for each structure and take its picture."""
    for name, (example, options, file) in SHAPES.items():
        with tempfile.TemporaryDirectory() as place:
            out = Path(place) / "out"
            command = [sys.executable, "-m", "optomag", "shape", f"examples/{example}", *options]
            subprocess.run([*command, "--out", str(out)], cwd=ROOT, check=True)
            (IMAGES / name).write_bytes((out / file).read_bytes())


def shrink() -> None:
    """Drop what nobody sees: the empty alpha channel, and colours where a palette shows the same."""
    for path in sorted(IMAGES.glob("*.png")):
        picture = Image.open(path)
        if picture.mode == "P":
            continue
        full = picture.convert("RGB")
        few = full.quantize(COLOURS)
        loss = np.asarray(few.convert("RGB"), dtype=float) - np.asarray(full)
        blocks = loss[: len(loss) // BLOCK * BLOCK, : loss.shape[1] // BLOCK * BLOCK]
        blocks = blocks.reshape(len(blocks) // BLOCK, BLOCK, -1, BLOCK, 3)
        worst = np.quantile(np.sqrt(np.mean(blocks**2, axis=(1, 3, 4))), 0.99)
        buffer = io.BytesIO()
        (few if worst < MOST_LOSS else full).save(buffer, "PNG", optimize=True)
        if buffer.tell() < path.stat().st_size:
            path.write_bytes(buffer.getvalue())


if __name__ == "__main__":
    if "--small" not in sys.argv[1:]:
        draw()
    shrink()
