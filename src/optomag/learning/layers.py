"""Fully connected layers, the body of every network here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float32

LARGEST_WEIGHT = 1e6
"""Single precision has seven digits: beside a larger one, nothing is left of an answer of the order of 1."""

LARGEST_ANSWER = 1e3
"""Amplitude weights, elements of coherency matrices: all that networks here answer is of the order of 1."""

AT_ONCE = 1000
"""Inputs answered at once: enough for fast matrix products, and memory does not grow with their number."""


class Layer(NamedTuple):
    """x -> x weight + bias."""

    weight: Float32[Array, "inputs outputs"]
    bias: Float32[Array, " outputs"]

    def __call__(self, inputs: Float32[Array, "n inputs"]) -> Float32[Array, "n outputs"]:
        # Without the word "highest", some accelerators round float32 factors to 10 bits.
        return jnp.matmul(inputs, self.weight, precision=jax.lax.Precision.HIGHEST) + self.bias[None]


Layers = tuple[Layer, ...]


def apply_layers(layers: Layers, scaled: Float32[Array, "n inputs"]) -> Float32[Array, "n outputs"]:
    """Output of fully connected layers, each but the last followed by ReLU."""
    *hidden, last = layers
    for layer in hidden:
        scaled = jax.nn.relu(layer(scaled))
    return last(scaled)


@partial(jax.jit, static_argnames="at_once")
def answers_of(
    layers: Layers, scaled: Float32[Array, "n inputs"], *, at_once: int = AT_ONCE
) -> Float32[Array, "n outputs"]:
    """The same for many inputs, some at once, so that what lies between layers stays in fast memory."""
    return jax.lax.map(lambda one: apply_layers(layers, one[None])[0], scaled, batch_size=at_once)


def uniform_layer(key: jax.Array, inputs: int, outputs: int) -> Layer:
    """Fresh layer: weights uniform in +-sqrt(6/inputs), biases in +-1/sqrt(inputs)."""
    weight_key, bias_key = jax.random.split(key)
    limits = np.sqrt(6 / inputs), np.sqrt(1 / inputs)
    return Layer(
        jax.random.uniform(weight_key, (inputs, outputs), jnp.float32, -limits[0], limits[0]),
        jax.random.uniform(bias_key, (outputs,), jnp.float32, -limits[1], limits[1]),
    )


def fault_of_layers(
    layers: Layers, inputs: np.ndarray, activation: Callable[[np.ndarray], np.ndarray]
) -> str | None:
    """Why layers cannot answer; None where they may.

    Parameters
    ----------
    layers : tuple of Layer
    inputs : float array, shape (n, inputs)
        Probes from all over the range that the network serves, scaled.
    activation : callable
        What follows each layer but the last.
    """
    numbers = [np.asarray(leaf, np.float32) for leaf in jax.tree.leaves(layers)]
    if not all(np.isfinite(leaf).all() for leaf in numbers):
        return "weights that are NaN or infinite"
    if any((np.abs(leaf) > LARGEST_WEIGHT).any() for leaf in numbers):
        return f"weights beyond {LARGEST_WEIGHT:g}"
    values = np.asarray(inputs, np.float32)
    with np.errstate(all="ignore"):
        for weight, bias in zip(numbers[:-2:2], numbers[1:-2:2], strict=True):
            values = activation(values @ weight + bias)
        values = values @ numbers[-2] + numbers[-1]
    good = np.isfinite(values).all() and (np.abs(values) <= LARGEST_ANSWER).all()
    return None if good else f"answers beyond {LARGEST_ANSWER:g}, which cannot be right"
