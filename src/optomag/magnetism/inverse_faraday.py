"""The inverse Faraday effect: light that spins magnetises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float, Float64

from optomag.conventions import VACUUM_IMPEDANCE
from optomag.displayed import Displayed
from optomag.errors import refuse, require_real
from optomag.magnetism.direction import comparable, require_vectors
from optomag.optics.arrays import in_jax
from optomag.plausible import INDEX, require_plausible


@dataclass(frozen=True, eq=False, kw_only=True)
class MagneticTerm(Displayed):
    """What the magnetic field of light adds to the inverse Faraday effect: chi (Z0/n)^2 H x H* beside E x E*.

    Parameters
    ----------
    H : complex array_like, shape (..., 3) [A/m]
        Complex amplitude where E is, as `magnetic_field` gives it.
    chi : float
        Part of the magnetic term over the electric one in a plane wave, where (Z0/n)^2 H x H* = E x E*.
    index : float, default 1
        Refractive index n of the medium.

    Raises
    ------
    InvalidInputError
        If the last axis of H does not hold three components, a value is not finite, chi is no real number, or
        the index is not > 0.

    Notes
    -----
    The Zeeman energy of the magnetization in the magnetic field of light gives a torque of second order in
    H that turns with the helicity (B. Assouline and A. Capua, Phys. Rev. Research 6, 013012 (2024)). The
    same authors attribute some 17 % of the Verdet constant of terbium gallium garnet at 800 nm to it (Sci.
    Rep. (2025), doi:10.1038/s41598-025-24492-9). A measured constant contains both parts: if the magnetic one
    is the share f, the electric one is (1 - f) of the constant and chi = f/(1 - f), 0.205 for 17 %.

    The form is the only axial vector of second order that an isotropic medium allows; strength and sign are
    the user's. In a focus the two terms differ point by point: on the axis of a radially polarised vortex the
    magnetic one is 2.1 times as strong at NA 0.95, of an azimuthally polarised one 0.47 times.

    Examples
    --------
    >>> E = np.array([1.0, 1.0j, 0.0])
    >>> H = -1j * E / VACUUM_IMPEDANCE
    >>> induced_magnetization(E, magnetic=MagneticTerm(H=H, chi=0.25)).round(12).tolist()
    [0.0, 0.0, 2.5]
    """

    H: Any
    chi: float
    index: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "H", self.H if _on_accelerator(self.H) else require_vectors("H", self.H))
        object.__setattr__(self, "chi", require_real("chi", self.chi))
        object.__setattr__(self, "index", require_plausible(INDEX, "index", self.index))


def induced_magnetization(
    E: Any, gamma: float | Float[Array, ""] = 1.0, *, magnetic: MagneticTerm | None = None
) -> Float[Array, "*shape 3"]:
    """Magnetization that light induces, M = i gamma E x E*.

    Parameters
    ----------
    E : complex array_like, shape (..., 3) [V/m]
        Complex amplitude of the field, time factor exp(-i w t).
    gamma : float, default 1 [A m/V^2 for M in A/m]
        Magneto-optical constant, such as `material.gamma(lens.wavelength)`.
    magnetic : MagneticTerm, optional
        What the magnetic field of light adds: M = i gamma (E x E* + chi (Z0/n)^2 H x H*).

    Returns
    -------
    float64, shape (..., 3) [A/m, or the unit of E^2 for gamma = 1]
        M = 2 gamma Re(E) x Im(E), real by construction. With gamma > 0 it points along the optical spin.

    Raises
    ------
    InvalidInputError
        If the last axis does not hold three components, a value is not finite, gamma is no real number, or
        the magnetic term is none or of another shape.

    Notes
    -----
    P. S. Pershan, J. P. van der Ziel and L. D. Malmstrom, Phys. Rev. 143, 574 (1966),
    doi:10.1103/PhysRev.143.574; eq. (3) of arXiv:2103.13592. The linear, local, instantaneous model of a
    transparent isotropic medium: no saturation, no demagnetisation, no dynamics.

    Examples
    --------
    >>> induced_magnetization([1.0, 1.0j, 0.0]).tolist()
    [0.0, 0.0, 2.0]
    """
    field = E if _on_accelerator(E) else require_vectors("E", E)
    if not isinstance(gamma, Tracer):
        gamma = require_real("gamma", gamma)
    # What lies in the processor's memory is multiplied there: JAX would compile for each new shape.
    here = isinstance(field, np.ndarray) and not isinstance(gamma, Tracer)
    if magnetic is not None:
        if not isinstance(magnetic, MagneticTerm):
            refuse("magnetic", "an optomag MagneticTerm", magnetic)
        here = here and isinstance(magnetic.H, np.ndarray)
    xp: Any = np if here else jnp
    spin = _spin(field, xp)
    if magnetic is not None:
        if np.shape(magnetic.H) != spin.shape:
            refuse("H of the magnetic term", f"of the shape of E, {spin.shape}", np.shape(magnetic.H))
        spin = spin + magnetic.chi * (VACUUM_IMPEDANCE / magnetic.index) ** 2 * _spin(magnetic.H, xp).astype(
            spin.dtype
        )
    return in_jax(2 * gamma * spin)


def similarity(first: Any, second: Any) -> Float64[Array, "*shape"]:
    """Cosine of the angle between two magnetizations, along the last axis.

    Parameters
    ----------
    first, second : array_like, shapes (..., 3) that broadcast
        Of any length that a float can hold, in any precision; computed in float64.

    Returns
    -------
    float64, shape (...)
        Sm = a.b/(|a| |b|), as defined in arXiv:2103.13592, section 3. It is blind to the length: a design
        can reach Sm = 1 while |M| vanishes, so report |M| beside it. NaN where a vector is zero.

    Raises
    ------
    InvalidInputError
        If the last axes do not hold three components, the shapes do not broadcast, or a value is complex or
        not finite.

    Examples
    --------
    >>> round(float(similarity([-0.559, -0.479, -0.560], [-0.570, -0.475, -0.546])), 4)
    0.9998
    """
    xp, a, b = comparable(first, second)
    squares = xp.sum(a * a, axis=-1) * xp.sum(b * b, axis=-1)
    # Not the product of two roots: sqrt(x^2) is x to the last digit, a vector is like itself by exactly 1.
    return jnp.asarray(xp.sum(a * b, axis=-1) / xp.sqrt(squares))


def _spin(field: Any, xp: Any) -> Any:
    """Re(E) x Im(E), half of i E x E*."""
    (ax, ay, az), (bx, by, bz) = (xp.moveaxis(part, -1, 0) for part in (xp.real(field), xp.imag(field)))
    return xp.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=-1)


def _on_accelerator(value: Any) -> bool:
    """Whether a value is vectors in an accelerator's memory, where they are to stay, unchecked for NaN."""
    if not isinstance(value, jax.Array) or isinstance(value, Tracer):
        return False
    away = any(device.platform != "cpu" for device in value.devices())
    return away and value.ndim > 0 and value.shape[-1] == 3 and value.size > 0
