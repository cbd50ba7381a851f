"""From the Faraday effect to its inverse: how strongly light magnetises, in A/m and in tesla.

A magnetised transparent medium has D = eps0 (n^2 E + i E x g), so that circular light of spin +1 and -1 along
g sees n^2 - g and n^2 + g, and linear light turns by pi g/(L n) per length, right-handed about g. The same g
is in the mean interaction energy per volume at fixed E,

    U = -Re(E* . D)/4 = ... + (eps0/4) g . (i E x E*).

What makes g therefore feels a force: with g = (L n/pi) V B, the magnetization M = -dU/dB appears; with
g = (L n/pi) theta_F M/Ms, the field B_eff = -dU/dM acts. Both are -eps0 L n/(4 pi) times i E x E* times the
rotation per unit of what causes it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Array, Float64

from optomag.conventions import VACUUM_PERMITTIVITY
from optomag.errors import refuse, require_real
from optomag.magnetism.inverse_faraday import MagneticTerm, induced_magnetization
from optomag.plausible import (
    FARADAY_ROTATION,
    INDEX,
    SATURATION,
    VERDET,
    WAVELENGTH,
    require_plausible,
)


def magneto_optical_constant(verdet: float, *, index: float, wavelength: float) -> float:
    """Constant gamma of M = i gamma E x E*, from a Verdet constant: gamma = -eps0 L n V/(4 pi).

    Parameters
    ----------
    verdet : float [rad/(T m)]
        Verdet constant V. It is positive where a field turns linear light in the sense of the current that
        makes the field (right-handed about B): diamagnets such as glass. Paramagnets such as terbium
        gallium garnet have V < 0.
    index : float
        Refractive index n of the medium.
    wavelength : float [m]
        Vacuum wavelength L at which V and n hold.

    Returns
    -------
    float [A m/V^2]
        To be passed to `induced_magnetization`, whose result is then in A/m. Positive, M along the optical
        spin, for V < 0.

    Raises
    ------
    InvalidInputError
        If a value is not finite, V is zero, or index or wavelength is not > 0.

    Notes
    -----
    P. S. Pershan, J. P. van der Ziel and L. D. Malmstrom, Phys. Rev. 143, 574 (1966),
    doi:10.1103/PhysRev.143.574. In a circular beam of intensity I it is |M| = V L I/(2 pi c).

    The linear, local, instantaneous model. It needs a medium without losses: Faraday and inverse Faraday
    constants differ as soon as light is absorbed (M. Battiato, G. Barbalinardo and P. M. Oppeneer, Phys.
    Rev. B 89, 014413 (2014), doi:10.1103/PhysRevB.89.014413). V is measured in equilibrium: the part of a
    paramagnet's V that comes from the thermal population of its levels cannot follow a pulse that is
    shorter than their relaxation.

    Examples
    --------
    >>> gamma = magneto_optical_constant(-36.4, index=1.944, wavelength=1053e-9)
    >>> round(gamma * 1e17, 3)
    5.25
    """
    if require_real("verdet", verdet) == 0:
        refuse("verdet", "different from zero", verdet)
    verdet = require_plausible(VERDET, "verdet", verdet, above=None)
    return _strength(verdet, index, wavelength)


def effective_field(
    E: Any,
    *,
    faraday_rotation: float,
    saturation_magnetization: float,
    index: float,
    wavelength: float,
    magnetic: MagneticTerm | None = None,
) -> Float64[Array, "*shape 3"]:
    """Magnetic field that light exerts on an ordered magnet, B_eff = -eps0 L n theta_F/(4 pi Ms) i E x E*.

    Parameters
    ----------
    E : complex array_like, shape (..., 3) [V/m]
        Complex amplitude of the field inside the magnet, time factor exp(-i w t).
    faraday_rotation : float [rad/m]
        Rotation theta_F per length of the saturated magnet, light along M; positive where linear light is
        turned right-handed about M.
    saturation_magnetization : float [A/m]
        Ms.
    index : float
        Refractive index n of the magnet (of a weakly absorbing one, its real part).
    wavelength : float [m]
        Vacuum wavelength L.
    magnetic : MagneticTerm, optional
        What the magnetic field of light adds to i E x E*, as for `induced_magnetization`.

    Returns
    -------
    float64, shape (..., 3) [T]
        Along the optical spin for theta_F < 0, against it for theta_F > 0. In a circular beam of intensity
        I its length is L |theta_F| I/(2 pi c Ms); linear light gives none.

    Raises
    ------
    InvalidInputError
        If the last axis of E does not hold three components, a value is not finite, theta_F is zero, or
        Ms, n or L is not > 0.

    Notes
    -----
    Energy -M . B_eff per volume; it acts while the light lasts (the linear, local, instantaneous model, with
    the magnet's losses, heating and circular dichroism left out; see `magneto_optical_constant`). In metals
    take it as an order of magnitude.

    Examples
    --------
    >>> E = 1e8 * np.array([1.0, 1.0j, 0.0]) / np.sqrt(2)
    >>> B = effective_field(
    ...     E, faraday_rotation=-4.0e5, saturation_magnetization=1.4e5, index=2.5, wavelength=532e-9
    ... )
    >>> round(float(B[2]), 4)
    0.0268
    """
    if require_real("faraday_rotation", faraday_rotation) == 0:
        refuse("faraday_rotation", "different from zero", faraday_rotation)
    rotation = require_plausible(FARADAY_ROTATION, "faraday_rotation", faraday_rotation, above=None)
    saturation = require_plausible(SATURATION, "saturation_magnetization", saturation_magnetization)
    strength = _strength(rotation / saturation, index, wavelength)
    return induced_magnetization(E, strength, magnetic=magnetic)


def _strength(rotation_per_cause: float, index: float, wavelength: float) -> float:
    n = require_plausible(INDEX, "index", index)
    vacuum_wavelength = require_plausible(WAVELENGTH, "wavelength", wavelength)
    return -VACUUM_PERMITTIVITY * vacuum_wavelength * n * rotation_per_cause / (4 * np.pi)
