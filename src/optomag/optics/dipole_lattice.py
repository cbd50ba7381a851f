"""The reversed light of many dipoles on the lattice of pixels, as matrix products.

Behind an aplanatic lens the waves of the pixels lie on a lattice too, so that each is a wave along x times
one along y, and the sum over the dipoles is a product of two matrices.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Complex128, Inexact

from optomag.optics.dipole import Point, conjugate_response, reversed_light
from optomag.optics.film import Film
from optomag.optics.lattice import pixel_lattice
from optomag.optics.objective import Objective


def light_on_lattice(
    lens: Objective,
    film: Film | None,
    at: tuple[Point, ...],
    moments: Inexact[np.ndarray, "n 3"],
    count: int,
) -> Complex128[np.ndarray, "N N 2"]:
    """(E_rho, E_phi) at the centres of count x count pixels of the reversed light of dipoles.

    That of `optomag.optics.dipole.reversed_light`, for an aplanatic lens only. Pixels whose centres lie
    outside the pupil have the light of its rim, and none if the pupil holds nothing of them.
    """
    lattice, points = pixel_lattice(count), np.array(at)
    theta = lens.polar_angle(lattice.radius)
    cosine, sine = np.cos(lattice.azimuth), np.sin(lattice.azimuth)
    along = 1j * lens.wavenumber * lens.sine * lattice.axis[:, None]
    heights, which = np.unique(points[:, 2], return_inverse=True)
    rho_part, phi_part = np.zeros((2, count, count), np.complex128)
    for level, height in enumerate(heights):
        here = which == level
        along_x, along_y = (np.exp(along * points[here, axis]) for axis in (0, 1))
        x, y, z = (along_x * part @ along_y.T for part in moments[here].T)
        ((s_part, radial_part, axial_part),) = conjugate_response(lens, film, theta, np.array([height]))
        rho_part += radial_part * (x * cosine + y * sine) + axial_part * z
        phi_part += s_part * (y * cosine - x * sine)
    light = lens.rim / lens.apodization.amplitude(theta)[..., None] * np.stack([rho_part, phi_part], axis=-1)
    beyond = np.hypot(lattice.axis[:, None], lattice.axis) > 1
    edge = beyond & (lattice.area > 0)
    parts = reversed_light(lens, film, at, moments, lattice.radius[edge], lattice.azimuth[edge])
    light[edge] = np.stack(np.broadcast_arrays(*parts), axis=-1)
    light[beyond & ~edge] = 0
    return light
