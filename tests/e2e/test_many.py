"""Many directions at once: a list in, one folder of designs and one of masks out."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from tests.e2e.command import SMALL_DEVICE, in_json

import optomag as om
from optomag.cli import main
from optomag.io.manifest import changed_files, read_manifest

pytestmark = pytest.mark.slow

LIST = "name,mx,my,mz\nnorth,0,0,1\neast,1,0,0\ntilted,1,0,1\n"


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("d.csv").write_text(LIST)
    Path("small.toml").write_text(SMALL_DEVICE)


def test_a_list_becomes_designs_and_these_masks(capfd):
    found = in_json("design", "d.csv", "--out", "d", "--method", "four-beam")
    told = "\n".join(found.told)
    assert "3 directions, method FourBeam" in told
    assert "This method cannot write 1 of them: tilted; try" in told
    assert found.record["reachable"] == 2
    assert found.record["config"]["directions"] == "d.csv"
    many = om.load("d")
    assert many.names == ("north", "east", "tilted")
    assert read_manifest("d")["config"]["directions"] == "d.csv"

    found = in_json("masks", "d", "--device", "small.toml", "--out", "m", "--rate", "60")
    assert found.record["sets"] == 3
    told = "\n".join(found.told)
    assert "3 sets of 1 image(s) of 96 x 96" in told
    assert "3 images at 60 Hz, 0.05 s" in told
    assert "names no frame_rate_hz" in told
    assert changed_files("m") == []
    series = om.load("m")
    assert series.names == many.names
    assert {path.name for path in Path("m/north").iterdir()} == {
        *("light.safetensors", "manifest.json", "masks.json", "panel-0.png")
    }
    with open("m/playlist.csv", encoding="utf-8", newline="") as file:
        assert [row["name"] for row in csv.DictReader(file)] == list(many.names)
    capfd.readouterr()
    assert main(["masks", "d", "--device", "small.toml", "--out", "m", "--rate", "60"]) == 0
    assert "3 of 3 mask sets are there already" in capfd.readouterr().err


def test_one_command_makes_both_and_one_of_them_is_a_design_as_any(capfd):
    assert main(["design", "--directions", "d.csv", "--device", "small.toml", "--out", "d"]) == 0
    said = capfd.readouterr()
    assert "angle error: median < 0.0001°" in said.out
    assert "masks: 3/3 sets (100 %)" in said.err
    assert {path.name for path in Path("d").iterdir()} >= {"designs.csv", "designs.png", "masks"}
    assert (om.load("d/masks")["east"].verified.angle_error) < 0.05
    for name in ("d/east", "d/2"):
        assert (
            main(["masks", name, "--device", "small.toml", "--out", "e", "--formats", "png", "--replace"])
            == 0
        )
    np.testing.assert_array_equal(om.load("e").levels, om.load("d/masks/east").levels)
    assert (
        main(["tolerance", "d/tilted", "--draws", "1", "--pixels", "40", "--no-picture", "--out", "t"]) == 0
    )


def test_an_array_through_a_film_for_a_field():
    np.save("d.npy", [[1, 0, 1], [0, 0, -2.0]])
    film = ["--film", "2.9+3.6j:10", "--substrate", "1.46", "--for", "B_eff", "--faraday-rotation", "1e5"]
    found = in_json("design", "d.npy", "--out", "d", "--no-picture", *film)
    assert "made for B_eff" in "\n".join(found.told)
    many = om.load("d")
    assert many.made_for.quantity == "B_eff"
    assert np.all(np.einsum("ij,ij->i", many.magnetization, many.target) < 0)
    assert not Path("d/designs.png").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["design", "d.csv", "--direction", "0", "0", "1"], "both --direction and d.csv"),
        (["design", "d.csv", "--angles", "0", "0"], "both --angles and d.csv"),
        (["design", "d.csv", "--directions", "e.csv"], "both d.csv and e.csv"),
        (["design", "none.csv"], "directions must be an existing file"),
        (["design", "zero.csv"], "of non-zero length; got 0 in line 3"),
        (["design", "leads-out.csv"], "name of the directions must be one of a folder"),
        (["design", "d.csv", "--device", "none"], "device must be"),
        (["design", "d/designs.csv", "--out", "d"], "apart from what design writes"),
        (["masks", "many", "--device", "small.toml", "--rate", "0"], "--rate must be a finite number > 0"),
        (["masks", "many", "--device", "small.toml", "--na", "0.5"], "must be the light's own"),
        (["masks", "many/a", "--device", "small.toml", "--rate", "5"], "rate must be left out for one set"),
        (["masks", "many/c"], "design in many must be a to b, or a number to 2; got c"),
        (["tolerance", "many"], "Take one, by index, or as FOLDER/NAME."),
    ],
)
def test_bad_input_is_one_line_before_any_work(arguments, said, capfd):
    Path("zero.csv").write_text("mx,my,mz\n0,0,1\n0,0,0\n")
    Path("leads-out.csv").write_text("name,mx,my,mz\n../x,0,0,1\n")
    Path("d").mkdir()
    Path("d/designs.csv").write_text(LIST)
    lens = om.Objective(na=0.95, wavelength=532e-9)
    om.design(np.eye(2, 3), lens, names=["a", "b"]).save("many")
    assert main(arguments) == 2
    error = capfd.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not Path("optomag-out").exists() or not any(Path("optomag-out").rglob("*.*"))
