"""What lies beside a structure, on patterns in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.inverse.structure import elsewhere as module
from optomag.inverse.structure.elsewhere import elsewhere
from optomag.optics.objective import Objective

LENS = Objective(na=0.5, wavelength=600e-9)
UNIT = LENS.wavelength / LENS.na
CORNERS = UNIT * np.array([[-1.0, -2.0], [1.0, 2.0]])
FOCAL_PLANE = np.zeros(1)

WIDTH = 0.3 * UNIT
"""Of the Gaussian spots, to 1/e: about as narrow as light allows."""

FOUND = 1e-3
"""Relative error of the maximum between the samples of the finer patch."""


def gaussians(*spots):
    """|M| of several spots (height, x, y, z), each as long as wide."""

    def written(grid):
        x, y, z = np.meshgrid(grid.x, grid.y, grid.z, indexing="ij")
        lengths = sum(
            h * np.exp(-((x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2) / WIDTH**2) for h, a, b, c in spots
        )
        return lengths[..., None] * np.array([0.6, 0.0, -0.8])

    return written


def centre(x, y, z):
    return np.hypot(x, y) <= 3 * WIDTH


@pytest.mark.parametrize("place", [(2.718, 3.142), (-3.1, 4.01), (2.234, -0.01)])
def test_the_strongest_is_found_between_the_samples(place):
    x, y = UNIT * np.array(place)
    found = elsewhere(gaussians((1, 0, 0, 0), (0.3, x, y, 0)), CORNERS, FOCAL_PLANE, centre, LENS)
    assert found.strongest == pytest.approx(0.3, rel=FOUND)
    np.testing.assert_allclose(found.place, [x, y, 0], atol=0.01 * UNIT)
    assert found.share == pytest.approx(1 / 1.3, rel=FOUND)


def test_what_lies_behind_the_window_is_not_seen():
    outside = (1.0, 4.9 * UNIT, 0.0, 0.0)
    found = elsewhere(gaussians((1, 0, 0, 0), outside), CORNERS, FOCAL_PLANE, centre, LENS)
    assert found.strongest < 0.01
    assert found.share == pytest.approx(1, rel=FOUND)


def test_every_plane_is_searched():
    heights = UNIT * np.array([-5.0, 0.0, 5.0])
    written = gaussians((1, 0, 0, 0), (0.4, 2 * UNIT, UNIT, heights[2]), (0.2, 2 * UNIT, UNIT, heights[0]))
    found = elsewhere(written, CORNERS, heights, centre, LENS)
    assert found.place[2] == heights[2]
    assert found.strongest == pytest.approx(0.4, rel=FOUND)
    assert found.share == pytest.approx(1 / 1.6, rel=FOUND)


def test_of_many_planes_five_are_searched():
    seen = set()

    def written(grid):
        seen.update(grid.z.tolist())
        return np.ones((*grid.shape, 3))

    elsewhere(written, CORNERS, np.linspace(0, 1e-6, 41), centre, LENS)
    np.testing.assert_allclose(sorted(seen), [0, 2.5e-7, 5e-7, 7.5e-7, 1e-6])


def test_a_window_that_cannot_be_sampled_gives_no_number(monkeypatch):
    monkeypatch.setattr(module, "MOST_SAMPLES", 41)  # along 10 wavelengths/NA: four each
    assert elsewhere(gaussians((1, 0, 0, 0)), CORNERS, FOCAL_PLANE, centre, LENS).share > 0.99
    monkeypatch.setattr(module, "MOST_SAMPLES", 40)
    found = elsewhere(gaussians((1, 0, 0, 0)), CORNERS, FOCAL_PLANE, centre, LENS)
    assert np.isnan([found.strongest, found.share, *found.place]).all()


def test_where_all_is_inside_nothing_is_elsewhere():
    found = elsewhere(
        gaussians((1, 0, 0, 0)), CORNERS, FOCAL_PLANE, lambda x, y, z: np.full(x.shape, True), LENS
    )
    assert found.strongest == 0
    assert found.share == 1
