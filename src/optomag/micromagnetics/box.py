"""Which cells an export covers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from scipy.fft import next_fast_len

from optomag.errors import require_finite_array
from optomag.io.cell_field import CellBox
from optomag.light.light import Light
from optomag.micromagnetics.cell_edges import (
    CELL,
    NANOMETRES,
    NEARLY_WHOLE,
    three_lengths,
    tidy,
    whole_cells,
)
from optomag.micromagnetics.magnet import Magnet
from optomag.plausible import PLACE, require_plausible
from optomag.room import require_memory

MARGIN: Final = 1.0
"""Wavelengths around the design's points when nobody says how large the box is."""

CELL_BYTES: Final = 400
"""Of memory for a cell: its complex field, and four quantities with what was read back of them."""


def box_for(
    light: Light,
    magnet: Magnet,
    *,
    cell: Sequence[float] = (CELL,),
    size: Sequence[float] | None = None,
    at: Sequence[float] | None = None,
) -> CellBox:
    """Cells around the light's points; in a film as high as the magnetic layer, unless told otherwise.

    Parameters
    ----------
    light : Light
    magnet : Magnet
    cell : one length [m], or three
        Edges of a cell.
    size : one length [m], or three, optional
        Edges of the box, in whole cells; by default a wavelength around the points.
    at : (x, y, z) [m], optional
        Middle of the box; by default that of the points, and of the magnetic layer.

    Raises
    ------
    InvalidInputError
        If cells or sizes are not one or three positive numbers, or a size is no whole number of cells.
    """
    edges = three_lengths("cell", cell)
    low, high = light.points.min(axis=0) * NANOMETRES, light.points.max(axis=0) * NANOMETRES
    middle = (0.5 * (low + high)).tolist() if at is None else _point(at)
    span = _layer_span(light, magnet) if at is None else None
    if span is not None:
        middle[2] = 0.5 * (span[0] + span[1])
    if size is not None:
        shape = whole_cells(size, edges)
    else:
        margin = 2 * MARGIN * light.lens.wavelength * NANOMETRES
        wanted = [high[0] - low[0] + margin, high[1] - low[1] + margin, edges[2]]
        if high[2] > low[2]:
            wanted[2] = high[2] - low[2] + margin
        shape = [max(1, round(side / d)) for side, d in zip(wanted, edges, strict=True)]
        # GPU transforms of micromagnetic programs are slow, or fail, for large prime factors.
        shape[:2] = [int(next_fast_len(count, real=True) or count) for count in shape[:2]]
        if span is not None:
            top, bottom = span
            shape[2] = math.ceil((bottom - top) / edges[2] - NEARLY_WHOLE)
            edges[2] = (bottom - top) / shape[2]
    require_memory(
        "cells", math.prod(shape), lambda count: float(CELL_BYTES) * count, advice="Take larger cells."
    )
    corner = [tidy(c - 0.5 * n * d) / NANOMETRES for c, n, d in zip(middle, shape, edges, strict=True)]
    return CellBox(corner, [d / NANOMETRES for d in edges], shape)


def _layer_span(light: Light, magnet: Magnet) -> tuple[float, float] | None:
    """Where the magnetic layer begins and ends [nm]; None for a half-space or no film."""
    film = light.film
    if film is None or magnet.layer is None or magnet.layer > len(film.layers):
        return None
    top, bottom = film.interfaces[magnet.layer - 1 : magnet.layer + 1] * NANOMETRES
    return tidy(float(top)), tidy(float(bottom))


def _point(at: Sequence[float]) -> list[float]:
    place = require_finite_array("at", at, shape="(3,), a point", ndim=1, last=3).tolist()
    return [tidy(require_plausible(PLACE, "at", value, above=None) * NANOMETRES) for value in place]
