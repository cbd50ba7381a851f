"""What the picture of an export shows around the cells: layers, magnet, points and set-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.figure import Figure

from optomag.io.cell_field import CellBox, CellField
from optomag.light.light import Light
from optomag.micromagnetics.drive import Term
from optomag.micromagnetics.magnet import Magnet
from optomag.micromagnetics.pattern import Spots
from optomag.micromagnetics.source import Source
from optomag.optics.description import figure_heading, index_text
from optomag.optics.pulse import Pulse
from optomag.plot.cells import Cells, Quantity
from optomag.plot.export_figure import MOST_FIELDS, export_figure
from optomag.plot.film_stack import Surroundings

NANOMETRE: Final = 1e-9

FIRST: Final = ("B_eff", "M", "heat", "T")
"""Quantities in the order in which they are drawn where there are many; then all others."""

MOST_TIMES: Final = 8
"""Delays that the heading counts up."""


def export_picture(
    fields: Sequence[CellField],
    source: Source,
    magnet: Magnet,
    pulse: Pulse,
    *,
    wanted: np.ndarray | None = None,
    terms: Sequence[Term] = (),
) -> Figure:
    """The figure of exported fields in the layers that light meets.

    Parameters
    ----------
    fields : sequence of CellField
        B_eff, M and heat come first where not all of them can be drawn.
    source : Source
        Gives the layers, and the points of the design.
    magnet : Magnet
    pulse : Pulse
        Of all the light together.
    wanted : float64, shape (n, 3), optional
        Directions at the points; see `optomag.micromagnetics.wish.wanted_of`.
    terms : sequence of Term
        When each field comes, where there are several.
    """
    light, box = source.light, fields[0].box
    film = light.film
    # the corners of a scan are no points of a design
    points = np.empty((0, 3)) if isinstance(source, Spots) else light.points
    wanted = None if isinstance(source, Spots) else wanted
    around = Surroundings(
        interfaces=np.empty(0) if film is None else film.interfaces,
        media=_media(light, magnet),
        magnet=None if film is None else magnet.layer,
        points=points,
        wanted=wanted,
        heading="\n".join(
            [
                figure_heading(light.lens, film, four_pi=light.four_pi, shown=""),
                f"{_shone(source, pulse, terms)}; {magnet.name}",
                f"{_cells(box)}; values at the peak of the pulse{_marked(points, wanted)}",
            ]
        ),
    )
    if len(fields) > MOST_FIELDS:
        fields = sorted(fields, key=lambda field: _rank(field.name))
    cells = Cells(box.corner, box.cell, box.shape)
    quantities = [Quantity(cells, field.values, field.name, field.unit) for field in fields]
    return export_figure(quantities, around)


def _media(light: Light, magnet: Magnet) -> tuple[str, ...]:
    """What the media are called: index, thickness, and which is the magnet."""
    film, names = light.film, [f"n = {light.lens.index:.4g}"]
    if film is None:
        return tuple(names)
    thicknesses = [f"\n{thickness / NANOMETRE:.4g} nm" for _, thickness in film.layers]
    for i, (index, thick) in enumerate(zip(film.indices, [*thicknesses, ""], strict=True), start=1):
        names.append(f"n = {index_text(index)}{thick}{', magnet' if i == magnet.layer else ''}")
    return tuple(names)


def _shone(source: Source, pulse: Pulse, terms: Sequence[Term]) -> str:
    """How much light came, and when."""
    within = f"within {pulse.duration * 1e15:.4g} fs"
    line = f"pulse of {pulse.energy * 1e9:.4g} nJ {within}, {pulse.peak_power:.4g} W at its peak"
    count = int(source.attributes["exposures"])
    if isinstance(source, Spots):
        return f"pattern of {count:,} spots; for each a {line}"
    if len(terms) > 1:
        times = ", ".join(f"{term.delay * 1e12:.4g}" for term in terms[:MOST_TIMES])
        more = ", ..." if len(terms) > MOST_TIMES else ""
        return (
            f"{len(terms)} pulses, at {times}{more} ps; together {pulse.energy * 1e9:.4g} nJ, each {within}"
        )
    return line if count == 1 else f"sum of {count} exposures; {line}"


def _cells(box: CellBox) -> str:
    cells, edges = " × ".join(map(str, box.shape)), " × ".join(f"{d / NANOMETRE:.4g}" for d in box.cell)
    return f"{cells} cells of {edges} nm"


def _marked(points: np.ndarray, wanted: np.ndarray | None) -> str:
    """What rings and green arrows are."""
    if len(points) == 0:
        return ""
    marked = "; ring: point of the design" if len(points) == 1 else "; rings: points of the design"
    if wanted is None:
        return marked
    one = wanted[0] / np.linalg.norm(wanted[0])
    what = f" ({', '.join(f'{c:+.2f}' for c in one)})" if len(wanted) == 1 else ""
    return f"{marked}, green: the direction wanted there{what}"


def _rank(name: str) -> int:
    return next((i for i, first in enumerate(FIRST) if name.startswith(first)), len(FIRST))
