"""Training of the network for spots: its model is the solver's, its loss falls, and it goes on where it stopped."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.inverse.structure import spot_training, training_light
from optomag.inverse.structure.flat_light import FlatLight
from optomag.inverse.structure.gerchberg_saxton import cheapest_states
from optomag.inverse.structure.spot_training import SpotTraining, train_spots
from optomag.inverse.structure.training_arrays import DEEPEST, LENS, SIDES, training_arrays
from optomag.inverse.structure.training_light import Stock, flat_field
from optomag.learning.spot_network import SpotNetwork
from optomag.optics.mutual_coupling import mutual_coupling

STOCK = 6
SHORT = SpotTraining(steps=2, batch_size=2, stock=STOCK)
SMALLEST = min(SIDES)

SINGLE = 2e-5
"""Of sums over a thousand waves in single precision."""


@pytest.fixture(scope="module")
def arrays():
    return training_arrays(SMALLEST, STOCK, 0)


def test_arrays_are_small_enough_and_have_their_coupling(arrays):
    for places, here, coupling in zip(*arrays[:3], strict=True):
        n = int(here.sum())
        assert np.all(here[:n] == 1)
        assert 2 <= n <= SMALLEST
        assert np.all(np.ptp(places, axis=0) < [2 * SIDES[SMALLEST]] * 2 + [1.01 * DEEPEST])
        wanted = (
            mutual_coupling(places[:n].astype(float) * LENS.wavelength, LENS)
            .reshape(n, 3, n, 3)
            .swapaxes(1, 2)
        )
        np.testing.assert_allclose(coupling[:n, :n], wanted, atol=1e-5 * np.abs(wanted).max())
    again, other = training_arrays(SMALLEST, STOCK, 0), training_arrays(SMALLEST, STOCK, 1)
    assert np.array_equal(again.places, arrays.places)
    assert not np.array_equal(other.places, arrays.places)


def test_the_model_is_that_of_the_solver(arrays):
    """The field of a pupil of uniform amplitude, and the cheapest states up to phases, are those of NumPy."""
    random = np.random.default_rng(0)
    places = arrays.places[0]
    real, imaginary = random.normal(size=(2, SMALLEST, 3)) * arrays.here[0][:, None]
    q = real + 1j * imaginary
    light = FlatLight(places.astype(float) * LENS.wavelength, LENS, arrays.nodes, precision=np.float64)
    stock = Stock.of(arrays)
    phase = places @ stock.wave
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        found = flat_field(jnp.asarray(q, jnp.complex64), jnp.cos(phase), jnp.sin(phase), stock)
        m = random.normal(size=(5, 3)).astype(np.float32)
        G = light.coupling[:1].astype(np.float32)
        states = np.asarray(training_light.cheapest_states(jnp.asarray(m), G))
    wanted = light.field(q)
    np.testing.assert_allclose(found, wanted, atol=SINGLE * np.abs(wanted).max())
    expected = cheapest_states(m.astype(float), np.broadcast_to(G, (5, 3)).astype(float))
    overlap = np.abs(np.sum(states.conj() * expected / G, axis=-1))
    np.testing.assert_allclose(overlap, np.sum(np.abs(expected) ** 2 / G, axis=-1), rtol=SINGLE)


@pytest.mark.slow
def test_it_learns_and_goes_on_where_it_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(spot_training, "STEPS_BETWEEN_REPORTS", 3)
    monkeypatch.setattr(spot_training, "SIDES", {SMALLEST: SIDES[SMALLEST]})
    small = SpotNetwork.initialise(0, sizes=(4, 4, 1, 1))
    monkeypatch.setattr(spot_training.SpotNetwork, "initialise", lambda seed: small)
    config = replace(SHORT, steps=12)
    seen = []
    whole = train_spots(config, on_report=lambda done, record: seen.append((done, record)))
    assert [done for done, _ in seen] == [3, 6, 9, 12]
    assert all(0 < record.first < record.last < 1.3 for _, record in seen)

    def stop(done, record):
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"saved in .* after 6 steps"):
        train_spots(config, folder=tmp_path, on_report=stop)
    resumed = train_spots(config, folder=tmp_path)
    assert len(resumed.history) == 4
    assert jax.tree.all(jax.tree.map(np.array_equal, resumed.network, whole.network))
    with pytest.raises(InvalidInputError, match="seed must be that of the checkpoint"):
        train_spots(replace(config, seed=1), folder=tmp_path)


@pytest.mark.parametrize("bad", [{"steps": 0}, {"batch_size": 0}, {"stock": 0}, {"learning_rate": 0.0}])
def test_bad_settings_are_refused(bad):
    with pytest.raises(InvalidInputError, match=next(iter(bad))):
        SpotTraining(**bad)
