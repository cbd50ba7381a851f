"""Spots to scan, as people write them: a list in CSV, Zarr or NetCDF, or a grid; read block by block."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from optomag.errors import refuse, require_path
from optomag.io.files import require_file
from optomag.io.listed_directions import Places, directions_of, in_si, refuse_rows
from optomag.io.spot_csv import ROWS_AT_ONCE, Rows, csv_table
from optomag.io.spot_grid import ALL, SpotGrid, Thinning, npy_grid, ovf_grid, stored_grid
from optomag.io.spot_names import EXPOSURE, VECTOR, Column, column, require_columns
from optomag.io.stored_arrays import NETCDF_SUFFIXES, RULE, StoredArray, stored_arrays

OVF_SUFFIXES = (".ovf", ".omf", ".ohf", ".obf", ".oef")
"""OOMMF names magnetizations .omf and fields .ohf, .obf or .oef; the format is the same."""


def require_spots(
    path: str | os.PathLike[str], *, pitch: tuple[float, float] | None = None, thinning: Thinning = ALL
) -> None:
    """Refuse what begins unlike any list or grid, and settings that do not fit it; else as `read_spots`.

    What lies behind the header of a file is seen when it is read.
    """
    source = require_path("spots", path)
    if source.is_dir():
        if not any((source / name).exists() for name in ("zarr.json", ".zgroup")):
            refuse("spots", RULE, source)
        _require_no_pitch(pitch, source)
        return
    suffix = require_file(source, name="spots").suffix.lower()
    if suffix == ".npy":
        npy_grid(source, pitch, thinning)
        return
    _require_no_pitch(pitch, source)
    if suffix not in (*OVF_SUFFIXES, *NETCDF_SUFFIXES):
        _require_all(thinning, source)
        names = next(csv_table(source))
        if not isinstance(names, Rows):
            require_columns([column(name, None, source) for name in names], source)


def require_list(path: Path, *, pitch: tuple[float, float] | None = None, thinning: Thinning = ALL) -> None:
    """Refuse a list or grid with a row or node that cannot be used; that of a NetCDF file is seen later."""
    if path.suffix.lower() not in NETCDF_SUFFIXES:
        for _ in read_spots(path, pitch=pitch, thinning=thinning):
            pass


def read_spots(
    path: str | os.PathLike[str],
    *,
    pitch: tuple[float, float] | None = None,
    thinning: Thinning = ALL,
    tell: Callable[[str], object] = str,
) -> Iterator[np.ndarray]:
    """Read spots and check them on the way.

    Parameters
    ----------
    path : path
        A list: a CSV file with one header line (`optomag.io.spot_csv`), or a Zarr group or NetCDF file with a
        one-dimensional array for each column: x_nm, y_nm, either mx, my, mz (of any length) or azimuth_deg,
        polar_deg, and perhaps exposure; other units stand in the name, such as x_um or x [um], or in the
        attribute `units`. Or a grid (`optomag.io.spot_grid`): a .npy file (nx, ny, 3), an .ovf, .omf or .ohf
        file, or a Zarr group or NetCDF file with mx, my, mz over the dimensions of x_nm and y_nm.
    pitch : tuple of float, optional [m]
        Distances of neighbours along x and along y, for a .npy file only.
    thinning : Thinning
        Which nodes of a grid become spots.
    tell : callable
        Gets what the user should know of the file, such as which of several layers was taken.

    Yields
    ------
    float64, shape (n, 6)
        x, y [m], direction of any length, and exposure, NaN where there is none.

    Raises
    ------
    InvalidInputError
        If the file is missing, empty or of another kind, a column is missing or unknown or has no unit, or a
        row has a value that is missing, not finite, a zero direction or an exposure that is not positive; or
        the pitch is missing, or given for what has its own positions; or a list is to be thinned.
    StorageError
        Where it is there but cannot be read.
    """
    source = require_path("spots", path)
    suffix = source.suffix.lower()
    if suffix == ".npy" and not source.is_dir():
        yield from _grid_blocks(npy_grid(source, pitch, thinning), thinning, tell)
        return
    _require_no_pitch(pitch, source)
    if suffix in OVF_SUFFIXES:
        yield from _grid_blocks(ovf_grid(source, thinning), thinning, tell)
        return
    if not source.is_dir() and suffix not in NETCDF_SUFFIXES:
        require_file(source, name="spots")
        yield from _list_blocks(_csv_rows(source), source, thinning)
        return
    with stored_arrays(source) as arrays:
        columns = [column(name, array.units, source) for name, array in arrays.items()]
        for array in arrays.values():
            array.require_numbers()
        if len(getattr(arrays.get(VECTOR[0]), "shape", ())) > 1:
            grid = stored_grid(source, arrays, columns, thinning)
            yield from _grid_blocks(grid, thinning, tell)
        else:
            yield from _list_blocks(_stored_rows(source, arrays, columns), source, thinning)


def _grid_blocks(grid: SpotGrid, thinning: Thinning, tell: Callable[[str], object]) -> Iterator[np.ndarray]:
    if grid.told:
        tell(grid.told)
    yield from grid.blocks(thinning)


def _list_blocks(
    blocks: Iterator[tuple[Sequence[Column], Places, np.ndarray]], path: Path, thinning: Thinning
) -> Iterator[np.ndarray]:
    _require_all(thinning, path)
    found = False
    for columns, places, table in blocks:
        found = True
        yield _spots(columns, table, places)
    if not found:
        refuse("spots", "a list of at least one spot", f"{path} without rows")


def _require_no_pitch(pitch: tuple[float, float] | None, path: Path) -> None:
    if pitch is not None:
        refuse("pitch_nm", "left out where the file has its own positions", f"it with {path}")


def _require_all(thinning: Thinning, path: Path) -> None:
    """Refuse a choice among the spots of a list."""
    if thinning != ALL:
        name = "layer" if thinning.layer is not None else "every" if thinning.every > 1 else "average"
        refuse(name, "left out for a list of spots", f"it with {path}", "It chooses nodes of a grid.")


def _csv_rows(path: Path) -> Iterator[tuple[list[Column], Places, np.ndarray]]:
    columns: list[Column] = []
    for part in csv_table(path):
        if isinstance(part, Rows):
            yield columns, Places("line", part.lines, path), part.numbers
        else:
            columns = [column(name, None, path) for name in part]
            require_columns(columns, path)


def _stored_rows(
    path: Path, arrays: Mapping[str, StoredArray], columns: Sequence[Column]
) -> Iterator[tuple[Sequence[Column], Places, np.ndarray]]:
    require_columns(columns, path)
    shapes = {array.shape for array in arrays.values()}
    if len(shapes) != 1 or len(shape := shapes.pop()) != 1:
        refuse("spots", "one-dimensional arrays of one length", f"{path} with others")
    names = {name for array in arrays.values() if (name := array.dimensions[0]) is not None}
    if len(names) > 1:
        refuse("arrays of a list of spots", "over one dimension", f"{', '.join(sorted(names))} in {path}")
    for start in range(0, shape[0], ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        table = np.stack([arrays[one.name].values(part) for one in columns], axis=1)
        yield columns, Places("row", start + np.arange(len(table)), path), table


def _spots(columns: Sequence[Column], table: np.ndarray, places: Places) -> np.ndarray:
    """The columns in their order, in SI."""
    found = in_si(columns, table, places)
    direction = directions_of(found, places)
    exposure = found.get(EXPOSURE, np.full(len(table), np.nan))
    if EXPOSURE in found:
        refuse_rows(np.asarray(exposure <= 0), "exposure of the spots", "> 0", exposure, places)
    return np.column_stack([found["x"], found["y"], direction, exposure])
