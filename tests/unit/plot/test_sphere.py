"""The map is equal-area, the right way round, and shows each direction its own value."""

from __future__ import annotations

import numpy as np
import pytest

from optomag import InvalidInputError
from optomag.plot.sphere import SphereResult, hammer_directions, hammer_projection, sphere_figure

RNG = np.random.default_rng(2)
DIRECTIONS = RNG.normal(size=(2000, 3))
DIRECTIONS /= np.linalg.norm(DIRECTIONS, axis=-1, keepdims=True)

ROUNDING = 1e-7
"""The rim, where both projections have a square-root edge, loses half the digits of double precision."""

STEP = 1e-5
"""Central differences at this step are good to about STEP squared."""


def test_directions_come_back_from_the_map():
    np.testing.assert_allclose(hammer_directions(hammer_projection(DIRECTIONS)), DIRECTIONS, atol=ROUNDING)


def test_the_axes_lie_where_the_captions_say():
    places = hammer_projection(np.array([[0, 1, 0], [0, 0, 1], [0, 0, -1], [1, 0, 0], [-1, 0, 0]]))
    np.testing.assert_allclose(places[:3], [[0, 0], [0, np.sqrt(2)], [0, -np.sqrt(2)]], atol=ROUNDING)
    assert places[3, 0] < 0 < places[4, 0], (
        "seen from outside, with +y towards the viewer, -x is to the right"
    )
    np.testing.assert_allclose(np.abs(places[3:, 1]), 0, atol=ROUNDING)


def test_equal_solid_angles_have_equal_areas():
    inner = DIRECTIONS[DIRECTIONS[:, 1] > -0.9]
    first = np.cross(inner, [0.0, 0.0, 1.0])
    first /= np.linalg.norm(first, axis=-1, keepdims=True)
    second = np.cross(inner, first)

    def slope(tangent):
        ahead, behind = (inner + sign * STEP * tangent for sign in (1, -1))
        unit = (v / np.linalg.norm(v, axis=-1, keepdims=True) for v in (ahead, behind))
        return np.subtract(*(hammer_projection(v) for v in unit)) / (2 * STEP)

    area = np.abs(np.linalg.det(np.stack([slope(first), slope(second)], axis=-1)))
    np.testing.assert_allclose(area, 1.0, rtol=1e-4)


def test_each_pixel_has_the_value_of_the_nearest_direction():
    result = SphereResult("method", np.radians(10.0 ** DIRECTIONS[:, 0]), 0.5 + 0.5 * DIRECTIONS[:, 2])
    angle, efficiency = (axes.images[0] for axes in _maps(sphere_figure(DIRECTIONS, [result])))
    for image, expected in ((angle, 10.0 ** DIRECTIONS[:, 0]), (efficiency, result.efficiency)):
        values = image.get_array()
        rows, columns = values.shape
        left, right, low, high = image.get_extent()
        for row, column in ((rows // 2, columns // 2), (rows // 4, columns // 3), (rows - 9, columns // 2)):
            place = [
                left + (column + 0.5) / columns * (right - left),
                low + (row + 0.5) / rows * (high - low),
            ]
            nearest = np.argmax(DIRECTIONS @ hammer_directions(np.array(place)))
            assert values[row, column] == pytest.approx(expected[nearest], rel=1e-12)
        assert np.all(np.ma.getmaskarray(np.ma.masked_invalid(values))[[0, 0, -1, -1], [0, -1, 0, -1]])


def test_an_exact_method_can_be_drawn_on_the_logarithmic_scale():
    exact = SphereResult("exact", np.zeros(len(DIRECTIONS)), np.ones(len(DIRECTIONS)))
    assert np.nanmin(_maps(sphere_figure(DIRECTIONS, [exact]))[0].images[0].get_array()) > 0


def test_each_method_has_a_named_row():
    results = [SphereResult(name, np.ones(2000), np.ones(2000)) for name in ("first", "second")]
    figure = sphere_figure(DIRECTIONS, results)
    assert len(_maps(figure)) == 4
    height = {text.get_text(): text.get_position()[1] for text in figure.texts}
    assert height["first"] > height["second"]


def test_unfit_results_are_refused():
    with pytest.raises(InvalidInputError, match="results must be"):
        sphere_figure(DIRECTIONS, [])
    with pytest.raises(InvalidInputError, match="efficiency must be 2000 numbers"):
        sphere_figure(DIRECTIONS, [SphereResult("short", np.ones(2000), np.ones(3))])


def _maps(figure):
    return [axes for axes in figure.axes if axes.images]
