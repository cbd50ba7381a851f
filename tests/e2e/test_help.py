"""`--help` explains each command and each of its options; `--version` says the version."""

from __future__ import annotations

import pytest
from tests.e2e.command import optomag as run

import optomag
from optomag.cli import main

OPTIONS = {
    "reproduce": [
        "--out",
        "--preset",
        "--samples",
        "--epochs",
        "--seed",
        "--na",
        "--wavelength-nm",
        "--config",
    ],
    "design": ["--direction", "--angles", "--method", "--film", "--substrate", "--four-pi", "--out", "--na"],
    "dataset": ["--out", "--samples", "--law", "--volume-points", "--seed", "--na", "--config"],
    "train": ["--data", "--out", "--preset", "--epochs", "--batch-size", "--learning-rate", "--config"],
    "evaluate": ["--model", "--out", "--directions", "--proposals", "--config"],
    "compare": ["--model", "--out", "--directions", "--repeats", "--na", "--config"],
    "train-directions": ["--out", "--steps", "--batch-size", "--learning-rate", "--seed", "--config"],
    "train-spots": ["--out", "--steps", "--batch-size", "--learning-rate", "--stock", "--seed", "--config"],
    "record": [
        "--out",
        "--pitch-wavelengths",
        "--constellation",
        "--directions",
        "--level-db",
        "--spots",
        "--na",
    ],
    "read": ["--out", "--readings", "--power-uw", "--dwell-us", "--level-db", "--seed", "--config"],
    "card": ["--key-file", "--out", "--spots", "--spot-count", "--level-db", "--medium", "--enrol", "--na"],
    "switching": [
        "--f-switch-mj-cm2",
        "--f-multi-mj-cm2",
        "--energies-nj",
        "--absorptance",
        "--mcd",
        "--out",
    ],
    "fit": [
        "--out",
        "--pixel-nm",
        "--step-nm",
        "--z-csv",
        "--light",
        "--beam",
        "--shown",
        "--polarisers-deg",
    ],
    "devices": ["--template", "--config"],
    "page": ["--out", "--config"],
    "docs": ["--out", "--no-browser", "--config"],
    "serve": ["--port", "--host", "--out", "--open", "--json", "--config"],
    "show": ["--screen", "--panel", "--rate", "--seconds", "--repeat", "--list", "--json"],
    "sweep": ["--data", "--out", "--batch-sizes", "--learning-rates", "--epoch-counts", "--config"],
}


@pytest.fixture(autouse=True)
def _wide_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.slow
@pytest.mark.parametrize("command", OPTIONS)
def test_help_shows_every_option_with_its_default(command, capsys):
    assert main([command, "--help"]) == 0
    shown, complaints = capsys.readouterr()
    assert [option for option in OPTIONS[command] if f" {option} " not in shown] == []
    assert "[default:" in shown or command == "devices"  # which needs no option
    assert complaints == ""


def test_without_a_command_all_commands_are_listed(capsys):
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert [command for command in OPTIONS if f" {command} " not in shown] == []


def test_version_as_a_user_asks_for_it(tmp_path):
    done = run("--version", folder=tmp_path)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, optomag.__version__, "")
