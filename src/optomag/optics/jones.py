"""Pupil fields along x and y, as modulators and pixel maps have them."""

from __future__ import annotations

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.optics.arrays import AnyArray
from optomag.optics.beam import Beam
from optomag.optics.lattice import pixel_lattice


def cartesian(
    field: Complex128[AnyArray, "*shape 2"], azimuth: Float64[np.ndarray, "*#shape"]
) -> Complex128[np.ndarray, "*shape 2"]:
    """(E_x, E_y) of (E_rho, E_phi), both (..., 2), where e_rho has the given azimuth [rad]."""
    rho, phi = np.moveaxis(np.asarray(field), -1, 0)
    cosine, sine = np.cos(azimuth), np.sin(azimuth)
    return np.stack([rho * cosine - phi * sine, rho * sine + phi * cosine], axis=-1)


def sampled_jones(beam: Beam, count: int) -> Complex128[np.ndarray, "*batch N N 2"]:
    """(E_x, E_y) of a beam at the centres of count x count pixels, complex128 (count, count, 2)."""
    lattice = pixel_lattice(count)
    return cartesian(beam.evaluate(lattice.radius, lattice.azimuth), lattice.azimuth)
