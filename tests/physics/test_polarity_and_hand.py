"""What is asked for as polarity and handedness is what the written structure has, simulated again."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.errors import InvalidInputError
from optomag.workflow.shape_config import HANDS, ShapeConfig

RADIUS = 500.0
"""Of the disc [nm]."""

AROUND = {"outward": (1, 0), "inward": (-1, 0), "counter-clockwise": (0, 1), "clockwise": (0, -1)}
"""Radial and azimuthal direction of M in the plane, seen against the light, which travels along +z."""


def config(kind, **options):
    return ShapeConfig.model_validate({"target": {"kind": kind, "radius_nm": RADIUS}, **options})


def at_x(target):
    """Direction at a fifth of the radius along +x, of the texture's own lattice."""
    points = len(target.directions)
    middle = points // 2
    return target.directions[middle + points // 10, middle]


def number_of(target):
    """Skyrmion number inside of the disc."""
    return om.skyrmion_number(target.directions, inside=np.any(target.directions != 0, axis=-1))


@pytest.mark.parametrize("kind", HANDS)
@pytest.mark.parametrize("polarity", [1, -1])
def test_the_wanted_texture_has_the_core_the_number_and_the_hand(kind, polarity):
    usual = config(kind).wanted()
    for hand in HANDS[kind]:
        target = config(kind, polarity=polarity, handedness=hand).wanted()
        middle = len(target.directions) // 2
        np.testing.assert_allclose(target.directions[middle, middle], [0, 0, polarity], atol=1e-12)
        number, own = (number_of(each) for each in (target, usual))
        assert number == pytest.approx(polarity * own, abs=1e-9)
        x, y, _ = at_x(target)
        assert np.sign(np.round([x, y], 9)).tolist() == list(AROUND[hand])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "polarity", "hand"),
    [("neel-skyrmion", -1, "inward"), ("neel-skyrmion", 1, "outward"), ("magnetic-vortex", -1, "clockwise")],
)
def test_the_written_structure_simulated_again_has_them_too(kind, polarity, hand):
    target = config(kind, polarity=polarity, handedness=hand).wanted()
    lens = om.Objective(na=0.95, wavelength=532e-9)
    effort = om.Search(steps=60)
    found = om.shape(target, lens, pupil=om.FreePupil(), exposures=3, effort=effort)
    r = 0.2 * RADIUS * 1e-9
    centre, beside = found.exposures.reduced_magnetization(np.array([[0.0, 0, 0], [r, 0, 0]]))
    assert np.sign(centre[2]) == polarity
    assert abs(centre[2]) > 5 * np.hypot(*centre[:2])
    assert np.argmax(beside[:2] @ np.array(list(AROUND.values())).T) == list(AROUND).index(hand)
    number, wanted = found.metrics["skyrmion_number"], found.metrics["skyrmion_number_wanted"]
    assert np.sign(number) == np.sign(wanted) == polarity
    assert number == pytest.approx(wanted, abs=0.05)


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("neel-skyrmion", {"handedness": "clockwise"}, "one of outward, inward for the kind neel-skyrmion"),
        ("bimeron", {"polarity": -1}, "polarity must be left out for the kind bimeron"),
        ("magnetic-antivortex", {"handedness": "inward"}, "handedness must be left out for the kind"),
    ],
)
def test_hands_that_a_kind_has_not_are_refused(kind, options, said):
    with pytest.raises(InvalidInputError, match=said):
        config(kind, **options).wanted()


def test_targets_without_a_core_take_neither():
    for name, value in (("polarity", -1), ("handedness", "inward")):
        needle = ShapeConfig.model_validate({"target": {"kind": "needle"}, name: value})
        with pytest.raises(InvalidInputError, match=f"{name} must be left out for the kind needle; got "):
            needle.wanted()
