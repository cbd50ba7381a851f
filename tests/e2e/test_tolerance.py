"""`optomag tolerance`: a saved design in, a table, a figure and a cure out."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from tests.e2e.command import contents

import optomag as om
from optomag.cli import main
from optomag.io.manifest import changed_files

LENS = om.Objective(na=0.95, wavelength=532e-9)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    om.design([1, 0, 1], LENS, method=om.CompletedBasis()).save("d", pixels=16)
    return tmp_path


def test_tables_figure_and_cure(folder, capfd):
    arguments = ["--draws", "3", "--pixels", "24", "--zernike", "2,2:0.1", "3,-1:0.05", "--out", "t"]
    assert main(["tolerance", "d", *arguments]) == 0
    said = capfd.readouterr().err
    assert "worst alone" in said
    assert "conjugate" in said
    with open(folder / "t" / "tolerance.csv", encoding="utf-8", newline="") as file:
        angles = [float(row["angle_error_deg"]) for row in csv.DictReader(file)]
    assert angles == sorted(angles, reverse=True)
    record = json.loads((folder / "t" / "tolerance.json").read_text(encoding="utf-8"))
    assert record["together"]["draws"] == 3
    cure = record["precompensation"]["angle_error_deg"]
    assert cure["aberrated"] > 1 > 1e-6 > cure["cured"]
    assert np.load(folder / "t" / "precompensated.npy", allow_pickle=False).shape == (24, 24, 2)
    assert (folder / "t" / "tolerance.png").read_bytes().startswith(b"\x89PNG")
    assert changed_files(folder / "t") == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["tolerance", "nowhere"],
        ["tolerance", "d", "--draws", "0"],
        ["tolerance", "d", "--zernike", "astigmatism"],
        ["tolerance", "d", "--zernike", "2,1:0.1"],
    ],
    ids=["no design", "no draws", "a word", "no such term"],
)
def test_bad_requests_write_nothing(arguments, folder, capfd):
    before = contents(folder)
    assert main([*arguments, "--out", "t"]) == 2
    assert capfd.readouterr().err.count("\n") == 1
    assert contents(folder) == before
