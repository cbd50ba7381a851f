"""The inverse Faraday effect: light that spins magnetises."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax.core import Tracer
from jaxtyping import Array, Float, Float64, Inexact

from optomag.errors import refuse, require_real


def induced_magnetization(E: Any, gamma: float | Float[Array, ""] = 1.0) -> Float[Array, "*shape 3"]:
    """Magnetization that light induces, M = i gamma E x E*.

    Parameters
    ----------
    E : complex array_like, shape (..., 3) [V/m]
        Complex amplitude of the field, time factor exp(-i w t).
    gamma : float, default 1 [A m/V^2 for M in A/m]
        Magneto-optical constant.

    Returns
    -------
    float64, shape (..., 3)
        M = 2 gamma Re(E) x Im(E), real by construction. With gamma > 0 it points along the optical spin.

    Raises
    ------
    InvalidInputError
        If the last axis does not hold three components, a value is not finite, or gamma is no real number.

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
    field = _require_vectors("E", E)
    if not isinstance(gamma, Tracer):
        gamma = require_real("gamma", gamma)
    return 2 * gamma * jnp.cross(field.real, field.imag)


def similarity(first: Any, second: Any) -> Float64[Array, "*shape"]:
    """Cosine of the angle between two magnetizations, along the last axis.

    Parameters
    ----------
    first, second : array_like, shapes (..., 3) that broadcast

    Returns
    -------
    float64, shape (...)
        Sm = a.b/(|a| |b|), as defined in arXiv:2103.13592, section 3. It is blind to the length: a design
        can reach Sm = 1 while |M| vanishes, so report |M| beside it. NaN where a vector is zero.

    Raises
    ------
    InvalidInputError
        If the last axes do not hold three components, the shapes do not broadcast, or a value is complex.

    Examples
    --------
    >>> round(float(similarity([-0.559, -0.479, -0.560], [-0.570, -0.475, -0.546])), 4)
    0.9998
    """
    a, b = _require_vectors("first", first), _require_vectors("second", second)
    if jnp.iscomplexobj(a) or jnp.iscomplexobj(b):
        refuse("magnetizations", "real", "complex values")
    try:
        jnp.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        refuse("magnetizations", "of shapes that broadcast", f"shapes {a.shape} and {b.shape}")
    a, b = jnp.broadcast_arrays(a.astype(jnp.float64), b.astype(jnp.float64))
    lengths = jnp.linalg.norm(a, axis=-1) * jnp.linalg.norm(b, axis=-1)
    return jnp.sum(a * b, axis=-1) / lengths


def _require_vectors(name: str, value: Any) -> Inexact[Array, "*shape 3"]:
    rule = "vectors with a last axis of length 3"
    try:
        array = jnp.asarray(value)
    except (TypeError, ValueError):
        refuse(name, rule, value)
    if array.ndim == 0 or array.shape[-1] != 3 or array.size == 0:
        refuse(name, rule, f"an array of shape {array.shape}")
    if not isinstance(array, Tracer) and not bool(jnp.all(jnp.isfinite(array))):
        refuse(name, "finite", "values that are NaN or infinite")
    return array if jnp.issubdtype(array.dtype, jnp.inexact) else array.astype(jnp.float64)
