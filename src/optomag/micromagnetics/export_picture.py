"""What the picture of an export shows around the cells: layers, magnet, points and set-up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from optomag.io.cell_field import CellField
from optomag.light.exposures import Exposures
from optomag.micromagnetics.magnet import Magnet
from optomag.optics.description import setup_line
from optomag.optics.pulse import Pulse
from optomag.plot.cells import Cells, Quantity
from optomag.plot.export_figure import export_figure
from optomag.plot.film_stack import Surroundings


def export_picture(
    fields: Sequence[CellField], light: Exposures, wanted: np.ndarray | None, magnet: Magnet, pulse: Pulse
) -> Figure:
    """The figure of exported fields in the layers that light meets.

    Parameters
    ----------
    fields : sequence of CellField
    light : Exposures
        Gives the layers, and the points of the design.
    wanted : float64, shape (n, 3), optional
        Directions at these points; see `optomag.micromagnetics.wish.wanted_of`.
    magnet : Magnet
    pulse : Pulse
    """
    film, lens = light.film, light.lens
    indices = (lens.index,) if film is None else (lens.index, *film.indices)
    thicknesses = () if film is None else tuple(thickness for _, thickness in film.layers)
    names = []
    for i, index in enumerate(indices):
        magnetic = i == (0 if magnet.layer is None else magnet.layer)
        thick = f"\n{thicknesses[i - 1] * 1e9:.4g} nm" if 0 < i <= len(thicknesses) else ""
        names.append(
            f"n = {_text(complex(index))}{thick}" + (", magnet" if magnetic and film is not None else "")
        )
    box = fields[0].box
    cells, edges = " × ".join(map(str, box.shape)), " × ".join(f"{d * 1e9:.4g}" for d in box.cell)
    told = "" if len(light) == 1 else f"sum of {len(light)} exposures; "
    marked = "ring: point of the design" if len(light.points) == 1 else "rings: points of the design"
    if wanted is not None:
        one = wanted[0] / np.linalg.norm(wanted[0])
        what = f" ({', '.join(f'{c:+.2f}' for c in one)})" if len(wanted) == 1 else ""
        marked += f", green: the direction wanted there{what}"
    heading = (
        f"{setup_line(lens, film)}\n{told}pulse of {pulse.energy * 1e9:.4g} nJ within "
        f"{pulse.duration * 1e15:.4g} fs, {pulse.peak_power:.4g} W at its peak; {magnet.name}\n"
        f"{cells} cells of {edges} nm; values at the peak of the pulse; {marked}"
    )
    around = Surroundings(
        interfaces=np.empty(0) if film is None else film.interfaces,
        media=tuple(names),
        magnet=None if film is None else magnet.layer,
        points=light.points,
        wanted=wanted,
        heading=heading,
    )
    cells_of = Cells(box.corner, box.cell, box.shape)
    quantities = [Quantity(cells_of, field.values, field.name, field.unit) for field in fields]
    return export_figure(quantities, around)


def _text(index: complex) -> str:
    return f"{index.real:.4g}" if not index.imag else f"{index.real:.3g} + {index.imag:.3g}i"
