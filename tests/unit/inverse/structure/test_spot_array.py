"""Spot arrays: what they ask for, their bound, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.grid import Grid
from optomag.inverse.structure import spot_array as module
from optomag.inverse.structure.design_spots import design_spots
from optomag.inverse.structure.spot_array import SpotArray
from optomag.magnetism.array_bound import MARGIN
from optomag.magnetism.bound import magnetization_bound
from optomag.optics.film import Film
from optomag.optics.objective import Objective

LENS = Objective(na=0.95, wavelength=532e-9)
ROUNDING = 1e-12

FAR_APART = 1e-3
"""Spots a hundred wavelengths apart still share this much light."""

PIXELLED = 0.02
"""A disc of 8 samples radius has this relative error of its area."""


def test_points_in_the_plane_and_one_direction_for_all():
    array = SpotArray([[0, 0], [1e-6, 0]], [0, 0, 3], weights=[1, 2])
    assert array.control_points(LENS).shape == (2, 3)
    assert array.wanted(LENS).tolist() == [[0, 0, 1], [0, 0, 2]]


def written(M, elsewhere=0.0):
    """M at the spots, and everywhere else the same along z."""
    return lambda where: np.full((*where.shape, 3), [0, 0, elsewhere]) if isinstance(where, Grid) else M


def test_one_spot_is_bound_like_a_direction():
    array, single = SpotArray([[0, 0, 0]], [1, 0, 1]), float(magnetization_bound([1, 0, 1], LENS))
    assert array.estimate(LENS) == pytest.approx(single, rel=ROUNDING)
    assert array.bound(LENS) == pytest.approx(single * (1 + MARGIN), rel=ROUNDING)


def test_equal_spots_that_share_no_light_divide_the_power():
    array = SpotArray([[0, 0], [1e-6, 0], [2e-6, 0]], [0, 0, 1])
    assert 3 * array.estimate(LENS) == pytest.approx(float(magnetization_bound([0, 0, 1], LENS)))
    assert array.estimate(LENS, four_pi=True) == pytest.approx(2 * array.estimate(LENS))


def test_weights_and_heights_in_a_film_count():
    film = Film([(2.3, 80e-9)], substrate=1.46)
    array = SpotArray([[0, 0, 1e-8], [5e-5, 0, 7e-8]], [[0, 0, 1], [1, 0, 0]], weights=[1, 3])
    singles = [
        float(magnetization_bound(m, LENS, film=film, height=z))
        for m, z in (([0, 0, 1], 1e-8), ([1, 0, 0], 7e-8))
    ]
    alone = 1 / (1 / singles[0] + 3 / singles[1])
    assert array.estimate(LENS, film=film) == pytest.approx(alone, rel=ROUNDING)
    assert array.bound(LENS, film=film) == pytest.approx(alone, rel=FAR_APART)
    assert array.bound(LENS, film=film) > alone


def test_part_of_an_array_bounds_the_whole(monkeypatch):
    rng = np.random.default_rng(0)
    places, directions = 1e-6 * rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    whole = SpotArray(places, directions, weights=[1, 1, 5, 5, 1, 5])
    exact = whole.bound(LENS)
    monkeypatch.setattr(module, "LARGEST_ARRAY", 3)
    part = SpotArray(places[[2, 3, 5]], directions[[2, 3, 5]], weights=[5, 5, 5])
    assert whole.bound(LENS) == part.bound(LENS) > exact


def test_metrics_of_a_perfect_answer():
    array = SpotArray([[0, 0], [1e-6, 0]], [[0, 0, 1], [1, 0, 0]], weights=[1, 3])
    metrics = array.metrics(written(0.5 * array.wanted(LENS)), LENS)
    assert metrics["worst_angle_deg"] == 0
    assert metrics["uniformity"] == 1
    assert metrics["sum_magnetization"] == 2
    assert metrics["elsewhere_over_mean"] == 0
    assert np.isnan(metrics["share_inside"])


def test_even_light_lies_in_the_spots_by_their_area():
    array = SpotArray([[0, 0], [2e-6, 0]], [0, 0, 1])
    metrics = array.metrics(written(np.array([[0.0, 0, 1], [0, 0, 3]]), elsewhere=0.5), LENS)
    assert metrics["elsewhere_over_mean"] == pytest.approx(0.25)
    assert metrics["elsewhere_from_spot_wavelengths"] >= 0.5 / LENS.na
    unit = LENS.wavelength / LENS.na
    area = (2e-6 + 6 * unit) * 6 * unit
    assert metrics["share_inside"] == pytest.approx(2 * np.pi * (0.5 * unit) ** 2 / area, rel=PIXELLED)


def test_a_spot_that_stays_dark_is_off_by_a_right_angle():
    array = SpotArray([[0, 0], [1e-6, 0]], [0, 0, 1])
    metrics = array.metrics(written(np.array([[0.0, 0, 1], [0, 0, 0]])), LENS)
    assert metrics["worst_angle_deg"] == 90
    assert metrics["mean_angle_deg"] == 45


@pytest.mark.parametrize(
    ("positions", "directions", "weights", "rule"),
    [
        ([[0, 0, 0, 0]], [0, 0, 1], None, "of shape"),
        ([[0, 0], [1e-6, 0]], [[0, 0, 1]] * 3, None, "one for each of 2 spots"),
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


def test_spots_closer_than_light_resolves_are_named():
    close = SpotArray([[0, 0], [2e-6, 0], [2.05e-6, 0]], [[1, 0, 0], [0, 1, 0], [0, -1, 0]])
    assert close.doubt(LENS) == " Spots 1 and 2 (from 0) are closer than light resolves: 0.094 wavelengths."
    assert SpotArray([[0, 0], [2e-6, 0]], [1, 0, 0]).doubt(LENS) == ""
    assert SpotArray([[0, 0]], [1, 0, 0]).doubt(LENS) == ""
    assert SpotArray([[0, 0, 0], [0, 0, 7e-7]], [1, 0, 0]).doubt(LENS) != "", "axially it takes more"
    close = SpotArray([[0, 0], [2e-8, 0]], [[0, 0, 1], [0, 0, -1]])
    found = design_spots(close.positions, close.directions, LENS)
    assert not found.converged
    assert found.status.endswith(close.doubt(LENS))
