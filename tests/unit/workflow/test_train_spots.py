"""`optomag train-spots`: what it writes, and what it does not write over."""

from __future__ import annotations

import pytest
from tests.e2e.command import in_json

import optomag as om
from optomag.errors import InvalidInputError
from optomag.inverse.structure.spot_training import SpotRecord, SpotTrainingResult
from optomag.io.manifest import read_manifest
from optomag.learning.spot_network import FILE_NAME, SpotNetwork
from optomag.workflow import train_spots
from optomag.workflow.config import TrainSpotsConfig
from optomag.workflow.progress import SilentProgress
from optomag.workflow.train_spots import run_train_spots

CONFIG = {"steps": 4, "batch_size": 2, "stock": 3}


@pytest.fixture
def _untrained(monkeypatch):
    """Training that learns nothing, and leaves a checkpoint."""

    def untrained(config, *, folder, on_report):
        history = tuple(SpotRecord(number, 0.5, 0.6, 1.0) for number in (1, 2))
        for record in history:
            on_report(2 * record.epoch, record)
        (folder / "epoch").mkdir(parents=True)
        return SpotTrainingResult(SpotNetwork.initialise(config.seed, sizes=(4, 4, 1, 1)), history)

    monkeypatch.setattr(train_spots, "train_spots", untrained)


@pytest.mark.usefixtures("_untrained")
def test_a_network_and_its_manifest_are_written(tmp_path):
    config = TrainSpotsConfig(out=tmp_path / "network", **CONFIG)
    trained = run_train_spots(config, progress=SilentProgress())
    assert len(trained.history) == 2
    manifest = read_manifest(config.out)
    assert manifest["command"] == "optomag train-spots"
    assert manifest["files"].keys() == {FILE_NAME}
    assert manifest["training"]["last"] == round(trained.history[-1].last, 5)
    om.load(config.out)
    said = in_json("train-spots", "--steps", "4", "--out", tmp_path / "again")
    assert f"{said.record['last']:.3f} of spots far apart" in said.told[0]
    assert not (config.out / "checkpoint").exists()
    (config.out / FILE_NAME).write_text("mine")
    with pytest.raises(InvalidInputError, match="an edited"):
        run_train_spots(config, progress=SilentProgress())
