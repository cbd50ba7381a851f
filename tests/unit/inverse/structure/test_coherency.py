"""The convex problem of several exposures: modes, its gradient, its certificate."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

import optomag as om
from optomag.inverse.structure.coherency import (
    _convex_loss,
    _dual,
    _pattern,
    lowest,
    magnetization_of,
    solve,
    spectral_start,
)
from optomag.inverse.structure.modes import pupil_modes
from optomag.inverse.structure.plane_waves import plane_waves

LENS = om.Objective(na=0.95, wavelength=532e-9)
ROUNDING = 1e-10
ENDED = 1e-6
"""Where L-BFGS stops, of the loss."""
POINTS = 532e-9 * np.array([[0, 0, 0], [0.3, 0, 0], [0, 0.4, 0], [-0.3, 0.1, 0.2], [0.1, -0.5, 0]])
WANTED = np.array([[0, 0, 1.0], [1, 0, 0], [0, 1, 0], [0, -1, 0], [0.6, 0, 0.8]])


@pytest.fixture(scope="module")
def waves():
    return plane_waves(POINTS, LENS)


@pytest.fixture(scope="module")
def modes(waves):
    return pupil_modes(waves)


def columns(modes, exposures, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(modes.rank, exposures)) + 1j * rng.normal(size=(modes.rank, exposures))


def test_modes_are_orthonormal_pupils_that_bring_their_fields(waves, modes):
    for k in (0, 3, modes.rank - 1):
        light = waves.reverse(jnp.asarray(modes.moments[..., k]))
        assert float(waves.power(light)) == pytest.approx(1.0, rel=ROUNDING)
        np.testing.assert_allclose(waves.focus(light), modes.fields[..., k], rtol=1e-8, atol=ROUNDING)
        other = waves.reverse(jnp.asarray(modes.moments[..., k - 1]))
        overlap = jnp.sum(waves.solid_angle[..., None].astype(light.dtype) * light.conj() * other)
        assert abs(complex(overlap)) < ROUNDING


def test_the_pattern_matrix_is_the_magnetization_along_vectors(modes):
    Y = columns(modes, 3)
    M = np.asarray(magnetization_of(jnp.asarray(Y), jnp.asarray(modes.fields)))
    matrix = np.asarray(_pattern(jnp.asarray(modes.fields), jnp.asarray(WANTED)))
    assert np.sum(M * WANTED) == pytest.approx(np.einsum("rk,rs,sk->", Y.conj(), matrix, Y).real)


def test_the_dual_matrix_is_the_gradient_of_the_loss(modes):
    """F(W + t v v^H) - F(W) = t v^H Lambda v + ..., for any v."""
    problem = jnp.asarray(modes.fields), jnp.asarray(WANTED), jnp.asarray(3e-3)
    Y, v = columns(modes, 2), columns(modes, 1, seed=5)
    t = 1e-6
    with_v = np.concatenate([Y, np.sqrt(t) * v], axis=1)
    rise = float(_convex_loss(jnp.asarray(with_v), problem)) - float(_convex_loss(jnp.asarray(Y), problem))
    expected = np.real(v.conj().T @ np.asarray(_dual(jnp.asarray(Y), *problem)) @ v)[0, 0]
    assert rise / t == pytest.approx(expected, rel=1e-4)


def test_no_number_of_exposures_goes_below_the_bound(modes):
    certificate = solve(modes, WANTED).certify(2)
    assert certificate.ratio >= 1.0
    m = WANTED / np.sqrt(np.mean(np.sum(WANTED**2, axis=-1)))
    problem = jnp.asarray(modes.fields), jnp.asarray(m), jnp.asarray(3e-3)
    for seed in range(3):
        ((_, _, loss),) = lowest(_convex_loss, 0.1 * columns(modes, 6, seed=seed), problem, steps=400)
        assert loss >= certificate.bound * (1 - ROUNDING)
        assert loss <= certificate.bound * 1.01, "and it is nearly reached"


def test_more_exposures_never_lose(modes):
    optimum = solve(modes, WANTED)
    losses = [optimum.certify(count).loss for count in (1, 2, 4)]
    assert losses[1] <= losses[0] * (1 + ENDED)
    assert losses[2] <= losses[1] * (1 + ENDED)


def test_a_single_spot_needs_one_exposure_of_its_best_light():
    """Here the convex problem is solved by hand: max M.m = B tr W, so s = B w with w = 1/B - mu/(2 B^2)."""
    alone = pupil_modes(plane_waves(np.zeros((1, 3)), LENS))
    start = spectral_start(alone, np.array([[0.0, 0.0, 1.0]]), 1)
    M = np.asarray(magnetization_of(jnp.asarray(start), jnp.asarray(alone.fields)))
    best = float(om.magnetization_bound([0, 0, 1], LENS))
    np.testing.assert_allclose(M, [[0, 0, best]], atol=1e-9)
    certificate = solve(alone, np.array([[0.0, 0.0, 1.0]])).certify(1)
    mu = 3e-3
    energy = 1 / best - mu / (2 * best**2)
    by_hand = (best * energy - 1) ** 2 + mu * energy
    assert certificate.loss == pytest.approx(by_hand, rel=ENDED)
    assert certificate.bound == pytest.approx(by_hand, rel=1e-3)


def test_magnetization_of_any_light_is_held_against_the_same_bound(modes):
    Y = columns(modes, 2)
    M = np.asarray(magnetization_of(jnp.asarray(Y), jnp.asarray(modes.fields)))
    found = solve(modes, WANTED).certify_magnetization(M)
    wanted = WANTED / np.sqrt(np.mean(np.sum(WANTED**2, axis=-1)))
    losses = [np.mean(np.sum((t * M - wanted) ** 2, axis=-1)) + 3e-3 * t for t in np.linspace(0, 1, 2001)]
    assert found.bound < found.loss <= min(losses) + ROUNDING


def test_of_no_magnetization_all_is_missing(modes):
    assert solve(modes, WANTED).certify_magnetization(np.zeros_like(WANTED)).loss == pytest.approx(1.0)


def test_leading_columns_are_the_best_part_of_the_optimum(modes):
    optimum = solve(modes, WANTED)
    two, all_of_it = optimum.leading(2), optimum.factor @ optimum.factor.conj().T
    values = np.linalg.eigvalsh(all_of_it)[::-1]
    left = np.linalg.eigvalsh(all_of_it - two @ two.conj().T)[::-1]
    np.testing.assert_allclose(left[: len(values) - 2], np.maximum(values[2:], 0), atol=1e-9 * values[0])
