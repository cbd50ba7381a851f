"""`optomag train-spots`: what it writes, and what it does not write over."""

from __future__ import annotations

import pytest

import optomag as om
from optomag.errors import InvalidInputError
from optomag.inverse.structure import spot_training
from optomag.io.manifest import read_manifest
from optomag.learning.spot_network import FILE_NAME, SpotNetwork
from optomag.workflow.config import TrainSpotsConfig
from optomag.workflow.progress import SilentProgress
from optomag.workflow.train_spots import run_train_spots

CONFIG = {"steps": 4, "batch_size": 2, "stock": 3}


@pytest.fixture
def small(monkeypatch):
    """A small network, small arrays and reports every two steps."""
    fresh = SpotNetwork.initialise(0, sizes=(4, 4, 1, 1))
    monkeypatch.setattr(spot_training.SpotNetwork, "initialise", lambda seed: fresh)
    monkeypatch.setattr(spot_training, "SIDES", {9: 3.0})
    monkeypatch.setattr(spot_training, "STEPS_BETWEEN_REPORTS", 2)


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_a_network_and_its_manifest_are_written(tmp_path):
    config = TrainSpotsConfig(out=tmp_path / "network", **CONFIG)
    trained = run_train_spots(config, progress=SilentProgress())
    assert len(trained.history) == 2
    manifest = read_manifest(config.out)
    assert manifest["command"] == "optomag train-spots"
    assert manifest["files"].keys() == {FILE_NAME}
    assert manifest["training"]["last"] == round(trained.history[-1].last, 5)
    om.load(config.out)
    assert not (config.out / "checkpoint").exists()
    (config.out / FILE_NAME).write_text("mine")
    with pytest.raises(InvalidInputError, match="an edited"):
        run_train_spots(config, progress=SilentProgress())
