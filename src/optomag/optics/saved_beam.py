"""A beam out of its folder: the very same weights, modes and pixels."""

from __future__ import annotations

import numpy as np

from optomag.conventions import double_precision
from optomag.errors import refuse
from optomag.io.result_folder import SavedResult
from optomag.io.weights import load_tensors
from optomag.optics.beam import Beam
from optomag.optics.beam_description import beam_from
from optomag.optics.beam_files import FORMAT, RECORD, TENSORS, VERSION

AGREEMENT = 1e-10
"""Of the recorded and the computed power: rounding differs from machine to machine."""


def beam_in(result: SavedResult) -> Beam:
    """The beam in an open result.

    Raises
    ------
    InvalidInputError
        If a file is missing, edited or of another version, or the beam has another power than was recorded.
    """
    record = result.record(RECORD, version=VERSION)
    tensors, _ = load_tensors(result.path(TENSORS), kind=FORMAT, name="beam")
    beam = beam_from(record.get("beam"), tensors, name="beam")
    double_precision()
    beam.require_power()
    power = np.asarray(beam.power)
    recorded = tensors.get("power")
    if recorded is None or recorded.shape != power.shape or not np.allclose(recorded, power, AGREEMENT, 0):
        refuse("recorded power", "that of the beam", f"something else in {result.folder}")
    return beam
