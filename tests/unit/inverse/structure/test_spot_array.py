"""Spot arrays: what they ask for, their bound, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.inverse.structure.spot_array import SpotArray
from optomag.magnetism.bound import magnetization_bound
from optomag.optics.objective import Objective

LENS = Objective(na=0.95, wavelength=532e-9)
ROUNDING = 1e-12


def test_points_in_the_plane_and_one_direction_for_all():
    array = SpotArray([[0, 0], [1e-6, 0]], [0, 0, 3], weights=[1, 2])
    assert array.control_points(LENS).shape == (2, 3)
    assert array.wanted(LENS).tolist() == [[0, 0, 1], [0, 0, 2]]


def test_one_spot_is_bound_like_a_direction():
    array = SpotArray([[0, 0, 0]], [1, 0, 1])
    assert array.bound(LENS) == pytest.approx(float(magnetization_bound([1, 0, 1], LENS)), rel=ROUNDING)


def test_equal_spots_share_the_power():
    array = SpotArray([[0, 0], [1e-6, 0], [2e-6, 0]], [0, 0, 1])
    assert 3 * array.bound(LENS) == pytest.approx(float(magnetization_bound([0, 0, 1], LENS)))
    assert array.bound(LENS, four_pi=True) == pytest.approx(2 * array.bound(LENS))


def test_metrics_of_a_perfect_answer():
    array = SpotArray([[0, 0], [1e-6, 0]], [[0, 0, 1], [1, 0, 0]], weights=[1, 3])
    metrics = array.metrics(lambda where: 0.5 * array.wanted(LENS), LENS)
    assert metrics["worst_angle_deg"] == 0
    assert metrics["uniformity"] == 1
    assert metrics["sum_magnetization"] == 2


def test_a_spot_that_stays_dark_is_off_by_a_right_angle():
    array = SpotArray([[0, 0], [1e-6, 0]], [0, 0, 1])
    metrics = array.metrics(lambda where: np.array([[0.0, 0, 1], [0, 0, 0]]), LENS)
    assert metrics["worst_angle_deg"] == 90
    assert metrics["mean_angle_deg"] == 45


@pytest.mark.parametrize(
    ("positions", "directions", "weights", "rule"),
    [
        ([[0, 0, 0, 0]], [0, 0, 1], None, "of shape"),
        ([[0, 0], [1, 0]], [[0, 0, 1]] * 3, None, "one for each of 2 spots"),
        ([[0, 0]], [0, 0, 0], None, "non-zero length"),
        ([[0, 0]], [0, 0, 1], [-1], "positive numbers"),
        ([[0, np.nan]], [0, 0, 1], None, "finite"),
    ],
)
def test_bad_input_is_refused(positions, directions, weights, rule):
    with pytest.raises(InvalidInputError, match=rule):
        SpotArray(positions, directions, weights)


def test_directions_of_any_length_count():
    array = SpotArray([[0, 0], [1e-6, 0]], [[3e200, 0, 4e200], [0, -1e-200, 0]])
    assert array.directions.tolist() == [[0.6, 0.0, 0.8], [0.0, -1.0, 0.0]]


def test_spots_that_nearly_coincide_are_found_among_others():
    # Sorted by y, the third stands between the two that coincide.
    array = SpotArray([[0, 0], [0, 2e-12], [1e-6, 1e-12]], [0, 0, 1])
    with pytest.raises(InvalidInputError, match="spots 0 and 1"):
        array.control_points(LENS)


def test_two_spots_in_one_place_are_refused():
    with pytest.raises(InvalidInputError, match="different for each spot"):
        SpotArray([[0, 0], [0, 0]], [[0, 0, 1], [1, 0, 0]]).control_points(LENS)
