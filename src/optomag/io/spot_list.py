"""Spots to scan, as people write them: a list in CSV or Zarr, or a grid; read block by block."""

from __future__ import annotations

import itertools
import os
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import StorageError, refuse
from optomag.io.files import require_file, storage_errors
from optomag.io.spot_grid import AXES, VECTOR, npy_grid, ovf_grid, read_column, zarr_grid

ROWS_AT_ONCE = 65_536

ANGLES = ("azimuth_deg", "polar_deg")
EXPOSURE = "exposure"
PACKED = ("scale_factor", "add_offset")
"""Attributes (CF conventions) that stand for other numbers than those that are stored."""

OVF_SUFFIXES = (".ovf", ".omf", ".ohf", ".obf", ".oef")
"""OOMMF names magnetizations .omf and fields .ohf, .obf or .oef; the format is the same."""

_ALLOWED = "x_nm, y_nm, either mx, my, mz or azimuth_deg, polar_deg, and perhaps exposure"


def read_spots(
    path: str | os.PathLike[str], *, pitch: tuple[float, float] | None = None
) -> Iterator[np.ndarray]:
    """Read spots and check them on the way.

    Parameters
    ----------
    path : path
        A list: a CSV file with one header line, or a Zarr group with a one-dimensional array for each column:
        x_nm, y_nm, either mx, my, mz (of any length) or azimuth_deg, polar_deg, and perhaps exposure. Or a
        grid (`optomag.io.spot_grid`): a .npy file (nx, ny, 3), an .ovf, .omf or .ohf file of one layer, or
        a Zarr group with mx, my, mz (nx, ny) over x_nm and y_nm.
    pitch : tuple of float, optional [m]
        Distances of neighbours along x and along y, for a .npy file only.

    Yields
    ------
    float64, shape (n, 6)
        x, y [m], direction of any length, and exposure, NaN where there is none.

    Raises
    ------
    InvalidInputError
        If the file is missing, empty or of another kind, a column is missing or unknown, or a row has a value
        that is missing, not finite, a zero direction or an exposure that is not positive; or the pitch is
        missing, or given for what has its own positions.
    StorageError
        Where it is there but cannot be read.
    """
    source = Path(path)
    suffix = source.suffix.lower()
    if suffix == ".npy":
        yield from npy_grid(source, pitch).blocks()
        return
    if pitch is not None:
        refuse("pitch_nm", "left out where the file has its own positions", f"it with {source}")
    if suffix in OVF_SUFFIXES:
        yield from ovf_grid(source).blocks()
        return
    arrays = _zarr_arrays(source) if source.is_dir() else {}
    if arrays and getattr(arrays.get(VECTOR[0]), "ndim", 1) == 2:
        yield from zarr_grid(source, arrays).blocks()
        return
    found = False
    for names, places, table in _zarr_blocks(source, arrays) if source.is_dir() else _csv_blocks(source):
        found = True
        yield _spots(names, table, places)
    if not found:
        refuse("spots", "a list of at least one spot", f"{source} without rows")


@dataclass(frozen=True, eq=False)
class _Places:
    """Where rows stand in their file: what that is called, and its numbers, int64 (n,)."""

    kind: str
    numbers: np.ndarray


def _csv_blocks(path: Path) -> Iterator[tuple[list[str], _Places, np.ndarray]]:
    require_file(path, name="spots")
    with storage_errors(path, "read"), open(path, encoding="utf-8-sig", newline=None) as file:
        try:
            header = file.readline()
            names = _require_columns([name.strip() for name in header.split(",")], path)
            first = 2
            while lines := list(itertools.islice(file, ROWS_AT_ONCE)):
                table, numbers = _table(lines, names), range(first, first + len(lines))
                if table is None:
                    filled = [(number, line) for number, line in enumerate(lines, first) if line.strip()]
                    numbers, rows = zip(*filled, strict=True) if filled else ((), ())
                    table = _numbers(rows, numbers, names) if filled else np.empty((0, len(names)))
                if len(table):
                    yield names, _Places("line", np.array(numbers)), table
                first += len(lines)
        except UnicodeDecodeError:
            refuse("spots", "a CSV file of plain text, .npy, .ovf or a Zarr folder", path)


def _table(lines: Sequence[str], names: Sequence[str]) -> np.ndarray | None:
    """The numbers of lines, if each has one for each name."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of lines that are all empty
            table = np.loadtxt(lines, delimiter=",", ndmin=2, comments=None)
    except ValueError:
        return None
    return table if table.shape == (len(lines), len(names)) else None


def _numbers(lines: Sequence[str], numbers: Sequence[int], names: Sequence[str]) -> np.ndarray:
    table = _table(lines, names)
    if table is not None:
        return table
    for number, line in zip(numbers, lines, strict=True):
        cells = line.split(",")
        if len(cells) != len(names) or not all(map(_is_number, cells)):
            refuse(f"line {number} of the spots", f"{len(names)} numbers: {', '.join(names)}", line.strip())
    return refuse("spots", f"rows of {len(names)} numbers", "others")


def _zarr_arrays(path: Path) -> dict[str, Any]:
    import zarr

    try:
        with storage_errors(path, "read"):
            arrays = dict(zarr.open_group(path, mode="r", use_consolidated=False).arrays())
    except Exception as error:
        if isinstance(error, StorageError) and not isinstance(error.__cause__, FileNotFoundError):
            raise
        refuse("spots", "a CSV, .npy or .ovf file, or a Zarr group with an array for each column", path)
    for name, array in arrays.items():
        if array.dtype.kind not in "iuf":
            refuse(f"{name} of the spots", "real numbers", f"{array.dtype} in {path}")
        if packed := [key for key in PACKED if key in array.attrs]:
            rule, advice = "stored as they are, not packed", "Write it without this encoding."
            refuse(f"{name} of the spots", rule, f"the attribute {packed[0]} in {path}", advice)
    return arrays


def _zarr_blocks(path: Path, arrays: dict[str, Any]) -> Iterator[tuple[list[str], _Places, np.ndarray]]:
    names = _require_columns(list(arrays), path)
    shapes = {array.shape for array in arrays.values()}
    if len(shapes) != 1 or len(shape := shapes.pop()) != 1:
        refuse("spots", "one-dimensional arrays of one length", f"{path} with others")
    for start in range(0, shape[0], ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        table = np.stack([read_column(arrays[name], part, path) for name in names], axis=1)
        yield names, _Places("row", start + np.arange(len(table))), table


def _require_columns(names: list[str], path: Path) -> list[str]:
    unknown = [name for name in names if name not in {*AXES, *VECTOR, *ANGLES, EXPOSURE}]
    if unknown:
        refuse("columns of the spots", _ALLOWED, f"{unknown[0] or 'a column without a name'} in {path}")
    missing = [name for name in AXES if name not in names]
    given = [kind for kind in (VECTOR, ANGLES) if any(name in names for name in kind)]
    if len(given) != 1:
        what = "both kinds of direction" if given else "no direction"
        refuse("columns of the spots", _ALLOWED, f"{what} in {path}")
    missing += [name for name in given[0] if name not in names]
    if missing:
        refuse("columns of the spots", _ALLOWED, f"{path} without {', '.join(missing)}")
    if len(set(names)) < len(names):
        refuse("columns of the spots", "named once each", ", ".join(names))
    return names


def _spots(names: Sequence[str], table: np.ndarray, places: _Places) -> np.ndarray:
    """The columns in their order, in SI."""
    columns = dict(zip(names, table.T, strict=True))
    for name, values in columns.items():
        _refuse_rows(~np.isfinite(values), f"{name} of the spots", "finite", values, places)
    if VECTOR[0] in columns:
        direction = np.stack([columns[name] for name in VECTOR], axis=1)
        zero = np.asarray(~direction.any(axis=1))
        _refuse_rows(zero, "direction of the spots", "of non-zero length", columns["mx"], places)
    else:
        azimuth, polar = (np.radians(columns[name]) for name in ANGLES)
        sine = np.sin(polar)
        direction = np.stack([np.cos(azimuth) * sine, np.sin(azimuth) * sine, np.cos(polar)], axis=1)
    exposure = columns.get(EXPOSURE, np.full(len(table), np.nan))
    if EXPOSURE in columns:
        _refuse_rows(np.asarray(exposure <= 0), "exposure of the spots", "> 0", exposure, places)
    position = [columns[name] * 1e-9 for name in AXES]
    return np.column_stack([*position, direction, exposure])


def _refuse_rows(wrong: np.ndarray, name: str, rule: str, values: np.ndarray, places: _Places) -> None:
    if wrong.any():
        row = int(np.argmax(wrong))
        where = f"{places.kind} {places.numbers[row]}"
        refuse(name, rule, f"{values[row]:g} in {where}, and {np.count_nonzero(wrong)} such in all")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
