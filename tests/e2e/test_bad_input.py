"""Bad input: exit code 2, one line that says what was wrong and what is allowed, nothing written."""

from __future__ import annotations

import pytest
from tests.e2e.command import contents
from tests.e2e.command import optomag as run

from optomag.cli import main

CASES = {
    "a command that is not there": ["fut"],
    "an option that is not there": ["train", "--epoch", "3"],
    "a value without its option": ["train", "data.zarr"],
    "an option without its value": ["dataset", "--samples"],
    "an option given twice": ["dataset", "--samples", "20", "--samples", "30"],
    "a word for a number": ["dataset", "--samples", "many"],
    "half a sample": ["dataset", "--samples", "1.5"],
    "no samples": ["dataset", "--samples", "0"],
    "an unknown law": ["dataset", "--law", "U"],
    "an unknown preset": ["reproduce", "--preset", "slow"],
    "no epochs": ["reproduce", "--epochs", "0"],
    "too few samples to split": ["reproduce", "--samples", "1"],
    "NA that is not a number": ["reproduce", "--na", "nan"],
    "infinite wavelength": ["dataset", "--wavelength-nm", "inf"],
    "negative wavelength": ["dataset", "--wavelength-nm", "-532"],
    "NA at the index": ["dataset", "--na", "1.0"],
    "NA above the index": ["reproduce", "--na", "1.4", "--index", "1.33"],
    "negative seed": ["reproduce", "--seed", "-1"],
    "a learning rate of zero": ["train", "--learning-rate", "0"],
    "samples that are not there": ["train", "--data", "nowhere.zarr"],
    "samples that are a picture": ["train", "--data", "picture.png"],
    "samples in an empty folder": ["train", "--data", "empty"],
    "a model that is not there": ["evaluate", "--model", "nowhere.safetensors"],
    "a model that is a picture": ["evaluate", "--model", "picture.png"],
    "a model cut short": ["evaluate", "--model", "short.safetensors"],
    "a model that is a folder": ["evaluate", "--model", "empty"],
    "a sweep over nothing": ["sweep", "--batch-sizes"],
    "a sweep over a batch of zero": ["sweep", "--batch-sizes", "10", "0"],
    "a sweep of samples that are not there": ["sweep", "--data", "nowhere.zarr"],
    "no direction": ["design"],
    "a direction twice": ["design", "--direction", "0", "0", "1", "--angles", "0", "45"],
    "a direction of no length": ["design", "--direction", "0", "0", "0"],
    "a direction of two numbers": ["design", "--direction", "0", "1"],
    "an unknown method": ["design", "--direction", "0", "0", "1", "--method", "magic"],
    "nothing in the place of a folder": ["design", "--direction", "0", "0", "1", "--out", ""],
    "nothing after an equals sign": ["design", "--direction", "0", "0", "1", "--out="],
    "a layer without a thickness": ["design", "--direction", "0", "0", "1", "--film", "2.3"],
    "a layer of gain": ["design", "--direction", "0", "0", "1", "--film", "2.3-0.1j:50"],
    "a substrate that is no number": ["design", "--direction", "0", "0", "1", "--substrate", "glass"],
    "a second lens behind glass": [
        *["design", "--direction", "0", "0", "1", "--four-pi", "--film", "2.3:50", "--substrate", "1.5"]
    ],
    "a recording of nothing": ["record", "nowhere.bin"],
    "a recording of a folder": ["record", "empty"],
    "a rate of no code": ["record", "picture.png", "--rate", "7/8"],
    "spots on one place": ["record", "picture.png", "--pitch-wavelengths", "0"],
    "a recording that is not there": ["read", "nowhere"],
    "power without a time": ["read", "empty", "--power-uw", "1"],
    "a file in the place of the folder": ["dataset", "--samples", "10", "--out", "picture.png"],
    "a folder below a file": ["reproduce", "--samples", "10", "--out", "picture.png/below"],
    "a folder that nobody can write to": ["reproduce", "--out", "/proc/self/optomag"],
    "a configuration that is not there": ["train", "--config", "nowhere.toml"],
    "a configuration that is a picture": ["train", "--config", "picture.png"],
    "an unknown name in the configuration": ["reproduce", "--config", "unknown.toml"],
    "a bad value in the configuration": ["reproduce", "--config", "bad.toml"],
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (tmp_path / "short.safetensors").write_bytes((1 << 20).to_bytes(8, "little") + b'{"a": {"dtype"')
    (tmp_path / "unknown.toml").write_text("smaples = 10\n")
    (tmp_path / "bad.toml").write_text("[lens]\nna = -0.5\n")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("arguments", CASES.values(), ids=CASES.keys())
def test_bad_input_is_refused_in_one_line_and_nothing_is_written(arguments, folder, capfd):
    before = contents(folder)
    code = main(arguments)
    shown, complaint = capfd.readouterr()
    assert code == 2, complaint
    assert shown == ""
    assert complaint.startswith("optomag: ")
    assert complaint.endswith("\n")
    assert complaint.count("\n") == 1, complaint
    assert "Traceback" not in complaint
    assert contents(folder) == before
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == ["empty"]


def said(arguments, capfd):
    main(arguments)
    return capfd.readouterr().err


def test_the_line_says_what_was_wrong_and_what_is_allowed(folder, capfd):
    assert said(["dataset", "--samples", "0"], capfd) == (
        "optomag: --samples must be a whole number >= 1 and <= 1,000,000,000,000; got 0. "
        "See optomag dataset --help.\n"
    )
    assert "na must be < index = 1; got 1.0." in said(["dataset", "--na", "1.0"], capfd)
    assert "one of quick, paper; got slow." in said(["train", "--preset", "slow"], capfd)
    assert "bad.toml: lens.na must be a finite number > 0; got -0.5." in said(
        ["reproduce", "--config", "bad.toml"], capfd
    )
    assert "Did you mean --epochs?" in said(["train", "--epoch", "3"], capfd)
    assert "reproduce, design, dataset, train, evaluate, sweep" in said(["fut"], capfd)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["dataset", "--samples", "0"], ["evaluate", "--model", "nowhere"]])
def test_the_shell_sees_exit_code_two_and_one_line(arguments, tmp_path):
    done = run(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert contents(tmp_path) == {}
