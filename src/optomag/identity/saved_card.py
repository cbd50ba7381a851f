"""A card's folder: its name, its stripe and what was read of it. Never the key, never the directions."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import InvalidInputError, refuse
from optomag.identity.enrolment import Enrolled
from optomag.identity.key_derivation import require_card_id
from optomag.identity.stripe import Stripe
from optomag.identity.stripe_readings import StripeReadings
from optomag.io.files import (
    npy_bytes,
    read_bytes,
    read_npy,
    require_file,
    write_json,
    write_private,
)
from optomag.io.plain_numbers import plain_real
from optomag.io.result_folder import SavedResult, new_result
from optomag.io.table import table_text
from optomag.optics.description import describe_film, describe_lens, film_from, lens_from
from optomag.reading.description import FIRST

FORMAT, VERSION = "optomag-card", 1
RECORD, READINGS, ENROLLED = "card.json", "readings.csv", "enrolled.npy"
COLUMNS = ("x_nm", "y_nm", "reading_x_rad", "reading_y_rad", "reading_z_rad")
NANOMETRES = 1e9
ON_PLACE = 1.0
"""Distance [nm] of a listed place from that of its spot that is rounding."""


@dataclass(frozen=True, eq=False)
class SavedCard:
    """What a card's folder holds.

    Attributes
    ----------
    card_id : str
        Which card it claims to be.
    readings : StripeReadings
    enrolled : Enrolled or None
        Of its medium.
    """

    card_id: str
    readings: StripeReadings
    enrolled: Enrolled | None


def write_card(
    card: SavedCard,
    folder: str | os.PathLike[str],
    *,
    command: str,
    config: Mapping[str, Any],
    seed: int | None = None,
) -> Path:
    """Write a card to a folder, whole or not at all: `card.json`, `readings.csv`, perhaps `enrolled.npy`.

    Raises
    ------
    InvalidInputError
        If the folder cannot be used.
    StorageError
        Where the file system refuses in the middle.
    """
    started, stripe = time.time(), card.readings.stripe
    record = {
        "format": FORMAT,
        "version": VERSION,
        "card_id": card.card_id,
        "stripe": describe_stripe(stripe),
        "covariance_rad2": card.readings.covariance,
    }
    rows = np.column_stack([stripe.positions * NANOMETRES, card.readings.values])
    with new_result(
        folder, kind=FORMAT, command=command, writes=(RECORD, READINGS, ENROLLED), name="out"
    ) as result:
        write_json(result.path / RECORD, record)
        write_private(
            result.path / READINGS, table_text(COLUMNS, rows.tolist()).encode()
        )  # reading is knowing
        if card.enrolled is not None:
            write_private(result.path / ENROLLED, npy_bytes(card.enrolled.deviations))
        result.seal(config=config, seed=seed, started=started)
    return result.folder


def card_in(result: SavedResult) -> SavedCard:
    """The card in an open result.

    Raises
    ------
    InvalidInputError
        If a file is missing, truncated, edited or of another kind.
    """
    record = result.record(RECORD, version=VERSION)
    name, stripe = require_card_id(record.get("card_id")), stripe_from(record.get("stripe"))
    values = read_readings(result.path(READINGS), stripe)
    if record.get("covariance_rad2") is None:
        refuse("covariance_rad2 of a card", "a matrix of three rows", record.get("covariance_rad2"))
    readings = StripeReadings(stripe, values, record["covariance_rad2"])
    if not result.has(ENROLLED):
        return SavedCard(name, readings, None)
    deviations = read_npy(result.path(ENROLLED), name="enrolled medium")
    return SavedCard(name, readings, Enrolled(name, stripe, deviations))


def read_readings(path: str | os.PathLike[str], stripe: Stripe) -> np.ndarray:
    """Readings of all spots from a file, float64 (n, 3) [rad].

    Parameters
    ----------
    path : path
        CSV with the columns x_nm, y_nm, reading_x_rad, reading_y_rad and reading_z_rad, a row a spot in the
        stripe's order; or .npy of shape (n, 3).
    stripe : Stripe

    Raises
    ------
    InvalidInputError
        If the file is missing, truncated or of another kind, a value is not finite, or rows are not those of
        the stripe.
    """
    source = require_file(path, name="readings")
    if source.suffix.lower() == ".npy":
        values = read_npy(source, name="readings")
    else:
        values = _csv_values(source)
        if len(values) == stripe.spots:
            off = np.abs(values[:, :2] - stripe.positions * NANOMETRES).max()
            if not off <= ON_PLACE:
                refuse("places of the readings", "those of the stripe's spots", f"others, {off:.3g} nm away")
        values = values[:, 2:]
    return StripeReadings(stripe, values).values


def describe_stripe(stripe: Stripe) -> dict[str, Any]:
    """The stripe as JSON values."""
    return {
        "lens": describe_lens(stripe.lens),
        "film": describe_film(stripe.film),
        "spots": stripe.spots,
        "rows": stripe.rows,
        "pitch_m": stripe.pitch,
        "geometry": stripe.geometry,
        "rotation_rad": stripe.rotation,
    }


def stripe_from(plain: Any) -> Stripe:
    """The stripe that `describe_stripe` described.

    Raises
    ------
    InvalidInputError
        If the values describe none.
    """
    try:
        return Stripe(
            lens_from(plain["lens"]),
            plain["spots"],
            plain["rows"],
            plain["pitch_m"],
            film_from(plain["film"], before=FIRST),
            plain["geometry"],
            plain["rotation_rad"],
        )
    except InvalidInputError:
        raise
    except (KeyError, TypeError):
        refuse("stripe of a card", "a table of lens, film, spots, rows, pitch, geometry and rotation", plain)


def _csv_values(source: Path) -> np.ndarray:
    rule = f"a CSV file with the columns {', '.join(COLUMNS)}, or a .npy file"
    data = read_bytes(source, name="readings")
    try:
        head, *lines = data.decode("utf-8-sig").splitlines()
        values = np.array([[plain_real(cell) for cell in line.split(",")] for line in lines], np.float64)
    except ValueError:
        refuse("readings", rule, source, "It is truncated or of another kind.")
    if tuple(head.split(",")) != COLUMNS or values.ndim != 2 or values.shape[1] != len(COLUMNS):
        refuse("readings", rule, source, "It is truncated or of another kind.")
    return values
