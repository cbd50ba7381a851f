"""Fully connected layers, the body of every network here."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float32


class Layer(NamedTuple):
    """x -> x weight + bias."""

    weight: Float32[Array, "inputs outputs"]
    bias: Float32[Array, " outputs"]

    def __call__(self, inputs: Float32[Array, "n inputs"]) -> Float32[Array, "n outputs"]:
        # Without the word "highest", some accelerators round float32 factors to 10 bits.
        return jnp.matmul(inputs, self.weight, precision=jax.lax.Precision.HIGHEST) + self.bias


Layers = tuple[Layer, ...]


def apply_layers(layers: Layers, scaled: Float32[Array, "n inputs"]) -> Float32[Array, "n outputs"]:
    """Output of fully connected layers, each but the last followed by ReLU."""
    *hidden, last = layers
    for layer in hidden:
        scaled = jax.nn.relu(layer(scaled))
    return last(scaled)


def uniform_layer(key: jax.Array, inputs: int, outputs: int) -> Layer:
    """Fresh layer: weights uniform in +-sqrt(6/inputs), biases in +-1/sqrt(inputs)."""
    weight_key, bias_key = jax.random.split(key)
    limits = np.sqrt(6 / inputs), np.sqrt(1 / inputs)
    return Layer(
        jax.random.uniform(weight_key, (inputs, outputs), jnp.float32, -limits[0], limits[0]),
        jax.random.uniform(bias_key, (outputs,), jnp.float32, -limits[1], limits[1]),
    )
