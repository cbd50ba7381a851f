"""The measuring of a spot: its scale, its lines, what does not apply."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import optomag as om
from optomag.gallery import needles, spots
from optomag.gallery.named_design import NamedDesign
from optomag.gallery.spot_numbers import finest_periods, focal_plane, spot_numbers

LENS = om.Objective(na=0.6, index=1.33, wavelength=700e-9)
PARAXIAL = om.Objective(na=0.05, wavelength=1e-6)
PARAXIAL_TOLERANCE = 2e-3
"""Terms of order NA^2."""


@pytest.mark.slow
def test_a_paraxial_circular_beam_has_the_airy_width_and_the_sinc_length():
    """M = (2 J1(v)/v)^2 across, v = 2 pi NA r/wavelength, and sinc^2(NA^2 z/(2 wavelength)) along."""
    numbers = spot_numbers(spots.longitudinal_spot(PARAXIAL))
    np.testing.assert_allclose(
        numbers.widths / PARAXIAL.wavelength,
        [2 * 1.61633995 / (2 * np.pi * 0.05)] * 2 + [2 * 2 * 0.44294647 / 0.05**2],
        rtol=PARAXIAL_TOLERANCE,
    )
    assert numbers.purity == pytest.approx(1.0, abs=PARAXIAL_TOLERANCE)
    assert numbers.length == pytest.approx(np.pi * 0.05**2, rel=PARAXIAL_TOLERANCE)


@pytest.mark.slow
def test_what_does_not_apply_is_not_a_number():
    single = spot_numbers(spots.half_pupil(LENS))
    assert np.isnan(single.angle_error)
    assert np.isnan(single.uniformity)
    assert np.all(np.isfinite(single.crosstalk))
    many = spot_numbers(needles.chain(LENS))
    assert many.angle_error == pytest.approx(0.0, abs=1e-9)
    assert 0.9 < many.uniformity <= 1
    assert np.all(np.isnan(many.crosstalk))


def test_the_focal_plane_holds_all_spots():
    design = spots.azimuthal_vortex(LENS)
    across, _ = finest_periods(LENS, four_pi=False)
    assert focal_plane(design).x[-1] == pytest.approx(2 * across)
    values = {name: getattr(design, name) for name in ("name", "title", "pupil", "source", "lens", "beam")}
    wide = NamedDesign(**values, spots=[[0, 0, 0], [5e-6, 0, 0], [0, -9e-6, 3e-6]])
    assert focal_plane(wide).x[-1] == pytest.approx(9e-6 + 2 * across)


def test_the_periods_are_those_of_the_steepest_rays():
    across, along = finest_periods(LENS, four_pi=False)
    assert across == pytest.approx(700e-9 / 1.2)
    assert along == pytest.approx(700e-9 / (1.33 - np.sqrt(1.33**2 - 0.36)))
    assert finest_periods(LENS, four_pi=True)[1] == pytest.approx(700e-9 / 2.66)


@pytest.mark.slow
def test_the_polar_angle_is_that_of_the_magnetization():
    numbers = spot_numbers(spots.optimum((0.0, 0.6, -0.8), LENS))
    assert numbers.polar_angle == pytest.approx(np.arccos(-0.8), abs=1e-9)
    assert replace(numbers, magnetization=np.array([3.0, 0.0, 4.0])).length == 5.0
