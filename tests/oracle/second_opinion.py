"""The same integral by two more methods, to check the oracle itself.

`nested_field` nests two one-dimensional adaptive rules; `precise_component` uses tanh-sinh quadrature with
more digits than a double holds, on pupils written with mpmath functions.
"""

from __future__ import annotations

import mpmath
import numpy as np
from scipy.integrate import quad_vec

from .focal_integral import plane_waves, smooth_pieces
from .pupils import TURN, Pupil


def nested_field(pupil: Pupil, na: float, index: float, point, *, tolerance: float = 1e-13):
    """Complex field (3,) at one point by an adaptive rule in phi inside an adaptive rule in theta."""
    point = np.asarray(point, dtype=float)

    def along_phi(theta, phi_0, phi_1):
        def integrand(phi):
            amplitude, direction = plane_waves(np.array([theta]), np.array([phi]), pupil, na, index)
            phase = np.exp(1j * TURN * index * (direction @ point))
            return phase[0] * amplitude[0] * np.sin(theta) * index / na

        return quad_vec(integrand, phi_0, phi_1, epsabs=tolerance, epsrel=0.0, norm="max")[0]

    total = np.zeros(3, complex)
    for (theta_0, phi_0), (theta_1, phi_1) in smooth_pieces(pupil, na, index):
        total += quad_vec(
            along_phi, theta_0, theta_1, epsabs=tolerance, epsrel=0.0, norm="max", args=(phi_0, phi_1)
        )[0]
    return total


def precise_component(jones, na: float, index: float, point, component: int, *, phi_panels, digits: int = 20):
    """One Cartesian component as an mpmath number; `jones(r, phi)` must use mpmath functions.

    `point` and `phi_panels` hold numbers or mpmath numbers; the pupil must be smooth between the panel ends.
    """
    with mpmath.workdps(digits):
        sin_alpha = mpmath.mpf(na) / index
        x, y, z = (mpmath.mpf(value) for value in point)
        wavenumber = 2 * mpmath.pi * index

        def integrand(theta, phi):
            sin_t, cos_t, sin_p, cos_p = (
                mpmath.sin(theta),
                mpmath.cos(theta),
                mpmath.sin(phi),
                mpmath.cos(phi),
            )
            e_rho, e_phi = jones(sin_t / sin_alpha, phi)
            vector = (
                cos_t * cos_p * e_rho - sin_p * e_phi,
                cos_t * sin_p * e_rho + cos_p * e_phi,
                sin_t * e_rho,
            )
            path = -sin_t * cos_p * x - sin_t * sin_p * y + cos_t * z
            return mpmath.sqrt(cos_t) * sin_t * vector[component] * mpmath.expj(wavenumber * path)

        return mpmath.quad(integrand, [0, mpmath.asin(sin_alpha)], phi_panels) / sin_alpha
