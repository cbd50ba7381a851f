"""The command `optomag export`, as typed."""

from __future__ import annotations

import json

import pytest

import optomag as om
from optomag.cli import BAD_INPUT, DONE, main
from optomag.io.ovf import read_ovf

pytestmark = pytest.mark.slow

ASKED = ["--size-nm", "40", "40", "10", "--energy-nj", "0.1", "--faraday-rotation", "-1.36e5"]
SATURATION = ["--saturation-magnetization", "1.11e5", "--magnet-index", "2.5"]


@pytest.fixture(scope="module")
def design(tmp_path_factory):
    lens = om.Objective(na=0.95, wavelength=635e-9)
    return om.design([0.0, 0.0, 1.0], lens).save(tmp_path_factory.mktemp("design"), pixels=8)


def test_a_design_becomes_files_and_scripts(design, tmp_path, capfd):
    assert main(["export", str(design), "--out", str(tmp_path), *ASKED, *SATURATION]) == DONE
    said = capfd.readouterr().err
    field = read_ovf(tmp_path / "B_eff.ovf")
    assert field.box.shape == (4, 4, 1)
    assert f"largest B_eff: {field.largest:.4g} T" in said
    assert "run_mumax3.mx3" in said


def test_places_may_be_negative(design, tmp_path):
    box = ["--at-nm", "-50", "0", "-15", "--size-nm", "20", "--to", "ovf"]
    film = ["--film", "2.5+0.1j:40", "--surface-nm", "-30"]
    assert main(["export", str(design), "--out", str(tmp_path), *box, *film]) == DONE
    assert read_ovf(tmp_path / "heat.ovf").box.corner == (-6e-8, -1e-8, -2.5e-8)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nowhere"],
        ["{design}", "--to", "exe"],
        ["{design}", "--to"],
        ["{design}", "--quantity", "beauty"],
        ["{design}", "--quantity", "M"],
        ["{design}", "--cell-nm", "0"],
        ["{design}", "--material", "wood"],
        ["{design}", "--energy-nj", "1", "--peak-power-w", "1"],
    ],
)
def test_bad_input_is_one_line(arguments, design, tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["export", *(word.format(design=design) for word in arguments)]) == BAD_INPUT
    said = capfd.readouterr().err
    assert said.startswith("optomag: ")
    assert said.count("\n") == 1
    assert not (tmp_path / "optomag-out").exists()


def test_help_names_what_can_be_told(capsys):
    assert main(["export", "--help"]) == DONE
    said = capsys.readouterr().out
    for option in (
        "DESIGN",
        "--heat-capacity",
        "--to",
        "--cell-nm",
        "--energy-nj",
        "--material",
        "--verdet",
        "--surface-nm",
    ):
        assert option in said


ABSORBING = ["--film", "2.5+0.1j:40", "--size-nm", "40", "40", "40", "--to", "ovf"]


def test_a_usual_pulse_says_its_rise_in_one_line(design, tmp_path, capfd):
    pulse = ["--energy-nj", "0.01", "--faraday-rotation", "-1.36e5", "--saturation-magnetization", "1.11e5"]
    limits = ["--heat-capacity", "2.6e6", "--curie-temperature", "500"]
    assert main(["export", str(design), "--out", str(tmp_path), *ABSORBING, *pulse, *limits]) == DONE
    said = capfd.readouterr().err
    assert said.count("temperature rise per pulse: ") == 1
    assert "warning" not in said
    record = json.loads((tmp_path / "export.json").read_text())["plausible"]
    assert 1 < record["temperature_rise_k"] < 207
    assert f"{record['temperature_rise_k']:.3g} K at most" in said


def test_an_impossible_pulse_is_warned_of_line_by_line(design, tmp_path, capfd):
    pulse = ["--energy-nj", "50", "--faraday-rotation", "-1.36e5", "--saturation-magnetization", "1.11e5"]
    limits = ["--heat-capacity", "2.6e6", "--curie-temperature", "500", "--damage-fluence", "100"]
    assert main(["export", str(design), "--out", str(tmp_path), *ABSORBING, *pulse, *limits]) == DONE
    said = capfd.readouterr().err
    warned = [line for line in said.splitlines() if "warning: " in line]
    for word in (
        "even tungsten melts",
        "exceed what brings any metal to its boiling point",
        "T is beyond 10 T",
        "damages",
    ):
        assert sum(word in line for line in warned) == 1
    assert len(warned) == 4
    assert len(json.loads((tmp_path / "export.json").read_text())["plausible"]["warnings"]) == 4


def test_without_a_heat_capacity_the_command_says_so(design, tmp_path, capfd):
    assert main(["export", str(design), "--out", str(tmp_path), *ABSORBING]) == DONE
    said = capfd.readouterr().err
    assert "no trusted heat capacity of" in said
    assert "the rise in temperature is not known" in said


def test_a_heat_capacity_per_kilogram_is_refused(design, tmp_path, capfd):
    assert main(["export", str(design), "--out", str(tmp_path), "--heat-capacity", "420"]) == BAD_INPUT
    assert "--heat-capacity must be a heat capacity per volume" in capfd.readouterr().err
