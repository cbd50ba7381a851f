"""The closed forms of the four beams: forward, both ways back, and the best."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad

from optomag.learning.four_beam import (
    best_four_beam_length,
    best_four_beam_weights,
    focal_amplitudes,
    four_beam_magnetization,
    weights_with_fixed_radial,
    weights_with_unit_sum,
)
from optomag.optics.objective import Objective
from optomag.quadrature import sphere_directions

LENS = Objective(na=0.95, wavelength=532e-9)
LENSES = [LENS, Objective(na=1.4, index=1.515, wavelength=532e-9), Objective(na=0.2, wavelength=532e-9)]
IDS = ["air", "oil", "weak"]
ROUNDING = 1e-12
"""Algebra with a few roots in double precision."""
STEP = 1e-6
SLOPE_TOLERANCE = 1e-8
"""Central differences of a quadratic function: rounding over the step."""

DIRECTIONS = sphere_directions(300)
BEST = best_four_beam_length(DIRECTIONS, LENS)


def written(weights, lens=LENS) -> np.ndarray:
    return np.asarray(four_beam_magnetization(weights, lens))


@pytest.mark.parametrize("lens", LENSES, ids=IDS)
def test_amplitudes_are_the_focal_integrals(lens):
    def integrate(function):
        return quad(lambda t: np.sin(t) * np.sqrt(np.cos(t)) * function(t), 0, lens.alpha, epsabs=1e-15)[0]

    # The mean of |cos phi| over one turn times 2 pi is 4; e_phi does not feel the lens.
    expected = (
        np.array([4 * integrate(lambda t: 1.0), 2 * np.pi * integrate(np.sin)]) / np.sqrt(np.pi) / lens.sine
    )
    np.testing.assert_allclose(focal_amplitudes(lens), expected, rtol=ROUNDING)


def test_amplitudes_of_a_faint_lens_keep_their_digits():
    transverse, _ = focal_amplitudes(Objective(na=1e-6, wavelength=1e-6))
    assert transverse == pytest.approx(2e-6 / np.sqrt(np.pi), rel=1e-9)


def test_the_forward_model_is_the_spin_of_the_focal_field():
    k, kz = focal_amplitudes(LENS)
    weights = np.random.default_rng(0).normal(size=(5, 4, 4))
    a, b1, b2, c = np.moveaxis(weights, -1, 0)
    E = np.stack([-1j * a * k, k * (b1 + 1j * b2), kz * c + 0j], axis=-1)
    expected = (1j * np.cross(E, E.conj())).real
    np.testing.assert_allclose(written(weights), expected, rtol=ROUNDING, atol=ROUNDING)


@pytest.mark.slow
def test_the_forward_model_differentiates_and_maps():
    weights = jnp.array([0.398, -0.611, 0.467, 0.5006])

    def total(w):
        return four_beam_magnetization(w, LENS) @ jnp.array([1.0, -2.0, 0.5])

    gradient = jax.jit(jax.grad(total))(weights)
    for i in range(4):
        step = STEP * jnp.zeros(4).at[i].set(1.0)
        assert (
            abs(gradient[i] - (total(weights + step) - total(weights - step)) / (2 * STEP)) < SLOPE_TOLERANCE
        )
    batch = jnp.stack([weights, -weights[::-1]])
    mapped = jax.vmap(lambda w: four_beam_magnetization(w, LENS))(batch)
    np.testing.assert_allclose(mapped, written(batch), rtol=ROUNDING)


@pytest.mark.parametrize("weights", [[1.0, 2.0, 3.0], np.ones((4, 3)), [1.0, 2.0, 3.0, np.nan], "four"])
def test_weights_that_are_not_four_are_refused(weights, refusal):
    refusal(four_beam_magnetization, weights, LENS)


# With the radial weight given


@pytest.mark.parametrize("e_rho", [1.0, -0.3, 2])
@pytest.mark.parametrize("lens", LENSES, ids=IDS)
def test_fixed_radial_weights_write_what_was_asked(e_rho, lens):
    targets = DIRECTIONS * np.linspace(0.1, 3.0, len(DIRECTIONS))[:, None]
    weights = weights_with_fixed_radial(targets, lens, e_rho=e_rho)
    assert weights.shape == (300, 4)
    assert np.all(weights[:, 3] == e_rho)
    np.testing.assert_allclose(written(weights, lens), targets, rtol=ROUNDING, atol=ROUNDING)


def test_fixed_radial_weights_find_back_the_weights_that_wrote():
    weights = np.array([0.398, -0.611, 0.467, 0.5006])
    found = weights_with_fixed_radial(written(weights), LENS, e_rho=0.5006)
    np.testing.assert_allclose(found, weights, rtol=ROUNDING)


def test_the_pole_of_the_fixed_radial_weights():
    targets = np.array([[0.3, 0.0, 0.4], [0.3, 0.0, 0.0], [0.0, 0.2, 0.0], [0.0, 0.0, 0.0]])
    weights = weights_with_fixed_radial(targets, LENS)
    np.testing.assert_array_equal(np.isnan(weights).any(axis=-1), [True, False, False, False])
    np.testing.assert_allclose(written(weights[1:]), targets[1:], atol=ROUNDING)


@pytest.mark.parametrize(
    ("magnetization", "options", "start"),
    [
        ([1.0, 0.0, 0.0], {"e_rho": 0}, "e_rho must be different from zero; got 0."),
        ([1.0, 0.0, 0.0], {"e_rho": np.nan}, "e_rho must be a finite number; got nan."),
        ([1.0, 0.0], {}, "magnetization must be a non-empty array of finite real numbers of shape (..., 3)"),
        ([np.nan, 0.0, 0.0], {}, "magnetization must be a non-empty array"),
        (np.zeros((0, 3)), {}, "magnetization must be a non-empty array"),
        (None, {}, "magnetization must be a non-empty array"),
        ([1j, 0.0, 0.0], {}, "magnetization must be a non-empty array"),
    ],
)
def test_magnetizations_that_are_none_are_refused(magnetization, options, start, refusal):
    assert refusal(weights_with_fixed_radial, magnetization, LENS, **options).startswith(start)
    if not options:
        assert refusal(weights_with_unit_sum, magnetization, LENS).startswith(start)


# With unit sum


@pytest.mark.parametrize("fraction", [0.01, 0.5, 0.999])
@pytest.mark.parametrize("lens", LENSES, ids=IDS)
def test_both_roots_write_what_was_asked_with_unit_power(fraction, lens):
    targets = fraction * DIRECTIONS * best_four_beam_length(DIRECTIONS, lens)[:, None]
    roots = weights_with_unit_sum(targets, lens)
    assert roots.shape == (2, 300, 4)
    np.testing.assert_allclose(np.square(roots).sum(axis=-1), 1.0, rtol=1e-10)
    for weights in roots:
        np.testing.assert_allclose(written(weights, lens), targets, rtol=1e-10, atol=ROUNDING)
    assert np.all(roots[0, :, 3] > roots[1, :, 3])
    assert np.all(roots[1, :, 3] > 0)


def test_one_of_the_roots_is_the_paper_s_example():
    weights = np.array([0.398, -0.611, 0.467, np.sqrt(1 - 0.398**2 - 0.611**2 - 0.467**2)])
    roots = weights_with_unit_sum(written(weights), LENS)
    assert np.abs(roots - weights).max(axis=-1).min() < ROUNDING


def test_the_roots_meet_on_the_rim_and_vanish_beyond():
    near = weights_with_unit_sum((1 - 1e-10) * DIRECTIONS * BEST[:, None], LENS)
    # The roots of c^2 part with the root of the distance from the rim.
    assert np.abs(near[0] - near[1]).max() < 1e-4
    beyond = weights_with_unit_sum((1 + 1e-10) * DIRECTIONS * BEST[:, None], LENS)
    assert np.all(np.isnan(beyond))


def test_the_rim_itself_is_reached():
    assert not np.isnan(weights_with_unit_sum(DIRECTIONS * BEST[:, None], LENS)).any()


@pytest.mark.parametrize(
    "target", [[0.3, 0.0, 0.4], [0.3, 0.0, 0.0], [0.0, 0.0, 0.4], [0.0, 0.0, 0.0], [0.0, 5.0, 0.0]]
)
def test_unit_sum_is_nan_where_it_says_so(target):
    assert np.all(np.isnan(weights_with_unit_sum(target, LENS)))


def test_next_to_the_pole_no_warning_is_raised():
    weights_with_unit_sum([0.0, 1e-200, 0.1], LENS)
    weights_with_fixed_radial([0.0, 1e-310, 0.1], LENS)


# The best


@pytest.mark.parametrize("lens", LENSES, ids=IDS)
def test_best_weights_write_the_best_length_along_the_direction(lens):
    directions = DIRECTIONS * np.linspace(0.1, 9.0, len(DIRECTIONS))[:, None]
    weights = best_four_beam_weights(directions, lens)
    np.testing.assert_allclose(np.square(weights).sum(axis=-1), 1.0, rtol=ROUNDING)
    expected = DIRECTIONS * best_four_beam_length(directions, lens)[:, None]
    np.testing.assert_allclose(written(weights, lens), expected, rtol=ROUNDING, atol=ROUNDING)


@pytest.mark.parametrize("lens", LENSES, ids=IDS)
def test_no_random_weights_beat_the_best(lens):
    weights = np.random.default_rng(3).normal(size=(50_000, 4))
    M = written(weights / np.linalg.norm(weights, axis=-1, keepdims=True), lens)
    used = np.linalg.norm(M, axis=-1) / best_four_beam_length(M, lens)
    assert used.max() < 1 + ROUNDING
    assert used.max() > 0.999, "and the best of so many comes close"


@pytest.mark.parametrize(
    ("direction", "length"),
    [
        ([1, 0, 0], "k kz"),
        ([-1, 0, 0], "k kz"),
        ([0, 1, 0], "k kz"),
        ([0, -1, 0], "k kz"),
        ([0, 0, 1], "k k"),
        ([0, 0, -1], "k k"),
        ([-0.0, -0.0, 1], "k k"),
        ([1, 0, 1], "zero"),
        ([-0.3, 0, 0.5], "zero"),
        ([0, 1e-200, 1], "k k"),
    ],
)
def test_axes_and_the_great_circle_that_cannot_be_reached(direction, length):
    k, kz = focal_amplitudes(LENS)
    expected = {"k kz": k * kz, "k k": k * k, "zero": 0.0}[length]
    assert best_four_beam_length([direction], LENS) == pytest.approx([expected], rel=ROUNDING)
    weights = best_four_beam_weights([direction], LENS)
    assert np.square(weights).sum() == pytest.approx(1.0, rel=ROUNDING)
    unit = np.array(direction) / np.linalg.norm(direction)
    np.testing.assert_allclose(written(weights), [expected * unit], atol=ROUNDING)


def test_one_direction_gives_one_answer():
    assert best_four_beam_length([0.0, 1.0, 0.0], LENS).shape == ()
    assert best_four_beam_weights([0.0, 1.0, 0.0], LENS).shape == (4,)


def test_next_to_the_great_circle_the_length_falls_with_its_distance():
    lengths = best_four_beam_length([[1.0, my, 1.0] for my in (1e-3, 1e-4, 1e-5)], LENS)
    np.testing.assert_allclose(lengths[:-1] / lengths[1:], 10.0, rtol=1e-5)


def test_printed_range_over_the_sphere():
    lengths = best_four_beam_length(sphere_directions(10_000), LENS)
    # mean and max as printed, to the third decimal
    np.testing.assert_allclose([lengths.mean(), lengths.max()], [1.376, 1.783], atol=1e-3)


def test_directions_of_length_zero_are_refused(refusal):
    for function in (best_four_beam_length, best_four_beam_weights):
        assert refusal(function, [0.0, 0.0, 0.0], LENS).startswith(
            "direction must be a vector of non-zero length"
        )
        assert refusal(function, [1.0, 0.0], LENS).startswith("direction must be a non-empty array")
