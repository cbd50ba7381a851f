"""The network is the paper's, and its file holds it to the last bit."""

from __future__ import annotations

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.io.weights import load_tensors, save_tensors
from optomag.learning.four_beam_network import PAPER_SIZES, FourBeamNetwork
from optomag.learning.layers import Layer

FLOAT32_ROUNDING = 2e-6
"""Relative; sums of 500 single-precision products, about 10 x the rounding of one."""

UNIFORM_MOMENT = 0.01
"""Relative error of the variance of 250,000 uniform numbers: 5 standard deviations are 0.009."""


@pytest.fixture(scope="module")
def network():
    return FourBeamNetwork.initialise(5, input_minimum=(-1, -0.5, -2), input_maximum=(1, 0.5, 1))


@pytest.fixture
def magnetization():
    return np.random.default_rng(0).uniform(-1, 1, (40, 3))


@pytest.mark.slow
def test_it_has_the_papers_layers_in_single_precision(network):
    assert network.sizes == PAPER_SIZES == (3, 500, 500, 500, 500, 3)
    assert {leaf.dtype for leaf in jax.tree.leaves(network)} == {jnp.dtype("float32")}


@pytest.mark.slow
def test_the_answer_is_that_of_a_plain_numpy_loop(network, magnetization):
    minimum, maximum = np.array([-1, -0.5, -2]), np.array([1, 0.5, 1])
    values = 2 * (magnetization - minimum) / (maximum - minimum) - 1
    for index, (weight, bias) in enumerate(network.layers):
        values = values @ np.asarray(weight, float) + np.asarray(bias, float)
        if index < len(network.layers) - 1:
            values = np.maximum(values, 0)
    answer = network(magnetization)
    assert answer.dtype == jnp.float32
    np.testing.assert_allclose(answer, values, rtol=0, atol=FLOAT32_ROUNDING * np.abs(values).max())


@pytest.mark.slow
def test_the_range_of_the_inputs_is_mapped_to_minus_one_and_one(network):
    ends = np.array([[-1, -0.5, -2], [1, 0.5, 1], [0, 0, -0.5]])
    assert np.array_equal(network.scaled(ends), [[-1, -1, -1], [1, 1, 1], [0, 0, 0]])


@pytest.mark.slow
def test_weights_are_uniform_with_the_variance_that_relu_needs(network):
    weight = np.asarray(network.layers[1].weight, float)
    limit = np.sqrt(6 / 500)
    assert np.abs(weight).max() <= limit
    assert weight.var() == pytest.approx(2 / 500, rel=UNIFORM_MOMENT)
    assert np.abs(network.layers[-1].weight).max() <= limit / 10
    # a uniform law has E x^4 = (9/5) (E x^2)^2, a normal one 3 (E x^2)^2
    assert np.mean(weight**4) == pytest.approx(9 / 5 * weight.var() ** 2, rel=2 * UNIFORM_MOMENT)


def test_the_seed_decides_the_weights(network):
    again = FourBeamNetwork.initialise(5)
    other = FourBeamNetwork.initialise(6)
    assert np.array_equal(again.layers[2].weight, network.layers[2].weight)
    assert not np.array_equal(other.layers[2].weight, network.layers[2].weight)
    assert not np.array_equal(network.layers[1].weight, network.layers[2].weight)


@pytest.mark.slow
def test_it_runs_under_jit_and_grad(magnetization):
    network = FourBeamNetwork.initialise(1, sizes=(3, 8, 3))
    values = jnp.asarray(magnetization)
    compiled = jax.jit(lambda tree, inputs: tree(inputs))(network, values)
    np.testing.assert_allclose(compiled, network(values), rtol=0, atol=FLOAT32_ROUNDING)
    slope = jax.grad(lambda inputs: network(inputs)[:, 1].sum())(values)
    assert slope.shape == values.shape
    assert np.all(np.isfinite(slope))
    assert np.any(slope != 0)


def test_a_file_gives_the_same_network_back(network, magnetization, tmp_path):
    network.save(tmp_path / "model.safetensors")
    network.save(tmp_path / "model.safetensors")  # the same bytes
    with pytest.raises(InvalidInputError, match=r"path must be free.*replace=True"):
        FourBeamNetwork.initialise(2, sizes=(3, 8, 3)).save(tmp_path / "model.safetensors")
    back = FourBeamNetwork.load(tmp_path / "model.safetensors")
    assert jax.tree.structure(back) == jax.tree.structure(network)
    assert all(
        np.array_equal(a, b) for a, b in zip(jax.tree.leaves(back), jax.tree.leaves(network), strict=True)
    )
    assert np.array_equal(back(magnetization), network(magnetization))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"format": "optomag-checkpoint"}, "format optomag-checkpoint"),
        ({"version": "2"}, "version 2"),
        ({"sizes": "[3, 9, 3]"}, "arrays of other names or shapes"),
        ({"sizes": "[3, -8, 3]"}, "sizes"),
        ({"sizes": "8"}, "sizes"),
        ({"sizes": "{"}, "sizes"),
    ],
)
def test_a_foreign_network_file_is_refused(tmp_path, changed, said):
    path = tmp_path / "m"
    FourBeamNetwork.initialise(1, sizes=(3, 8, 3)).save(path)
    tensors, metadata = load_tensors(path, kind="optomag-network")
    assert json.loads(metadata["sizes"]) == [3, 8, 3]
    save_tensors(path, tensors, metadata={**metadata, **changed})
    with pytest.raises(InvalidInputError, match=r"^model must be .*" + said):
        FourBeamNetwork.load(path)


def with_one(tensors, name, number):
    changed = tensors[name].copy()
    changed.flat[1] = number
    return {**tensors, name: changed}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "number", "said"),
    [
        ("layers.0.weight", np.nan, "weights that are NaN or infinite"),
        ("layers.1.bias", np.inf, "weights that are NaN or infinite"),
        ("layers.0.weight", 1e30, "weights beyond 1e\\+06"),
        ("layers.1.weight", -1e6, "answers beyond 1000, which cannot be right"),
        ("input_minimum", np.nan, "inputs from"),
        ("input_minimum", 1.0, "inputs from"),
        ("input_maximum", np.inf, "inputs from"),
    ],
)
def test_a_network_that_cannot_answer_is_refused(tmp_path, name, number, said):
    path = tmp_path / "m"
    FourBeamNetwork.initialise(1, sizes=(3, 8, 3)).save(path)
    tensors, metadata = load_tensors(path, kind="optomag-network")
    save_tensors(path, with_one(tensors, name, number), metadata=metadata)
    with pytest.raises(InvalidInputError, match=r"^model must be .* with " + said):
        FourBeamNetwork.load(path)


@pytest.mark.parametrize("sizes", [(3,), (2, 5, 3), (3, 0, 3)])
def test_impossible_layers_are_refused(sizes):
    with pytest.raises(InvalidInputError, match="sizes"):
        FourBeamNetwork.initialise(0, sizes=sizes)


@pytest.mark.parametrize("shape", [(3,), (4, 2), (2, 2, 3)])
def test_another_shape_of_input_is_refused(network, shape):
    with pytest.raises(InvalidInputError, match=r"magnetization must be an array of shape \(n, 3\)"):
        network(np.zeros(shape))


def test_a_layer_is_a_matrix_product_and_a_bias():
    layer = Layer(jnp.array([[1, 2], [3, 4]], jnp.float32), jnp.array([10, 20], jnp.float32))
    assert np.array_equal(layer(jnp.array([[1, 1], [0, 2]], jnp.float32)), [[14, 26], [16, 28]])
