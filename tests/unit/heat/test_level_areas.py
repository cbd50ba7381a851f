"""Areas above levels: closed forms of a Gaussian, an ellipse and a ring; order and monotony."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.heat.level_areas import areas_above

HEIGHTS = np.array([0.5, 1.0, 2.0, 3.0])
"""Logarithms of peak over level."""


def gaussian(points, *, stretch=1.0, at=(0.0123, -0.037)):
    x, y = np.linspace(-3.3, 3.1, points), np.linspace(-3.2, 3.4, points)
    values = np.exp(-2 * ((x[:, None] - at[0]) ** 2 + ((y - at[1]) * stretch) ** 2))
    return x, y, values


@pytest.mark.parametrize("stretch", [1.0, 1.4])
def test_of_a_gaussian_the_areas_grow_with_the_logarithm(stretch):
    found = areas_above(np.exp(-HEIGHTS), *gaussian(65, stretch=stretch))
    expected = 0.5 * np.pi * HEIGHTS / stretch
    assert np.abs(found / expected - 1).max() < 5e-5  # steps of 0.1 waist


def test_the_error_falls_at_least_with_the_square_of_the_step():
    errors = [
        np.abs(areas_above(np.exp(-HEIGHTS), *gaussian(points)) / (0.5 * np.pi * HEIGHTS) - 1).max()
        for points in (33, 65, 129)
    ]
    assert errors[0] > 4 * errors[1] > 16 * errors[2]


def test_a_hole_is_not_counted():
    x = np.linspace(-3, 3, 121)
    r = np.hypot(x[:, None], x)
    level = np.exp(-2 * 0.25)
    (found,) = areas_above(np.array([level]), x, x, np.exp(-2 * (r - 1.5) ** 2))
    assert abs(found / (np.pi * (2.0**2 - 1.0**2)) - 1) < 1e-4


def test_a_higher_level_has_no_larger_area():
    drawn = np.random.default_rng(1).normal(size=(17, 23))
    levels = np.linspace(-4, 4, 201)
    areas = areas_above(levels, np.arange(17.0), np.arange(23.0), drawn)
    assert np.all(np.diff(areas) <= 0)
    assert (areas[0], areas[-1]) == (pytest.approx(16 * 22), 0.0)
