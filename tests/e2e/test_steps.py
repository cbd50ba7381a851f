"""`dataset`, `train`, `evaluate`, `sweep`: step by step, each from what the one before it wrote."""

from __future__ import annotations

import csv
import json

import pytest
from tests.e2e.command import TINY_TRAINING, in_json

from optomag.cli import main
from optomag.io.manifest import changed_files, read_manifest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """All four commands, run in one process and in one folder, with the paths that they have by default."""
    folder = tmp_path_factory.mktemp("steps")
    (folder / "sweep.toml").write_text(
        "batch_sizes = [20, 40]\nlearning_rates = [0.001]\nepoch_counts = [1, 2]\nsamples = 100\n"
        "[training]\nepochs = 9\nbatch_size = 20\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        said = [
            in_json("dataset", "--samples", "200", "--seed", "5"),
            in_json("train", *TINY_TRAINING),
            in_json("evaluate", "--directions", "20", "--proposals", "2"),
            in_json("sweep", "--config", "sweep.toml", "--epochs", "2"),
        ]
    return folder / "optomag-out", said


@pytest.fixture(scope="module")
def folder(ran):
    return ran[0]


def test_lines_and_records_say_the_same(ran):
    folder, (dataset, train, evaluate, sweep) = ran
    assert dataset.told[-1].startswith("200 samples, 40 of them to test on")
    assert (dataset.record["samples"], dataset.record["test_samples"]) == (200, 40)
    assert f"test MSE {train.record['test_mse']:.2e} after 2 epochs" in train.told
    best = evaluate.record["sphere"]["four_beam"]["efficiency"]
    assert f"efficiency median {best['median']:.3f}, worst {best['worst']:.3f}" in evaluate.told[-2]
    assert f"{len(sweep.record['trainings'])} trainings" in sweep.told[-1]
    with open(folder / "sweep" / "sweep.csv", encoding="utf-8", newline="") as file:
        last = {
            (row["parameter"], float(row["value"])): float(row["test_mse"]) for row in csv.DictReader(file)
        }
    for one in sweep.record["trainings"]:
        assert one["test_mse"] == pytest.approx(last[one["parameter"], one["value"]], rel=1e-5)


@pytest.mark.parametrize("step", ["dataset", "training", "evaluation", "sweep"])
def test_each_step_leaves_a_manifest_of_its_own(folder, step):
    manifest = read_manifest(folder / step)
    assert manifest["command"].startswith("optomag ")
    assert manifest["files"] != {}
    assert changed_files(folder / step) == []
    assert manifest["config"]["out"] == f"optomag-out/{step}", "as it was typed, on whatever machine"


def test_the_samples_are_those_that_were_asked_for(folder):
    from optomag.io.samples import open_samples

    samples = open_samples(folder / "dataset" / "dataset.zarr")
    assert samples.weights.shape == samples.magnetization.shape == (200, 3)


def test_training_leaves_weights_and_a_history(folder):
    assert {path.name for path in (folder / "training").iterdir()} >= {
        "model.safetensors",
        "history.csv",
        "history.jsonl",
        "checkpoint",
        "manifest.json",
    }


def test_evaluation_leaves_its_numbers(folder):
    report = json.loads((folder / "evaluation" / "report.json").read_text(encoding="utf-8"))
    assert {"example", "table1", "sphere"} <= report.keys()


def test_the_sweep_compares_what_the_file_and_the_command_line_say(folder):
    """The file's epochs give way to those typed; its batch size stays."""
    with open(folder / "sweep" / "sweep.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    last = {}
    for row in rows:
        last[row["parameter"], float(row["value"])] = int(row["epoch"])
    assert last == {
        ("batch_size", 20.0): 2,
        ("batch_size", 40.0): 2,
        ("learning_rate", 0.001): 2,
        ("epochs", 1.0): 1,
        ("epochs", 2.0): 2,
    }
    assert (folder / "sweep" / "sweep.png").read_bytes().startswith(b"\x89PNG")


def test_the_same_samples_again_are_a_success_and_others_are_refused(folder, monkeypatch, capfd):
    monkeypatch.chdir(folder.parent)
    assert main(["dataset", "--samples", "200", "--seed", "5"]) == 0
    capfd.readouterr()
    assert main(["dataset", "--samples", "200", "--seed", "6"]) == 2
    complaint = capfd.readouterr().err
    assert complaint.count("\n") == 1
    assert changed_files(folder / "dataset") == []


def test_a_batch_larger_than_the_samples_is_refused(folder, monkeypatch, capfd):
    monkeypatch.chdir(folder.parent)
    assert main(["train", "--batch-size", "500", "--out", "other"]) == 2
    assert main(["sweep", "--batch-sizes", "20", "500", "--out", "other"]) == 2
    first, second = capfd.readouterr().err.splitlines()
    assert first.partition(" See ")[0] == second.partition(" See ")[0]
    assert "--batch-size must be at most 160, all training samples; got 500." in first
    assert not (folder.parent / "other").exists()


def test_a_sweep_that_only_diverges_says_so(folder, monkeypatch, capfd):
    monkeypatch.chdir(folder.parent)
    options = ["--epoch-counts", "1", "--batch-sizes", "20", "--learning-rates", "1e3"]
    base = ["--epochs", "1", "--batch-size", "20", "--learning-rate", "1e3"]
    assert main(["sweep", *options, *base, "--out", "diverged"]) == 2
    assert "learning-rates must be small enough" in capfd.readouterr().err
