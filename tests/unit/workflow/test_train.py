"""From options to settings, from a store to the split that learns and tests."""

from __future__ import annotations

import pytest

from optomag.errors import InvalidInputError
from optomag.learning.history import EpochRecord
from optomag.learning.training_config import TrainingConfig
from optomag.workflow.config import DatasetConfig, TrainingOptions
from optomag.workflow.dataset import run_dataset
from optomag.workflow.progress import SilentProgress
from optomag.workflow.train import epoch_note, training_data, training_settings


def test_a_preset_alone_is_the_preset():
    assert training_settings(TrainingOptions(), seed=4) == TrainingConfig.quick(seed=4)
    assert training_settings(TrainingOptions(preset="paper"), seed=0) == TrainingConfig.paper(seed=0)


def test_what_is_named_replaces_the_presets_value():
    options = TrainingOptions(
        preset="paper", epochs=3, learning_rate=0.1, optimizer="adam", schedule="cosine"
    )
    assert training_settings(options, seed=1) == TrainingConfig(3, 1000, 0.1, "adam", "cosine", 1)


def test_an_epoch_is_told_in_a_few_words():
    record = EpochRecord(3, 3.14159e-4, 2.7e-4, 6.2, 0.3, 32258.06, 160.0, 12.0)
    assert epoch_note(record) == "train 3.14e-04, test 2.70e-04, 32,258 samples/s"


@pytest.mark.parametrize(
    ("at_most", "learnt_from", "all_of_them"), [(None, 24, 30), (50, 24, 30), (10, 8, 10)]
)
def test_the_last_fifth_tests(tmp_path, at_most, learnt_from, all_of_them):
    path = run_dataset(DatasetConfig(out=tmp_path, samples=30), progress=SilentProgress())
    data = training_data(path, at_most=at_most)
    assert data.train_samples == learnt_from
    assert len(data.weights) == len(data.magnetization) == all_of_them


def test_samples_that_are_not_there_are_refused(tmp_path):
    with pytest.raises(InvalidInputError, match="samples must be"):
        training_data(tmp_path / "nowhere.zarr")
