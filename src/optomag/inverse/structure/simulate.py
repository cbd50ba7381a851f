"""What a beam writes, by the focusing engine: the only numbers that a structure reports."""

from __future__ import annotations

from typing import Any

import numpy as np

from optomag.grid import Grid
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.beam import Beam
from optomag.optics.film import Film
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.objective import Objective

ACCURACY = 1e-8
"""Relative error asked for; beams of several flat dipoles are pixel maps to the engine, good to 3e-5."""


def simulate_magnetization(
    beam: Beam, counter: Beam | None, lens: Objective, film: Film | None, where: Grid | Any
) -> np.ndarray:
    """M of a beam, dimensionless field of unit power, gamma = 1, on a grid or at points (n, 3) [m].

    Raises
    ------
    InvalidInputError
        If the engine refuses the beam, the film or the place.
    """
    field = focus_field(beam, lens, where, film=film, counter=counter, rtol=ACCURACY)
    return np.asarray(induced_magnetization(np.asarray(field) / field_scale(lens)))
