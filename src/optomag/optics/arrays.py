"""Arrays that pass between modules: how their kinds are named, and how they are brought to equal ranks.

Shapes are written where an array is passed, with the same letters everywhere: "n 3" for vectors at points,
"nx ny nz 3" for those on a grid, "*shape 3" for either and for batches of them, "N N 2" for pixel maps.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex, Float64

AnyArray = np.ndarray | Array
"""An array of NumPy or, where it may be traced, of JAX."""

PupilCoordinate = Float64[np.ndarray, "*pupil"]
"""Radius or azimuth of pupil points."""

PupilAmplitude = Complex[np.ndarray, "*#pupil"] | Float64[np.ndarray, "*#pupil"]
"""A component of a pupil field, or a transmission, that broadcasts against the pupil points."""


def in_jax(arrays: Any) -> Any:
    """Arrays of NumPy, or a pytree of them, in JAX by a copy alone; others as they are.

    `jnp.asarray` compiles a copy for each new shape, which takes longer than small arrays are worth.
    """
    return jax.device_put(arrays)


def expanded(array: jax.Array, ndim: int) -> jax.Array:
    """The array with leading axes of length 1 up to `ndim` axes, as batches need it: JAX adds none itself."""
    return array if array.ndim == ndim else jnp.expand_dims(array, tuple(range(ndim - array.ndim)))


def add(parts: Iterable[jax.Array]) -> jax.Array:
    """Sum of one or more arrays, some of which may lack leading batch axes."""
    arrays = list(parts)
    ndim = max(array.ndim for array in arrays)
    return reduce(operator.add, (expanded(array, ndim) for array in arrays))


def product(first: Any, second: Any) -> Any:
    """The product of weights, maps and factors, complex before JAX would have to choose."""
    if isinstance(first, jax.Array) or isinstance(second, jax.Array):
        return jnp.asarray(first, jnp.complex128) * jnp.asarray(second, jnp.complex128)
    return first * second
