"""The picture of a beam, sampled over its pupil."""

from __future__ import annotations

from typing import Any

import numpy as np

from optomag.conventions import double_precision
from optomag.displayed import drawn
from optomag.errors import refuse
from optomag.optics.beam import Beam
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import pixel_lattice

PUPIL_POINTS = 161
MOST_SHOWN = 6
"""Beams of a batch that are drawn."""


def beam_picture(beam: Beam, *, setup: str = "", what: str = "pupil", most: int = MOST_SHOWN) -> Any:
    """The figure of a beam, or of the first beams of a batch.

    Parameters
    ----------
    beam : Beam
    setup : str
        The lens, which the heading says in place of the beam's power.
    what : str
        Of one beam, before the set-up.
    most : int
        Beams of a batch that are drawn.

    Raises
    ------
    InvalidInputError
        If a beam carries no power.
    """
    double_precision()  # nobody has made a lens yet, perhaps
    beam.require_power()
    maps = sampled_jones(beam, PUPIL_POINTS)
    maps = maps.reshape(-1, *maps.shape[-3:])
    shown = maps[:most]
    if not all(np.any(one) for one in shown):
        refuse("beam", "bright somewhere on the drawn points", "darkness everywhere")
    line = f"{what if len(maps) == 1 else f'pupils of {_count(len(maps), len(shown))}'}; {setup}"
    if not setup:
        line = _heading(np.atleast_1d(np.asarray(beam.power)), len(maps), len(shown))
    axis = pixel_lattice(PUPIL_POINTS).axis
    return drawn("optomag.plot.beam_figure:beam_figure", shown, axis, heading=line)


def _heading(powers: np.ndarray, count: int, drawn: int) -> str:
    if count == 1:
        return f"beam of power {powers[0]:.6g}; pupil coordinates: 1 is the rim, whatever the lens"
    low, high = f"{powers.min():.4g}", f"{powers.max():.4g}"
    power = low if low == high else f"{low} to {high}"
    return f"{_count(count, drawn)} of power {power}, by number; pupil coordinates"


def _count(count: int, drawn: int) -> str:
    return f"{count} beams" if count == drawn else f"the first {drawn} of {count:,} beams"
