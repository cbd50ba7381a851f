"""The paper's network: magnetization at the focus in, weights of three beams out.

Layers of 3-500-500-500-500-3 units (arXiv:2103.13592, section 3), x -> ReLU(x W + b) but for the last, which
is linear. The input is min-max scaled; single precision throughout.
"""

from __future__ import annotations

import itertools
import os
from itertools import pairwise
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float32

from optomag.errors import refuse, require_integer
from optomag.io.network_file import load_network, save_network
from optomag.learning.layers import Layers, answers_of, fault_of_layers, uniform_layer

PAPER_SIZES = (3, 500, 500, 500, 500, 3)
"""Units of each layer, input and output included."""

LAST_LAYER_SCALE = 0.1
"""Weights of the last layer at the start, in units of what the hidden layers' law would give."""

COMPONENTS = 3
"""x, y and z of the magnetization: the network's inputs."""

FILE_FORMAT = "optomag-network"


class FourBeamNetwork(eqx.Module):
    """A trained or fresh network; a frozen record that is also a pytree and a function.

    Parameters
    ----------
    layers : tuple of Layer
        The fully connected layers from input to output.
    input_minimum, input_maximum : float32 array, shape (3,)
        Magnetization that the scaling maps to -1 and to +1.

    Examples
    --------
    >>> network = FourBeamNetwork.initialise(0)
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
    ) -> FourBeamNetwork:
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
        *hidden, last = (uniform_layer(key, *ends) for key, ends in zip(keys, pairwise(sizes), strict=True))
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
        return answers_of(self.layers, self.scaled(inputs))

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

    def save(self, path: str | os.PathLike[str], *, replace: bool = False) -> None:
        """Write the network to one safetensors file, whole or not at all.

        Parameters
        ----------
        path : path
        replace : bool, default False
            Whether something else of that name may go.

        Raises
        ------
        InvalidInputError
            If something else has that name.
        StorageError
            Where the file system refuses.
        """
        save_network(self, path, kind=FILE_FORMAT, replace=replace)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> FourBeamNetwork:
        """Read a network that `save` wrote.

        Raises
        ------
        InvalidInputError
            For a truncated or damaged file, one of another kind or version, one whose arrays do not fit
            together, or whose weights or range of inputs allow no right answer.
        StorageError
            Where the file is missing or cannot be read.
        """
        return load_network(
            path,
            kind=FILE_FORMAT,
            name="model",
            initialise=cls.initialise,
            fault_of=lambda read: read._fault(),
        )

    def _fault(self) -> str | None:
        """Why no answer can be right, as the middle and the corners of the range of inputs tell."""
        low, high = np.asarray(self.input_minimum), np.asarray(self.input_maximum)
        if not (np.isfinite([low, high]).all() and (low < high).all()):
            return f"inputs from {low.tolist()} to {high.tolist()}"
        probes = [[0.0] * COMPONENTS, *itertools.product([-1.0, 1.0], repeat=COMPONENTS)]
        return fault_of_layers(self.layers, np.array(probes), lambda values: np.maximum(values, 0))
