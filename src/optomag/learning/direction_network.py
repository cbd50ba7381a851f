"""A network that answers every direction with a field, for every lens, and need not fail anywhere.

A direction asks for a circular field across it, and such fields have a free common phase. No continuous
choice of that phase exists over the whole sphere, so a network that predicts beam weights must fail
somewhere. This one predicts the coherency matrix F F^H, from which the phase has dropped out; its leading
vector is the field.
"""

from __future__ import annotations

import itertools
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex64, Float32

from optomag.errors import refuse, require_integer
from optomag.io.network_file import load_network, save_network
from optomag.learning.layers import Layer, Layers, fault_of_layers

SIZES = (4, 64, 64, 9)
"""Units of each layer: direction and ratio in, a Hermitian 3 x 3 matrix out."""

RATIOS = (0.15, 1.25)
"""Axial over transverse field kz/k that a network is trained for: apertures NA > 0.15 n, and most films."""

POWER_STEPS = 2
"""Products with the matrix that purify its largest column; trained networks give nearly one vector anyway."""

FILE_NAME = "direction-network.safetensors"
FILE_FORMAT = "optomag-direction-network"

SHIPPED = Path(__file__).with_name("data") / FILE_NAME
"""The trained network that comes with the package; `optomag train-directions` makes it again."""


class DirectionNetwork(eqx.Module):
    """A trained or fresh network; a frozen record that is also a pytree and a function.

    Parameters
    ----------
    layers : tuple of Layer
        The fully connected layers from input to output.
    ratios : float32 array, shape (2,)
        Smallest and largest kz/k that it serves.

    Notes
    -----
    Beams that bring at most (k, k, kz) to the three components of the focal field, per root of power, bring
    E = (k F_x, k F_y, kz F_z) at the power |F|^2. Up to k the only property of lens, film and beams is kz/k.

    Examples
    --------
    >>> network = DirectionNetwork.initialise(0)
    >>> network(np.array([[0.0, 0.6, 0.8]]), 1.04).shape
    (1, 3)
    """

    layers: Layers
    ratios: Float32[Array, " 2"]

    @classmethod
    def initialise(
        cls, seed: int, *, sizes: tuple[int, ...] = SIZES, ratios: tuple[float, float] = RATIOS
    ) -> DirectionNetwork:
        """Network with normally distributed weights of variance 1/n_in and zero biases.

        Raises
        ------
        InvalidInputError
            For a negative seed, an empty layer, other than 4 inputs and 9 outputs, or an empty range.
        """
        require_integer("seed", seed, at_least=0)
        for size in sizes:
            require_integer("sizes", size, at_least=1)
        if len(sizes) < 2 or (sizes[0], sizes[-1]) != (SIZES[0], SIZES[-1]):
            refuse("sizes", f"two or more numbers, from {SIZES[0]} to {SIZES[-1]}", sizes)
        if not 0 < ratios[0] < ratios[1]:
            refuse("ratios", "two positive numbers, the smaller one first", ratios)
        keys = jax.random.split(jax.random.key(seed), len(sizes) - 1)
        layers = tuple(_normal_layer(key, *ends) for key, ends in zip(keys, pairwise(sizes), strict=True))
        return cls(layers, jnp.asarray(ratios, jnp.float32))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of each layer, input and output included."""
        return (self.layers[0].weight.shape[0], *(layer.bias.shape[0] for layer in self.layers))

    def __call__(self, directions: Any, ratio: Any) -> Complex64[Array, "n 3"]:
        """Normalised field F of unit power for each direction; its phase means nothing.

        Parameters
        ----------
        directions : float array_like, shape (n, 3)
            Unit vectors. May be traced by JAX.
        ratio : float array_like, shape () or (n,)
            kz/k, within `ratios`.

        Returns
        -------
        complex64 array, shape (n, 3)
        """
        inputs = jnp.asarray(directions, jnp.float32)
        low, high = jnp.log(self.ratios)
        scaled = 2 * (jnp.log(jnp.asarray(ratio, jnp.float32)) - low) / (high - low) - 1
        values = jnp.concatenate([inputs, jnp.broadcast_to(scaled, inputs.shape[:1])[:, None]], axis=1)
        *hidden, last = self.layers
        for layer in hidden:
            values = jax.nn.silu(layer(values))
        return leading_vector(last(values).T).T

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
    def load(cls, path: str | os.PathLike[str] = SHIPPED) -> DirectionNetwork:
        """Read a network that `save` wrote; by default the one that comes with the package.

        Raises
        ------
        InvalidInputError
            For a truncated or damaged file, one of another kind or version, one whose arrays do not fit
            together, or whose weights or ratios allow no right answer.
        StorageError
            Where the file is missing or cannot be read.
        """
        return load_network(
            path,
            kind=FILE_FORMAT,
            name="network",
            initialise=cls.initialise,
            fault_of=lambda read: read._fault(),
        )

    def _fault(self) -> str | None:
        """Why no answer can be right, as directions all around and the ends of the ratios tell."""
        low, high = np.asarray(self.ratios).tolist()
        if not 0 < low < high < np.inf:
            return f"ratios from {low} to {high}"
        corners = [corner for corner in itertools.product([-1.0, 0.0, 1.0], repeat=3) if any(corner)]
        directions = np.array(corners) / np.linalg.norm(corners, axis=1, keepdims=True)
        probes = [np.column_stack([directions, np.full(len(directions), end)]) for end in (-1.0, 1.0)]
        return fault_of_layers(
            self.layers, np.concatenate(probes), lambda values: values / (1 + np.exp(-values))
        )


def leading_vector(numbers: Float32[Array, "9 n"]) -> Complex64[Array, "3 n"]:
    """Unit vector that belongs to the eigenvalue of largest modulus of Hermitian matrices.

    Parameters
    ----------
    numbers : float32 array, shape (9, n)
        The diagonal, then the real and the imaginary parts of the elements xy, xz and yz.

    Notes
    -----
    The column with the largest diagonal element, multiplied by the matrix `POWER_STEPS` times: exact for
    matrices of rank one, and it jumps between columns only in phase. Training sees the same steps.
    """
    x, y, z = jax.lax.complex(numbers[:3], jnp.zeros_like(numbers[:3]))
    xy, xz, yz = jax.lax.complex(numbers[3:6], numbers[6:])
    matrix = jnp.stack(
        [jnp.stack(row) for row in ([x, xy, xz], [xy.conj(), y, yz], [xz.conj(), yz.conj(), z])]
    )
    vector = jax.nn.one_hot(jnp.argmax(numbers[:3], axis=0), 3, axis=0, dtype=jnp.complex64)
    for _ in range(1 + POWER_STEPS):
        vector = jnp.sum(matrix * vector[None], axis=1)
        length = jnp.sqrt(jnp.sum(vector.real**2 + vector.imag**2, axis=0, keepdims=True))
        vector = vector / length.astype(vector.dtype)
    return vector


def _normal_layer(key: jax.Array, inputs: int, outputs: int) -> Layer:
    weight = jax.random.normal(key, (inputs, outputs), jnp.float32) * np.float32(inputs**-0.5)
    return Layer(weight, jnp.zeros(outputs, jnp.float32))
