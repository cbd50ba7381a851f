"""A magnet under a cap, from the command that designs to the one that exports: the field in the magnet points
as was wished."""

from __future__ import annotations

import json

import numpy as np
import pytest

import optomag as om
from optomag.cli import BAD_INPUT, DONE, main

pytestmark = pytest.mark.slow

ASKED = 0.01
"""Degrees between B_eff and the wish at the middle of the magnet."""

WISH = np.array([1.0, -1.0, 1.0]) / np.sqrt(3)
STACK = ["--film", "2.0:5", "2.9+3.6j:10", "1.46:20", "--substrate", "1.46"]
ROTATION = ["--faraday-rotation", "1.2e5"]
CONSTANTS = [*ROTATION, "--saturation-magnetization", "5e5"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A design for B_eff, one for the spin, and one for the cap as those of before were."""
    root = tmp_path_factory.mktemp("designs")
    common = ["design", "--direction", "1", "-1", "1", *STACK, "--no-picture", "--out"]
    assert main([*common, str(root / "field"), "--for", "B_eff", *ROTATION]) == DONE
    assert main([*common, str(root / "spin")]) == DONE
    assert main([*common, str(root / "cap"), "--layer", "1"]) == DONE
    return root


def exported(folder, out, *more):
    assert main(["export", str(folder), "--out", str(out), *CONSTANTS, *more]) == DONE
    return json.loads((out / "export.json").read_text(encoding="utf-8"))


def field_in_the_magnet(folder):
    """B_eff [T] at the middle of the magnet by the library, whatever the commands say."""
    film = om.Film([(2.0, 5e-9), (2.9 + 3.6j, 10e-9), (1.46, 20e-9)], 1.46)
    E = om.focus_field(om.load(folder).beam, om.load(folder).setup.lens, [[0.0, 0.0, 10e-9]], film=film)
    return np.asarray(
        om.effective_field(
            E, faraday_rotation=1.2e5, saturation_magnetization=5e5, index=2.9, wavelength=532e-9
        )
    )[0]


def test_the_field_in_the_magnet_is_the_wish(folders, tmp_path, capfd):
    angle = np.degrees(om.angle_between(field_in_the_magnet(folders / "field"), WISH))
    assert angle < ASKED
    record = exported(folders / "field", tmp_path / "e")
    told = record["angles"]["B_eff"]
    assert told["at_point_deg"] < ASKED
    assert record["made_for"]["sign"] == -1
    assert not told["against"]
    # the spread, from the file itself
    box = om.read_ovf(tmp_path / "e" / "B_eff.ovf")
    strong = box.lengths >= 0.5 * box.lengths.max()
    angles = np.degrees(om.angle_between(box.values[strong], WISH))
    assert told["cells"] == np.count_nonzero(strong)
    assert told["median_deg"] == pytest.approx(np.median(angles))
    assert told["largest_deg"] == pytest.approx(angles.max())
    said = capfd.readouterr().out
    assert "magnet: layer 2 of 3 (2.9+3.6i), z from 5 to 15 nm" in said
    assert f"median {told['median_deg']:.3g}, largest {told['largest_deg']:.3g} degrees" in said


def test_a_design_for_the_spin_says_that_the_field_is_against_it(folders, tmp_path, capfd):
    angle = np.degrees(om.angle_between(field_in_the_magnet(folders / "spin"), WISH))
    assert angle == pytest.approx(180.0, abs=ASKED)
    told = exported(folders / "spin", tmp_path / "e")["angles"]["B_eff"]
    assert told["at_point_deg"] == pytest.approx(180.0, abs=ASKED)
    assert told["against"]
    lines = [line for line in capfd.readouterr().out.splitlines() if "antiparallel" in line]
    assert len(lines) == 1
    assert "theta_F > 0" in lines[0]


def test_a_design_for_the_cap_is_warned_of(folders, tmp_path, capfd):
    """The magnet of its film is the cap; exported for the metal, one line says where the point lies."""
    record = exported(folders / "cap", tmp_path / "e", "--layer", "2")
    assert record["angles"]["B_eff"]["at_point_deg"] is None
    assert record["angles"]["B_eff"]["median_deg"] > 90
    said = capfd.readouterr().err
    warned = "optomag: warning: the design's point lies at z = 2.5 nm, outside the magnet: layer 2 of 3"
    assert said.count(warned) == 1


def test_a_magnet_that_may_be_two_layers_is_asked_for_in_one_line(tmp_path, capfd):
    two = ["--film", "2.0:5", "2.3:10", "--out", str(tmp_path / "d"), "--no-picture"]
    assert main(["design", "--direction", "0", "0", "1", *two]) == BAD_INPUT
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert "layers 1 (2+0j), 2 (2.3+0j)" in said
    assert "--layer" in said
    assert main(["design", "--direction", "0", "0", "1", *two, "--layer", "2"]) == DONE
    assert om.load(tmp_path / "d").setup.at == (0.0, 0.0, pytest.approx(10e-9))


@pytest.mark.parametrize("constant", [ROTATION, ["--verdet", "30"], ["--material", "bismuth iron garnet"]])
def test_a_constant_that_nothing_uses_is_refused(constant, tmp_path, capfd):
    out = tmp_path / "d"
    assert main(["design", "--direction", "0", "0", "1", *constant, "--out", str(out)]) == BAD_INPUT
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert f"optomag: --{constant[0][2:]} must be left out for the spin" in said
    assert not out.exists()
