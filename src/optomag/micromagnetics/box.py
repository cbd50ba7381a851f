"""Which cells an export covers, from options in nanometres."""

from __future__ import annotations

import math
from typing import Final

from scipy.fft import next_fast_len

from optomag.errors import refuse
from optomag.io.cell_field import CellBox
from optomag.micromagnetics.magnet import Magnet
from optomag.workflow.config import ExportConfig
from optomag.workflow.saved_light import SavedLight

NANOMETRES: Final = 1e9
"""In a metre. Divided by, because 5/1e9 is 5e-9 to the last bit and 5*1e-9 is not."""

MARGIN: Final = 1.0
"""Wavelengths around the design's points when nobody says how large the box is."""

NEARLY_WHOLE: Final = 1e-6
"""Relative error of a number of cells that is rounding."""


def box_for(config: ExportConfig, light: SavedLight, magnet: Magnet) -> CellBox:
    """Cells around the design's points; in a film as high as the magnetic layer, unless told otherwise.

    Raises
    ------
    InvalidInputError
        If cells or sizes are not one or three numbers, or a size is no whole number of cells.
    """
    cell = _three("cell-nm", config.cell_nm)
    low, high = light.points.min(axis=0) * NANOMETRES, light.points.max(axis=0) * NANOMETRES
    middle = (0.5 * (low + high)).tolist() if config.at_nm is None else list(config.at_nm)
    span = _layer_span(light, magnet) if config.at_nm is None else None
    if config.size_nm is not None:
        size = _three("size-nm", config.size_nm)
        shape = [_whole(f"size along {a}", s, d) for a, s, d in zip("xyz", size, cell, strict=True)]
    else:
        margin = 2 * MARGIN * light.lens.wavelength * NANOMETRES
        wanted = [high[0] - low[0] + margin, high[1] - low[1] + margin, cell[2]]
        if high[2] > low[2]:
            wanted[2] = high[2] - low[2] + margin
        shape = [max(1, round(side / d)) for side, d in zip(wanted, cell, strict=True)]
        # GPU transforms of micromagnetic programs are slow, or fail, for large prime factors.
        shape[:2] = [int(next_fast_len(count, real=True) or count) for count in shape[:2]]
        if span is not None:
            top, bottom = span
            shape[2] = math.ceil((bottom - top) / cell[2] - NEARLY_WHOLE)
            cell[2], middle[2] = (bottom - top) / shape[2], 0.5 * (top + bottom)
    corner = [_tidy(c - 0.5 * n * d) / NANOMETRES for c, n, d in zip(middle, shape, cell, strict=True)]
    return CellBox(corner, [d / NANOMETRES for d in cell], shape)


def _tidy(nanometres: float) -> float:
    """Without the last digits, which are rounding: files show 2.5e-08 and not its neighbour."""
    return round(nanometres, 9) + 0.0


def _layer_span(light: SavedLight, magnet: Magnet) -> tuple[float, float] | None:
    """Where the magnetic layer begins and ends [nm]; None for a half-space or no film."""
    film = light.film
    if film is None or magnet.layer is None or magnet.layer > len(film.layers):
        return None
    top, bottom = film.interfaces[magnet.layer - 1 : magnet.layer + 1] * NANOMETRES
    return _tidy(float(top)), _tidy(float(bottom))


def _three(name: str, values: tuple[float, ...]) -> list[float]:
    if len(values) not in (1, 3):
        refuse(name, "one number or three", " ".join(map(str, values)))
    return list(values) * (3 // len(values))


def _whole(name: str, size: float, cell: float) -> int:
    count = round(size / cell)
    if count < 1 or abs(size / cell - count) > NEARLY_WHOLE * count:
        refuse(name, f"a whole number of cells of {cell:g} nm", f"{size:g} nm")
    return count
