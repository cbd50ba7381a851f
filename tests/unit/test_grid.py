"""Tensor grids: their axes, their order, their symmetry and what they refuse."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from optomag.grid import Grid


def test_a_grid_keeps_its_axes_to_itself():
    x = np.array([0.0, 1e-7])
    grid = Grid(x, [0], 5e-7)
    x[1] = 9.0
    assert grid.shape == (2, 1, 1)
    assert grid.x.tolist() == [0.0, 1e-7]
    assert grid.z.tolist() == [5e-7]
    assert grid.y.dtype == np.float64
    with pytest.raises(FrozenInstanceError):
        grid.x = x  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(ValueError, match="read-only"):
        grid.x[0] = 1.0


def test_points_run_with_z_fastest():
    unit = 2.0**-20  # about a micrometre, and exact
    grid = Grid([0.0, unit], [2 * unit, 3 * unit], [4 * unit, 5 * unit, 6 * unit])
    points = grid.points / unit
    assert points.shape == (12, 3)
    np.testing.assert_array_equal(points[:4], [[0, 2, 4], [0, 2, 5], [0, 2, 6], [0, 3, 4]])
    np.testing.assert_array_equal(points.reshape(*grid.shape, 3)[1, 0, 2], [1, 2, 6])


def test_equal_grids_are_one_key_and_unlike_grids_are_not():
    first, same = Grid([0.0, 1e-6], [0.0], [3e-6]), Grid([0, 1e-6], [0], [3e-6])
    assert first == same
    assert hash(first) == hash(same)
    assert first != Grid([0.0], [1e-6, 2e-6], [3e-6])
    assert first != Grid([0.0, 1e-6], [0.0], [np.nextafter(3e-6, 1.0)])
    assert first != "grid"


def test_the_sign_of_zero_does_not_matter():
    assert Grid([0.0], [0.0], [0.0]) == Grid([-0.0], [0.0], [0.0])


@pytest.mark.parametrize(
    ("plane", "shape", "fixed"), [("xy", (5, 5, 1), "z"), ("xz", (5, 1, 5), "y"), ("yz", (1, 5, 5), "x")]
)
def test_planes_span_the_axes_that_they_are_named_after(plane, shape, fixed):
    grid = Grid.plane(plane, half_width=1e-6, points=5, at=-3e-7)
    assert grid.shape == shape
    assert getattr(grid, fixed).tolist() == [-3e-7]


@pytest.mark.parametrize("points", [2, 3, 10, 81, 200, 201])
def test_symmetric_axes_are_symmetric_to_the_last_bit(points):
    axis = Grid.cube(half_width=0.7e-6, points=points).x
    np.testing.assert_array_equal(axis, -axis[::-1])
    assert len(axis) == points
    assert (0.0 in axis) == (points % 2 == 1)
    assert axis[-1] == pytest.approx(0.7e-6, rel=1e-15)


def test_a_cube_has_three_equal_axes():
    grid = Grid.cube(half_width=1e-6, points=4)
    assert grid.shape == (4, 4, 4)
    np.testing.assert_array_equal(grid.x, grid.z)


@pytest.mark.parametrize(
    ("axes", "start"),
    [
        (([], [0], [0]), "x must be a non-empty array"),
        (([0], [[0.0]], [0]), "y must be a non-empty array"),
        (([0], [0], [np.nan]), "z must be a non-empty array"),
        (([0], [np.inf], [0]), "y must be a non-empty array"),
        ((["a"], [0], [0]), "x must be a non-empty array"),
        (([1j], [0], [0]), "x must be a non-empty array"),
        ((None, [0], [0]), "x must be a non-empty array"),
        (([1.0, 0.0], [0], [0]), "x must be strictly increasing"),
        (([0], [1.0, 1.0], [0]), "y must be strictly increasing"),
        pytest.param(([[1], [2, 3]], [0], [0]), "x must be a non-empty array"),
    ],
)
def test_axes_that_are_no_axes_are_refused(axes, start, refusal):
    assert refusal(Grid, *axes).startswith(start)


@pytest.mark.parametrize(
    ("change", "start"),
    [
        ({"half_width": 0.0}, "half_width must be a finite number > 0; got 0.0."),
        ({"half_width": -1e-6}, "half_width must be a finite number > 0; got -1e-06."),
        ({"half_width": np.nan}, "half_width must be a finite number > 0; got nan."),
        ({"points": 1}, "points must be a whole number >= 2; got 1."),
        ({"points": 11.0}, "points must be a whole number >= 2; got 11.0."),
        ({"at": np.inf}, "at must be a finite number; got inf."),
    ],
)
def test_bad_planes_are_refused(change, start, refusal):
    assert refusal(Grid.plane, "xy", **{"half_width": 1e-6, "points": 11, **change}) == start


def test_bad_cubes_and_unknown_planes_are_refused(refusal):
    refusal(Grid.cube, half_width="wide", points=11)
    refusal(Grid.cube, half_width=1e-6, points=None)
    message = refusal(Grid.plane, "zx", half_width=1e-6, points=11)
    assert message.startswith("plane must be one of xy, xz, yz; got ")
