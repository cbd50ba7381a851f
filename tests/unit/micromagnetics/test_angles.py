"""The angle at the design's point is that of the exported field there, whatever adds to it."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om

LENS = om.Objective(na=0.9, wavelength=635e-9)
FILM = om.Film([(2.0, 5e-9), (2.9 + 1.6j, 10e-9)], 1.46)
BOX = {"cell": [5e-9, 5e-9, 10e-9], "size": [25e-9, 25e-9, 10e-9], "picture": False}
ROUNDING = 1e-5
"""Of an angle [rad]: that of a cosine near 1 in double precision is 1e-8."""


@pytest.fixture(scope="module")
def design():
    return om.design([1.0, 0.0, 0.2], LENS, film=FILM)


def magnet(**more):
    constants = {"faraday_rotation": -1.2e5, "saturation_magnetization": 1e6}
    return om.Magnet(name="a magnet", index=2.9, layer=2, **constants, **more)


@pytest.mark.parametrize("chi", [0.0, 1.0])
def test_it_is_that_of_the_cell_in_the_middle(design, tmp_path, chi):
    made = om.export(design, tmp_path, magnet=magnet(chi=chi), quantities=["B_eff"], **BOX)
    (angles,), (field,) = made.angles, made.fields
    middle = field.values[2, 2, 0] / np.linalg.norm(field.values[2, 2, 0])
    assert angles.at_point == pytest.approx(np.arccos(min(1.0, middle @ design.target)), abs=ROUNDING)
    # E x E* and H x H* of a film point elsewhere
    assert (np.degrees(angles.at_point) > 1) == bool(chi)


def test_light_that_comes_twice_at_different_energies_has_one_wish(design, tmp_path):
    asked = {"magnet": magnet(), "quantities": ["B_eff"], **BOX}
    once = om.export(design, tmp_path / "once", **asked)
    twice = om.export(design, tmp_path / "twice", delays=[0.0, 1e-12], energies=[0.3, 0.7], **asked)
    assert [field.name for field in twice.fields] == ["B_eff_1", "B_eff_2"]
    (one,), (other,) = once.angles, twice.angles
    assert (other.quantity, other.cells) == ("B_eff", one.cells)
    assert other.largest == pytest.approx(one.largest, abs=ROUNDING)
