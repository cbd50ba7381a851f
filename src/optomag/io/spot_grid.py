"""Grids of spots to scan: one direction for each node of a lattice, read block by block.

A node without a direction, a zero vector, is no spot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import refuse
from optomag.io.chunks import WHOLE, Part, read_part
from optomag.io.files import read_npy, require_file, storage_errors
from optomag.io.ovf import read_ovf

ROWS_AT_ONCE = 65_536

AXES = ("x_nm", "y_nm")
VECTOR = ("mx", "my", "mz")

CHUNKS = "It is lost or damaged; or it holds the fill value only: then write it with write_empty_chunks=True."
"""Many writers leave out such chunks. To take a lost one for zeros would move its spots or turn them."""


@dataclass(frozen=True, eq=False)
class SpotGrid:
    """A lattice of directions that need not lie in memory.

    Attributes
    ----------
    path : Path
        Where it was read.
    x, y : float64, shapes (nx,) and (ny,) [m]
    vectors : callable
        From indices along x and y, each int64 (n,), to the vectors there, (n, 3).
    """

    path: Path
    x: np.ndarray
    y: np.ndarray
    vectors: Callable[[np.ndarray, np.ndarray], np.ndarray]

    def blocks(self) -> Iterator[np.ndarray]:
        """The spots in the order of the grid, y fastest.

        Yields
        ------
        float64, shape (n, 6)
            x, y [m], direction of any length, and NaN, as a grid has no exposures.

        Raises
        ------
        InvalidInputError
            If a component is NaN or infinite, or all vectors are zero.
        StorageError
            Where the file cannot be read.
        """
        total, found = len(self.x) * len(self.y), False
        for start in range(0, total, ROWS_AT_ONCE):
            i, j = np.divmod(np.arange(start, min(start + ROWS_AT_ONCE, total)), len(self.y))
            with storage_errors(self.path, "read"):
                vectors = np.asarray(self.vectors(i, j), dtype=np.float64)
            wrong = ~np.isfinite(vectors).all(axis=1)
            if wrong.any():
                row = int(np.argmax(wrong))
                values = ", ".join(f"{value:g}" for value in vectors[row])
                refuse(
                    "directions of the grid", "finite", f"({values}) at [{i[row]}, {j[row]}] of {self.path}"
                )
            there = vectors.any(axis=1)
            found = found or bool(there.any())
            if there.any():
                columns = [self.x[i], self.y[j], vectors, np.full(len(i), np.nan)]
                yield np.column_stack(columns)[there]
        if not found:
            refuse("spots", "a grid of at least one spot", f"{self.path} with zero vectors only")


def npy_grid(path: Path, pitch: tuple[float, float] | None) -> SpotGrid:
    """The grid of a NumPy file, an array (nx, ny, 3), with its middle at the origin.

    Parameters
    ----------
    path : path
    pitch : tuple of float [m]
        Distances of neighbours along x and along y.

    Raises
    ------
    InvalidInputError
        If the file is missing or holds no such array, or the pitch is missing.
    StorageError
        Where it is there but cannot be read.
    """
    require_file(path, name="spots")
    if pitch is None:
        refuse("pitch_nm", "given for a grid in a .npy file", "none", "Give --pitch-nm 532, or X Y.")
    rule = "a .npy file of one array of real numbers of shape (nx, ny, 3)"
    array = read_npy(path, name="spots", rule=rule, mapped=True)
    if array.ndim != 3 or array.shape[2] != 3 or 0 in array.shape or array.dtype.kind not in "iuf":
        refuse("spots", rule, f"{array.dtype} of shape {array.shape} in {path}")
    x, y = ((np.arange(n) - 0.5 * (n - 1)) * d for n, d in zip(array.shape, pitch, strict=False))
    return SpotGrid(path, x, y, lambda i, j: array[i, j])


def ovf_grid(path: Path) -> SpotGrid:
    """The grid of an OVF file with one layer of cells: a spot at each cell's centre, along its vector.

    Raises
    ------
    InvalidInputError
        If the file cannot be used, has several layers or no vectors.
    StorageError
        Where it is there but cannot be read.
    """
    field = read_ovf(path)
    layers = field.box.shape[2]
    if layers != 1:
        refuse("OVF file of spots", "of one layer of cells", f"{layers} in {path}")
    if field.components != 3:
        refuse("OVF file of spots", "of three components", f"{field.components} in {path}")
    grid = field.box.grid
    return SpotGrid(path, grid.x, grid.y, lambda i, j: field.values[i, j, 0])


def zarr_grid(path: Path, arrays: dict[str, Any]) -> SpotGrid:
    """The grid of a Zarr group: mx, my, mz over the coordinates x_nm and y_nm.

    Parameters
    ----------
    path : path
    arrays : dict of zarr.Array
        What the group holds.

    Raises
    ------
    InvalidInputError
        If an array is missing, unknown, damaged, of another shape or over other dimensions, or a coordinate
        is not finite.
    """
    if set(arrays) != {*AXES, *VECTOR}:
        rule = "mx, my, mz of shape (nx, ny), x_nm (nx,) and y_nm (ny,), and no others"
        refuse("arrays of a grid of spots", rule, f"{', '.join(sorted(arrays))} in {path}")
    x, y = (read_column(arrays[name], WHOLE, path) * 1e-9 for name in AXES)
    for name, line in zip(AXES, (x, y), strict=True):
        if line.ndim != 1 or not np.isfinite(line).all():
            refuse(f"{name} of the grid", "one-dimensional and finite", f"others in {path}")
    wanted = [_dimensions(arrays[name])[0] or name for name in AXES]
    for name in VECTOR:
        found = _dimensions(arrays[name])
        over = [named or axis for named, axis in zip(found, wanted, strict=False)]
        if arrays[name].shape != (len(x), len(y)) or over != wanted:
            rule = f"of shape ({len(x)}, {len(y)}) over {', '.join(wanted)}, as x_nm and y_nm are"
            refuse(
                f"{name} of the grid", rule, f"shape {arrays[name].shape} over {', '.join(over)} in {path}"
            )

    def vectors(i: np.ndarray, j: np.ndarray) -> np.ndarray:
        rows = slice(int(i[0]), int(i[-1]) + 1)  # a block is a stretch of neighbouring rows
        return np.stack([read_column(arrays[name], rows, path)[i - i[0], j] for name in VECTOR], axis=-1)

    return SpotGrid(path, x, y, vectors)


def read_column(array: Any, part: Part, path: Path) -> np.ndarray:
    """A part of an array of the Zarr group at `path`, float64; a lost or damaged chunk is refused."""
    return read_part(array, part, path, name="spots", advice=CHUNKS).astype(np.float64)


def _dimensions(array: Any) -> list[str | None]:
    """Names of an array's dimensions, None where one has none; in Zarr 2 they are where xarray puts them."""
    names = getattr(array.metadata, "dimension_names", None) or array.attrs.get("_ARRAY_DIMENSIONS")
    return list(names or [None] * array.ndim)
