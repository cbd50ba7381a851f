"""Apodisations as maps between pupil and angle."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.optics.apodization import AbbeSine, Apodization, Herschel, ParabolicMirror
from optomag.optics.objective import Objective

ROUNDING = 1e-14
ALL = [AbbeSine(), Herschel(), ParabolicMirror()]
THETA = np.linspace(0.0, 1.5, 31)


@pytest.mark.parametrize("apodization", ALL, ids=repr)
def test_angle_is_the_inverse_of_height(apodization):
    # the sine is flat at 90 degrees: rounding of h is amplified by 1/cos(1.5) = 14
    np.testing.assert_allclose(apodization.angle(apodization.height(THETA)), THETA, atol=50 * ROUNDING)


@pytest.mark.parametrize("apodization", ALL, ids=repr)
def test_the_axis_is_the_axis(apodization):
    assert apodization.height(np.zeros(1))[0] == 0.0
    assert apodization.amplitude(np.zeros(1))[0] == 1.0


@pytest.mark.parametrize(
    ("apodization", "height", "amplitude"),
    [
        (AbbeSine(), np.sqrt(3) / 2, np.sqrt(0.5)),
        (Herschel(), 1.0, 1.0),
        (ParabolicMirror(), 2 / np.sqrt(3), 4 / 3),
    ],
    ids=repr,
)
def test_values_at_60_degrees(apodization, height, amplitude):
    theta = np.array([np.pi / 3])
    assert apodization.height(theta)[0] == pytest.approx(height, rel=ROUNDING)
    assert apodization.amplitude(theta)[0] == pytest.approx(amplitude, rel=ROUNDING)


@pytest.mark.parametrize("apodization", ALL, ids=repr)
def test_the_steepest_ray_enters_at_the_rim_of_every_lens(apodization):
    lens = Objective(na=0.9, wavelength=532e-9, apodization=apodization)
    assert lens.polar_angle(np.array([1.0]))[0] == pytest.approx(np.arcsin(0.9), rel=1e-13)
    r = np.linspace(0, 1, 9)
    np.testing.assert_allclose(lens.pupil_radius(lens.polar_angle(r)), r, atol=10 * ROUNDING)


def test_equal_apodizations_are_equal_so_that_plans_are_shared():
    assert Herschel() == Herschel()
    assert hash(Herschel()) == hash(Herschel())
    assert Herschel() != AbbeSine()
    assert issubclass(Herschel, Apodization)


@pytest.mark.parametrize("apodization", ["herschel", None, Herschel, 1.0])
def test_only_apodizations_are_taken(apodization, refusal):
    message = refusal(Objective, na=0.9, wavelength=532e-9, apodization=apodization)
    assert message.startswith(
        "apodization must be AbbeSine(), Herschel(), ParabolicMirror() or your own; got "
    )
