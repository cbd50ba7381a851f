"""The plane of exact weights: every point of it writes the direction, and the nearest one is found."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.learning.exact_weights import nearest_exact_weights
from optomag.learning.four_beam import (
    best_four_beam_length,
    best_four_beam_weights,
    four_beam_magnetization,
)
from optomag.magnetism.direction import angle_error
from optomag.optics.objective import Objective
from optomag.quadrature import sphere_directions

LENS = Objective(na=0.95, wavelength=532e-9)
SAME = 1e-12
WORST = 1e-14
"""Largest angle error of an exact answer by the closed form [rad]: rounding."""

WANTED = sphere_directions(2000)


@pytest.mark.parametrize("strength", [1e-3, 0.3, 1.0])
@pytest.mark.parametrize("lens", [LENS, Objective(na=1.2, index=1.518, wavelength=1e-6)])
def test_whatever_the_guess_the_answer_is_exact_and_of_the_strength(strength, lens):
    guess = np.random.default_rng(0).normal(size=(len(WANTED), 4))
    weights = nearest_exact_weights(guess, WANTED, lens, strength=strength)
    written = np.asarray(four_beam_magnetization(weights, lens))
    assert np.asarray(angle_error(written, WANTED)).max() < WORST
    np.testing.assert_allclose(np.square(weights).sum(axis=-1), 1.0, rtol=SAME)
    length = np.linalg.norm(written, axis=-1)
    np.testing.assert_allclose(length, strength * best_four_beam_length(WANTED, lens), rtol=SAME)


def test_no_exact_answer_of_that_strength_lies_nearer():
    """All of them: both tau, both signs."""
    guess = np.random.default_rng(1).normal(size=(len(WANTED), 4))
    guess /= np.linalg.norm(guess, axis=-1, keepdims=True)
    best = best_four_beam_weights(WANTED, LENS) * np.sqrt(2)
    strength = 0.6
    tau = 0.5 * np.arcsin(strength)
    candidates = [
        sign * (best * [np.cos(angle), np.sin(angle), np.cos(angle), np.sin(angle)])
        for sign in (1, -1)
        for angle in (tau, np.pi / 2 - tau)
    ]
    found = nearest_exact_weights(guess, WANTED, LENS, strength=strength)
    nearest = np.min([np.linalg.norm(guess - one, axis=-1) for one in candidates], axis=0)
    np.testing.assert_allclose(np.linalg.norm(guess - found, axis=-1), nearest, atol=SAME)


def test_a_guess_that_writes_the_opposite_or_nothing_still_leads_to_the_direction():
    """Where an iteration on M/|M| - m ends at E_ax = E_rho = 0 with |M| = 0."""
    wanted = np.array([[0.6, 0.01, 0.8], [0.6, 0.01, 0.8], [-0.3, -0.9, 0.2], [-0.3, -0.9, 0.2]])
    best = best_four_beam_weights(wanted, LENS)
    nothing = [0.0, 0.7, 0.7, 0.0]
    guess = np.stack([best[0] * [1, -1, 1, -1], nothing, best[2] * [-1, 1, -1, 1], nothing])
    found = nearest_exact_weights(guess, wanted, LENS)
    np.testing.assert_allclose(np.abs(found), np.abs(best), atol=SAME)
    assert np.asarray(angle_error(four_beam_magnetization(found, LENS), wanted)).max() < WORST


@pytest.mark.parametrize("strength", [0.0, -0.5, 1.1, np.nan, "full"])
def test_strengths_that_do_not_exist_are_refused(strength, refusal):
    guess = np.ones((1, 4))
    assert refusal(nearest_exact_weights, guess, [[0, 1, 0]], LENS, strength=strength).startswith("strength ")


@pytest.mark.parametrize("guess", [[[1, 2, 3]], [[np.nan, 0, 0, 1]], np.ones((2, 4))])
def test_guesses_that_do_not_fit_are_refused(guess, refusal):
    assert refusal(nearest_exact_weights, guess, [[0, 1, 0]], LENS).startswith("weights must be ")


def test_one_direction_without_its_axis_is_refused(refusal):
    assert refusal(nearest_exact_weights, np.ones((1, 4)), [0, 1, 0], LENS).startswith("directions must be ")
