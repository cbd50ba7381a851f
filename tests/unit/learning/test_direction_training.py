"""Training a direction network: reproducible, through the exact model, and worth its steps."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optomag.learning.direction_network import RATIOS
from optomag.learning.direction_training import (
    MARGIN,
    STEPS_BETWEEN_REPORTS,
    DirectionTraining,
    draw_targets,
    mean_loss,
    spin,
    train_directions,
)
from optomag.learning.training import DivergenceError
from optomag.magnetism.inverse_faraday import induced_magnetization

pytestmark = pytest.mark.slow

SHORT = DirectionTraining(steps=2 * STEPS_BETWEEN_REPORTS, batch_size=64, learning_rate=8e-3)

LEARNT = 0.05
"""Loss in the second half of the short training, from more than four times that in the first."""

SINGLE = 1e-6
"""Single precision, and some sums."""


def test_a_short_training_learns_and_the_seed_fixes_it():
    seen = []
    first = train_directions(SHORT, on_report=lambda done, loss: seen.append((done, loss)))
    again = train_directions(SHORT)
    assert [done for done, _ in seen] == [STEPS_BETWEEN_REPORTS, 2 * STEPS_BETWEEN_REPORTS]
    assert [loss for _, loss in seen] == first.losses.tolist()
    assert first.losses[-1] < LEARNT < 0.25 * first.losses[0]
    for mine, other in zip(jax.tree.leaves(first.network), jax.tree.leaves(again.network), strict=True):
        np.testing.assert_array_equal(mine, other)


def test_the_loss_is_that_of_the_exact_model():
    fields = np.random.default_rng(0).normal(size=(50, 3, 2)) @ [1, 1j]
    M = induced_magnetization(fields)
    np.testing.assert_allclose(spin(jnp.asarray(fields, jnp.complex64)), M, rtol=1e-4, atol=1e-5)


def test_the_loss_vanishes_for_the_closed_form():
    """Circular F across (m_x, m_y, q m_z) writes along m with the largest |M|: both terms are zero."""

    class ClosedForm:
        def __call__(self, directions, ratios):
            axis = jnp.stack([directions[:, 0], directions[:, 1], ratios * directions[:, 2]], axis=1)
            axis = axis / jnp.linalg.norm(axis, axis=1, keepdims=True)
            first = jnp.cross(axis, jnp.asarray([0.3, 0.5, 0.81], jnp.float32))
            first = first / jnp.linalg.norm(first, axis=1, keepdims=True)
            return jax.lax.complex(first, jnp.cross(axis, first)) / math.sqrt(2)

    assert float(mean_loss(ClosedForm(), *draw_targets(jax.random.key(0), 100))) < SINGLE


def test_targets_are_uniform_on_the_sphere_and_cover_the_served_ratios():
    directions, ratios = draw_targets(jax.random.key(1), 20_000)
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1, atol=SINGLE)
    # The z of uniform directions is uniform in [-1, 1]: mean 0, variance 1/3, both within 4 sigma.
    np.testing.assert_allclose(np.mean(directions, axis=0), 0, atol=4 / np.sqrt(3 * 20_000))
    np.testing.assert_allclose(np.var(directions, axis=0), 1 / 3, atol=4 * 0.3 / np.sqrt(20_000))
    assert RATIOS[0] / MARGIN <= ratios.min() < RATIOS[0]
    assert RATIOS[1] < ratios.max() <= RATIOS[1] * MARGIN * (1 + SINGLE)


def test_a_learning_rate_that_overflows_is_named():
    with pytest.raises(DivergenceError, match="learning_rate must be small enough"):
        train_directions(DirectionTraining(steps=1, batch_size=8, learning_rate=1e38))


@pytest.mark.parametrize("setting", [{"steps": 0}, {"batch_size": 0}, {"learning_rate": 0.0}, {"seed": -1}])
def test_settings_that_cannot_be_are_refused(setting, refusal):
    assert refusal(lambda: DirectionTraining(**setting)).startswith(next(iter(setting)))
