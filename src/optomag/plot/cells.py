"""Quantities on equal cells, as figures take them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Cells:
    """A box cut into equal cells.

    Parameters
    ----------
    corner : tuple of float, length 3 [m]
        Its lowest corner.
    cell : tuple of float, length 3 [m]
        Edges of a cell.
    shape : tuple of int, length 3
    """

    corner: tuple[float, float, float]
    cell: tuple[float, float, float]
    shape: tuple[int, int, int]

    @property
    def sides(self) -> np.ndarray:
        """Edges of the box [m], (3,)."""
        return np.multiply(self.shape, self.cell)

    @property
    def far_corner(self) -> np.ndarray:
        """Its highest corner [m], (3,)."""
        return self.corner + self.sides

    def centres(self, axis: int) -> np.ndarray:
        """Coordinates of the cells' centres along an axis [m]."""
        return self.corner[axis] + (np.arange(self.shape[axis]) + 0.5) * self.cell[axis]

    def cell_at(self, point: np.ndarray) -> tuple[int, int, int] | None:
        """Indices of the cell that holds a point (3,) [m], if one does."""
        # a point that rounding moved over an edge, or on the far face of the box, belongs to it
        cells = np.floor((point - self.corner) / self.cell + 1e-9).astype(int)
        cells = np.where(cells == self.shape, cells - 1, cells)
        inside = np.all((cells >= 0) & (cells < self.shape))
        return (int(cells[0]), int(cells[1]), int(cells[2])) if inside else None


@dataclass(frozen=True, eq=False)
class Quantity:
    """Numbers or vectors on cells.

    Parameters
    ----------
    cells : Cells
    values : float64, shape (nx, ny, nz) or (nx, ny, nz, 3)
    name, unit : str
        Such as "B_eff" and "T".
    """

    cells: Cells
    values: np.ndarray
    name: str
    unit: str

    @property
    def is_vector(self) -> bool:
        """Whether it has components."""
        return self.values.ndim == 4

    def strongest_cell(self) -> tuple[int, int, int]:
        """Indices of the cell with the largest length, plane by plane, so that little memory is taken."""
        values = self.values if self.is_vector else self.values[..., None]
        best, found = -1.0, (0, 0, 0)
        for k in range(values.shape[2]):
            squares = np.einsum("ijc,ijc->ij", values[:, :, k], values[:, :, k])
            at = int(squares.argmax())
            if squares.flat[at] > best:
                best, found = float(squares.flat[at]), (*divmod(at, squares.shape[1]), k)
        return found
