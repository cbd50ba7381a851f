"""Samples are checked where they enter, and their fingerprint sees every change."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.learning.training_data import TrainingData

INPUTS, OUTPUTS = np.random.default_rng(1).uniform(-1, 1, (2, 10, 3))


def changed(array, value):
    array = array.copy()
    array[4, 1] = value
    return array


def test_the_fingerprint_follows_every_number_and_the_split():
    base = TrainingData(INPUTS, OUTPUTS, 8).sha256
    assert base == TrainingData(np.asfortranarray(INPUTS), OUTPUTS, 8).sha256
    others = {
        TrainingData(changed(INPUTS, 0.5), OUTPUTS, 8).sha256,
        TrainingData(INPUTS, changed(OUTPUTS, 0.5), 8).sha256,
        TrainingData(OUTPUTS, INPUTS, 8).sha256,
        TrainingData(INPUTS, OUTPUTS, 7).sha256,
    }
    assert len(others | {base}) == 5


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("magnetization", (changed(INPUTS, np.nan), OUTPUTS, 8)),
        ("magnetization", (INPUTS[:, :2], OUTPUTS, 8)),
        ("magnetization", (INPUTS * [1, 0, 1], OUTPUTS, 8)),
        ("weights", (INPUTS, changed(OUTPUTS, np.inf), 8)),
        ("weights", (INPUTS, OUTPUTS[:-1], 8)),
        ("train_samples", (INPUTS, OUTPUTS, 10)),
        ("train_samples", (INPUTS, OUTPUTS, 0)),
    ],
)
def test_bad_samples_are_refused_by_name(name, arguments):
    with pytest.raises(InvalidInputError, match=f"^{name} must be"):
        TrainingData(*arguments)
