"""Grids of spots to scan: one direction for each node of a lattice, read block by block.

A node without a direction, a zero vector or one that is missing in all components, is no spot.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from optomag.errors import refuse
from optomag.io.chunks import WHOLE
from optomag.io.files import read_npy, require_file, storage_errors
from optomag.io.ovf import read_ovf
from optomag.io.spot_names import VECTOR, Column, require_columns
from optomag.io.stored_arrays import StoredArray

ROWS_AT_ONCE, NODES_AT_ONCE = 65_536, 2**20
"""Spots, and nodes that are read for them, in a block."""

CANCELLED = 1e-6
"""Of the mean length: a mean vector that is shorter has no direction."""


@dataclass(frozen=True)
class Thinning:
    """Which nodes of a grid become spots.

    Parameters
    ----------
    every : int
        Every so many-th node along x and along y, from the first one.
    average : bool
        Instead of them each square of so many nodes, with the mean of its vectors, in its middle; nodes that
        fill no square at the far edges are left out.
    layer : int, optional
        Of a grid of several layers, from 1, in the order of the file.
    """

    every: int = 1
    average: bool = False
    layer: int | None = None

    def layer_of(self, layers: int, path: Path) -> int:
        """Number of the layer, from 0.

        Raises
        ------
        InvalidInputError
            If there is no such layer, or there are several and none is chosen.
        """
        if self.layer is None and layers > 1:
            rule = "of one layer, unless --layer chooses one"
            refuse("grid of spots", rule, f"{layers} layers in {path}", f"Give --layer 1 to {layers}.")
        number = self.layer or 1
        if number > layers:
            refuse("layer", f"at most {layers}, as {path} has {layers}", number)
        return number - 1


ALL = Thinning()


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
    missing : bool
        Whether a vector that is NaN in all components is no spot, as in files that have a value for nothing.
    pixels : str
        What pixels of a picture say, in one word.
    told : str
        What the user should know of it, such as which of several layers it is.
    shortest : float, optional
        Where the lengths of vectors count: a vector, or mean of a square, that is not longer is no spot.
    """

    path: Path
    x: np.ndarray
    y: np.ndarray
    vectors: Callable[[np.ndarray, np.ndarray], np.ndarray]
    missing: bool = False
    pixels: str = ""
    told: str = ""
    shortest: float | None = None

    def blocks(self, thinning: Thinning = ALL) -> Iterator[np.ndarray]:
        """The spots in the order of the grid, y fastest.

        Parameters
        ----------
        thinning : Thinning
            Which nodes become spots.

        Yields
        ------
        float64, shape (n, 6)
            x, y [m], direction of any length, and NaN, as a grid has no exposures.

        Raises
        ------
        InvalidInputError
            If a component is infinite, or NaN where the others are not, a mean vector has no direction, or
            no spot is left.
        StorageError
            Where the file cannot be read.
        """
        every = thinning.every
        square = every if thinning.average else 1
        corners = [np.arange(0, len(line) - square + 1, every) for line in (self.x, self.y)]
        inside = np.arange(square)
        total, found = len(corners[0]) * len(corners[1]), False
        at_once = max(min(ROWS_AT_ONCE, NODES_AT_ONCE // every**2), 1)
        for start in range(0, total, at_once):
            i, j = np.divmod(np.arange(start, min(start + at_once, total)), len(corners[1]))
            nodes = np.broadcast_arrays(
                corners[0][i][:, None, None] + inside[:, None], corners[1][j][:, None, None] + inside
            )
            vectors = self._checked(*(each.ravel() for each in nodes)).reshape(len(i), square**2, 3)
            mean, there = self._mean(vectors, corners[0][i], corners[1][j])
            found = found or bool(there.any())
            if there.any():
                x, y = (line[of].mean(axis=(1, 2)) for line, of in zip((self.x, self.y), nodes, strict=True))
                yield np.column_stack([x, y, mean, np.full(len(i), np.nan)])[there]
        if not found:
            rule = "a grid of at least one spot"
            got = "zero vectors only" if total else f"fewer than {every} nodes along an axis"
            refuse("spots", rule, f"{self.path} with {got}")

    def _checked(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """The vectors at nodes, zero where there is none."""
        with storage_errors(self.path, "read"):
            vectors = np.array(self.vectors(i, j), dtype=np.float64)
        if self.missing:
            vectors[np.isnan(vectors).all(axis=1)] = 0.0
        wrong = ~np.isfinite(vectors).all(axis=1)
        if wrong.any():
            row = int(np.argmax(wrong))
            values = ", ".join(f"{value:g}" for value in vectors[row])
            got = f"({values}) at [{i[row]}, {j[row]}] of {self.path}"
            advice = "" if self.missing else "Write (0, 0, 0) where there is no spot."
            refuse("directions of the grid", "finite", got, advice)
        return vectors

    def _mean(self, vectors: np.ndarray, i: np.ndarray, j: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Means over the second axis, and which of them are spots."""
        if self.shortest is not None:
            mean = vectors.mean(axis=1)
            return mean, np.asarray(np.linalg.norm(mean, axis=1) > self.shortest)
        if vectors.shape[1] == 1:
            return vectors[:, 0], np.asarray(vectors[:, 0].any(axis=1))
        largest = np.abs(vectors).max(axis=(1, 2), keepdims=True)
        scaled = vectors / np.where(largest > 0, largest, 1.0)  # as squares of large numbers are infinite
        mean, there = scaled.mean(axis=1), largest[:, 0, 0] > 0
        lengths = np.linalg.norm(scaled, axis=2).mean(axis=1)
        wrong = there & (np.linalg.norm(mean, axis=1) < CANCELLED * lengths)
        if wrong.any():
            row = int(np.argmax(wrong))
            got = f"none in the square from [{i[row]}, {j[row]}] of {self.path}, whose vectors cancel"
            advice = "Leave out --average, or take another --every."
            refuse("mean direction", "there in every square", got, advice)
        return mean, there


def npy_grid(path: Path, pitch: tuple[float, float] | None, thinning: Thinning = ALL) -> SpotGrid:
    """The grid of a NumPy file, an array (nx, ny, 3) or (nx, ny, layers, 3), with its middle at the origin.

    Parameters
    ----------
    path : path
    pitch : tuple of float [m]
        Distances of neighbours along x and along y.
    thinning : Thinning
        Of which the layer counts.

    Raises
    ------
    InvalidInputError
        If the file is missing or holds no such array, the pitch is missing, or there is no such layer.
    StorageError
        Where it is there but cannot be read.
    """
    require_file(path, name="spots")
    if pitch is None:
        refuse("pitch_nm", "given for a grid in a .npy file", "none", "Give --pitch-nm 532, or X Y.")
    rule = "a .npy file of one array of real numbers of shape (nx, ny, 3)"
    array = read_npy(path, name="spots", rule=rule, mapped=True)
    if array.ndim not in (3, 4) or array.shape[-1] != 3 or 0 in array.shape or array.dtype.kind not in "iuf":
        refuse("spots", rule, f"{array.dtype} of shape {array.shape} in {path}")
    layers = 1 if array.ndim == 3 else array.shape[2]
    layer = thinning.layer_of(layers, path)
    x, y = ((np.arange(n) - 0.5 * (n - 1)) * d for n, d in zip(array.shape, pitch, strict=False))
    told = f"layer {layer + 1} of {layers} of {path}" if layers > 1 else ""
    plane = array if array.ndim == 3 else array[:, :, layer]
    return SpotGrid(path, x, y, lambda i, j: plane[i, j], told=told)


def ovf_grid(path: Path, thinning: Thinning = ALL) -> SpotGrid:
    """The grid of one layer of cells of an OVF file: a spot at each cell's centre, along its vector.

    Raises
    ------
    InvalidInputError
        If the file cannot be used, has no vectors, has several layers of which none is chosen, or has no
        such layer.
    StorageError
        Where it is there but cannot be read.
    """
    field = read_ovf(path)
    if field.components != 3:
        refuse("OVF file of spots", "of three components", f"{field.components} in {path}")
    grid, layers = field.box.grid, field.box.shape[2]
    layer = thinning.layer_of(layers, path)
    told = _told_layer(layer, grid.z, path) if layers > 1 else ""
    return SpotGrid(path, grid.x, grid.y, lambda i, j: field.values[i, j, layer], told=told)


def stored_grid(
    path: Path, arrays: Mapping[str, StoredArray], columns: Sequence[Column], thinning: Thinning = ALL
) -> SpotGrid:
    """The grid of a Zarr group or a NetCDF file: mx, my, mz over coordinates x and y, perhaps with layers z.

    Parameters
    ----------
    path : path
    arrays : mapping of str to StoredArray
        What the file holds.
    columns : sequence of Column
        What each of them is.
    thinning : Thinning
        Of which the layer counts.

    Raises
    ------
    InvalidInputError
        If an array is missing, unknown, damaged, of another shape or over other dimensions, a coordinate is
        not finite or there twice, or there is no such layer.
    """
    require_columns(columns, path, grid=True)
    by_quantity = {one.quantity: one for one in columns}
    lines = {axis: _coordinate(arrays, by_quantity[axis], path) for axis in "xyz" if axis in by_quantity}
    axes = {axis: arrays[by_quantity[axis].name] for axis in lines}
    parts = [arrays[by_quantity[name].name] for name in VECTOR]
    orders = [_axes_of(part, axes, path) for part in parts]
    layer = thinning.layer_of(len(lines.get("z", (0,))), path)
    told = _told_layer(layer, lines["z"], path) if len(lines.get("z", ())) > 1 else ""

    def vectors(i: np.ndarray, j: np.ndarray) -> np.ndarray:
        low = {"x": int(i.min()), "y": int(j.min()), "z": layer}
        past = {"x": int(i.max()) + 1, "y": int(j.max()) + 1, "z": layer + 1}
        found = []
        for part, order in zip(parts, orders, strict=True):
            box = part.values(tuple(slice(low[axis], past[axis]) for axis in order))
            plane = np.moveaxis(box, [order.index(axis) for axis in axes], range(len(axes)))
            found.append(plane.reshape(plane.shape[:2])[i - low["x"], j - low["y"]])
        return np.stack(found, axis=-1)

    return SpotGrid(path, lines["x"], lines["y"], vectors, missing=True, told=told)


def _axes_of(part: StoredArray, axes: Mapping[str, StoredArray], path: Path) -> list[str]:
    """Which axis each dimension of a component is; dimensions without names are x, y, z."""
    names = {axis: array.dimensions[0] or array.name for axis, array in axes.items()}
    named = {name: axis for axis, name in names.items()}
    over = [found or name for found, name in itertools.zip_longest(part.dimensions, names.values())]
    order = [named[name] for name in over if name in named]
    if sorted(order) != sorted(axes) or part.shape != tuple(axes[axis].shape[0] for axis in order):
        shape = ", ".join(str(array.shape[0]) for array in axes.values())
        given = " and ".join(array.name for array in axes.values())
        rule = f"of shape ({shape}) over {', '.join(names.values())}, as {given} are"
        got = f"shape {part.shape} over {', '.join(map(str, part.dimensions))} in {path}"
        refuse(f"{part.name} of the grid", rule, got)
    return order


def _coordinate(arrays: Mapping[str, StoredArray], column: Column, path: Path) -> np.ndarray:
    """Positions along an axis [m]."""
    array = arrays[column.name]
    if len(array.shape) != 1:
        refuse(f"{column.name} of the grid", "one-dimensional", f"shape {array.shape} in {path}")
    line = array.values(WHOLE)
    if not len(line) or not np.isfinite(line).all():
        wrong = (
            f"{line[~np.isfinite(line)][0]:g} at [{np.argmax(~np.isfinite(line))}]" if len(line) else "none"
        )
        refuse(f"{column.name} of the grid", "there and finite", f"{wrong} in {path}")
    distinct, first = np.unique(line, return_index=True)
    if len(distinct) < len(line):
        again = np.setdiff1d(np.arange(len(line)), first)[0]
        got = f"{line[again]:g} again at [{again}] in {path}"
        refuse(f"{column.name} of the grid", "another number at each node", got)
    return line * column.scale


def _told_layer(layer: int, z: np.ndarray, path: Path) -> str:
    return f"layer {layer + 1} of {len(z)} of {path}, at z = {z[layer] * 1e9:.6g} nm"
