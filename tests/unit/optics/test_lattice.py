"""The pixel lattice: areas of cells cut by the rim."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.optics.lattice import coarser, pixel_lattice

ROUNDING = 1e-13
"""Differences of four areas of order one."""


@pytest.mark.parametrize("count", [1, 2, 3, 7, 16, 101])
def test_the_areas_add_up_to_the_disc(count):
    area = pixel_lattice(count).area
    assert area.sum() == pytest.approx(np.pi, rel=ROUNDING)
    assert area.min() >= 0
    assert area.max() <= (2 / count) ** 2 * (1 + 1e-9) if count > 1 else area.max() <= np.pi


def test_inner_cells_are_whole_and_outer_ones_dark():
    count = 20
    lattice = pixel_lattice(count)
    half = 1 / count
    x, y = np.abs(lattice.axis)[:, None], np.abs(lattice.axis)[None, :]
    inside = np.hypot(x + half, y + half) <= 1 + ROUNDING
    outside = np.hypot(x - half, y - half) >= 1 - ROUNDING
    np.testing.assert_allclose(lattice.area[inside], (2 / count) ** 2, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(lattice.area[outside], 0, atol=ROUNDING)
    cut = lattice.area[~inside & ~outside]
    assert np.all((cut > 0) & (cut < (2 / count) ** 2))


def test_areas_of_cut_cells_by_counting():
    count, fine = 6, 400
    offsets = ((np.arange(fine) + 0.5) / fine - 0.5) * 2 / count
    lattice = pixel_lattice(count)
    x = (lattice.axis[:, None] + offsets).ravel()
    covered = (x[:, None] ** 2 + x[None, :] ** 2 <= 1).reshape(count, fine, count, fine).mean(axis=(1, 3))
    # a boundary of length ~2 sides, each sample right to a random half cell
    np.testing.assert_allclose(lattice.area, covered * (2 / count) ** 2, atol=1e-4)


def test_axis_0_is_x_and_axis_1_is_y():
    lattice = pixel_lattice(4)
    np.testing.assert_allclose(lattice.axis, [-0.75, -0.25, 0.25, 0.75], rtol=ROUNDING)
    i, j = 3, 1
    assert lattice.radius[2, j] == pytest.approx(np.hypot(0.25, -0.25), rel=ROUNDING)
    assert lattice.azimuth[i, j] == pytest.approx(np.arctan2(-0.25, 0.75) + 2 * np.pi, rel=ROUNDING)


def test_radii_stay_on_the_pupil_and_the_lattice_is_symmetric():
    lattice = pixel_lattice(9)
    assert lattice.radius.max() == 1.0
    np.testing.assert_allclose(lattice.area, lattice.area.T, atol=ROUNDING)
    np.testing.assert_allclose(lattice.area, lattice.area[::-1], atol=ROUNDING)


@pytest.mark.parametrize(
    ("count", "fewest", "left"), [(12, 4, 4), (12, 5, 6), (12, 7, 12), (14, 100, 14), (6, 1, 1)]
)
def test_larger_pixels_hold_what_lies_in_them(count, fewest, left):
    rng = np.random.default_rng(1)
    jones = rng.normal(size=(count, count, 2)) + 1j * rng.normal(size=(count, count, 2))
    found = coarser(jones, fewest)
    assert found.shape == (left, left, 2)
    whole, parts = (
        np.sum(pixel_lattice(len(one)).area[..., None] * one, axis=(0, 1)) for one in (jones, found)
    )
    np.testing.assert_allclose(parts, whole, atol=1e-12)
    constant = np.ones((count, count, 2), complex)
    inside = pixel_lattice(left).area > 0
    np.testing.assert_allclose(coarser(constant, fewest)[inside], 1.0, atol=1e-12)
