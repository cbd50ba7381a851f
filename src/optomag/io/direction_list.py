"""Directions to design, as people write them: a list in CSV or a .npy file, each with a name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from optomag.errors import refuse, require_path
from optomag.io.files import read_npy
from optomag.io.list_kind import DIRECTIONS
from optomag.io.listed_directions import Places, directions_of, in_si
from optomag.io.names import numbered_names, require_names
from optomag.io.spot_csv import Rows, csv_table
from optomag.io.spot_names import VECTOR, Column, column, require_columns

MOST = 10**6
"""Directions of a list."""


@dataclass(frozen=True, eq=False)
class DirectionList:
    """Directions and what they are called.

    Attributes
    ----------
    directions : float64, shape (n, 3)
        Of any non-zero length.
    names : tuple of str
        One for each, fit for a folder.
    """

    directions: np.ndarray
    names: tuple[str, ...]


def read_directions(path: str | os.PathLike[str]) -> DirectionList:
    """Read a list of directions.

    Parameters
    ----------
    path : path
        A CSV file (`optomag.io.spot_csv`) with the columns mx, my, mz, of any length, or azimuth_deg,
        polar_deg; and perhaps name. Or a .npy file, (n, 3).

    Returns
    -------
    DirectionList
        Where no names are given, or a cell of them is empty, the row's number is the name: 0001.

    Raises
    ------
    InvalidInputError
        If the file is missing, empty or of another kind, has more than `MOST` rows, a row has a value that is
        missing or not finite or a zero vector, or a name is twice there or no name of a folder.
    StorageError
        Where it is there but cannot be read.
    """
    source = require_path("directions", path)
    if source.suffix.lower() == ".npy":
        directions, names = _from_npy(source), ()
    else:
        parts = list(_from_csv(source))
        if not parts:
            refuse("directions", "a list of at least one direction", f"{source} without rows")
        directions = np.concatenate([part for part, _ in parts])
        names = tuple(name for _, some in parts for name in some)
    numbered = numbered_names(len(directions))
    given = tuple(name or number for name, number in zip(names, numbered, strict=True)) if names else numbered
    return DirectionList(directions, require_names("name of the directions", given))


def _from_npy(path: Path) -> np.ndarray:
    """The array of a .npy file, checked."""
    rule = "a .npy file of real numbers, of shape (n, 3)"
    array = read_npy(path, name="directions", rule=rule)
    if array.ndim != 2 or array.shape[1] != 3 or not len(array) or array.dtype.kind not in "iuf":
        refuse("directions", rule, f"{path} with {array.dtype} of shape {array.shape}")
    _require_few(len(array), path)
    columns = [Column(name, name, "", 1.0) for name in VECTOR]
    places = Places("row", np.arange(len(array)), path, DIRECTIONS)
    return directions_of(in_si(columns, array.astype(float), places), places)


def _from_csv(path: Path) -> Iterator[tuple[np.ndarray, tuple[str, ...]]]:
    """Directions and names, block by block."""
    columns: list[Column] = []
    count = 0
    for part in csv_table(path, DIRECTIONS):
        if isinstance(part, Rows):
            count += len(part.lines)
            _require_few(count, path)
            places = Places("line", part.lines, path, DIRECTIONS)
            yield directions_of(in_si(columns, part.numbers, places), places), part.texts
        else:
            columns = [column(name, None, path, DIRECTIONS) for name in part]
            require_columns(columns, path, kind=DIRECTIONS)


def _require_few(count: int, path: Path) -> None:
    if count > MOST:
        refuse("directions", f"at most {MOST:,}", f"more in {path}", "Split the list.")
