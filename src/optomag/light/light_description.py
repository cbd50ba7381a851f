"""Light as plain values and arrays, and back to the last bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from optomag.errors import refuse
from optomag.light.light import Light
from optomag.optics.beam_description import beam_from
from optomag.optics.description import film_from, lens_from


def light_from(plain: Any, tensors: Mapping[str, np.ndarray]) -> Light:
    """The light that `describe_light` described.

    Raises
    ------
    InvalidInputError
        If the values describe none.
    """
    if not isinstance(plain, dict) or not plain.keys() >= {"lens", "film", "beam", "counter"}:
        refuse("light of a file", "a table of lens, film, beam and counter", plain)
    counter = plain["counter"]
    return Light(
        beam_from(plain["beam"], tensors, name="beam"),
        lens_from(plain["lens"]),
        film=film_from(plain["film"]),
        counter=None if counter is None else beam_from(counter, tensors, name="counter"),
        points=tensors.get("points"),
        target=tensors.get("target"),
    )
