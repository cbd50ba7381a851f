"""The measuring of a spot: its scale, its lines, what does not apply."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import optomag as om
from optomag.gallery import needles, spots
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
    light = spots.azimuthal_vortex(LENS).light
    across, _ = finest_periods(LENS, four_pi=False)
    assert focal_plane(light).x[-1] == pytest.approx(2 * across)
    wide = replace(light, points=[[0, 0, 0], [5e-6, 0, 0], [0, -9e-6, 3e-6]], target=None)
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


def test_whatever_has_light_has_spot_numbers():
    film = om.Film([(2.3, 150e-9)], 1.95)
    found = om.design([0.3, 0.2, 0.9], om.Objective(na=0.95, wavelength=532e-9), film=film)
    numbers = spot_numbers(found)
    np.testing.assert_allclose(numbers.magnetization, found.magnetization, rtol=1e-6)
    assert numbers.efficiency == pytest.approx(1.0, abs=1e-6)
    assert numbers.angle_error == pytest.approx(0.0, abs=1e-6)
    assert spot_numbers(found.light).length == numbers.length


def test_what_has_no_light_and_what_writes_nothing_is_refused(refusal):
    assert "light must be Light, or what has it" in refusal(spot_numbers, "beam")
    assert "Light(beam, lens)" in refusal(spot_numbers, om.circular(+1))
    assert "writes a magnetization" in refusal(spot_numbers, om.Light(om.linear(), LENS))
