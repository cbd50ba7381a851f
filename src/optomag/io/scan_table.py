"""The scan table as a stage program reads it: one line a spot, and Zarr beside it for long ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from optomag.io.files import atomic_path, storage_errors, write_text
from optomag.io.folders import atomic_folder
from optomag.io.resumable_store import PlannedArray, create_store
from optomag.io.table import number_lines, table_lines

CSV, ZARR = "scan.csv", "table.zarr"
CHUNK_ROWS = 65_536


class ScanTableWriter:
    """Writes scan.csv, and table.zarr where the number of spots is given, block by block.

    The files take their names when the `with` block ends without an error.

    Parameters
    ----------
    folder : path
        Where they go; must exist.
    beams : sequence of str
        Names of the beams that are weighted.
    count : int, optional
        Number of spots of the Zarr table.
    """

    def __init__(self, folder: Path, beams: Sequence[str], *, count: int | None = None) -> None:
        self._folder, self._beams, self._count = folder, tuple(beams), count
        self._written = 0

    def __enter__(self) -> ScanTableWriter:
        weights = [f"{beam}_{part}" for beam in self._beams for part in ("re", "im")]
        with ExitStack() as parts:
            csv = parts.enter_context(atomic_path(self._folder / CSV))
            self._file = parts.enter_context(open(csv, "w", encoding="utf-8", newline="\n"))
            self._file.write(table_lines([["spot", "x_nm", "y_nm", "exposure", *weights, "magnetization"]]))
            self._zarr: Any = None
            if self._count is not None:
                folder = parts.enter_context(atomic_folder(self._folder / ZARR))
                self._zarr = create_store(folder, {"beams": list(self._beams)}, self._arrays(self._count))
            self._parts = parts.pop_all()
        return self

    def write(
        self,
        positions: np.ndarray,
        directions: np.ndarray,
        exposures: np.ndarray,
        weights: np.ndarray,
        magnetization: np.ndarray,
        reachable: np.ndarray,
    ) -> None:
        """Append spots.

        Parameters
        ----------
        positions : float64, shape (n, 2) [m]
        directions : float64, shape (n, 3)
        exposures : float64, shape (n,)
        weights : complex128, shape (n, beams)
        magnetization : float64, shape (n, 3)
            Of each spot by itself.
        reachable : bool, shape (n,)

        Raises
        ------
        StorageError
            Where the file system refuses.
        """
        count = len(positions)
        parts = np.stack([np.real(weights), np.imag(weights)], axis=-1).reshape(count, -1)
        length = np.linalg.norm(magnetization, axis=1)
        number = self._written + np.arange(count)
        table = np.column_stack([number, positions * 1e9, exposures, parts, length])
        form = ["%d", "%.4f", "%.4f", *["%.9g"] * (table.shape[1] - 3)]
        with storage_errors(self._folder / CSV):
            self._file.write(number_lines(table, form))
            if self._zarr is not None:
                here = slice(self._written, self._written + count)
                columns = (positions, directions, exposures, weights, magnetization, reachable)
                for name, values in zip(_COLUMNS, columns, strict=True):
                    self._zarr[name][here] = values
        self._written += count

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # the Zarr folder, then the file: each whole or not at all
        self._parts.__exit__(kind, error, trace)

    def _arrays(self, count: int) -> dict[str, PlannedArray]:
        arrays = {}
        for name, (columns, dtype, units, axis) in _COLUMNS.items():
            width = len(self._beams) if axis == "beam" else columns
            shape = (count,) if width == 0 else (count, width)
            chunks, axes = (min(CHUNK_ROWS, count), *shape[1:]), ("spot", axis)[: len(shape)]
            arrays[name] = PlannedArray(shape, chunks, dtype, axes, {"units": units}, compressed=True)
        return arrays


_COLUMNS = {
    "position": (2, "float64", "m", "axis"),
    "direction": (3, "float64", "1", "component"),
    "exposure": (0, "float64", "1", ""),
    "weights": (0, "complex128", "1", "beam"),
    "magnetization": (3, "float64", "1", "component"),
    "reachable": (0, "bool", "1", ""),
}


def write_crosstalk(path: Path, tiles: Iterable[Mapping[str, np.ndarray]]) -> None:
    """Write what the neighbours do to each spot, one line each in the order of the list.

    Raises
    ------
    StorageError
        Where the file system refuses.
    """
    blocks = [(tile["spot"], tile["angle_error"], tile["length_ratio"]) for tile in tiles]
    spot, angle, ratio = (np.concatenate(column) for column in zip(*blocks, strict=True))
    order = np.argsort(spot)
    table = np.column_stack([spot, np.degrees(angle), ratio])[order]
    lines = number_lines(table, ["%d", "%.6g", "%.8f"])
    write_text(path, table_lines([["spot", "angle_error_deg", "length_ratio"]]) + lines)
