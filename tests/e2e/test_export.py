"""The command `optomag export`, as typed."""

from __future__ import annotations

import json
import re

import numpy as np
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
    said = capfd.readouterr().out
    field = read_ovf(tmp_path / "B_eff.ovf")
    assert field.box.shape == (4, 4, 1)
    assert f"largest B_eff: {field.largest:.4g} T" in said
    assert "run_mumax3.mx3" in said
    assert "placeholders: --exchange" in said


def test_scripts_simulate_what_was_typed(design, tmp_path, capfd):
    typed = [
        "--exchange",
        "15e-12",
        "--damping",
        "0.3",
        "--dmi",
        "-3e-3",
        "--start",
        "0",
        "0",
        "-1",
        "--no-relax",
    ]
    asked = [*ASKED, *SATURATION, "--tilt-deg", "2", "--afterwards-ps", "20", *typed]
    assert main(["export", str(design), "--out", str(tmp_path), *asked]) == DONE
    assert "placeholders" not in capfd.readouterr().out
    text = (tmp_path / "run_neuralmag.py").read_text()
    for line in (
        "A = 1.5e-11 ",
        "ALPHA = 0.3 ",
        "DMI = -0.003 ",
        "RELAX = False",
        "START, TILT, SEED = (0.0, 0.0, -1.0), 0.03",
    ):
        assert f"\n{line}" in text


@pytest.fixture(scope="module")
def opposite(tmp_path_factory):
    lens = om.Objective(na=0.95, wavelength=635e-9)
    return om.design([0.0, 0.0, -1.0], lens).save(tmp_path_factory.mktemp("opposite"), pixels=8)


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scan")
    (folder / "spots.csv").write_text("x_nm,y_nm,mx,my,mz\n0,0,0,0,1\n400,0,0,0,-1\n")
    spots, out = str(folder / "spots.csv"), str(folder / "out")
    assert main(["scan", spots, "--out", out, "--wavelength-nm", "635", "--no-picture"]) == DONE
    return out


def test_two_designs_become_two_pulses(design, opposite, tmp_path, capfd):
    timing = ["--delay-ps", "0", "5", "--energy-share", "0.75", "0.25"]
    command = ["export", str(design), str(opposite), "--out", str(tmp_path), *ASKED, *SATURATION, *timing]
    assert main(command) == DONE
    said = capfd.readouterr().out
    first, second = (read_ovf(tmp_path / f"B_eff_{k}.ovf") for k in (1, 2))
    assert "at the peaks of 2 pulses, each within 100 fs: 0.075 nJ (" in said
    assert ", 0.025 nJ (" in said
    for field, when in ((first, 0), (second, 5)):
        assert re.search(rf"largest {field.name}: {field.largest:.4g} T at \(.*\) nm at {when} ps", said)
    assert first.largest / second.largest == pytest.approx(3, rel=1e-6)
    assert first.values[2, 2, 0, 2] * second.values[2, 2, 0, 2] < 0
    assert "degrees from the target" not in said


def test_one_design_comes_again(design, tmp_path, capfd):
    timing = ["--delay-ps", "-1", "3.5"]
    assert main(["export", str(design), "--out", str(tmp_path), *ASKED, *SATURATION, *timing]) == DONE
    assert "nm at 0, 4.5 ps" in capfd.readouterr().out
    assert {path.name for path in tmp_path.glob("*.ovf")} == {"B_eff.ovf", "spin.ovf"}


def test_a_scan_becomes_files_and_scripts(scan, tmp_path, capfd):
    constants = ["--faraday-rotation", "-1.36e5", *SATURATION]
    assert main(["export", scan, "--out", str(tmp_path), "--cell-nm", "50", *constants]) == DONE
    said = capfd.readouterr().out
    assert "2 spots, each with its exposure" in said
    assert "which the scripts apply at once" in said
    M = read_ovf(tmp_path / "M.ovf")
    assert M.unit == "1"
    i = ((np.array([0.0, 4e-7]) - M.box.corner[0]) / 5e-8).astype(int)
    along = M.values[i, M.box.shape[1] // 2, 0, 2]
    assert along == pytest.approx([1, -1], abs=0.1)
    assert (tmp_path / "run_mumax3.mx3").exists()


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
        ["{design}", "--delay-ps"],
        ["{design}", "--delay-ps", "0", "1e13"],
        ["{design}", "{design}", "--delay-ps", "0"],
        ["{design}", "{design}", "--delay-ps", "0", "1", "--energy-share", "0.5", "0.6"],
        ["{design}", "{scan}"],
        ["{scan}", "--delay-ps", "0"],
        ["{scan}", "--film", "2:20"],
        ["{scan}", "--surface-nm", "3"],
    ],
)
def test_bad_input_is_one_line(arguments, design, scan, tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    capfd.readouterr()
    assert main(["export", *(word.format(design=design, scan=scan) for word in arguments)]) == BAD_INPUT
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
        "--delay-ps",
    ):
        assert option in said


ABSORBING = ["--film", "2.5+0.1j:40", "--size-nm", "40", "40", "40", "--to", "ovf"]


def test_a_usual_pulse_says_its_rise_in_one_line(design, tmp_path, capfd):
    pulse = ["--energy-nj", "0.01", "--faraday-rotation", "-1.36e5", "--saturation-magnetization", "1.11e5"]
    limits = ["--heat-capacity", "2.6e6", "--curie-temperature", "500"]
    assert main(["export", str(design), "--out", str(tmp_path), *ABSORBING, *pulse, *limits]) == DONE
    said = capfd.readouterr().out
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
    said = capfd.readouterr().out
    assert "no trusted heat capacity of" in said
    assert "the rise in temperature is not known" in said


def test_a_heat_capacity_per_kilogram_is_refused(design, tmp_path, capfd):
    assert main(["export", str(design), "--out", str(tmp_path), "--heat-capacity", "420"]) == BAD_INPUT
    assert "--heat-capacity must be a heat capacity per volume" in capfd.readouterr().err
