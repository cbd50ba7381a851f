"""The command `optomag export`, as typed."""

from __future__ import annotations

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
    assert "placeholders" not in capfd.readouterr().err
    text = (tmp_path / "run_neuralmag.py").read_text()
    for line in (
        "A = 1.5e-11 ",
        "ALPHA = 0.3 ",
        "DMI = -0.003 ",
        "RELAX = False",
        "START, TILT, SEED = (0.0, 0.0, -1.0), 0.03",
    ):
        assert f"\n{line}" in text


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
    for option in ("DESIGN", "--to", "--cell-nm", "--energy-nj", "--material", "--verdet", "--surface-nm"):
        assert option in said
