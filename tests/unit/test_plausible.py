"""Values of another unit are refused or doubted, and the message says what they look like."""

import math
import re
import subprocess
import sys

import numpy as np
import pytest

import optomag as om
from optomag import cli
from optomag.errors import InvalidInputError, UnitWarning

LENS = om.Objective(na=0.95, wavelength=532e-9)
ONCE = 1

REFUSED = {
    "wavelength=532e-9": lambda: om.Objective(na=0.95, wavelength=532),
    "wavelength=0.532e-6": lambda: om.Objective(na=0.95, wavelength=0.532),
    "looks like degrees: na=0.8988": lambda: om.Objective(na=64, wavelength=532e-9),
    "80e-9": lambda: om.Film([(2.3, 80)], 1.46),
    "(2.3, 8e-08)": lambda: om.Film([(80e-9, 2.3)], 1.46),
    "surface=40e-9": lambda: om.Film([(2.3, 80e-9)], 1.46, surface=40),
    "half_width=1500e-9": lambda: om.Grid.plane("xy", half_width=1500, points=3),
    "half_width=1.5e-6": lambda: om.Grid.cube(half_width=1.5, points=3),
    "x=800e-9": lambda: om.Grid(np.linspace(-800, 800, 3), [0], [0]),
    "points=50e-9": lambda: om.focus_field(om.linear(), LENS, [[0.0, 0.0, 50.0]]),
    "at=40e-9": lambda: om.design([0, 0, 1], LENS, at=[0, 0, 40]),
    "positions=500e-9": lambda: om.SpotArray([[-500, 0], [500, 0]], [[0, 0, 1], [1, 0, 0]]),
    "radius=532e-9": lambda: om.skyrmion(532),
    "needle length=5320e-9": lambda: om.Needle(5320, (0, 0, 1)),
    "duration=100e-15": lambda: om.Pulse(energy=1e-9, duration=100),
    "grain=20e-9": lambda: om.Noise(0.0, 0.0, grain=20),
    "step=60e-9": lambda: om.stray_field(np.ones((3, 3, 3)), 80e-9, 1e-7, step=60),
    "material wavelength=1053e-9": lambda: om.MATERIALS["terbium gallium garnet"].gamma(1053),
}


@pytest.mark.parametrize("meant", REFUSED)
def test_the_impossible_is_refused_with_what_it_looks_like(meant: str) -> None:
    with pytest.raises(InvalidInputError, match=re.escape(meant.removeprefix("material "))):
        REFUSED[meant]()


DOUBTED = {
    "numpy.radians(45)": lambda: om.linear(45),
    "numpy.radians(90)": lambda: om.skyrmion(532e-9, helicity=90),
    "looks like nanometres": lambda: om.zernike({(2, 0): 53.0}),
    "energy=1e-9": lambda: om.Pulse(energy=1, duration=1e-13),
    "298.15": lambda: om.bead_trap(
        np.ones((3, 3, 3)), 80e-9, 1e-7, om.Bead(50e-9, 3.0), step=60e-9
    ).thermal_depth(25),
    "verdet=3.61": lambda: om.magneto_optical_constant(0.0156, index=1.457, wavelength=632.8e-9),
    "faraday_rotation=-136136": lambda: om.effective_field(
        [1, 1j, 0], faraday_rotation=-7.8, saturation_magnetization=1.1e5, index=2.5, wavelength=635e-9
    ),
    "emu": lambda: om.effective_field(
        [1, 1j, 0], faraday_rotation=1e5, saturation_magnetization=1.8, index=2.0, wavelength=1e-6
    ),
}


@pytest.mark.parametrize("meant", DOUBTED)
def test_the_unusual_passes_with_one_warning(meant: str) -> None:
    with pytest.warns(UnitWarning, match=re.escape(meant)) as told:
        DOUBTED[meant]()
    assert len(told) == ONCE


def test_edges_and_usual_values_pass_in_silence() -> None:
    for wavelength in (100e-9, 20e-6):
        om.Objective(na=0.95, wavelength=wavelength)
    om.linear(2 * math.pi)
    om.linear(-2 * math.pi)
    om.zernike({(2, 0): 10.0})
    om.Film([(2.3, 1e-10), (1.5, 170e-6)], 1.46, surface=-170e-6)
    om.Grid([-1e-20, 0.0], [0.0], [200e-6])  # rounding around zero is no unit


TYPED = {
    ("design", "--direction", "1", "0", "0", "--wavelength-nm", "532e-9"): "looks like metres: 532.",
    ("design", "--direction", "1", "0", "0", "--wavelength-nm", "0.532"): "looks like micrometres: 532.",
    ("design", "--direction", "1", "0", "0", "--at-nm", "0", "0", "40e-9"): "looks like metres: 40.",
    ("design", "--direction", "1", "0", "0", "--film", "2.3:80e-9"): "looks like metres: film thickness=80.",
    ("export", "x", "--cell-nm", "10e-9"): "looks like metres: 10.",
    ("export", "x", "--duration-fs", "1e-13"): "looks like seconds: 100.",
}


@pytest.mark.parametrize("line", TYPED)
def test_commands_refuse_in_the_unit_of_the_option(line: tuple, capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(line) == cli.BAD_INPUT
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == ONCE
    assert said.err.startswith("optomag: ")
    assert TYPED[line] in said.err
    assert not list(tmp_path.iterdir())


def test_a_file_is_refused_by_its_key(capsys, tmp_path) -> None:
    file = tmp_path / "design.toml"
    file.write_text("direction = [1, 0, 0]\n[lens]\nwavelength_nm = 5.32e-7\n")
    assert cli.main(["design", "--config", str(file), "--out", str(tmp_path / "out")]) == cli.BAD_INPUT
    assert "lens.wavelength_nm must be a vacuum wavelength from 100 to 20000 nm" in capsys.readouterr().err


def test_angles_in_radians_are_doubted_once_and_the_set_up_is_told(tmp_path) -> None:
    film = ("--film", "2.3:80", "--substrate", "1.46", "--no-picture", "--out", str(tmp_path / "out"))
    line = [sys.executable, "-m", "optomag.cli", "design", "--angles", "1.57", "0.5", *film]
    said = subprocess.run(line, capture_output=True, text=True, check=True, timeout=120)
    doubt = "optomag: warning: --angles: angles are in degrees; 1.57 looks like radians: 89.95.\n"
    assert said.stderr == doubt
    assert said.stdout.startswith("NA 0.95 in n = 1, 532 nm; film 2.3, 80 nm on 1.46\n")
