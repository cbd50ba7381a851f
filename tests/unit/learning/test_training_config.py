"""Settings are checked, and the two presets are what the paper and the README say."""

from __future__ import annotations

import jax.numpy as jnp
import pytest

from optomag.errors import InvalidInputError
from optomag.learning.training_config import TrainingConfig

FLOAT32_ROUNDING = 1e-6
"""Relative rounding of a few single-precision operations."""


def config(**changes):
    settings = {
        "epochs": 2,
        "batch_size": 10,
        "learning_rate": 0.1,
        "optimizer": "gradient-descent",
        "schedule": "constant",
    }
    return TrainingConfig(**{**settings, **changes})


def steps(settings, count):
    """The changes of one parameter under a gradient of one."""
    optimizer = settings.transformation(count)
    memory = optimizer.init(jnp.float32(0))
    changes = []
    for _ in range(count):
        change, memory = optimizer.update(jnp.float32(1), memory)
        assert change.dtype == jnp.float32
        changes.append(float(change))
    return changes


def test_the_paper_preset_is_the_papers():
    paper = TrainingConfig.paper()
    assert (paper.epochs, paper.batch_size, paper.learning_rate) == (5000, 1000, 0.001)
    assert (paper.optimizer, paper.schedule) == ("gradient-descent", "constant")
    assert TrainingConfig.quick(seed=4).seed == TrainingConfig.paper(seed=4).seed == 4


def test_both_presets_train_the_papers_network():
    assert TrainingConfig.quick().sizes == TrainingConfig.paper().sizes == (3, 500, 500, 500, 500, 3)


def test_plain_descent_steps_by_rate_times_gradient():
    assert steps(config(), 3) == pytest.approx([-0.1] * 3, rel=FLOAT32_ROUNDING)


def test_the_cosine_schedule_falls_from_the_rate_towards_zero():
    expected = [-0.1, -0.1 * 0.75, -0.1 * 0.25]  # (1 + cos(pi n / 3)) / 2
    assert steps(config(schedule="cosine"), 3) == pytest.approx(expected, rel=FLOAT32_ROUNDING)


def test_adam_under_a_constant_gradient_steps_by_the_rate():
    assert steps(config(optimizer="adam"), 3) == pytest.approx([-0.1] * 3, rel=1e-5)


def test_adam_forgets_large_gradients_as_its_memory_says():
    # After 0.99^n of the first gradient's square is left, a hundred times smaller gradients count again.
    optimizer = config(optimizer="adam", learning_rate=1.0).transformation(1)
    memory = optimizer.init(jnp.float32(0))
    change, memory = optimizer.update(jnp.float32(100), memory)
    assert float(change) == pytest.approx(-1, rel=1e-5)
    for _ in range(400):
        change, memory = optimizer.update(jnp.float32(1), memory)
    variance = (0.01 * 0.99**400 * 1e4 + 1 - 0.99**400) / (1 - 0.99**401)
    assert float(change) == pytest.approx(-1 / variance**0.5, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("epochs", 2.5),
        ("batch_size", 0),
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("optimizer", "sgd"),
        ("schedule", "linear"),
        ("seed", -1),
        ("sizes", (3,)),
        ("sizes", (3, 5, 2)),
    ],
)
def test_bad_settings_are_refused_by_name(name, value):
    with pytest.raises(InvalidInputError, match=f"^{name} must be"):
        config(**{name: value})
