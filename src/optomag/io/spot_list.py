"""Lists of spots to scan, as people write them: CSV, or Zarr where they are long; read block by block."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from optomag.errors import refuse
from optomag.io.files import require_file, storage_errors

ROWS_AT_ONCE = 65_536

POSITION = ("x_nm", "y_nm")
VECTOR = ("mx", "my", "mz")
ANGLES = ("azimuth_deg", "polar_deg")
EXPOSURE = "exposure"

_ALLOWED = "x_nm, y_nm, either mx, my, mz or azimuth_deg, polar_deg, and perhaps exposure"


def read_spots(path: str | os.PathLike[str]) -> Iterator[np.ndarray]:
    """Read a list of spots and check it on the way.

    Parameters
    ----------
    path : path
        A CSV file with one header line, or a Zarr group with a one-dimensional array for each column:
        x_nm, y_nm, either mx, my, mz (of any length) or azimuth_deg, polar_deg, and perhaps exposure.

    Yields
    ------
    float64, shape (n, 6)
        x, y [m], direction of any length, and exposure, NaN where the list has none.

    Raises
    ------
    InvalidInputError
        If the file is missing, empty or of another kind, a column is missing or unknown, or a row has a value
        that is missing, not finite, a zero direction or an exposure that is not positive.
    StorageError
        Where it is there but cannot be read.
    """
    source = Path(path)
    blocks = _zarr_blocks(source) if source.is_dir() else _csv_blocks(source)
    found = False
    for names, first_row, table in blocks:
        found = True
        yield _spots(names, table, first_row)
    if not found:
        refuse("spots", "a list of at least one spot", f"{source} without rows")


def _csv_blocks(path: Path) -> Iterator[tuple[list[str], int, np.ndarray]]:
    require_file(path, name="spots")
    with storage_errors(path, "read"), open(path, encoding="utf-8-sig", newline=None) as file:
        try:
            header = file.readline()
            names = _require_columns([name.strip() for name in header.split(",")], path)
            first = 2
            while lines := list(itertools.islice(file, ROWS_AT_ONCE)):
                filled = [line for line in lines if line.strip()]
                if filled:
                    yield names, first, _numbers(lines, filled, names, first)
                first += len(lines)
        except UnicodeDecodeError:
            refuse("spots", "a CSV file of plain text, or a Zarr folder", path)


def _numbers(lines: list[str], filled: list[str], names: Sequence[str], first: int) -> np.ndarray:
    try:
        table = np.loadtxt(filled, delimiter=",", ndmin=2, comments=None)
        if table.shape[1] == len(names):
            return table
    except ValueError:
        pass
    for number, line in enumerate(lines, first):
        cells = line.split(",")
        if line.strip() and (len(cells) != len(names) or not all(map(_is_number, cells))):
            refuse(f"line {number} of the spots", f"{len(names)} numbers: {', '.join(names)}", line.strip())
    return refuse("spots", f"rows of {len(names)} numbers", "others")


def _zarr_blocks(path: Path) -> Iterator[tuple[list[str], int, np.ndarray]]:
    import zarr

    try:
        group = zarr.open_group(path, mode="r", use_consolidated=False)
        arrays = dict(group.arrays())
    except Exception as error:
        if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
            raise
        refuse("spots", "a CSV file, or a Zarr group with an array for each column", path)
    names = _require_columns(list(arrays), path)
    shapes = {array.shape for array in arrays.values()}
    if len(shapes) != 1 or len(shape := shapes.pop()) != 1:
        refuse("spots", "one-dimensional arrays of one length", f"{path} with others")
    with storage_errors(path, "read"):
        for start in range(0, shape[0], ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            yield names, start, np.stack([np.asarray(arrays[n][part], np.float64) for n in names], axis=1)


def _require_columns(names: list[str], path: Path) -> list[str]:
    unknown = [name for name in names if name not in {*POSITION, *VECTOR, *ANGLES, EXPOSURE}]
    if unknown:
        refuse("columns of the spots", _ALLOWED, f"{unknown[0] or 'a column without a name'} in {path}")
    missing = [name for name in POSITION if name not in names]
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


def _spots(names: Sequence[str], table: np.ndarray, first: int) -> np.ndarray:
    """The columns in their order, in SI; `first` is the line or the row of the first one."""
    columns = dict(zip(names, table.T, strict=True))
    for name, values in columns.items():
        _refuse_rows(~np.isfinite(values), f"{name} of the spots", "finite", values, first)
    if VECTOR[0] in columns:
        direction = np.stack([columns[name] for name in VECTOR], axis=1)
        zero = np.asarray(~direction.any(axis=1))
        _refuse_rows(zero, "direction of the spots", "of non-zero length", columns["mx"], first)
    else:
        azimuth, polar = (np.radians(columns[name]) for name in ANGLES)
        sine = np.sin(polar)
        direction = np.stack([np.cos(azimuth) * sine, np.sin(azimuth) * sine, np.cos(polar)], axis=1)
    exposure = columns.get(EXPOSURE, np.full(len(table), np.nan))
    if EXPOSURE in columns:
        _refuse_rows(np.asarray(exposure <= 0), "exposure of the spots", "> 0", exposure, first)
    position = [columns[name] * 1e-9 for name in POSITION]
    return np.column_stack([*position, direction, exposure])


def _refuse_rows(wrong: np.ndarray, name: str, rule: str, values: np.ndarray, first: int) -> None:
    if wrong.any():
        row = int(np.argmax(wrong))
        refuse(name, rule, f"{values[row]:g} in row {first + row}, and {np.count_nonzero(wrong)} such in all")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
