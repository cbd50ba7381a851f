"""What is aimed at: the points that count, and what is wanted there."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.tolerances.aim import aimed_light, deviation

LENS = om.Objective(na=0.95, wavelength=532e-9)


def test_a_target_gives_the_direction_and_the_light_the_length():
    light = om.Light(om.circular(+1), LENS, target=[0.0, 3.0, 4.0])
    np.testing.assert_allclose(aimed_light(light).target, [[0.0, 0.6 * 3.001, 0.8 * 3.001]], atol=1e-3)


def test_without_a_target_what_is_written_is_wanted():
    aim = aimed_light(om.Light(om.circular(+1), LENS))
    np.testing.assert_allclose(aim.target, aim.reduced_magnetization(aim.points))


@pytest.mark.slow
def test_dim_points_do_not_count():
    light = om.Light(om.circular(+1), LENS, points=[[0, 0, 0], [1e-7, 0, 0], [5e-7, 0, 0]])
    np.testing.assert_array_equal(aimed_light(light).points, light.points[:2])


def test_dark_light_is_refused(refusal):
    assert "writes a magnetization" in refusal(aimed_light, om.Light(om.linear(), LENS))


def test_deviation_takes_the_worst_angle_and_the_whole_length():
    wanted = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    angle, strength = deviation(np.array([[0.0, 0.0, 0.5], [0.5, 0.5, 0.0]]), wanted)
    assert angle == pytest.approx(np.pi / 4)
    assert strength == pytest.approx(np.sqrt(0.75 / 2))
    assert deviation(np.zeros((2, 3)), wanted) == (pytest.approx(np.pi / 2), 0.0)
