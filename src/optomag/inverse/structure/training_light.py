"""How much light phases bring to the spots of an array: the model through which their network is trained.

The pupil of uniform amplitude on the waves of a stock of arrays, in single precision and with derivatives.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex64, Float32

from optomag.inverse.structure.training_arrays import LENS, Arrays
from optomag.learning.spot_network import SpotNetwork, pairs_of
from optomag.optics.coupling import focal_coupling

ONE_DIRECTION, OPPOSITE_DIRECTIONS = 0.18, 0.17
"""Shares of arrays with one direction for all spots, and with one and its opposite; the others have random
ones."""

LEAST_LIGHT = 1e-3
"""Added to |p_n|^2 over its mean: dark spots must not be all that the loss sees."""

TINY = 1e-9
"""Keeps derivatives finite where light or a distance vanishes."""


class Stock(NamedTuple):
    """Arrays, and the waves of their pupil: wave vectors, cosine and sine of phi and of theta, |u| dOmega."""

    places: Float32[Array, "count n 3"]
    here: Float32[Array, "count n"]
    coupling: Complex64[Array, "count n n 3 3"]
    wave: Float32[Array, "3 w"]
    angles: Float32[Array, "4 w"]
    size: Float32[Array, " w"]

    @classmethod
    def of(cls, arrays: Arrays) -> Stock:
        """On the device."""
        theta, phi, across, size = arrays.nodes
        cos, sin, axial = np.cos(phi), np.sin(phi), np.cos(theta)
        wave = LENS.wavenumber * LENS.wavelength * np.stack([-across * cos, -across * sin, axial])
        numbers = (wave, np.stack([cos, sin, axial, across]), size)
        return cls(
            *(jnp.asarray(part) for part in arrays[:3]),
            *(jnp.asarray(part, jnp.float32) for part in numbers),
        )


def logarithms(
    network: SpotNetwork, array: tuple[Any, Any, Any], m: Any, start: Any, stock: Stock
) -> Float32[Array, " looks"]:
    """log of the harmonic mean of |p_n|^2 over what spots far apart get, of each proposal."""
    places, here, coupling = array
    gx, gz = focal_coupling(LENS)
    G = np.array([[gx, gx, gz]], np.float32)
    F = cheapest_states(m, G) * here[:, None]
    dual = F / G
    square = jnp.sum((F * dual.conj()).real, axis=-1)
    pairs_coupling = jnp.einsum("ni,nmij,mj->nm", dual.conj(), coupling, dual)
    away = places[:, None] - places[None]
    distance = jnp.sqrt(jnp.sum(away**2, axis=-1) + TINY) * np.float32(LENS.na)
    phase = places @ stock.wave
    cos, sin = jnp.cos(phase), jnp.sin(phase)

    @jax.checkpoint
    def look(weighted: Any) -> Any:
        fields = flat_field(dual * weighted[:, None], cos, sin, stock)
        return jnp.sum(dual.conj() * fields, axis=-1) / (square + (1 - here))

    pairs = pairs_of(pairs_coupling, distance, here, jnp)
    count = jnp.sum(here)

    def logarithm(light: Any) -> Any:
        intensity = light.real**2 + light.imag**2
        floor = LEAST_LIGHT * jnp.sum(here * intensity) / count
        return jnp.log(count / jnp.sum(here / (intensity + floor))) + jnp.log(jnp.sum(square))

    answer, lights = network.phases(pairs, look, start * here[:, None], jnp)
    return jnp.stack([logarithm(light) for light in [*lights, look(answer)]])


def flat_field(q: Any, cos: Any, sin: Any, stock: Stock) -> Any:
    """Field (n, 3) of the pupil of uniform amplitude with phase and polarisation of dipoles q (n, 3).

    Real numbers throughout: products of complex matrices, and their derivatives, are slow in XLA.
    """
    parts = jnp.concatenate([q.real, q.imag], axis=-1)
    a, b = cos.T @ parts, sin.T @ parts
    real, imaginary = a[:, :3] + b[:, 3:], a[:, 3:] - b[:, :3]
    back = [_down(vector.T, stock) for vector in (real, imaginary)]
    square = sum(part**2 for pair in back for part in pair)
    brought = [_up(pair, stock.size * jax.lax.rsqrt(square + TINY), stock) for pair in back]
    a, b = (wave @ jnp.concatenate(brought, axis=-1) for wave in (cos, sin))
    return jax.lax.complex(a[:, :3] - b[:, 3:], a[:, 3:] + b[:, :3])


def _down(vector: Any, stock: Stock) -> tuple[Any, Any]:
    """Components along rho and phi of the light that a field (3, w) sends back."""
    cos, sin, axial, across = stock.angles
    return axial * (cos * vector[0] + sin * vector[1]) + across * vector[2], cos * vector[1] - sin * vector[0]


def _up(pair: tuple[Any, Any], size: Any, stock: Stock) -> Any:
    """The field (w, 3) of light with these components, times its size."""
    cos, sin, axial, across = stock.angles
    rho, phi = pair[0] * size, pair[1] * size
    return jnp.stack([axial * cos * rho - sin * phi, axial * sin * rho + cos * phi, across * rho], axis=-1)


def cheapest_states(m: Any, G: Any) -> Any:
    """As `optomag.inverse.structure.gerchberg_saxton.cheapest_states`, with phases of its own."""
    root = np.sqrt(G)
    v = root * m
    length = jnp.sqrt(jnp.sum(v**2, axis=-1, keepdims=True))
    v = v / length
    beside = jnp.where(
        jnp.abs(v[:, 2:]) < 0.9, np.array([[0, 0, 1]], np.float32), np.array([[1, 0, 0]], np.float32)
    )
    first = jnp.cross(beside, v)
    first = first / jnp.sqrt(jnp.sum(first**2, axis=-1, keepdims=True))
    circular = jax.lax.complex(first, jnp.cross(v, first)) * jnp.sqrt(0.5 * length)
    return root * circular / np.float32(np.prod(G) ** 0.25)


def drawn_directions(key: jax.Array, shape: tuple[int, int]) -> Float32[Array, "batch n 3"]:
    """Unit vectors; of some arrays all the same, or the same and its opposite."""
    each, common, signs, kind = jax.random.split(key, 4)
    random = jax.random.normal(each, (*shape, 3), jnp.float32)
    one = jax.random.normal(common, (shape[0], 1, 3), jnp.float32)
    sign = jnp.sign(jax.random.normal(signs, (*shape, 1), jnp.float32))
    u = jax.random.uniform(kind, (shape[0], 1, 1), jnp.float32)
    both = jnp.where(u < ONE_DIRECTION, one + 0 * sign, one * sign)
    m = jnp.where(u < ONE_DIRECTION + OPPOSITE_DIRECTIONS, both, random)
    return m / jnp.sqrt(jnp.sum(m**2, axis=-1, keepdims=True))
