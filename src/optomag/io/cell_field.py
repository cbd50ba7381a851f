"""A field on equal cells: what micromagnetic programs exchange, and what OVF and VTI files hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import refuse, require_array, require_finite_array, require_integer, require_real
from optomag.grid import Grid
from optomag.io.labelled import QUANTITIES, known_quantity

Triple = tuple[float, float, float]


LARGEST_COUNT = 10**8
"""Cells along an axis: more are a slip."""


@dataclass(frozen=True)
class CellBox(Displayed):
    """A box cut into equal cells; the focus is the origin.

    Parameters
    ----------
    corner : array_like, shape (3,) [m]
        Lowest corner (xmin, ymin, zmin): the edge of the first cell, not its centre.
    cell : array_like, shape (3,) [m]
        Edges of a cell.
    shape : tuple of int
        Cells along x, y and z.

    Raises
    ------
    InvalidInputError
        If a number is not finite, an edge is not > 0 or a count not >= 1.

    Examples
    --------
    >>> box = CellBox.centred(cell=[10e-9, 10e-9, 5e-9], shape=(4, 3, 1))
    >>> box.corner, box.grid.y.tolist()
    ((-2e-08, -1.5e-08, -2.5e-09), [-1e-08, 0.0, 1e-08])
    """

    corner: Triple
    cell: Triple
    shape: tuple[int, int, int]

    def __init__(self, corner: Any, cell: Any, shape: Any) -> None:
        edges = tuple(require_real(f"cell edge {axis}", d, above=0.0) for axis, d in _named("cell", cell))
        lowest = tuple(require_real(f"corner {axis}", c) for axis, c in _named("corner", corner))
        counts = tuple(
            require_integer(f"cells along {axis}", n, at_least=1) for axis, n in _named("shape", shape)
        )
        if max(counts) > LARGEST_COUNT:
            refuse("shape", f"of at most {LARGEST_COUNT} cells along an axis", shape)
        object.__setattr__(self, "corner", lowest)
        object.__setattr__(self, "cell", edges)
        object.__setattr__(self, "shape", counts)

    @classmethod
    def centred(cls, *, cell: Any, shape: Any, at: Any = (0.0, 0.0, 0.0)) -> CellBox:
        """The box around a middle.

        Parameters
        ----------
        cell : array_like, shape (3,) [m]
            Edges of a cell.
        shape : tuple of int
            Cells along x, y and z.
        at : array_like, shape (3,) [m], default the focus
            The middle.
        """
        start = cls(at, cell, shape)
        return cls(start.corner_of([-0.5 * n for n in start.shape]), cell, shape)

    def corner_of(self, cells: Iterable[float]) -> Triple:
        """The point that lies `cells` cells behind the lowest corner, along x, y and z [m].

        Counted in decimal numbers, as people write them: three cells of 1e-8 m end at 3e-8, not at
        3.0000000000000004e-8.

        Parameters
        ----------
        cells : iterable of float
            Three numbers of cells.
        """
        x, y, z = (
            float(Decimal(repr(c)) + Decimal(repr(n)) * Decimal(repr(d)))
            for c, n, d in zip(self.corner, cells, self.cell, strict=True)
        )
        return x, y, z

    @property
    def far_corner(self) -> Triple:
        """Highest corner (xmax, ymax, zmax) [m]."""
        return self.corner_of(self.shape)

    @property
    def first_centre(self) -> Triple:
        """Centre of the first cell [m]."""
        return self.corner_of((0.5, 0.5, 0.5))

    @property
    def grid(self) -> Grid:
        """The cells' centres [m]."""
        ends = zip(self.corner, self.far_corner, self.cell, self.shape, strict=True)
        # outwards from the middle, so that a box around the focus is symmetric to the last bit
        return Grid(*(0.5 * (low + high) + (np.arange(n) - 0.5 * (n - 1)) * d for low, high, d, n in ends))


@dataclass(frozen=True, eq=False)
class CellField(Displayed):
    """One quantity on the cells of a box.

    Parameters
    ----------
    box : CellBox
    values : array_like, shape (nx, ny, nz) or (nx, ny, nz, k)
        At the cells' centres; real and finite.
    name : str
        One line, such as "M" or "B_eff".
    unit : str, optional
        SI unit without spaces; known for M, B_eff [T], heat [W/m^3] and the other quantities of `to_dataset`.
    gamma : float, default 1 [A m/V^2 for M in A/m]
        With which M was made; with 1 its unit is V^2/m^2.

    Raises
    ------
    InvalidInputError
        If a value is not finite, the shape is not that of the box, or name or unit cannot be written.

    Examples
    --------
    >>> box = CellBox.centred(cell=[10e-9, 10e-9, 10e-9], shape=(2, 2, 1))
    >>> CellField(box, np.zeros((2, 2, 1, 3)), "B_eff").unit
    'T'
    """

    box: CellBox
    values: np.ndarray
    name: str
    unit: str

    def __init__(
        self, box: CellBox, values: Any, name: str, unit: str | None = None, *, gamma: float = 1.0
    ) -> None:
        if not isinstance(box, CellBox):
            refuse("box", "an optomag CellBox", box)
        shape = require_array("values", values, "an array of numbers").shape
        if shape[:3] != box.shape or len(shape) not in (3, 4):
            refuse("values", f"of shape {box.shape} or (*{box.shape}, components)", f"shape {shape}")
        if not (isinstance(name, str) and name.strip() == name and name.isprintable() and name):
            refuse("name of a field", "one line of text", name)
        if unit is None and name not in QUANTITIES:
            refuse(f"unit of {name}", "given", "none", f"Known without: {', '.join(QUANTITIES)}.")
        unit = known_quantity(name, gamma=gamma)[0] if unit is None else unit
        if not (isinstance(unit, str) and unit.isprintable() and unit and " " not in unit):
            refuse("unit", "a text without spaces, 1 for a plain number", unit)
        array = require_finite_array("values", values, shape="(nx, ny, nz[, k])", ndim=len(shape))
        for key, value in (("box", box), ("values", array), ("name", name), ("unit", unit)):
            object.__setattr__(self, key, value)

    @property
    def components(self) -> int:
        """Numbers per cell."""
        return self.values.shape[3] if self.values.ndim == 4 else 1

    def planes(self, dtype: str = "<f8") -> Iterator[np.ndarray]:
        """Planes z = constant in the order of the files: x fastest, then y; components innermost.

        Parameters
        ----------
        dtype : str, default "<f8"
            Of the numbers.
        """
        try:
            known = np.dtype(dtype).kind == "f"
        except Exception:  # NumPy raises many things, for many kinds of values
            known = False
        if not known:
            refuse("dtype", "one of real floating-point numbers, such as '<f8'", dtype)
        for k in range(self.box.shape[2]):
            yield np.ascontiguousarray(np.swapaxes(self.values[:, :, k], 0, 1), dtype=dtype)

    @property
    def largest(self) -> float:
        """Largest length of the vectors, or largest absolute value of the numbers."""
        return float(self.lengths.max())

    @property
    def lengths(self) -> np.ndarray:
        """Length of the vector in each cell, shape (nx, ny, nz)."""
        if self.values.ndim == 3:
            return np.abs(self.values)
        return np.linalg.norm(self.values, axis=-1)


def from_file_order(numbers: np.ndarray, box: CellBox, components: int) -> np.ndarray:
    """Numbers in the order of the files as (nx, ny, nz), or (nx, ny, nz, k) for several components."""
    nx, ny, nz = box.shape
    values = numbers.reshape(nz, ny, nx, components).transpose(2, 1, 0, 3).astype(np.float64)
    return values[..., 0] if components == 1 else values


def _named(name: str, values: Any) -> list[tuple[str, Any]]:
    try:
        numbers = list(values)
    except TypeError:
        numbers = []
    if len(numbers) != 3:
        refuse(name, "three numbers, along x, y and z", values)
    return list(zip("xyz", (n.item() if isinstance(n, np.generic) else n for n in numbers), strict=True))
