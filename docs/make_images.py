"""Draw the pictures of `docs/images` again with the commands of today, and make them small.

    python docs/make_images.py              all pictures below, the quickest first, then all made small
    python docs/make_images.py scan masks   only these
    python docs/make_images.py --small      none; only make small what is there

On two cores all take some half an hour. What is not drawn here is named in `NOT_DRAWN`, with the reason.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import optomag as om
from optomag.optics.description import figure_heading
from optomag.plot.style import render_png

ROOT = Path(__file__).resolve().parents[1]
IMAGES, PAPER = ROOT / "docs" / "images", ROOT / "results" / "paper"
COLOURS, BLOCK, MOST_LOSS = 256, 16, 2.5
"""Of a palette, side of the squares in which its loss is measured [pixels], and the largest rms loss, of 255,
that 99 % of the squares may have: colour spheres need all colours and keep them."""

LENS = om.Objective(na=0.95, wavelength=532e-9)
DIRECTION = [-0.833, -0.710, -0.831]
"""Of the paper's worked example."""

NOT_DRAWN = {
    "accuracy": "times of a quiet machine, beside the table that benchmarks/run_all.py writes",
    "page, serve": "a browser's view",
    "pupil, pupil-images": "the measured bead lies in no file here: `optomag fit` draws them",
    "spot-arrays": "hours of searches: benchmarks/spot_arrays.py",
    "table1-seeds": "fifteen trainings: benchmarks/table1_seeds.py",
    "texture-skyrmion, texture-skyrmionium": "NeuralMag's simulations: benchmarks/light_writes_a_texture.py",
    "thumbnails": "benchmarks/thumbnails.py",
}
"""Pictures that other programs make, and why not this one."""


def by_script(name: str, *options: str) -> Callable[[], None]:
    """A script of `benchmarks` that puts its picture in place itself."""
    return lambda: _run(sys.executable, f"benchmarks/{name}.py", *options)


def by_command(file: str, *words: str) -> Callable[[], bytes]:
    """A file of the folder that a command writes."""

    def draw() -> bytes:
        with tempfile.TemporaryDirectory() as place:
            out = Path(place) / words[0]
            _run(sys.executable, "-m", "optomag", *words, "--out", str(out))
            return (out / file).read_bytes()

    return draw


def example() -> Any:
    """Figure 4 of the paper, of its own recipe."""
    from optomag.workflow.pictures import example_figure

    found = json.loads((PAPER / "report.json").read_text(encoding="utf-8"))["example"]
    return example_figure(found["weights_true"], found["weights_predicted"], LENS)


def switching() -> tuple[Any, Any]:
    """What `docs/switching.md` does: the map, and Liu's plot."""
    light = om.Light(om.circular(+1), LENS, film=om.Film([(2.9 + 3.6j, 20e-9)], substrate=1.46))
    thresholds = om.FluenceThresholds(switch=30.0, multi=50.0)
    pulse = om.Pulse(energy=7e-12, duration=100e-15)
    return om.switching(light, thresholds, pulse).plot(), om.liu_plot(light, thresholds).plot()


def notebook_field() -> Any:
    """What `docs/notebook.md` does."""
    grid = om.Grid.plane("xz", half_width=1e-6, points=101)
    M = om.induced_magnetization(om.focus_field(om.radial() + 0.5 * om.circular(+1), LENS, grid))
    return om.plot_field(M, grid, lens=LENS)


def bead_trap() -> Any:
    """What `docs/stray-field.md` does."""
    wavelength, step = LENS.wavelength, 20e-9
    nodes = np.stack(np.meshgrid(np.arange(4), np.arange(4), indexing="ij"), axis=-1).reshape(-1, 2)
    up_and_down = np.where(nodes.sum(axis=1) % 2, -1.0, 1.0)[:, None] * [0.0, 0.0, 1.0]
    x = np.arange(-0.5 * wavelength, 3.5 * wavelength, step)
    saturation = om.MATERIALS["bismuth iron garnet"].saturation_magnetization.value
    M = saturation * om.scan(nodes * wavelength, up_and_down, LENS).magnetization(x, x)
    trap = om.bead_trap(M, 80e-9, 100e-9, om.Bead(radius=50e-9, susceptibility=3.0), step=step)
    return trap.plot(heading=figure_heading(LENS, shown="spots in 80 nm of bismuth iron garnet"))


def scan() -> Any:
    """Skyrmions 14 spots apart, by 60 x 60 spots one wavelength apart."""
    cell = 14
    node = np.arange(60) - 29.5
    x, y = np.meshgrid(node, node, indexing="ij")
    u, v = (np.mod(axis + 0.5 * cell, cell) - 0.5 * cell for axis in (x, y))
    rho, azimuth = np.hypot(u, v), np.arctan2(v, u)
    tilt = np.pi * (1 - np.minimum(rho / (0.5 * cell), 1))
    m = [np.sin(tilt) * np.cos(azimuth), np.sin(tilt) * np.sin(azimuth), np.cos(tilt)]
    places = np.stack([x, y], axis=-1).reshape(-1, 2) * LENS.wavelength
    return om.scan(places, np.stack(m, axis=-1).reshape(-1, 3), LENS).plot()


def hologram() -> Any:
    """Two pages of scikit-image's pictures."""
    from skimage import data

    with tempfile.TemporaryDirectory() as place:
        one, two = (Path(place) / name for name in ("one.png", "two.png"))
        Image.fromarray(data.camera()).save(one)
        Image.fromarray(data.coins()).save(two)
        words = ("hologram", str(one), "--second", str(two), "--side", "128")
        return by_command("hologram.png", *words)()


def masks() -> Any:
    """The paper's worked example on the default device."""
    return om.masks(om.Light(om.four_beam(0.398, -0.611, 0.467), LENS)).plot()


def tolerance() -> Any:
    """What `docs/tolerances.md` begins with: four real beams along the example's direction."""
    return om.tolerance(om.design(DIRECTION, LENS, method=om.FourBeam())).plot()


def comparison() -> bytes:
    """All methods, beside a network that `optomag reproduce` trains with its quick preset."""
    with tempfile.TemporaryDirectory() as place:
        _run(sys.executable, "-m", "optomag", "reproduce", "--out", place)
        model = str(Path(place) / "model.safetensors")
        return by_command("compare.png", "compare", "--model", model)()


def designs() -> Any:
    """What `docs/designs.md` does."""
    return om.design([[0, 0, 1], [1, 0, 0], [1, 0, 1]], LENS, names=["north", "east", "tilted"]).plot()


PICTURES: dict[str, Callable[[], Any]] = {
    "designs": designs,
    "notebook-field": notebook_field,
    "example": example,
    "bead-trap": bead_trap,
    "switching-map": lambda: switching()[0],
    "switching-liu": lambda: switching()[1],
    "masks": masks,
    "scan": scan,
    "export": by_script("export_picture"),
    "heat": by_script("heat_page"),
    "hologram": hologram,
    "gallery": by_command("gallery.png", "gallery"),
    "tolerance": tolerance,
    "skyrmion": by_command("structure.png", "shape", "examples/bloch-skyrmion.toml"),
    "exposures": by_command("structure.png", "shape", "examples/neel-skyrmion.toml", "--exposures", "3"),
    "one-or-three": by_script("one_or_three"),
    "capacity": by_script("capacity", "--draw"),  # and capacity-clouds
    "hopfion": by_command("structure-3d.png", "shape", "examples/hopfion.toml"),
    "needles": by_script("needles"),
    "loop": by_script("closed_loop"),
    "comparison": comparison,
    "structures": by_command("gallery.png", "gallery", "--designs", "circular", "--structures", "all"),
    "card": by_script("card", "--picture", str(IMAGES / "card.png")),
}
"""Each picture, the quickest first."""


def _run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


def draw(names: list[str]) -> None:
    """Draw pictures and put each in its place."""
    for name in names:
        made = PICTURES[name]()
        if made is not None:
            (IMAGES / f"{name}.png").write_bytes(made if isinstance(made, bytes) else render_png(made))
        sys.stderr.write(f"{name}\n")


def shrink() -> None:
    """Drop what nobody sees: the empty alpha channel, and colours where a palette shows the same."""
    for path in sorted(IMAGES.glob("*.png")):
        picture = Image.open(path)
        if picture.mode == "P":
            continue
        full = picture.convert("RGB")
        few = full.quantize(COLOURS, kmeans=2)
        loss = np.asarray(few.convert("RGB"), dtype=float) - np.asarray(full)
        blocks = loss[: len(loss) // BLOCK * BLOCK, : loss.shape[1] // BLOCK * BLOCK]
        blocks = blocks.reshape(len(blocks) // BLOCK, BLOCK, -1, BLOCK, 3)
        worst = np.quantile(np.sqrt(np.mean(blocks**2, axis=(1, 3, 4))), 0.99)
        buffer = io.BytesIO()
        (few if worst < MOST_LOSS else full).save(buffer, "PNG", optimize=True)
        if buffer.tell() < path.stat().st_size:
            path.write_bytes(buffer.getvalue())


if __name__ == "__main__":
    named = sys.argv[1:]
    if named != ["--small"]:
        draw(named or list(PICTURES))
    shrink()
