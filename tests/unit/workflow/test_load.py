"""`om.load` gives whatever was saved, by the word of its manifest, and nothing that was changed since."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

import optomag as om
from optomag.errors import InvalidInputError
from optomag.io.result_folder import SavedResult
from optomag.io.samples import Samples
from optomag.workflow.config import (
    DatasetConfig,
    EvaluateConfig,
    SweepConfig,
    TrainConfig,
    TrainDirectionsConfig,
    TrainingOptions,
)
from optomag.workflow.dataset import run_dataset
from optomag.workflow.evaluate import run_evaluate
from optomag.workflow.progress import LineProgress, SilentProgress
from optomag.workflow.sweep import run_sweep
from optomag.workflow.train import run_train
from optomag.workflow.train_directions import run_train_directions

pytestmark = pytest.mark.slow

SILENT = SilentProgress()
TINY = TrainingOptions(epochs=2, batch_size=20)


def run(top, kind, *, seed=0, progress=SILENT):
    """Run a command with all that it needs; return its folder."""
    out = top / kind
    if kind == "dataset":
        run_dataset(DatasetConfig(out=out, samples=50), progress=progress)
    elif kind == "training":
        config = TrainConfig(data=made(top, "dataset") / "dataset.zarr", out=out, seed=seed, training=TINY)
        run_train(config, progress=progress)
    elif kind == "evaluation":
        model = made(top, "training") / "model.safetensors"
        config = EvaluateConfig(model=model, out=out, directions=10 + seed, proposals=1)
        run_evaluate(config, progress=progress)
    elif kind == "sweep":
        config = SweepConfig(
            data=made(top, "dataset") / "dataset.zarr",
            out=out,
            batch_sizes=(20,),
            learning_rates=(1e-3,),
            epoch_counts=(1,),
            seed=seed,
            training=TINY,
        )
        run_sweep(config, progress=progress)
    elif kind == "directions":
        config = TrainDirectionsConfig(out=out, steps=1, batch_size=8, seed=seed)
        run_train_directions(config, progress=progress)
    else:
        light = om.design([0, 0, 1], om.Objective(na=0.9, wavelength=635e-9)).light
        om.export(light, out, cell=[200e-9], to=("vti",))
    return out


def made(top, kind):
    """The folder of a command that need not run again."""
    return top / kind if (top / kind).exists() else run(top, kind)


@pytest.fixture(scope="module")
def top(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


def test_a_dataset_is_its_samples(top):
    samples = om.load(made(top, "dataset"))
    assert isinstance(samples, Samples)
    assert samples.weights.shape == (50, 3)
    assert samples.train_samples == 40
    assert np.isfinite(samples.magnetization).all()


KINDS = {
    "training": ("optomag-training", "model.safetensors"),
    "evaluation": ("optomag-evaluation", "report.json"),
    "sweep": ("optomag-sweep", "sweep.csv"),
    "directions": ("optomag-direction-training", "direction-network.safetensors"),
    "export": ("optomag-export", "fields.vti"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_other_result_is_its_folder_with_fingerprints(top, kind):
    found = om.load(made(top, kind))
    assert isinstance(found, SavedResult)
    name, file = KINDS[kind]
    assert found.kind == name
    assert found.has(file), found.files
    assert found.path(file).exists()


@pytest.mark.parametrize("kind", ["dataset", *KINDS])
def test_a_changed_file_is_refused(top, tmp_path, kind):
    folder = shutil.copytree(made(top, kind), tmp_path / kind)
    files = sorted(om.io.manifest.read_manifest(folder)["files"])
    path = folder / files[len(files) // 2]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(InvalidInputError, match="file of a result must be"):
        om.load(folder)


@pytest.mark.parametrize(
    "kind", [*(pytest.param(kind, marks=pytest.mark.long) for kind in ("evaluation", "sweep")), "directions"]
)
def test_a_result_of_other_settings_is_said_to_go_and_an_edited_one_stays(top, tmp_path, kind):
    for needed in ("dataset", "training"):
        shutil.copytree(made(top, needed), tmp_path / needed)

    def said(name, seed):
        with open(tmp_path / name, "w") as log:
            run(tmp_path, kind, seed=seed, progress=LineProgress(log))
        return (tmp_path / name).read_text()

    assert "replaces" not in said("first", 0)
    assert "replaces" not in said("same", 0)
    assert "replaces the result of optomag" in said("other", 1)
    file = tmp_path / kind / KINDS[kind][1]
    file.write_text("mine")
    with pytest.raises(InvalidInputError, match="an edited"):
        said("edited", 0)
    assert file.read_text() == "mine"


def test_a_training_that_is_complete_gives_the_same_again(tmp_path):
    folder = run(tmp_path, "training")
    model = (folder / "model.safetensors").read_bytes()
    assert (run(tmp_path, "training") / "model.safetensors").read_bytes() == model
    om.load(folder)
    with pytest.raises(InvalidInputError, match="a former one of optomag-evaluation"):
        run_evaluate(EvaluateConfig(model=folder / "model.safetensors", out=folder), progress=SILENT)
