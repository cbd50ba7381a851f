"""Steps of the vector Gerchberg-Saxton iteration."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from optomag.inverse.structure.gerchberg_saxton import carried_over, cheapest_states, gerchberg_saxton

RNG = np.random.default_rng(0)
COUNT = 4
COUPLING = np.tile([3.0, 3.0, 2.0], (COUNT, 1))
STATES = cheapest_states(RNG.normal(size=(COUNT, 3)), COUPLING)
START = STATES / COUPLING * np.exp(1j * RNG.uniform(0, 2 * np.pi, (COUNT, 1)))


def apart(gains):
    """Spots that share no light: each field is that of its own dipole, times a gain."""
    return lambda moments: np.asarray(gains)[:, None] * COUPLING * moments


def test_equal_spots_that_share_no_light_stay_as_they_are():
    for moments, fields in islice(gerchberg_saxton(apart(np.ones(COUNT)), STATES, COUPLING, START), 5):
        np.testing.assert_allclose(moments, START, atol=1e-14)
        np.testing.assert_allclose(fields, COUPLING * START, atol=1e-14)


def test_weights_even_out_unequal_spots_in_one_step():
    gains = np.array([1.0, 0.5, 2.0, 0.8])
    iterator = gerchberg_saxton(apart(gains), STATES, COUPLING, START)
    next(iterator)
    _, fields = next(iterator)
    sizes = np.linalg.norm(fields, axis=-1) / np.linalg.norm(STATES, axis=-1)
    np.testing.assert_allclose(sizes, sizes[0], rtol=1e-12)


@pytest.mark.parametrize("turn", [1.0, 2.0])
def test_phases_follow_the_light_that_came_back(turn):
    angles = np.array([0.3, 1.0, -2.0, 3.0])
    iterator = gerchberg_saxton(apart(np.exp(1j * angles)), STATES, COUPLING, START, turn=turn)
    np.testing.assert_allclose(next(iterator)[0], np.exp(1j * turn * angles)[:, None] * START, atol=1e-14)
    np.testing.assert_allclose(
        next(iterator)[0], np.exp(2j * turn * angles)[:, None] * START, atol=1e-14, err_msg="step by step"
    )


def test_it_goes_on_with_the_weights_of_the_moments():
    weights = np.array([[0.5], [1.2], [1.0], [1.1]])
    iterator = gerchberg_saxton(apart(1 / weights[:, 0]), STATES, COUPLING, weights * START)
    scaled = weights / np.sqrt(np.mean(weights**2))
    np.testing.assert_allclose(next(iterator)[0], scaled * START, atol=1e-14)


def test_a_dark_spot_does_not_end_in_nan():
    moments, _ = next(gerchberg_saxton(apart([1, 1, 0, 1]), STATES, COUPLING, START))
    assert np.all(np.isfinite(moments))


def test_phases_and_weights_are_carried_over_whatever_the_states_own_phases():
    given = np.array([1.0, 0.5, 2.0, 0.8]) * np.exp(1j * np.array([0.3, 1.0, -2.0, 3.0]))
    kept = carried_over(given[:, None] * START, STATES, COUPLING)
    np.testing.assert_allclose(kept, given[:, None] * START, atol=1e-14)
    gauge = np.exp(1j * RNG.uniform(0, 2 * np.pi, (COUNT, 1)))
    np.testing.assert_allclose(carried_over(START, gauge * STATES, COUPLING), START, atol=1e-14)


def test_a_state_that_is_opposite_to_the_former_one_is_finite():
    opposite = cheapest_states(np.array([[0, 0, 1.0], [1, 0, 0]]), COUPLING[:2])
    before = cheapest_states(np.array([[0, 0, -1.0], [1, 0, 0]]), COUPLING[:2]) / COUPLING[:2]
    assert np.all(np.isfinite(carried_over(before, opposite, COUPLING[:2])))
