"""The paper's four beams at the focus: forward, backward and best, in closed form.

E(0) = (-i a k, k (b1 + i b2), kz c) for the weights a = E_ax, b1 = E_ay1, b2 = E_ay2, c = E_rho, so that

    M(0) = 2 (-k kz b2 c, -k kz a c, k^2 a b1)      (gamma = 1, unit power, dimensionless field).

Every component but M_x needs a, and every component but M_z needs c: on the great circle m_y = 0 one of the
two must vanish, and with it everything but the four points +-x and +-z. No four real weights write the other
directions of that circle, and next to it |M| falls to zero in proportion to |m_y|.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from optomag.errors import dimensions, refuse, require_finite_array, require_real
from optomag.magnetism.direction import require_direction, unit_vectors
from optomag.optics.objective import Objective
from optomag.quadrature import gauss_legendre

RIM = 1e-14
"""Discriminant that counts as zero."""


def focal_amplitudes(lens: Objective) -> tuple[float, float]:
    """Focal field (k, kz) of a stepped azimuthal beam and of the radial beam, each of unit power.

    k = (4/(sqrt(pi) h)) * integral of a sin theta dtheta, kz = (2 sqrt(pi)/h) * integral of
    a sin^2 theta dtheta, from 0 to alpha, with the amplitude a and the rim height h of the lens; for an
    aplanatic lens k = 8 (1 - cos^(3/2) alpha)/(3 sqrt(pi) sin alpha).

    Examples
    --------
    >>> k, kz = focal_amplitudes(Objective(na=0.95, wavelength=532e-9))
    >>> round(k * k, 3), round(kz * kz, 3)
    (1.709, 1.859)
    """
    nodes, weights = gauss_legendre(128)
    theta, weights = 0.5 * lens.alpha * (nodes + 1), 0.5 * lens.alpha * weights
    cone = weights * lens.apodization.amplitude(theta) * np.sin(theta) / lens.rim
    return float(4 / np.sqrt(np.pi) * cone.sum()), float(2 * np.sqrt(np.pi) * (cone @ np.sin(theta)))


def four_beam_magnetization(weights: Any, lens: Objective) -> jax.Array:
    """Magnetization at the focus of the four beams.

    Parameters
    ----------
    weights : float array_like, shape (..., 4)
        (E_ax, E_ay1, E_ay2, E_rho). May be traced by JAX.
    lens : Objective

    Returns
    -------
    float64, shape (..., 3)
        M(0) for gamma = 1 and the dimensionless field of unit power.

    Raises
    ------
    InvalidInputError
        If the weights are not finite numbers of shape (..., 4).

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> [round(float(m), 3) for m in four_beam_magnetization([0.398, -0.611, 0.467, 0.5006], lens)]
    [-0.833, -0.71, -0.831]
    """
    k, kz = focal_amplitudes(lens)
    if not isinstance(weights, Tracer):
        ndim = max(1, dimensions(weights))
        weights = require_finite_array("weights", weights, shape="(..., 4)", ndim=ndim, last=4)
    a, b1, b2, c = jnp.moveaxis(jnp.asarray(weights, dtype=jnp.float64), -1, 0)
    return 2 * jnp.stack([-k * kz * b2 * c, -k * kz * a * c, k * k * a * b1], axis=-1)


def weights_with_fixed_radial(magnetization: Any, lens: Objective, *, e_rho: float = 1.0) -> np.ndarray:
    """Weights that write a magnetization exactly when the radial weight is given.

    a = -My/(2 k kz c), b2 = -Mx/(2 k kz c), b1 = Mz/(2 k^2 a): one solution, with a pole at My = 0.

    Parameters
    ----------
    magnetization : array_like, shape (..., 3)
        M(0) for gamma = 1 and the dimensionless field; not scaled to any power.
    lens : Objective
    e_rho : float, default 1
        Radial weight c, not zero.

    Returns
    -------
    float64, shape (..., 4)
        (E_ax, E_ay1, E_ay2, E_rho); NaN where My = 0 and Mz != 0, which no weights can write.
    """
    target = require_finite_array(
        "magnetization", magnetization, shape="(..., 3)", ndim=max(1, dimensions(magnetization)), last=3
    )
    c = require_real("e_rho", e_rho)
    if c == 0:
        refuse("e_rho", "different from zero", e_rho)
    k, kz = focal_amplitudes(lens)
    mx, my, mz = np.moveaxis(target, -1, 0)
    a = -my / (2 * k * kz * c)
    b2 = -mx / (2 * k * kz * c)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        b1 = np.where(mz == 0, 0.0, np.where(a == 0, np.nan, mz / (2 * k * k * a)))
    return np.stack([a, b1, b2, np.broadcast_to(c, a.shape)], axis=-1)


def weights_with_unit_sum(magnetization: Any, lens: Objective) -> np.ndarray:
    """Both sets of weights of unit power that write a magnetization exactly.

    With p = Mx/(2 k kz), q = My/(2 k kz), s = Mz/(2 k^2) the unit sum asks for
    (1 + s^2/q^2) c^4 - c^2 + p^2 + q^2 = 0: two roots for c^2, equal on the rim of what can be reached.

    Parameters
    ----------
    magnetization : array_like, shape (..., 3)
        M(0) for gamma = 1, the dimensionless field and unit power.
    lens : Objective

    Returns
    -------
    float64, shape (2, ..., 4)
        (E_ax, E_ay1, E_ay2, E_rho) for the larger and the smaller root, with E_rho > 0; NaN where My = 0
        or |M| is larger than unit power can write in that direction.
    """
    target = require_finite_array(
        "magnetization", magnetization, shape="(..., 3)", ndim=max(1, dimensions(magnetization)), last=3
    )
    k, kz = focal_amplitudes(lens)
    p, q, s = np.moveaxis(target / (2 * k * np.array([kz, kz, k])), -1, 0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        quadratic = 1 + (s / q) ** 2
        constant = p**2 + q**2
        discriminant = 1 - 4 * quadratic * constant
        # On the rim of what can be reached both roots are one, up to rounding.
        root = np.sqrt(np.where(np.abs(discriminant) < RIM, 0.0, discriminant))
        # Vieta for the smaller root: the difference 1 - root would cancel.
        larger = (1 + root) / (2 * quadratic)
        c = np.sqrt(np.stack([larger, constant / (quadratic * larger)]))
        return np.stack([-q / c, -s * c / q, -p / c, c], axis=-1)


def best_four_beam_weights(direction: Any, lens: Objective) -> np.ndarray:
    """Weights of unit power that write the largest |M| along a direction.

    Parameters
    ----------
    direction : array_like, shape (..., 3)
        Directions of any non-zero length.
    lens : Objective

    Returns
    -------
    float64, shape (..., 4)
        (E_ax, E_ay1, E_ay2, E_rho). The length they write is `best_four_beam_length`: zero for m_y = 0
        unless the direction is +-x or +-z.

    Raises
    ------
    InvalidInputError
        If a direction is not finite or has zero length.

    Notes
    -----
    With r = kz/k, h = |(mx, my)|, g = |(my, r mz)|: a = my/(sqrt2 h), b2 = mx/(sqrt2 h),
    c = -|my|/(sqrt2 g), b1 = sign(my) r mz/(sqrt2 g).
    """
    m, h, g, r = _four_beam_geometry(direction, lens)
    mx, my, mz = np.moveaxis(m, -1, 0)
    sign = np.where(my < 0, -1.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b2 = np.where(h > 0, my / h, 1.0), np.where(h > 0, mx / h, 0.0)
        c, b1 = np.where(g > 0, -np.abs(my) / g, -1.0), np.where(g > 0, sign * r * mz / g, 0.0)
    return np.stack([a, b1, b2, c], axis=-1) / np.sqrt(2)


def best_four_beam_length(direction: Any, lens: Objective) -> np.ndarray:
    """Largest |M(0)| that four real beams of unit power write along a direction, shape (...).

    k kz |my|/(|(mx, my)| |(my, r mz)|) for unit m: zero on the great circle m_y = 0 but for +-x and +-z.
    """
    m, h, g, _ = _four_beam_geometry(direction, lens)
    k, kz = focal_amplitudes(lens)
    my = np.abs(m[..., 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(h == 0, k * k, np.where(g == 0, k * kz, k * kz * my / (h * g))))


def _four_beam_geometry(direction: Any, lens: Objective) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    m = unit_vectors(require_direction(direction))
    k, kz = focal_amplitudes(lens)
    r = kz / k
    across = np.asarray(np.hypot(m[..., 0], m[..., 1]))
    return m, across, np.asarray(np.hypot(m[..., 1], r * m[..., 2])), r
