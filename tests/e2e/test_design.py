"""`optomag design` as a person uses it: a direction in, a folder and three lines out."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.e2e.command import SMALL_DEVICE

import optomag as om
from optomag.cli import main
from optomag.io.manifest import changed_files, read_manifest

pytestmark = pytest.mark.slow


def test_a_direction_becomes_a_folder(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert main(["design", "--angles", "210", "30", "--method", "completed-basis", "--out", "d"]) == 0
    said = capfd.readouterr().out
    assert "(-0.4330, -0.2500, +0.8660)" in said
    assert "of the bound" in said
    files = {path.name for path in (tmp_path / "d").iterdir()}
    assert files == {"beam.safetensors", "design.json", "design.png", "manifest.json", "pupil.npy"}
    record = json.loads((tmp_path / "d" / "design.json").read_text(encoding="utf-8"))
    again = om.load_design("d")
    np.testing.assert_allclose(again.magnetization, record["magnetization"])
    assert record["angle_error_deg"] < 1e-9
    assert changed_files("d") == []
    assert read_manifest("d")["config"]["angles"] == [210.0, 30.0]


def test_film_and_second_lens_from_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wanted.toml").write_text(
        'direction = [1, 0, 0.5]\nfour_pi = true\n[film]\nfilm = ["2.3+0.1j:40"]\n[lens]\nna = 0.9\n',
        encoding="utf-8",
    )
    assert main(["design", "--config", "wanted.toml", "--out", "d"]) == 0
    found = om.load_design("d")
    assert found.setup.four_pi
    assert found.setup.at == (0.0, 0.0, pytest.approx(20e-9))
    assert found.setup.lens.na == 0.9
    assert found.efficiency == pytest.approx(1.0, abs=1e-9)


def test_an_unreachable_direction_is_said_to_be_one(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert main(["design", "--direction", "1", "0", "1", "--method", "four-beam"]) == 0
    assert "cannot write this direction" in capfd.readouterr().out


def test_another_design_in_the_same_folder_is_replaced_only_on_purpose_and_aloud(
    tmp_path, monkeypatch, capfd
):
    monkeypatch.chdir(tmp_path)
    said = []
    for direction in ("0 0 1", "0 0 1", "1 0 0 --replace"):
        assert main(["design", "--direction", *direction.split(), "--out", "d"]) == 0
        said.append("replaces the result of optomag design" in capfd.readouterr().err)
    assert said == [False, False, True]
    assert main(["design", "--direction", "0", "0", "1", "--out", "d"]) == 2
    assert "got d with the result of optomag design with --direction 1 0 0." in capfd.readouterr().err
    np.testing.assert_allclose(om.load("d").target, [1, 0, 0])


@pytest.mark.long  # tests/e2e/test_masks.py makes the same from a saved design
def test_masks_are_made_where_a_device_is_named(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert main(["design", "--direction", "0", "0", "1", "--out", "d", "--device", "santec-slm-200"]) == 0
    assert "masks for Santec" in capfd.readouterr().out
    assert om.load("d/masks").device.panel.width == 1920


def test_without_pictures_the_same_is_found_and_nothing_is_drawn(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL_DEVICE, encoding="utf-8")
    asked = ["design", "--direction", "1", "2", "3", "--device", "small.toml", "--out", "d"]
    assert main(asked) == 0
    drawn = {path.name for path in (tmp_path / "d").rglob("*.png")}
    numbers = (tmp_path / "d" / "design.json").read_bytes()
    assert main([*asked, "--no-picture"]) == 0
    said = capfd.readouterr().out
    assert "beam, pupil map and numbers in d" in said
    left = {path.name for path in (tmp_path / "d").rglob("*.png")}
    assert drawn - left == {"design.png", "masks.png"}, "pictures of the former run go, images of masks stay"
    assert (tmp_path / "d" / "design.json").read_bytes() == numbers
    assert om.load("d").target == pytest.approx(np.array([1, 2, 3]) / 14**0.5)
    assert main(["tolerance", "d", "--draws", "1", "--pixels", "40", "--no-picture", "--out", "t"]) == 0
    assert {path.name for path in (tmp_path / "t").iterdir()} == {
        "manifest.json",
        "tolerance.csv",
        "tolerance.json",
    }
    assert om.load("t").has("tolerance.json")
