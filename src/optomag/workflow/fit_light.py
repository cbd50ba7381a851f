"""The light that `optomag fit` was told to have been sent."""

from __future__ import annotations

from typing import Final

import numpy as np

from optomag.errors import refuse, require_path
from optomag.optics.beam import Beam
from optomag.optics.elementary import azimuthal, circular, linear, radial
from optomag.workflow.fit_options import ONE_BEAM
from optomag.workflow.load import load

NAMED: Final = {
    "linear": lambda: linear(0.0),
    "linear-y": lambda: linear(0.5 * np.pi),
    "circular": lambda: circular(+1),
    "circular-left": lambda: circular(-1),
    "radial": radial,
    "azimuthal": azimuthal,
}
"""Beams that need no folder."""


def sent_beam(text: str) -> Beam:
    """The beam that a name or the folder of saved light stands for.

    Raises
    ------
    InvalidInputError
        If it is neither, or the light is of several exposures or lenses.
    """
    if text in NAMED:
        return NAMED[text]()
    folder = require_path("beam", text)
    found = load(folder)
    light = getattr(found, "light", None) or found
    beam = getattr(light, "beam", None)
    if not isinstance(beam, Beam) or getattr(light, "counter", None) is not None:
        refuse("beam", ONE_BEAM, str(folder))
    return beam
