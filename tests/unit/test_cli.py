"""What a command's end means to the shell: exit code and one line on standard error."""

from __future__ import annotations

import sys
import types

import pytest

from optomag.cli import main
from optomag.errors import InvalidInputError, OptomagError, StorageError
from optomag.io.files import write_text
from optomag.workflow.config import TrainConfig


@pytest.fixture
def train_that(monkeypatch):
    """Put a function in the place of the workflow behind `optomag train`."""

    def put(behaviour):
        module = types.ModuleType("optomag.workflow.train")
        module.run_train = behaviour
        monkeypatch.setitem(sys.modules, "optomag.workflow.train", module)
        monkeypatch.setattr("optomag.workflow.config.require_data", lambda folder: None)

    return put


def raising(error):
    def behaviour(config, *, progress):
        raise error

    return behaviour


def test_the_workflow_gets_what_was_typed(train_that):
    seen = []
    train_that(lambda config, *, progress: seen.append(config))
    assert main(["train", "--epochs", "3", "--seed", "7", "--data", "a.zarr"]) == 0
    expected = TrainConfig.model_validate({"data": "a.zarr", "seed": 7, "training": {"epochs": 3}})
    assert seen == [expected]


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (InvalidInputError("na must be < 1; got 2."), 2, "na must be < 1; got 2."),
        (
            StorageError("a.zarr could not be written: the disk is full."),
            1,
            "a.zarr could not be written: the",
        ),
        (OptomagError("two\nlines"), 1, "two lines"),
        (KeyboardInterrupt(), 130, "stopped by Ctrl-C. Run the same command again to go on"),
        (KeyboardInterrupt("Saved in out."), 130, "stopped by Ctrl-C. Saved in out."),
    ],
)
def test_each_end_has_its_code_and_one_line(train_that, capfd, error, code, line):
    train_that(raising(error))
    assert main(["train"]) == code
    shown, complaint = capfd.readouterr()
    assert shown == ""
    assert complaint.startswith(f"optomag: {line}")
    assert complaint.count("\n") == 1


def test_a_file_that_was_named_and_is_not_there_is_bad_input(train_that, capfd, tmp_path):
    train_that(lambda config, *, progress: write_text(tmp_path / "nowhere" / "a", "text"))
    assert main(["train"]) == 2
    assert "nowhere does not exist" in capfd.readouterr().err


def test_a_fault_of_our_own_is_not_hidden(train_that):
    train_that(raising(ZeroDivisionError("a bug")))
    with pytest.raises(ZeroDivisionError):
        main(["train"])
