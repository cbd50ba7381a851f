"""Circular dichroism: a magnet absorbs the two helicities of light differently."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex128, Float64

from optomag.conventions import UP
from optomag.errors import refuse, require_finite_array, require_real
from optomag.magnetism.direction import require_vectors, unit_vectors
from optomag.optics.energy import heat_density

LARGEST_DICHROISM = 2.0
"""Of a magnet that does not absorb one of the helicities at all."""


def dichroic_heat_density(
    E: Any, *, index: Any, wavelength: float, mcd: float = 0.0, magnetization: Any = UP
) -> Float64[Array, "*shape"]:
    """Power that a magnet absorbs per volume, with magnetic circular dichroism.

    Parameters
    ----------
    E : complex array_like, shape (..., 3) [V/m]
        Field inside the medium, time factor exp(-i w t).
    index : complex or array_like
        Refractive index n + i kappa where E is, for linear light; an array must broadcast against the
        shape (...).
    wavelength : float [m]
        Vacuum wavelength.
    mcd : float, default 0
        Dichroism (A+ - A-)/((A+ + A-)/2) of the absorbed powers A+ and A-, of light whose spin is along the
        magnetization and against it, between -2 and 2.
    magnetization : array_like, shape (3,), default +z
        Direction of the magnetization, of any length.

    Returns
    -------
    float64, shape (...) [W/m^3]
        q = (w/2) eps0 Im(n^2) (|E|^2 + (mcd/2) m.(i E x E*)). For mcd = 0 that of `heat_density`.

    Raises
    ------
    InvalidInputError
        As for `heat_density`, and if mcd is out of range or the magnetization no direction.

    Notes
    -----
    In a magnet along the unit vector m, D = eps0 (eps E + i G m x E) to first order in the magnetization.
    Light whose spin i E x E* is along m has i m x E = E and meets eps + G, the other helicity eps - G.
    Poynting's theorem, q = (w/2) eps0 Im(E* . D/eps0), then gives the formula with mcd = 2 Im G/Im eps. For m
    along +z and light towards +z, A+ is that of sigma+, (1, i, 0)/sqrt2; the component of E along m counts as
    linear light. That such a difference explains the window in which helicity decides was shown for GdFeCo
    by A. R. Khorsand et al., Phys. Rev. Lett. 108, 127205 (2012), doi:10.1103/PhysRevLett.108.127205.

    E is the field of the unmagnetised stack, and G changes it too: in a metal film as much as it changes
    the loss. For 20 nm of index 2.9 + 3.6i on glass and Im G/Im eps = 0.01 the absorptances of the two
    helicities differ by -0.4 %, not by 2 %. So give `mcd` as the dichroism of the absorbed power, measured
    or computed for the whole stack; 2 Im G/Im eps is that of thin, weak absorbers only.

    Examples
    --------
    >>> E = 1e6 * np.array([[1.0, 1.0j, 0.0], [1.0, -1.0j, 0.0]]) / np.sqrt(2)
    >>> q = dichroic_heat_density(E, index=2.9 + 3.6j, wavelength=532e-9, mcd=0.02)
    >>> round(float((q[0] - q[1]) / (0.5 * (q[0] + q[1]))), 12)
    0.02
    """
    strength = require_dichroism(mcd)
    axis = require_axis(magnetization)
    if strength == 0.0:
        return heat_density(E, index=index, wavelength=wavelength)
    field = jnp.asarray(require_vectors("E", E)).astype(np.complex128)
    weighted = jnp.tensordot(field, jnp.asarray(_by_helicity(strength, axis)), axes=[[-1], [1]])
    return heat_density(weighted, index=index, wavelength=wavelength)


def require_dichroism(mcd: Any) -> float:
    """Return a dichroism of possible size as a float."""
    strength = require_real("mcd", mcd)
    if abs(strength) > LARGEST_DICHROISM:
        refuse("mcd", "between -2 and 2, (A+ - A-)/((A+ + A-)/2)", mcd, "1.5 % is 0.015.")
    return strength


def require_axis(magnetization: Any) -> Float64[np.ndarray, " 3"]:
    """Return a direction as a unit vector."""
    axis = require_finite_array("magnetization", magnetization, shape="(3,), a direction", ndim=1, last=3)
    if not np.any(axis):
        refuse("magnetization", "a vector of non-zero length", magnetization)
    return unit_vectors(axis)


def _by_helicity(mcd: float, axis: Float64[np.ndarray, " 3"]) -> Complex128[np.ndarray, "3 3"]:
    """What multiplies a field so that |E|^2 counts each helicity about `axis` by what is absorbed of it.

    i m x has the eigenvalues 1, -1 and 0 for light that spins along m, against it, and for the part along m.
    """
    x, y, z = axis
    turn = 1j * np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    along, against = np.sqrt([1 + 0.5 * mcd, 1 - 0.5 * mcd])
    return np.eye(3) + (0.5 * (along + against) - 1) * (turn @ turn) + 0.5 * (along - against) * turn
