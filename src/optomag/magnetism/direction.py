"""Directions of magnetization: checked, of length 1, and the angle between two of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64

from optomag.errors import InvalidInputError, dimensions, require_finite_array


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
    # Reductions along an axis of three elements are several times slower than this.
    x, y, z = np.moveaxis(np.abs(vectors), -1, 0)
    scaled = vectors / np.maximum(np.maximum(x, y), z)[..., None]
    return scaled / np.sqrt(np.einsum("...i,...i", scaled, scaled))[..., None]


def require_direction(direction: Any) -> Float64[np.ndarray, "*shape 3"]:
    """Return directions (..., 3) as finite float64 vectors of non-zero length, not normalised."""
    array = require_finite_array(
        "direction", direction, shape="(..., 3)", ndim=max(1, dimensions(direction)), last=3
    )
    if not np.all(np.any(array, axis=-1)):
        raise InvalidInputError("direction must be a vector of non-zero length; got a zero vector.")
    return array


def angle_between(first: Any, second: Any) -> Float64[np.ndarray, "*shape"]:
    """Angle between vectors along the last axis, exact for small angles too.

    Parameters
    ----------
    first, second : array_like, shapes (..., 3) that broadcast

    Returns
    -------
    float64, shape (...) [rad]
        arctan2(|a x b|, a.b).

    Examples
    --------
    >>> float(angle_between([1.0, 0.0, 0.0], [1.0, 1e-12, 0.0]))
    1e-12
    """
    a, b = np.asarray(first), np.asarray(second)
    return np.asarray(np.arctan2(np.linalg.norm(np.cross(a, b), axis=-1), np.sum(a * b, axis=-1)))
