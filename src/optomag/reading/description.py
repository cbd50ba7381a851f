"""Readers as plain JSON values, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from optomag.errors import refuse
from optomag.optics.beam_description import describe_beam
from optomag.optics.description import describe_film, describe_lens, film_from, lens_from
from optomag.reading.mode_pair import PAIRS, ModePair
from optomag.reading.reader import Reader

SAME = 12
"""Digits of weights that count."""

FIRST = 1
"""Layer that readers read before films named their magnet."""

FIELDS = {"lens", "film", "geometry", "pairs", "rotation_rad"}


def describe_reader(reader: Reader) -> dict[str, Any]:
    """The reader as JSON values; lengths in m.

    Raises
    ------
    InvalidInputError
        For mode pairs, or an apodization, of one's own, which no file describes.
    """
    ours = _numbers(reader.pairs)
    name = next((name for name, pairs in PAIRS.items() if ours == _numbers(pairs())), None)
    if name is None:
        refuse("pairs of a saved reader", "radial_pairs() or split_pairs()", reader.pairs)
    return {
        "lens": describe_lens(reader.lens),
        "film": describe_film(reader.film),
        "geometry": reader.geometry,
        "pairs": name,
        "rotation_rad": reader.rotation,
    }


def reader_from(values: Any) -> Reader:
    """The reader that `describe_reader` described.

    Raises
    ------
    InvalidInputError
        If the values describe none.
    """
    if not isinstance(values, dict) or values.keys() != FIELDS or values["pairs"] not in PAIRS:
        refuse("reader of a file", "a table of lens, film, geometry, pairs and rotation_rad", values)
    return Reader(
        lens_from(values["lens"]),
        film_from(values["film"], before=FIRST),
        values["geometry"],
        pairs=PAIRS[values["pairs"]](),
        rotation=values["rotation_rad"],
    )


def _numbers(pairs: Sequence[ModePair]) -> list[Any]:
    found = []
    for beam in (beam for pair in pairs for beam in pair):
        tensors: dict[str, np.ndarray] = {}
        plain = describe_beam(beam, tensors, name="beam")
        found.append((str(plain), *(np.round(array, SAME).tolist() for array in tensors.values())))
    return found
