"""One compiled epoch does what a plain loop over the batches does."""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from optomag.learning.epoch import (
    LabelledSamples,
    TrainingState,
    epoch_function,
    forward_flops,
    squared_errors,
    training_flops,
)
from optomag.learning.four_beam_network import FourBeamNetwork
from optomag.learning.layers import apply_layers

pytestmark = pytest.mark.slow

SIZES = (3, 6, 5, 3)
STEP = 0.05
FINITE_DIFFERENCE = 2e-5
"""Relative to the largest entry: single-precision losses differenced over a step of 0.1."""

FLOAT32_ROUNDING = 1e-5
"""Absolute, for errors of order one: the order of summation differs between the two loops."""


@pytest.fixture
def layers():
    return FourBeamNetwork.initialise(2, sizes=SIZES).layers


def samples(count, seed=0):
    generator = np.random.default_rng(seed)
    return LabelledSamples(
        *(jnp.asarray(generator.uniform(-1, 1, (count, 3)), jnp.float32) for _ in range(2))
    )


@cache
def compiled(batch_size, seed):
    return jax.jit(epoch_function(optax.sgd(STEP), batch_size=batch_size, seed=seed))


def one_epoch(layers, data, *, batch_size, epoch=1, seed=0):
    state = TrainingState(layers, optax.sgd(STEP).init(layers))
    return compiled(batch_size, seed)(state, data, jnp.int32(epoch))


def loss(layers, data):
    return np.mean((np.asarray(apply_layers(layers, data.inputs)) - np.asarray(data.targets)) ** 2)


def test_one_whole_batch_is_one_step_down_the_gradient_of_the_mean_squared_error(layers):
    data = samples(16)
    state, train_mse = one_epoch(layers, data, batch_size=16)
    assert float(train_mse) == pytest.approx(loss(layers, data), rel=1e-5)
    # The loss is quadratic in the last, linear layer: finite differences are exact but for rounding.
    step = (np.asarray(layers[-1].weight) - np.asarray(state.layers[-1].weight)) / STEP
    slope = np.zeros_like(step)
    for place in np.ndindex(*step.shape):
        ends = []
        for sign in (1, -1):
            weight = np.array(layers[-1].weight)
            weight[place] += sign * 0.1
            ends.append(loss((*layers[:-1], layers[-1]._replace(weight=jnp.asarray(weight))), data))
        slope[place] = (ends[0] - ends[1]) / 0.2
    np.testing.assert_allclose(step, slope, rtol=0, atol=FINITE_DIFFERENCE * np.abs(slope).max())


def test_each_sample_is_used_once_in_an_order_that_only_seed_and_epoch_decide():
    # A network that is one bias: its output moves by a step towards each target in turn.
    layers = FourBeamNetwork.initialise(0, sizes=(3, 3)).layers
    layers = (layers[0]._replace(weight=jnp.zeros((3, 3), jnp.float32), bias=jnp.zeros(3, jnp.float32)),)
    data = samples(64)
    first, train_mse = one_epoch(layers, data, batch_size=1)
    again, _ = one_epoch(layers, data, batch_size=1)
    other_epoch, other_mse = one_epoch(layers, data, batch_size=1, epoch=2)
    other_seed, _ = one_epoch(layers, data, batch_size=1, seed=1)
    assert np.array_equal(first.layers[0].bias, again.layers[0].bias)
    assert not np.array_equal(first.layers[0].bias, other_epoch.layers[0].bias)
    assert not np.array_equal(first.layers[0].bias, other_seed.layers[0].bias)
    still, mse = one_epoch(layers, data, batch_size=64)
    assert float(mse) == pytest.approx(loss(layers, data), rel=1e-5)
    # with the whole set in one batch the order cannot matter: all samples and no other are in it
    shuffled, _ = one_epoch(layers, data, batch_size=64, epoch=9)
    np.testing.assert_allclose(still.layers[0].bias, shuffled.layers[0].bias, rtol=0, atol=FLOAT32_ROUNDING)
    assert float(train_mse) != float(other_mse)


def test_the_loop_over_batches_is_the_plain_loop(layers):
    data = samples(12)
    order = jax.random.permutation(jax.random.fold_in(jax.random.key(7), 3), 12)
    plain = layers
    for batch in np.asarray(order[:10]).reshape(2, 5):
        part = LabelledSamples(data.inputs[batch], data.targets[batch])
        slope = jax.grad(lambda tree, p: jnp.mean((apply_layers(tree, p.inputs) - p.targets) ** 2))(
            plain, part
        )
        plain = jax.tree.map(lambda value, change: value - STEP * change, plain, slope)
    state, _ = one_epoch(layers, data, batch_size=5, epoch=3, seed=7)
    for ours, theirs in zip(jax.tree.leaves(state.layers), jax.tree.leaves(plain), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=FLOAT32_ROUNDING)


@pytest.mark.parametrize("count", [1, 1000, 2345])
def test_the_test_error_is_the_plain_mean_whatever_the_number_of_samples(layers, count):
    data = samples(count)
    errors = squared_errors(layers, data)
    plain = (np.asarray(apply_layers(layers, data.inputs), float) - np.asarray(data.targets, float)) ** 2
    assert errors.dtype == jnp.float64
    np.testing.assert_allclose(errors, plain.mean(axis=0), rtol=FLOAT32_ROUNDING)


def test_operations_are_those_of_the_products_that_somebody_needs():
    assert forward_flops((3, 500, 500, 500, 500, 3)) == 2 * (1500 + 3 * 250_000 + 1500)
    assert training_flops((3, 7, 2)) == 2 * (3 * 7 + 7 * 2) + 2 * (3 * 7 + 7 * 2) + 2 * 7 * 2
