"""What a beam writes, by the focusing engine: the only numbers that a structure reports.

A pupil of uniform amplitude made of many dipoles turns sharply where the sum of their light nearly vanishes.
No polynomial resolves that, but a pixel map need not: the engine sums it as a modulator with that many pixels
would show it, on samples that have nothing to do with those of the search.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from optomag.grid import Grid
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.apodization import AbbeSine
from optomag.optics.beam import Beam
from optomag.optics.dipole import FlatDipoles
from optomag.optics.elementary import pixels
from optomag.optics.film import Film
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.lattice import pixel_lattice
from optomag.optics.objective import Objective

PIXELS_PER_RADIAN = 8
"""Pixels along the pupil for each radian of phase at its rim between the outermost dipoles; the field of a
5 x 5 array is then good to 3e-5."""

FEWEST_PIXELS, MOST_PIXELS = 256, 1024

ACCURACY = 1e-8
"""Relative error asked for from every other beam."""


def simulate_magnetization(
    beam: Beam, counter: Beam | None, lens: Objective, film: Film | None, where: Grid | Any
) -> np.ndarray:
    """M of a beam, dimensionless field of unit power, gamma = 1, on a grid or at points (n, 3) [m].

    Raises
    ------
    InvalidInputError
        If the engine refuses the beam, the film or the place.
    """
    shown, shown_counter = (None if b is None else as_shown(b, lens) for b in (beam, counter))
    field = focus_field(shown or beam, lens, where, film=film, counter=shown_counter, rtol=ACCURACY)
    return np.asarray(induced_magnetization(np.asarray(field) / field_scale(lens)))


def as_shown(beam: Beam, lens: Objective) -> Beam:
    """The pixel map of a beam of several flat dipoles; any other beam, or another kind of lens, unchanged."""
    function = beam.modes[0].function if len(beam.modes) == 1 else None
    if type(function) is not FlatDipoles or len(function.at) == 1:
        return beam
    if not isinstance(lens.apodization, AbbeSine):
        return beam
    apart = np.linalg.norm(np.ptp(np.array(function.at), axis=0))
    needed = PIXELS_PER_RADIAN * lens.wavenumber * lens.sine * apart
    return _pixel_map(beam, int(np.clip(64 * np.ceil(needed / 64), FEWEST_PIXELS, MOST_PIXELS)))


def sampled_jones(beam: Beam, count: int) -> np.ndarray:
    """(E_x, E_y) of a beam at the centres of count x count pixels, complex128 (count, count, 2)."""
    lattice = pixel_lattice(count)
    rho, phi = np.moveaxis(np.asarray(beam.evaluate(lattice.radius, lattice.azimuth)), -1, 0)
    cosine, sine = np.cos(lattice.azimuth), np.sin(lattice.azimuth)
    return np.stack([rho * cosine - phi * sine, rho * sine + phi * cosine], axis=-1)


@lru_cache(maxsize=4)
def _cached(modes: tuple[Any, ...], weights: tuple[complex, ...], count: int) -> np.ndarray:
    return sampled_jones(Beam(weights, modes), count)


def _pixel_map(beam: Beam, count: int) -> Beam:
    return pixels(_cached(beam.modes, tuple(complex(w) for w in beam.weights), count))
