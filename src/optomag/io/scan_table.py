"""The scan table as a stage program reads it: one line a spot, and Zarr beside it for long ones."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from optomag.io.files import PART_PREFIX, atomic_path, storage_errors

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
        self._replacing = atomic_path(self._folder / CSV)
        part = self._replacing.__enter__()
        self._file = open(part, "w", encoding="utf-8", newline="\n")
        weights = [f"{beam}_{part}" for beam in self._beams for part in ("re", "im")]
        self._file.write(",".join(["spot", "x_nm", "y_nm", "exposure", *weights, "magnetization"]) + "\n")
        self._zarr = None if self._count is None else self._create(self._count)
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
            np.savetxt(self._file, table, fmt=form, delimiter=",")
            if self._zarr is not None:
                here = slice(self._written, self._written + count)
                columns = (positions, directions, exposures, weights, magnetization, reachable)
                for name, values in zip(_COLUMNS, columns, strict=True):
                    self._zarr[name][here] = values
        self._written += count

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._replacing.__exit__(kind, error, trace)
        part = self._folder / f"{PART_PREFIX}{ZARR}"
        with storage_errors(self._folder / ZARR):
            if kind is not None:
                shutil.rmtree(part, ignore_errors=True)
                return
            shutil.rmtree(self._folder / ZARR, ignore_errors=True)
            if self._zarr is not None:
                part.rename(self._folder / ZARR)

    def _create(self, count: int) -> Any:
        import zarr

        part = self._folder / f"{PART_PREFIX}{ZARR}"
        shutil.rmtree(part, ignore_errors=True)
        with storage_errors(self._folder / ZARR):
            group = zarr.create_group(part, zarr_format=3, attributes={"beams": list(self._beams)})
            for name, (columns, dtype, units, axis) in _COLUMNS.items():
                width = len(self._beams) if axis == "beam" else columns
                shape = (count,) if width == 0 else (count, width)
                group.create_array(
                    name,
                    shape=shape,
                    chunks=(min(CHUNK_ROWS, count), *shape[1:]),
                    dtype=dtype,
                    dimension_names=("spot", axis)[: len(shape)],
                    attributes={"units": units},
                )
        return group


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
    with atomic_path(path) as part, open(part, "w", encoding="utf-8", newline="\n") as file:
        file.write("spot,angle_error_deg,length_ratio\n")
        np.savetxt(file, table, fmt=["%d", "%.6g", "%.8f"], delimiter=",")
