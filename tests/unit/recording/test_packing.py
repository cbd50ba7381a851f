"""Repulsion has the right gradient, and polishing only enlarges the smallest distance."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.recording import packing

METRIC = np.array([0.6, 0.7, 1.0])


@pytest.mark.parametrize("ball", [False, True])
def test_the_gradient_is_that_of_finite_differences(ball):
    generator = np.random.default_rng(2)
    free = generator.normal(size=(7, 3)) * np.array([0.3, 1.3, 0.4, 0.6, 1.0, 2.0, 0.2])[:, None]
    step, direction = 1e-6, generator.normal(size=21)
    ahead, behind = (
        packing._energy(free.ravel() + s * direction, METRIC, 6.0, ball)[0] for s in (step, -step)
    )
    slope = packing._energy(free.ravel(), METRIC, 6.0, ball)[1] @ direction
    assert abs((ahead - behind) / (2 * step) - slope) < 1e-7 * np.abs(slope) + 1e-8


@pytest.mark.parametrize("ball", [False, True])
def test_polishing_enlarges_the_smallest_distance_and_stays_in_place(ball):
    points = np.random.default_rng(3).normal(size=(12, 3))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    polished = packing._polished(points, METRIC, ball)
    assert packing.smallest_distance(polished * METRIC) > 1.2 * packing.smallest_distance(points * METRIC)
    lengths = np.linalg.norm(polished, axis=1)
    assert lengths.max() < 1 + 1e-12
    assert ball or lengths.min() > 1 - 1e-12


def test_six_points_are_an_octahedron():
    points = packing.packed(6, np.ones(3), ball=False, starts=1)
    assert abs(packing.smallest_distance(points) - np.sqrt(2)) < 1e-6
