"""What can be written down without a two-dimensional integral; it checks the oracle and the library alike."""

from __future__ import annotations

import numpy as np
from scipy.integrate import quad_vec
from scipy.special import jv

from .pupils import TURN


def spin_couplings(na: float, index: float) -> tuple[float, float]:
    """Diagonal (gx, gz) of the integral of (1 - s s^T) over the cone of the lens, in closed form."""
    c = np.sqrt(1 - (na / index) ** 2)
    return np.pi * ((1 - c) + (1 - c**3) / 3), 2 * np.pi * (2 / 3 - c + c**3 / 3)


def focal_amplitudes(na: float, index: float) -> tuple[float, float]:
    """Focal amplitude k of an azimuthal beam with a phase step, and kz of a radial beam, at unit power.

    Both integrals over theta are elementary in w = sqrt(cos theta):
    of sqrt(cos) sin: (2/3)(1 - w^3); of sqrt(cos) sin^2 they are not, so that one is done numerically.
    """
    sin_alpha = na / index
    cos_alpha = np.sqrt(1 - sin_alpha**2)
    flat = (2 / 3) * (1 - cos_alpha**1.5)
    axial = quad_vec(lambda t: np.sqrt(np.cos(t)) * np.sin(t) ** 2, 0, np.arcsin(sin_alpha), epsabs=1e-15)[0]
    # The angular integral of |sin phi| is 4, that of 1 is 2 pi; the uniform amplitude is 1 / sqrt(pi).
    return 4 * flat / np.sqrt(np.pi) / sin_alpha, TURN * axial / np.sqrt(np.pi) / sin_alpha


def linear_on_axis(na: float, index: float, z):
    """E_x of x polarisation at unit power on the axis, by one elementary integral over w = cos theta."""
    sin_alpha = na / index
    z = np.asarray(z, dtype=float)

    def integrand(w):
        return np.sqrt(w) * (1 + w) * np.exp(1j * TURN * index * w * z)

    value = quad_vec(integrand, np.sqrt(1 - sin_alpha**2), 1.0, epsabs=1e-14, epsrel=0.0)[0]
    return np.sqrt(np.pi) * value / sin_alpha


def linear_by_bessel(na: float, index: float, points):
    """Field (n, 3) of x polarisation at unit power through the three integrals I0, I1, I2.

    Richards and Wolf, Proc. R. Soc. A 253, 358 (1959), Eqs (2.30)-(2.32), for exp(-i w t) and the ray
    direction -(sin theta) e_rho, so that E_z changes sign with respect to a diverging convention.
    """
    x, y, z = np.asarray(points, dtype=float).T
    rho, azimuth = np.hypot(x, y), np.arctan2(y, x)
    sin_alpha, wavenumber = na / index, TURN * index

    def integrand(theta):
        s, c = np.sin(theta), np.cos(theta)
        weight = np.sqrt(c) * s * np.exp(1j * wavenumber * c * z)
        bessel = [jv(order, wavenumber * s * rho) for order in range(3)]
        return weight * np.stack([(1 + c) * bessel[0], s * bessel[1], (1 - c) * bessel[2]])

    i0, i1, i2 = quad_vec(integrand, 0.0, np.arcsin(sin_alpha), epsabs=1e-14, epsrel=0.0, norm="max")[0]
    # The angular integrals of exp(-i q cos(phi - azimuth)) {1, cos phi, cos 2 phi} are
    # 2 pi {J0, -i J1 cos(azimuth), -J2 cos(2 azimuth)}.
    e_x = np.pi * (i0 + i2 * np.cos(2 * azimuth))
    e_y = np.pi * i2 * np.sin(2 * azimuth)
    e_z = -2j * np.pi * i1 * np.cos(azimuth)
    return np.stack([e_x, e_y, e_z], axis=-1) / np.sqrt(np.pi) / sin_alpha
