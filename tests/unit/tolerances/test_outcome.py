"""Which of several trials counts, and the numbers of one."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.magnetism.texture import skyrmion_number
from optomag.optics.jones import sampled_jones
from optomag.tolerances.aim import aimed_light
from optomag.tolerances.disturbance import RetardanceError
from optomag.tolerances.outcome import Outcome, number_of, outcome_of, rms_of, worse_of
from optomag.tolerances.pattern import Pattern

LENS = om.Objective(na=0.95, wavelength=532e-9)
PIXELS = 30


def outcome(angle, strength, shift=(0.0, 0.0, 0.0), distortion=0.0, number=float("nan")):
    return Outcome(angle, strength, np.array(shift), distortion, number)


def test_the_larger_angle_counts():
    trials = [outcome(0.1, 0.3), outcome(0.2, 0.9)]
    assert worse_of(trials) == (trials[1], 1)


def test_of_equal_angles_the_weaker_one_counts_and_has_no_sign():
    trials = [outcome(0.1, 0.9), outcome(0.1 + 1e-12, 0.95)]
    assert worse_of(trials) == (trials[0], -1)


def test_of_mirror_images_the_first_is_shown():
    trials = [outcome(0.1, 0.9 + 1e-13, (1e-9, 0, 0)), outcome(0.1, 0.9, (-1e-9, 0, 0))]
    assert worse_of(trials) == (trials[0], -1)


def test_root_mean_squares():
    found = rms_of([outcome(3.0, 1.0, (1e-9, 0, 0), 0.3, 1.0), outcome(4.0, 1.0, (-7e-9, 0, 0), 0.4, 0.0)])
    assert found.angle == pytest.approx(np.sqrt(12.5))
    assert found.distortion == pytest.approx(np.sqrt(0.125))
    np.testing.assert_allclose(found.shift, [5e-9, 0, 0])
    assert found.skyrmion_number == 0.5


def test_strength_and_angle_are_those_of_direct_simulation():
    design = om.Light(om.four_beam(0.398, -0.611, 0.467), LENS)
    aim = aimed_light(design)
    pattern = Pattern(aim, sampled_jones(aim.beam, PIXELS))
    wrong = RetardanceError().changed(pattern.jones, 40.0, np.random.default_rng(0))
    found = outcome_of(pattern, wrong, number_of(design, pattern))
    M, ideal = (
        np.asarray(om.induced_magnetization(om.focus_field(om.pixels(jones), LENS, [[0, 0, 0]])))[0]
        for jones in (wrong, pattern.jones)
    )
    assert found.strength == pytest.approx(np.linalg.norm(M) / np.linalg.norm(ideal), rel=1e-12)
    assert found.strength < 0.95
    assert found.angle == pytest.approx(float(om.angle_between(M, ideal)), rel=1e-9)
    assert np.isnan(found.skyrmion_number), "one direction is no texture"


@pytest.mark.slow
def test_a_moved_texture_keeps_its_number():
    target = om.neel_skyrmion(532e-9)
    found = om.shape(target, LENS, pupil=om.FreePupil(), effort=om.Search(steps=60))
    aim = aimed_light(found)
    pattern = Pattern(aim, sampled_jones(aim.beam, PIXELS))
    number, move = number_of(found, pattern), np.array([90e-9, -40e-9, 60e-9])
    direct = np.asarray(om.induced_magnetization(om.focus_field(om.pixels(pattern.jones), LENS, target.grid)))
    x, y = np.meshgrid(target.grid.x, target.grid.y, indexing="ij")
    inside = np.hypot(x, y) <= target.radius * (1 + 1e-12)
    ideal = number(pattern.jones, np.zeros(3))
    assert ideal == pytest.approx(skyrmion_number(direct[:, :, 0], inside=inside), abs=1e-9)
    (moved,) = pattern.moved(pattern.jones, -move)
    after = outcome_of(pattern, moved, number)
    np.testing.assert_allclose(after.shift, move, rtol=0, atol=1e-12)
    assert after.skyrmion_number == pytest.approx(ideal, abs=1e-9)
    assert after.angle > np.radians(20) > 1e-6 > after.distortion
    assert number(moved, np.zeros(3)) != pytest.approx(ideal, abs=1e-3), "in place it is another"
