"""One pass over the samples as one compiled loop: learning from the training set, measuring on the test set.

The data stay on the device, the order of the samples follows from the seed and the number of the epoch
alone, and every step runs inside one `lax.scan`, so that Python takes no part between two steps.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float32, Float64

from optomag.learning.layers import AT_ONCE, Layers, apply_layers


class LabelledSamples(NamedTuple):
    """Scaled network inputs and wanted outputs."""

    inputs: Float32[Array, "n inputs"]
    targets: Float32[Array, "n outputs"]


class TrainingState(NamedTuple):
    """Everything that a step of learning changes."""

    layers: Layers
    optimizer: optax.OptState


def epoch_function(
    optimizer: optax.GradientTransformation, *, batch_size: int, seed: int
) -> Callable[[TrainingState, LabelledSamples, jax.Array], tuple[TrainingState, jax.Array]]:
    """Function that learns from every training sample once.

    Parameters
    ----------
    optimizer : optax.GradientTransformation
    batch_size : int
        Samples per step. When it does not divide their number, the remainder is left out, in each epoch
        another one.
    seed : int
        Start of the random orders.

    Returns
    -------
    function (state, samples, epoch) -> (state, loss)
        `epoch` is a whole number, counted from 1; `loss` is the mean squared error of the batches, each taken
        before its own step.
    """

    def step(state: TrainingState, batch: LabelledSamples) -> tuple[TrainingState, jax.Array]:
        loss, gradient = jax.value_and_grad(_batch_loss)(state.layers, batch)
        update, memory = optimizer.update(gradient, state.optimizer, state.layers)
        return TrainingState(jax.tree.map(jnp.add, state.layers, update), memory), loss

    def epoch_pass(
        state: TrainingState, samples: LabelledSamples, epoch: jax.Array
    ) -> tuple[TrainingState, jax.Array]:
        count = len(samples.inputs) // batch_size
        order = jax.random.permutation(jax.random.fold_in(jax.random.key(seed), epoch), len(samples.inputs))
        batches = jax.tree.map(
            lambda array: array[order[: count * batch_size]].reshape(count, batch_size, -1), samples
        )
        state, losses = jax.lax.scan(step, state, batches)
        return state, jnp.mean(losses)

    return epoch_pass


def squared_errors(layers: Layers, samples: LabelledSamples) -> Float64[Array, " outputs"]:
    """Mean squared error of each output over the samples."""

    def sample_errors(sample: LabelledSamples) -> jax.Array:
        return (apply_layers(layers, sample.inputs[None])[0] - sample.targets) ** 2

    return jnp.mean(jax.lax.map(sample_errors, samples, batch_size=AT_ONCE), axis=0, dtype=jnp.float64)


def forward_flops(sizes: tuple[int, ...]) -> int:
    """Floating-point operations of the matrix products that one answer of the network needs.

    Multiplications and additions are counted apart, as in a processor's peak rate; biases, ReLU and the
    optimiser, about 1 % of the work, are not counted.

    Examples
    --------
    >>> forward_flops((3, 500, 500, 500, 500, 3))
    1506000
    """
    return sum(2 * inputs * outputs for inputs, outputs in pairwise(sizes))


def training_flops(sizes: tuple[int, ...]) -> int:
    """Floating-point operations of the matrix products that learning from one sample needs.

    Forward, gradient with respect to the weights and gradient with respect to the input are equal products;
    nobody needs the last of the first layer.

    Examples
    --------
    >>> training_flops((3, 500, 500, 500, 500, 3))
    4515000
    """
    return 3 * forward_flops(sizes) - 2 * sizes[0] * sizes[1]


def _batch_loss(layers: Layers, batch: LabelledSamples) -> jax.Array:
    return jnp.mean((apply_layers(layers, batch.inputs) - batch.targets) ** 2)
