"""The paper's network: magnetization at the focus in, weights of three beams out.

Layers of 3-500-500-500-500-3 units (arXiv:2103.13592, section 3), x -> ReLU(x W + b) but for the last, which
is linear. The input is min-max scaled; single precision throughout.
"""

from __future__ import annotations

import os
from itertools import pairwise
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float32

from optomag.errors import refuse, require_integer
from optomag.io.network_file import load_network, save_network

PAPER_SIZES = (3, 500, 500, 500, 500, 3)
"""Units of each layer, input and output included."""

LAST_LAYER_SCALE = 0.1
"""Weights of the last layer at the start, in units of what the hidden layers' law would give."""

COMPONENTS = 3
"""x, y and z of the magnetization: the network's inputs."""

FILE_FORMAT = "optomag-network"


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


class Network(eqx.Module):
    """A trained or fresh network; a frozen record that is also a pytree and a function.

    Parameters
    ----------
    layers : tuple of Layer
        The fully connected layers from input to output.
    input_minimum, input_maximum : float32 array, shape (3,)
        Magnetization that the scaling maps to -1 and to +1.

    Examples
    --------
    >>> network = Network.initialise(0)
    >>> network(np.array([[-0.559, -0.479, -0.560]])).shape
    (1, 3)
    """

    layers: Layers
    input_minimum: Float32[Array, " 3"]
    input_maximum: Float32[Array, " 3"]

    @classmethod
    def initialise(
        cls,
        seed: int,
        *,
        sizes: tuple[int, ...] = PAPER_SIZES,
        input_minimum: Any = (-1.0, -1.0, -1.0),
        input_maximum: Any = (1.0, 1.0, 1.0),
    ) -> Network:
        """Network with uniformly distributed weights and biases.

        Weights are uniform in +-sqrt(6/n_in), the law whose variance 2/n_in keeps the second moment of the
        activations the same from layer to layer, because ReLU halves it (He et al., ICCV 2015, eq. 10,
        doi:10.1109/ICCV.2015.123); those of the last layer are a tenth of that, so that training starts from
        answers near zero and needs no warm-up. Biases are uniform in +-1/sqrt(n_in), which spreads the kinks
        of the first layer over the input range. The paper says "uniform distribution" and no more.

        Parameters
        ----------
        seed : int
            The same seed gives the same network on every machine.
        sizes : tuple of int
            Units of each layer, input and output included.
        input_minimum, input_maximum : float array_like, shape (3,)
            Range of the training inputs, for the scaling.

        Raises
        ------
        InvalidInputError
            For a negative seed, an empty layer, or an input of other than 3 units.
        """
        require_integer("seed", seed, at_least=0)
        for size in sizes:
            require_integer("sizes", size, at_least=1)
        if len(sizes) < 2 or sizes[0] != COMPONENTS:
            refuse("sizes", "two or more numbers, the first of them 3", sizes)
        keys = jax.random.split(jax.random.key(seed), len(sizes) - 1)
        *hidden, last = (_uniform_layer(key, *ends) for key, ends in zip(keys, pairwise(sizes), strict=True))
        layers = (*hidden, last._replace(weight=LAST_LAYER_SCALE * last.weight))
        return cls(layers, jnp.asarray(input_minimum, jnp.float32), jnp.asarray(input_maximum, jnp.float32))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of each layer, input and output included."""
        return (self.layers[0][0].shape[0], *(bias.shape[0] for _, bias in self.layers))

    def __call__(self, magnetization: Any) -> Float32[Array, "n outputs"]:
        """Weights of the beams for each magnetization.

        Parameters
        ----------
        magnetization : float array_like, shape (n, 3)
            Dimensionless, scaled as the training data were. May be traced by JAX.

        Returns
        -------
        float32 array, shape (n, 3)
            (E_ax, E_ay1, E_ay2).

        Raises
        ------
        InvalidInputError
            For another shape.
        """
        inputs = jnp.asarray(magnetization)
        if inputs.ndim != 2 or inputs.shape[1] != COMPONENTS:
            refuse("magnetization", "an array of shape (n, 3)", f"shape {inputs.shape}")
        return apply_layers(self.layers, self.scaled(inputs))

    def scaled(self, magnetization: Any) -> Float32[Array, "n 3"]:
        """Input (n, 3) mapped from [minimum, maximum] to [-1, 1], component by component; float32.

        Zero lies in the middle because the layers' kinks start near it; on [0, 1] the same training reaches
        a test loss 1.6 times as large after 8 epochs.
        """
        inputs = jnp.asarray(magnetization)
        kind = jnp.float64 if inputs.dtype == jnp.float64 else jnp.float32
        minimum, span = (
            part.astype(kind)[None] for part in (self.input_minimum, self.input_maximum - self.input_minimum)
        )
        return (2 * (inputs.astype(kind) - minimum) / span - 1).astype(jnp.float32)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network to one safetensors file, whole or not at all.

        Raises
        ------
        StorageError
            Where the file system refuses.
        """
        save_network(self, path, kind=FILE_FORMAT)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Network:
        """Read a network that `save` wrote.

        Raises
        ------
        InvalidInputError
            For a truncated file, one of another kind or version, or one whose arrays do not fit together.
        StorageError
            Where the file is missing or cannot be read.
        """
        return load_network(path, kind=FILE_FORMAT, name="model", initialise=cls.initialise)


def _uniform_layer(key: jax.Array, inputs: int, outputs: int) -> Layer:
    weight_key, bias_key = jax.random.split(key)
    limits = np.sqrt(6 / inputs), np.sqrt(1 / inputs)
    return Layer(
        jax.random.uniform(weight_key, (inputs, outputs), jnp.float32, -limits[0], limits[0]),
        jax.random.uniform(bias_key, (outputs,), jnp.float32, -limits[1], limits[1]),
    )
