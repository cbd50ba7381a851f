"""The spin of light: what magnetises, in units of angular momentum."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Array, Float64

from optomag.conventions import SPEED_OF_LIGHT, VACUUM_PERMITTIVITY
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.plausible import WAVELENGTH, require_plausible


def spin_density(E: Any, *, wavelength: float) -> Float64[Array, "*shape 3"]:
    """Spin angular momentum of light per volume, s = (eps0/2w) Im(E* x E) = (eps0/2w) i E x E*.

    Parameters
    ----------
    E : complex array_like, shape (..., 3) [V/m]
        Complex amplitude of the field, time factor exp(-i w t).
    wavelength : float [m]
        Vacuum wavelength, w = 2 pi c/wavelength.

    Returns
    -------
    float64, shape (..., 3) [J s/m^3]
        Averaged over a period of the light.

    Raises
    ------
    InvalidInputError
        If the last axis of E does not hold three components, a value is not finite, or the wavelength is
        not > 0.

    Notes
    -----
    The mean of eps0 E x A, with A = E/(i w) the vector potential of a monochromatic field without charges:
    Noether's spin of the standard Lagrangian (K. Y. Bliokh, A. Y. Bekshaev and F. Nori, New J. Phys. 15,
    033026 (2013), doi:10.1088/1367-2630/15/3/033026). A circular plane wave of energy density
    u = eps0 |E|^2/2 has s = u/w: hbar for each photon. The dual-symmetric form of the same paper is half
    of this plus half of the same expression with the magnetic field; the two agree in plane waves and in
    the total, not point by point in a focus. Here it is the electric one, which matter feels and which
    induces M.

    It is the spin of the field alone: in a transparent medium of index n the charges' share makes it n^2
    times as large.

    Examples
    --------
    >>> E = 1e9 * np.array([1.0, 1.0j, 0.0]) / np.sqrt(2)
    >>> s = spin_density(E, wavelength=532e-9)
    >>> f"{float(s[2]):.4g}"
    '1.25e-09'
    """
    angular_frequency = 2 * np.pi * SPEED_OF_LIGHT / require_plausible(WAVELENGTH, "wavelength", wavelength)
    return induced_magnetization(E, VACUUM_PERMITTIVITY / (2 * angular_frequency))
