"""The network for spots: conventions do not matter, both kinds of arrays give the same, files are checked."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.io.manifest import changed_files, read_manifest
from optomag.learning.spot_network import CHANNELS, SHIPPED, SpotNetwork, pairs_of

COUNT = 7
ROUNDING = 3e-5
"""Single precision after ten rounds of messages and six looks; answers are of the order of 1."""

LARGEST_FILE = 200_000
"""Bytes that the network may add to the package."""


@pytest.fixture(scope="module")
def network():
    return jax.tree.map(np.asarray, SpotNetwork.initialise(3, sizes=(CHANNELS, 8, 2, 3)))


@pytest.fixture(scope="module")
def question():
    """Coupling, distances and a start of an array that is none, but has all that is asked for."""
    random = np.random.default_rng(0)
    light = random.normal(size=(COUNT, 40)) + 1j * random.normal(size=(COUNT, 40))
    distance = random.uniform(1, 4, (COUNT, COUNT))
    start = random.normal(size=(COUNT, CHANNELS)) + 1j * random.normal(size=(COUNT, CHANNELS))
    coupling = light @ light.conj().T / 40
    return (
        coupling.astype(np.complex64),
        (0.5 * (distance + distance.T)).astype(np.float32),
        start.astype(np.complex64),
    )


def look(coupling, weighted):
    """What a pupil might bring to the spots: covariant, and not linear."""
    return coupling @ (weighted * (1 + 0.3 * abs(weighted) ** 2))


def answer(network, coupling, distance, start):
    pairs = pairs_of(coupling, distance, np.ones(COUNT, np.float32))
    return network.phases(pairs, lambda weighted: look(coupling, weighted), start)[0]


def test_phases_of_states_are_a_convention(network, question):
    """F_n -> e^{i a_n} F_n turns the answer back by as much: the light stays as it is."""
    coupling, distance, start = question
    turn = np.exp(1j * np.random.default_rng(1).uniform(0, 6, COUNT)).astype(np.complex64)
    turned = turn.conj()[:, None] * coupling * turn, distance, turn.conj()[:, None] * start
    np.testing.assert_allclose(answer(network, *turned) * turn, answer(network, *question), atol=ROUNDING)


def test_the_order_of_spots_means_nothing(network, question):
    coupling, distance, start = question
    order = np.random.default_rng(2).permutation(COUNT)
    both = np.ix_(order, order)
    found = answer(network, coupling[both], distance[both], start[order])
    np.testing.assert_allclose(found, answer(network, *question)[order], atol=ROUNDING)


def test_numpy_and_jax_agree(network, question):
    @jax.jit
    def on_jax(coupling, distance, start):
        pairs = pairs_of(coupling, distance, jnp.ones(COUNT, np.float32), jnp)
        return network.phases(pairs, lambda weighted: look(coupling, weighted), start, jnp)[0]

    with jax.numpy_dtype_promotion("standard"):
        found = on_jax(*question)
    np.testing.assert_allclose(found, answer(network, *question), atol=ROUNDING)


def test_filling_up_changes_nothing(network, question):
    coupling, distance, start = question
    filled = np.zeros((COUNT + 2, COUNT + 2), np.complex64)
    filled[:COUNT, :COUNT] = coupling
    away = np.pad(distance, (0, 2))
    here = np.array([1] * COUNT + [0, 0], np.float32)

    def see(weighted):
        return np.pad(look(coupling, weighted[:COUNT]), (0, 2))

    pairs = pairs_of(filled, away, here)
    found, _ = network.phases(pairs, see, np.pad(start, [(0, 2), (0, 0)]))
    np.testing.assert_allclose(found[:COUNT], answer(network, *question), atol=ROUNDING)
    assert np.all(found[COUNT:] == 0)


def test_phases_have_length_one_and_weights_a_mean_square_of_one(network, question):
    assert np.mean(np.abs(answer(network, *question)) ** 2) == pytest.approx(1, rel=1e-5)


def test_a_file_brings_it_back_and_a_damaged_one_is_refused(network, tmp_path):
    path = tmp_path / "network.safetensors"
    network.save(path)
    again = SpotNetwork.load(path)
    assert again.sizes == network.sizes
    assert jax.tree.all(jax.tree.map(np.array_equal, again, network))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InvalidInputError):
        SpotNetwork.load(path)
    broken = jax.tree.map(lambda leaf: np.full_like(leaf, np.nan), network)
    broken.save(path, replace=True)
    with pytest.raises(InvalidInputError, match="NaN or infinite"):
        SpotNetwork.load(path)


def test_the_package_brings_a_small_one_and_says_how_it_was_made():
    assert SHIPPED.stat().st_size < LARGEST_FILE
    assert SpotNetwork.load().sizes == SpotNetwork.initialise(0).sizes
    assert changed_files(SHIPPED.parent) == []
    assert read_manifest(SHIPPED.parent)["command"] == "optomag train-spots"


@pytest.mark.parametrize("sizes", [(16, 24, 4), (16, 24, 0, 4), (16, 24, 4, 4, 4)])
def test_other_sizes_than_four_positive_numbers_are_refused(sizes):
    with pytest.raises(InvalidInputError, match="sizes"):
        SpotNetwork.initialise(0, sizes=sizes)
