"""Edges of cells and of the box that they fill, as they are typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from optomag.errors import refuse, require_finite_array
from optomag.plausible import LENGTH, require_plausible

NANOMETRES: Final = 1e9
"""In a metre. Divided by, because 5/1e9 is 5e-9 to the last bit and 5*1e-9 is not."""

CELL: Final = 10e-9
"""Edge of a cell [m] when nobody says how large it is."""

NEARLY_WHOLE: Final = 1e-6
"""Relative error of a number of cells that is rounding."""


def tidy(nanometres: float) -> float:
    """Without the last digits, which are rounding: files show 2.5e-08 and not its neighbour."""
    return round(nanometres, 9) + 0.0


def three_lengths(name: str, lengths: Sequence[float]) -> list[float]:
    """One length [m], or three, as three in nanometres."""
    numbers = require_finite_array(name, lengths, shape="(1,) or (3,)", ndim=1).tolist()
    if len(numbers) not in (1, 3):
        refuse(name, "one number or three", f"{len(numbers)} numbers")
    values = [tidy(require_plausible(LENGTH, name, length) * NANOMETRES) for length in numbers]
    return values * (3 // len(values))


def whole_cells(size: Sequence[float], edges: Sequence[float]) -> list[int]:
    """How many cells of three edges [nm] make a box of one edge [m], or of three.

    Raises
    ------
    InvalidInputError
        If the edges of the box are not one or three lengths, or no whole numbers of cells.
    """
    sides = three_lengths("size", size)
    return [_whole(f"size along {a}", s, d) for a, s, d in zip("xyz", sides, edges, strict=True)]


def _whole(name: str, size: float, cell: float) -> int:
    count = round(size / cell)
    if count < 1 or abs(size / cell - count) > NEARLY_WHOLE * count:
        refuse(name, f"a whole number of cells of {cell:g} nm", f"{size:g} nm")
    return count
