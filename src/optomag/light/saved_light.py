"""Light out of its folder: the very same beams, and what they were recorded to write, simulated again."""

from __future__ import annotations

from typing import Any

import numpy as np

from optomag.errors import refuse
from optomag.io.page_line import read_page_line
from optomag.io.result_folder import SavedResult
from optomag.io.weights import load_tensors
from optomag.light.light import Light
from optomag.light.light_description import light_from
from optomag.light.light_files import BEAM, FORMAT, RECORD, VERSION

DARK = 1e-6
"""M that is dark beside the 3 of a beam of unit power."""

AGREEMENT = 1e-8
"""Of the recorded and the simulated M, relative to the longest: rounding differs from machine to machine."""


def light_in(result: SavedResult) -> Light:
    """The light in an open result.

    Raises
    ------
    InvalidInputError
        If a file is missing, truncated, edited or not of light, or the beams write something else than was
        recorded.
    """
    record = result.record(RECORD, version=VERSION)
    tensors, _ = load_tensors(result.path(BEAM), kind=FORMAT, name="beam")
    light = light_from(record, tensors)
    if "page" in record:
        _require_page(record["page"], light, result)
    require_agreement(tensors.get("magnetization"), light.reduced_magnetization(light.points), result)
    return light


def _require_page(line: Any, light: Light, result: SavedResult) -> None:
    """Refuse a line of the live page that means nothing, or another lens; its masks are not built here."""
    said = read_page_line(line)
    lens = light.lens.na, light.lens.index, light.lens.wavelength * 1e9
    same = np.allclose((said.na, said.index, said.nm), lens, rtol=AGREEMENT, atol=0)
    if not same or light.film is not None or light.counter is not None:
        refuse(
            "page of light", "a line of the live page for its lens", f"another in {result.folder / RECORD}"
        )


def require_agreement(recorded: Any, found: Any, result: SavedResult) -> None:
    """Refuse a result whose recorded magnetization is not what its beams write.

    Raises
    ------
    InvalidInputError
        If shapes differ, or the arrays by more than rounding.
    """
    found = np.asarray(found)
    same = isinstance(recorded, np.ndarray) and recorded.shape == found.shape
    largest = max(float(np.abs(found).max(initial=0.0)), DARK)
    if not same or not np.abs(recorded - found).max(initial=0.0) <= AGREEMENT * largest:
        rule = "what the beams write when they are simulated again"
        refuse("recorded magnetization", rule, f"something else in {result.folder}")
