"""Directions in the columns of a list, whatever else its rows have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from optomag.errors import refuse
from optomag.io.list_kind import SPOTS, ListKind
from optomag.io.spot_names import VECTOR, Column

BEYOND = 1e-12
"""Part by which rounding may bring a polar angle beyond 180 degrees."""


@dataclass(frozen=True, eq=False)
class Places:
    """Where rows stand in their file.

    Attributes
    ----------
    kind : str
        What a place is called: line or row.
    numbers : int64, shape (n,)
    path : Path
    listed : ListKind
        What the rows are.
    """

    kind: str
    numbers: np.ndarray
    path: Path
    listed: ListKind = SPOTS


def in_si(columns: Sequence[Column], table: np.ndarray, places: Places) -> dict[str, np.ndarray]:
    """The columns (n, k) by their quantities, in SI.

    Raises
    ------
    InvalidInputError
        If a number is not finite.
    """
    for one, values in zip(columns, table.T, strict=True):
        refuse_rows(~np.isfinite(values), f"{one.name} of the {places.listed.what}", "finite", values, places)
    return {one.quantity: values * one.scale for one, values in zip(columns, table.T, strict=True)}


def directions_of(found: Mapping[str, np.ndarray], places: Places) -> np.ndarray:
    """Vectors (n, 3) from mx, my and mz, or from azimuth and polar angle [rad].

    Raises
    ------
    InvalidInputError
        If a vector is zero, or a polar angle not between 0 and 180 degrees.
    """
    what = places.listed.what
    if VECTOR[0] in found:
        direction = np.stack([found[name] for name in VECTOR], axis=1)
        zero = np.asarray(~direction.any(axis=1))
        refuse_rows(zero, f"direction of the {what}", "of non-zero length", found["mx"], places)
        return direction
    azimuth, polar = found["azimuth"], found["polar"]
    beyond = (polar < 0) | (polar > np.pi * (1 + BEYOND))
    name, rule = f"polar angle of the {what}", "from 0 to 180 degrees"
    refuse_rows(beyond, name, rule, np.degrees(polar), places)
    sine = np.sin(polar)
    return np.stack([np.cos(azimuth) * sine, np.sin(azimuth) * sine, np.cos(polar)], axis=1)


def refuse_rows(wrong: np.ndarray, name: str, rule: str, values: np.ndarray, places: Places) -> None:
    """Refuse the first row that is wrong, with the number of all."""
    if wrong.any():
        row = int(np.argmax(wrong))
        where = f"{places.kind} {places.numbers[row]}"
        got = f"{values[row]:g} in {where}, {np.count_nonzero(wrong)} such in all, in {places.path}"
        refuse(name, rule, got)
