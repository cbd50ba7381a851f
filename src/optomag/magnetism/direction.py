"""Directions of magnetization: checked, of length 1, and the angle between two of them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jax.errors import TracerArrayConversionError
from jaxtyping import Float64

from optomag.conventions import double_precision
from optomag.errors import InvalidInputError, dimensions, refuse, require_finite_array, require_unmasked

double_precision()  # no lens is needed here, nor where this is imported


def unit_vectors(vectors: Float64[np.ndarray, "*shape 3"]) -> Float64[np.ndarray, "*shape 3"]:
    """Divide vectors by their lengths.

    Parameters
    ----------
    vectors : float64, shape (..., 3)
        Finite, none of them zero.

    Returns
    -------
    float64, shape (..., 3)
        Scaled by the largest component first, whose square could not be held if it were huge or tiny.

    Examples
    --------
    >>> unit_vectors(np.array([[0.0, 3e200, 4e200], [0.0, 0.0, -5e-324]])).tolist()
    [[0.0, 0.6, 0.8], [0.0, 0.0, -1.0]]
    """
    scaled = vectors / _largest(np, vectors)[..., None]
    return scaled / np.sqrt(np.einsum("...i,...i", scaled, scaled))[..., None]


def direction_of(azimuth: Any, polar: Any) -> np.ndarray:
    """Unit vectors (..., 3) of azimuth and polar angle [rad], the paper's M(azimuth, polar).

    Examples
    --------
    >>> direction_of(0.5 * np.pi, 0.5 * np.pi).round(12).tolist()
    [0.0, 1.0, 0.0]
    """
    azimuth, polar = np.broadcast_arrays(azimuth, polar)
    return np.stack(
        [np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), np.cos(polar)], axis=-1
    )


def require_direction(direction: Any) -> Float64[np.ndarray, "*shape 3"]:
    """Return directions (..., 3) as finite float64 vectors of non-zero length, not normalised."""
    array = require_finite_array(
        "direction", direction, shape="(..., 3)", ndim=max(1, dimensions(direction)), last=3
    )
    if not np.all(np.any(array, axis=-1)):
        raise InvalidInputError("direction must be a vector of non-zero length; got a zero vector.")
    return array


def require_vectors(name: str, value: Any) -> np.ndarray | jax.Array:
    """Return an array (..., 3) of finite numbers, complex ones too; one that JAX traces as it is, unread."""
    rule = "vectors with a last axis of length 3"
    require_unmasked(name, value)
    try:
        array = value if isinstance(value, Tracer) else _array(value)
    except Exception:  # ragged, or an object whose own __array__ raises anything
        refuse(name, rule, value)
    if array.dtype.kind not in "biufc":
        refuse(name, rule, value)
    if array.dtype.kind == "b":
        array = array.astype(np.float64)
    if array.ndim == 0 or array.shape[-1] != 3 or array.size == 0:
        refuse(name, rule, f"an array of shape {array.shape}")
    if not isinstance(array, Tracer) and not np.all(np.isfinite(array)):
        refuse(name, "finite", "values that are NaN or infinite")
    return array


def comparable(first: Any, second: Any) -> tuple[ModuleType, Any, Any]:
    """Two real vector arrays in float64, each vector over its largest component, so that squares can be held.

    Parameters
    ----------
    first, second : array_like, shapes (..., 3) that broadcast
        Of any length that a float can hold, in any precision, integers too; may be traced by JAX.

    Returns
    -------
    module, array, array
        `jax.numpy` where one of them is traced, else `numpy`; the vectors, NaN for zero vectors. Under JAX
        the divisor is no part of the gradient, which is right for all that is blind to lengths.

    Raises
    ------
    InvalidInputError
        If the last axes do not hold three finite real components, or the shapes do not broadcast.
    """
    a, b = require_vectors("first", first), require_vectors("second", second)
    if np.iscomplexobj(a) or np.iscomplexobj(b):
        refuse("magnetizations", "real", "complex values")
    try:
        np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        refuse("magnetizations", "of shapes that broadcast", f"shapes {a.shape} and {b.shape}")
    xp = jnp if isinstance(a, Tracer) or isinstance(b, Tracer) else np
    a, b = xp.broadcast_arrays(_of_order_one(xp, a), _of_order_one(xp, b))
    return xp, a, b


def angle_between(first: Any, second: Any) -> np.ndarray | jax.Array:
    """Angle between vectors along the last axis, exact for small angles and for vectors of every length.

    Parameters
    ----------
    first, second : array_like, shapes (..., 3) that broadcast
        Of any length that a float can hold, in any precision; may be traced by JAX, whose compiled
        code holds components of 1e-307 to 4e307.

    Returns
    -------
    float64, shape (...) [rad]
        arctan2(|a x b|, a.b), to 1e-15; NaN where a vector is zero and has no direction.

    Raises
    ------
    InvalidInputError
        If the last axes do not hold three finite real components, or the shapes do not broadcast.

    Examples
    --------
    >>> float(angle_between([1.0, 0.0, 0.0], [1.0, 1e-12, 0.0]))
    1e-12
    >>> float(angle_between([0.0, 0.0, 0.0], [0.0, 0.0, 1.0]))
    nan
    """
    return _angle(*comparable(first, second))


def angle_error(written: Any, wanted: Any) -> np.ndarray | jax.Array:
    """Angle between what is written and what is wanted; a right one where nothing is written.

    Parameters
    ----------
    written : array_like, shape (..., 3)
        Magnetization. The paper's similarity of a spot that stays dark is 0: the angle is pi/2.
    wanted : array_like, shape (..., 3) that broadcasts
        Directions of any length.

    Returns
    -------
    float64, shape (...) [rad]
        As `angle_between`; NaN where no direction is wanted.

    Raises
    ------
    InvalidInputError
        As `angle_between`.

    Examples
    --------
    >>> [round(float(angle), 3) for angle in angle_error([[0, 0, 0], [0, 2, 0]], [0, 0, 1])]
    [1.571, 1.571]
    >>> float(angle_error([0, 0, 0], [0, 0, 0]))
    nan
    """
    xp, a, b = comparable(written, wanted)
    dark = xp.isnan(a[..., 0]) & ~xp.isnan(b[..., 0])
    return xp.where(dark, 0.5 * xp.pi, _angle(xp, a, b))


def _angle(xp: ModuleType, a: Any, b: Any) -> Any:
    return xp.asarray(xp.arctan2(xp.linalg.norm(xp.cross(a, b), axis=-1), xp.sum(a * b, axis=-1)))


def _array(value: Any) -> np.ndarray | jax.Array:
    try:
        return np.asarray(value)
    except TracerArrayConversionError:  # a list of numbers that JAX traces
        return jnp.asarray(value)


def _of_order_one(xp: ModuleType, vectors: Any) -> Any:
    vectors = xp.asarray(vectors, dtype=xp.float64)
    largest = _largest(xp, vectors)
    largest = xp.where(largest > 0, largest, xp.nan)[..., None]
    return vectors / (largest if xp is np else jax.lax.stop_gradient(largest))


def _largest(xp: ModuleType, vectors: Any) -> Any:
    """Largest |component| of each vector; reductions along an axis of three are several times slower."""
    x, y, z = xp.moveaxis(xp.abs(vectors), -1, 0)
    return xp.maximum(xp.maximum(x, y), z)
