"""Single spots at other apertures and in other media than the reference's."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.gallery import spots
from optomag.magnetism.direction import angle_between

FOCUS = np.zeros((1, 3))
ROUNDING = 1e-9
LENSES = [
    om.Objective(na=0.4, wavelength=800e-9),
    om.Objective(na=1.4, index=1.518, wavelength=532e-9),
]


@pytest.mark.slow
@pytest.mark.parametrize("lens", LENSES, ids=["dry", "oil"])
@pytest.mark.parametrize("direction", [(0.0, 0.0, -1.0), (0.6, 0.0, 0.8), (0.0, -1.0, 0.0)])
@pytest.mark.parametrize("four_pi", [False, True])
def test_the_optimum_reaches_the_bound_anywhere(lens, direction, four_pi):
    design = spots.optimum(direction, lens, four_pi=four_pi)
    written = design.light.reduced_magnetization(FOCUS)[0]
    assert angle_between(written, direction) < ROUNDING
    bound = float(om.magnetization_bound(direction, lens, four_pi=four_pi))
    assert np.linalg.norm(written) == pytest.approx(bound, rel=ROUNDING)


@pytest.mark.parametrize("lens", LENSES, ids=["dry", "oil"])
def test_symmetric_spots_point_along_the_axis(lens):
    for make in (spots.longitudinal_spot, spots.azimuthal_vortex, spots.radial_vortex):
        mx, my, mz = make(lens).light.reduced_magnetization(FOCUS)[0]
        assert mz > 0
        assert np.hypot(mx, my) < ROUNDING * mz


@pytest.mark.parametrize("lens", LENSES, ids=["dry", "oil"])
def test_two_lenses_double_a_longitudinal_spot(lens):
    for make in (spots.longitudinal_spot, spots.azimuthal_vortex):
        one, two = (
            float(make(lens, four_pi=four_pi).light.reduced_magnetization(FOCUS)[0, 2])
            for four_pi in (False, True)
        )
        assert two == pytest.approx(2 * one, rel=ROUNDING)


@pytest.mark.parametrize("lens", LENSES, ids=["dry", "oil"])
def test_opposite_helicities_write_in_the_plane_and_along_x(lens):
    across = spots.helicity_map(lens).light.reduced_magnetization(FOCUS)[0]
    assert abs(across[2]) < ROUNDING * np.linalg.norm(across)
    along = spots.in_plane_4pi(lens).light.reduced_magnetization(FOCUS)[0]
    assert along[0] > 0
    assert np.abs(along[1:]).max() < ROUNDING * along[0]


def test_a_map_of_one_helicity_is_a_circular_beam():
    lens = LENSES[0]
    np.testing.assert_allclose(
        spots.helicity_map(lens, (+1, +1, +1)).light.reduced_magnetization(FOCUS),
        spots.longitudinal_spot(lens).light.reduced_magnetization(FOCUS),
        atol=1e-8,
    )
