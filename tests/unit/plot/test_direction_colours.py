"""The colour sphere and its inverse: exact, and as exact as 8 bits are."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.plot.direction_colours import colour_directions, colour_vectors, direction_colours

EXACT = 1e-5
"""Degrees: rounding, whose square root counts at the poles."""
EIGHT_BITS = 3.2
"""Degrees: where colours change with the square of the angle half a level is sqrt(0.5/255), 2.5 degrees; near
the poles the hue is off too."""


def sphere(count=20000):
    m = np.random.default_rng(0).normal(size=(count, 3))
    return m / np.linalg.norm(m, axis=-1, keepdims=True)


def angles(colours, m):
    found, distance = colour_directions(colours)
    assert distance.max() < 1e-12
    cross = np.linalg.norm(np.cross(found, m), axis=-1)
    return np.degrees(np.arctan2(cross, np.sum(found * m, axis=-1)))


def test_colours_give_back_their_directions():
    m = np.concatenate([sphere(), np.eye(3), -np.eye(3)])
    assert angles(direction_colours(m, np.ones(len(m))), m).max() < EXACT


def test_eight_bits_leave_less_than_a_degree_away_from_poles_and_equator():
    m = sphere()
    off = angles(np.rint(255 * direction_colours(m, np.ones(len(m)))) / 255, m)
    tilt = np.degrees(np.arccos(np.abs(m[:, 2])))
    assert off[(tilt > 13) & (tilt < 86)].max() < 1.0
    assert off.max() < EIGHT_BITS
    assert off.mean() < 0.25


@pytest.mark.parametrize("colour", [(0.5, 0.5, 0.5), (0.9, 0.4, 0.1), (0.7, 0.2, 0.3)])
def test_the_distance_is_that_of_the_nearest_colour_of_the_sphere(colour):
    m = sphere(400000)
    nearest = np.abs(direction_colours(m, np.ones(len(m))) - colour).max(axis=-1).min()
    assert colour_directions(np.array([colour]))[1] == pytest.approx(nearest, abs=0.01)


def test_faded_colours_give_back_directions_and_lengths():
    m = sphere()
    strength = np.random.default_rng(1).uniform(0.01, 1, len(m))
    found = colour_vectors(direction_colours(m, strength))
    length = np.linalg.norm(found, axis=-1)
    np.testing.assert_allclose(length, strength, rtol=1e-9)
    cross = np.linalg.norm(np.cross(found / length[:, None], m), axis=-1)
    assert np.degrees(np.arcsin(cross)).max() < 20 * EXACT, (
        "the nearer to grey, the less is left of the colour"
    )


def test_every_colour_of_the_cube_is_that_of_one_vector():
    colours = np.random.default_rng(2).uniform(size=(5000, 3))
    found = colour_vectors(colours)
    length = np.linalg.norm(found, axis=-1)
    assert length.max() <= 1 + 1e-12
    np.testing.assert_allclose(direction_colours(found, length), colours, atol=1e-7)
