"""A sweep changes one setting at a time and shows what the setting does."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.learning.sweep import sweep_epochs, sweep_settings, tidy_rows, train_each
from optomag.learning.training_config import TrainingConfig
from optomag.learning.training_data import TrainingData

pytestmark = pytest.mark.slow

BASE = TrainingConfig(6, 50, 0.03, "gradient-descent", "constant", sizes=(3, 16, 3))


@pytest.fixture(scope="module")
def settings():
    return sweep_settings(BASE, learning_rates=(0.003, 0.03, 1e6), epochs=(2, 6))


@pytest.fixture(scope="module")
def trials(settings):
    inputs = np.random.default_rng(0).uniform(-1, 1, (500, 3))
    data = TrainingData(inputs, np.sin(2 * inputs) * inputs[:, [1, 2, 0]], 400)
    seen = []
    found = train_each(settings, data, on_epoch=lambda setting, record: seen.append((setting, record)))
    # the base itself occurs in both groups and runs once; the diverging one reports no whole epoch
    assert len(seen) == 6 + 6 + 0 + 2
    return found


def test_one_setting_differs_from_the_base(settings):
    assert [(setting.parameter, setting.value) for setting in settings] == [
        ("learning_rate", 0.003),
        ("learning_rate", 0.03),
        ("learning_rate", 1e6),
        ("epochs", 2),
        ("epochs", 6),
    ]
    assert settings[0].config.epochs == BASE.epochs
    assert settings[3].config.learning_rate == BASE.learning_rate
    assert settings[1].config == settings[4].config == BASE
    assert sweep_epochs(settings) == 6 + 6 + 6 + 2


def test_trends_are_there_to_see(trials):
    slow, moderate, diverged, short, long = trials
    assert moderate.history[-1].test_mse < slow.history[-1].test_mse < slow.history[0].test_mse
    assert long.history[-1].test_mse < short.history[-1].test_mse
    assert (diverged.diverged, diverged.history) == (True, ())
    assert [trial.diverged for trial in (slow, moderate, short, long)] == [False] * 4


def test_without_a_schedule_a_shorter_training_is_the_start_of_a_longer_one(trials):
    *_, short, long = trials
    assert [r.test_mse for r in short.history] == [r.test_mse for r in long.history[:2]]
    assert long.history == trials[1].history


def test_the_table_has_a_row_for_each_epoch(trials):
    rows = tidy_rows(trials)
    assert len(rows) == 6 + 6 + 0 + 2 + 6
    assert rows[0]["parameter"] == "learning_rate"
    assert rows[-1] == {**rows[-1], "parameter": "epochs", "value": 6, "epoch": 6}
    assert rows[-1]["test_mse"] == trials[-1].history[-1].test_mse


def test_nothing_to_vary_and_impossible_values_are_refused():
    with pytest.raises(InvalidInputError, match=r"^sweep must be over at least one value"):
        sweep_settings(BASE)
    with pytest.raises(InvalidInputError, match=r"^batch_size must be"):
        sweep_settings(BASE, batch_sizes=(0,))
