"""Propose, re-simulate, keep the best, polish: with an exact inverse in place of a network."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.learning.four_beam import (
    best_four_beam_length,
    best_four_beam_weights,
    focal_amplitudes,
    four_beam_magnetization,
    weights_with_unit_sum,
)
from optomag.learning.proposals import (
    best_proposals,
    completed_weights,
    evaluate_weights,
    polish,
    proposed_lengths,
    simulate_focus,
)
from optomag.magnetism.bound import magnetization_bound
from optomag.optics.objective import Objective
from optomag.quadrature import sphere_directions

LENS = Objective(na=0.95, wavelength=532e-9)
SAME = 1e-12
"""The engine at the focus and the closed forms, both to rounding."""

WORST = 1e-12
"""Largest angle error of an exact answer [deg]: rounding of the focused fields, at |m_y| down to 1e-4."""

REACHABLE = sphere_directions(60)
REACHABLE = REACHABLE[np.abs(REACHABLE[:, 1]) > 0.05]


def exact(scaled: np.ndarray) -> np.ndarray:
    """A 'network' that reads the length as a fraction of the longest M(0), and knows the answer below it."""
    k, kz = focal_amplitudes(LENS)
    return np.nan_to_num(weights_with_unit_sum(0.999 * k * kz * scaled, LENS)[0, :, :3])


@pytest.mark.slow
def test_the_simulated_focus_is_the_closed_form():
    weights = np.random.default_rng(1).normal(size=(3, 5, 4))
    np.testing.assert_allclose(
        simulate_focus(weights, LENS), four_beam_magnetization(weights, LENS), rtol=SAME, atol=SAME
    )


def test_three_weights_are_completed_to_unit_power():
    three = np.array([[0.3, -0.4, 0.5], [0.0, 0.0, 0.0], [3.0, 0.0, -4.0]])
    four = completed_weights(three)
    np.testing.assert_allclose(np.square(four).sum(axis=-1), 1.0, rtol=SAME)
    np.testing.assert_array_equal(four[0, :3], three[0])
    np.testing.assert_allclose(four[1:], [[0, 0, 0, 1], [0.6, 0, -0.8, 0]], atol=SAME)


def test_proposals_of_a_few_are_among_those_of_many():
    assert proposed_lengths(1).tolist() == [1.0]
    np.testing.assert_allclose(proposed_lengths(4), [1.0, 0.75, 0.5, 0.25])
    assert np.all(np.isin(proposed_lengths(10).round(12), proposed_lengths(100).round(12)))


@pytest.mark.parametrize("count", [0, -1, 2.0, None, np.nan])
def test_proposals_are_counted_in_whole_numbers(count, refusal):
    assert refusal(proposed_lengths, count).startswith("proposals must be a whole number >= 1; got ")


@pytest.mark.slow
def test_evaluation_compares_what_is_written_with_what_was_wanted():
    weights = best_four_beam_weights(REACHABLE, LENS)
    found = evaluate_weights(weights, 3.0 * REACHABLE, LENS)
    expected = best_four_beam_length(REACHABLE, LENS) / np.asarray(magnetization_bound(REACHABLE, LENS))
    assert found.angle_error.max() < SAME
    np.testing.assert_allclose(found.efficiency, expected, rtol=SAME)
    np.testing.assert_allclose(found.similarity, 1.0, rtol=SAME)
    opposite = evaluate_weights(weights, -REACHABLE, LENS)
    np.testing.assert_allclose(opposite.angle_error, np.pi, rtol=SAME)


def test_a_vanishing_magnetization_is_a_right_angle_off():
    found = evaluate_weights([[1.0, 0.0, 0.0, 0.0]], [[0.0, 0.0, 1.0]], LENS)
    assert found.angle_error.tolist() == [np.pi / 2]
    assert found.efficiency.tolist() == [0.0]


def test_the_best_of_more_proposals_is_never_worse():
    errors = [best_proposals(exact, REACHABLE, LENS, proposals=count).angle_error for count in (1, 5, 10)]
    assert np.all(errors[1] <= errors[0])
    assert np.all(errors[2] <= errors[1])
    assert np.any(errors[0] > 1.0), "some unit targets are out of reach as they are"
    assert errors[2][np.abs(REACHABLE[:, 1]) > 0.3].max() < SAME


@pytest.mark.parametrize("directions", [[[0.0, 0.0, 0.0]], [[np.nan, 0.0, 1.0]], [[1.0, 0.0]], []])
def test_directions_that_are_none_are_refused(directions, refusal):
    assert refusal(best_proposals, exact, directions, LENS).startswith("direction must be ")


def test_a_soft_end_always_leaves_some_radial_light():
    three = np.array([[0.3, -0.4, 0.5], [0.7, 0.6, 0.5], [0.8, 0.6, 0.0]])
    hard, soft = completed_weights(three), completed_weights(three, softness=0.01)
    np.testing.assert_allclose(np.square(soft).sum(axis=-1), 1.0, rtol=SAME)
    assert hard[1, 3] == hard[2, 3] == 0
    assert np.all(soft[:, 3] > 0)
    assert soft[2, 3] ** 2 == pytest.approx(0.005 / 1.005)
    np.testing.assert_allclose(soft[0], hard[0], atol=1e-4)


@pytest.mark.parametrize("softness", [-0.1, np.nan, "soft"])
def test_a_softness_that_is_none_is_refused(softness, refusal):
    assert refusal(completed_weights, [0.1, 0.2, 0.3], softness=softness).startswith("softness must be ")


def test_polishing_ends_on_the_direction_with_the_strength_that_was_chosen():
    rng = np.random.default_rng(4)
    wanted = sphere_directions(5000)
    best = best_four_beam_weights(wanted, LENS)
    start = best + 0.3 * rng.normal(size=best.shape)
    rough = evaluate_weights(start, wanted, LENS)
    assert rough.angle_error.max() > 1.0
    for strength in (1.0, 0.5):
        polished = polish(start, 7.0 * wanted, LENS, strength=strength)
        assert np.degrees(polished.angle_error.max()) < WORST
        np.testing.assert_allclose(np.square(polished.weights).sum(axis=-1), 1.0, rtol=SAME)
        np.testing.assert_allclose(
            np.linalg.norm(polished.magnetization, axis=-1),
            strength * best_four_beam_length(wanted, LENS),
            rtol=SAME,
        )


def test_polishing_never_ends_farther_away_than_it_began():
    """On the great circle m_y = 0 there is no solution, and |M| vanishes where it would be."""
    wanted = np.array([[1.0, 0.0, 1.0], [-0.5, 0.0, 0.2], [0.0, 0.0, 1.0]])
    start = completed_weights([[0.3, 0.5, -0.4], [0.1, 0.2, 0.6], [0.6, 0.5, 0.1]])
    before = evaluate_weights(start, wanted, LENS)
    after = polish(start, wanted, LENS)
    assert np.all(after.angle_error <= before.angle_error)
    assert after.angle_error[2] < SAME
    np.testing.assert_allclose(after.weights[:2], start[:2])
