"""Needles and chains in immersion oil, where the numbers of the reference do not help."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.gallery import needles

LENS = om.Objective(na=1.3, index=1.518, wavelength=600e-9)
FOCUS = np.zeros((1, 3))


def test_the_period_of_a_chain_is_shorter_in_a_dense_medium():
    cosine = np.mean([np.sqrt(1 - (1.3 / 1.518 * r) ** 2) for r in (0.9, 1.0)])
    assert needles.chain_period(LENS, inner=0.9) == pytest.approx(600e-9 / (2 * 1.518 * cosine), rel=1e-12)


@pytest.mark.slow
def test_the_spots_of_a_chain_are_its_maxima():
    design = needles.chain(LENS, inner=0.97, phase=1.0)
    assert design.light.points.shape == (needles.BEADS, 3)
    step = 0.05 * needles.chain_period(LENS, inner=0.97)
    here, above, below = (
        design.light.reduced_magnetization(design.light.points + np.array([0, 0, shift]))[:, 2]
        for shift in (0.0, step, -step)
    )
    assert np.all(here > above)
    assert np.all(here > below)


@pytest.mark.parametrize("polar", [0.0, 0.5, 1.0])
def test_a_needle_points_where_it_should(polar):
    mx, my, mz = needles.tilted_needle(LENS, polar=polar).light.reduced_magnetization(FOCUS)[0]
    assert np.arctan2(mx, mz) == pytest.approx(polar, abs=1e-9)
    assert abs(my) < 1e-9 * mz


def test_an_upright_needle_has_no_radial_light():
    upright, tilted = needles.needle(LENS), needles.tilted_needle(LENS, polar=0.0)
    np.testing.assert_allclose(
        upright.light.reduced_magnetization(FOCUS),
        tilted.light.reduced_magnetization(FOCUS),
        rtol=1e-9,
        atol=1e-12,
    )
