"""Thumbnails for the documentation: every design and structure of the gallery, and the page that shows them.

Draws `docs/images/thumbnails/*.png` and writes `docs/thumbnails.md`. With names as arguments it draws these
again; hopfions take a minute each.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

import optomag as om
from optomag.plot.contact_sheet import ContactPrint, draw_plane
from optomag.plot.style import new_figure, render_png, styled
from optomag.workflow.gallery import gallery_entry, structure_entry

LENS = om.Objective(na=0.95, wavelength=532e-9)
DOCS = Path(__file__).parent.parent / "docs"
IMAGES = DOCS / "images" / "thumbnails"
PAGE = DOCS / "thumbnails.md"

SIDE, GAP = 1.2, 0.06
"""Of a plane, and between the two [inch]."""

WIDTH, COLOURS, COLUMNS = 280, 48, 3
"""Of a thumbnail [pixels], of its palette, and of the page."""

FIRST = """# The gallery in thumbnails

Each picture is what the line below it writes, through a lens of NA 0.95 in air with light of 532 nm. Left is
the focal plane xy, right the plane xz, with z upwards. Colour is |M|, from black for none to bright for the
largest in both planes. Arrows are the part of M in the plane; a dot points to you and a cross away. The
planes reach as far as the design does: [the gallery](gallery.md) has numbers, sources and one sheet with
scales, and `optomag gallery` draws that sheet for any lens.

```python
import optomag as om

lens = om.Objective(na=0.95, wavelength=532e-9)
design = om.named_design("needle-95", lens)  # om.masks and om.export take it as it is
```
"""


@styled
def draw(printed: ContactPrint) -> bytes:
    """Both planes side by side, without numbers: the page says what they are."""
    peak = max(np.linalg.norm(plane, axis=-1).max() for plane in (printed.xy, printed.xz))
    width = 2 * SIDE + GAP
    figure = new_figure(width, SIDE)
    x, z = printed.x / LENS.wavelength, printed.z / LENS.wavelength
    planes = ((printed.xy, (x, x), [0, 1, 2], 1.0), (printed.xz, (x, z), [0, 2, 1], -1.0))
    for number, (values, coordinates, order, towards) in enumerate(planes):
        axes = figure.add_axes((number * (SIDE + GAP) / width, 0.0, SIDE / width, 1.0))
        draw_plane(axes, values[..., order] / peak, coordinates, towards)
        axes.set_axis_off()
    return _small(render_png(figure))


def _small(png: bytes) -> bytes:
    """As wide as the page shows it on a fine screen, with a palette."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture = picture.resize((WIDTH, round(WIDTH * picture.height / picture.width)), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def page() -> str:
    """The Markdown of all thumbnails."""
    designs = {name: om.named_design(name, LENS).title for name in om.GALLERY}
    structures = {name: named.title for name, named in om.STRUCTURES.items()}
    parts = [
        FIRST,
        "## Designs: one exposure\n",
        _table(designs, "named_design"),
        "## Structures: several exposures\n",
        "Each is searched for the lens: some ten seconds, hopfions a minute.\n",
        _table(structures, "named_structure"),
    ]
    return "\n".join(parts)


def _table(titles: Mapping[str, str], call: str) -> str:
    cells = [
        f'![{title}](images/thumbnails/{name}.png)<br>{title}<br>`om.{call}("{name}", lens)`'
        for name, title in ((name, title.replace("|", "\\|")) for name, title in titles.items())
    ]
    cells += [" "] * (-len(cells) % COLUMNS)
    rows = [cells[k : k + COLUMNS] for k in range(0, len(cells), COLUMNS)]
    head = [[" "] * COLUMNS, ["---"] * COLUMNS]
    return "".join(f"| {' | '.join(row)} |\n" for row in (*head, *rows))


def main(names: Iterable[str]) -> None:
    """Draw these and write the page."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name in names:
        entry = gallery_entry(name, LENS) if name in om.GALLERY else structure_entry(name, LENS)
        (IMAGES / f"{name}.png").write_bytes(draw(entry.picture))
        print(name, flush=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:] or (*om.GALLERY, *om.STRUCTURES))
