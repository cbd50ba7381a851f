"""The scan table as a stage program reads it: one line a spot, or Zarr where there are too many lines."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from optomag.io.files import atomic_path, storage_errors, write_text
from optomag.io.folders import atomic_folder
from optomag.io.resumable_store import PlannedArray, create_store, existing_store
from optomag.io.scan_names import CSV, ZARR
from optomag.io.table import number_lines, table_lines

CHUNK_ROWS = 65_536

LISTED = 100_000
"""Spots up to which tables are CSV; beyond, text costs more time than the beams that it lists."""


def csv_columns(beams: Sequence[str]) -> list[str]:
    """Names of the columns of scan.csv for beams of these names."""
    weights = [f"{beam}_{part}" for beam in beams for part in ("re", "im")]
    return ["spot", "x_nm", "y_nm", "exposure", *weights, "magnetization", "mx", "my", "mz"]


class ScanTableWriter:
    """Writes scan.csv, or table.zarr for more than `LISTED` spots, block by block.

    It takes its name when the `with` block ends without an error.

    Parameters
    ----------
    folder : path
        Where it goes; must exist.
    beams : sequence of str
        Names of the beams that are weighted.
    count : int
        Number of spots.
    """

    def __init__(self, folder: Path, beams: Sequence[str], *, count: int) -> None:
        self._folder, self._beams, self._count = folder, tuple(beams), count
        self._written = 0

    def __enter__(self) -> ScanTableWriter:
        self._zarr: Any = None
        with ExitStack() as parts:
            if self._count > LISTED:
                folder = parts.enter_context(atomic_folder(self._folder / ZARR))
                self._zarr = create_store(folder, {"beams": list(self._beams)}, self._arrays(self._count))
            else:
                csv = parts.enter_context(atomic_path(self._folder / CSV))
                self._file = parts.enter_context(open(csv, "w", encoding="utf-8", newline="\n"))
                self._file.write(table_lines([csv_columns(self._beams)]))
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
        here = slice(self._written, self._written + count)
        if self._zarr is not None:
            columns = (positions, directions, exposures, weights, magnetization, reachable)
            with storage_errors(self._folder / ZARR):
                for name, values in zip(_COLUMNS, columns, strict=True):
                    self._zarr[name][here] = values
        else:
            parts = np.stack([np.real(weights), np.imag(weights)], axis=-1).reshape(count, -1)
            length = np.linalg.norm(magnetization, axis=1)
            number = np.arange(here.start, here.stop)
            table = np.column_stack([number, positions * 1e9, exposures, parts, length, directions])
            form = ["%d", "%.4f", "%.4f", *["%.9g"] * (table.shape[1] - 3)]
            with storage_errors(self._folder / CSV):
                self._file.write(number_lines(table, form))
        self._written += count

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.__exit__(kind, error, trace)

    def _arrays(self, count: int) -> dict[str, PlannedArray]:
        arrays = {}
        for name, (columns, dtype, units, axis) in {**_COLUMNS, **_CROSSTALK}.items():
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
_CROSSTALK = {"angle_error": (0, "float64", "rad", ""), "length_ratio": (0, "float64", "1", "")}
"""What is known after the last tile only."""


def add_crosstalk(path: Path, tiles: Iterable[Mapping[str, np.ndarray]], count: int) -> None:
    """Complete a Zarr table of so many spots by what the neighbours do to each, in the order of the list.

    Raises
    ------
    StorageError
        Where the file system refuses.
    """
    store = existing_store(path)
    with storage_errors(path), tempfile.TemporaryFile(dir=path.parent) as file:
        ordered = np.memmap(file, np.float64, mode="w+", shape=(len(_CROSSTALK), count))
        for tile in tiles:
            for column, name in zip(ordered, _CROSSTALK, strict=True):
                column[tile["spot"]] = tile[name]
        for start in range(0, count, CHUNK_ROWS):
            part = slice(start, start + CHUNK_ROWS)
            store.write({n: (part, column[part]) for n, column in zip(_CROSSTALK, ordered, strict=True)})


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
