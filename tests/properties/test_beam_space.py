"""Beams form a vector space, and the field is a linear map on it: for any beams and any weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optomag as om

LENS = om.Objective(na=0.9, index=1.0, wavelength=633e-9)
POINTS = 633e-9 * np.array([[0.0, 0.0, 0.0], [0.3, -0.2, 0.5], [-0.8, 0.6, -0.1]])
ROUNDING = 1e-12
"""Relative to the largest term: a few additions in double precision."""

# Few distinct modes, so that hypothesis varies weights and order rather than filling the caches.
ELEMENTARY = {
    "linear": om.linear(angle=0.4),
    "circular": om.circular(-1),
    "radial vortex": om.radial() * om.vortex(charge=1),
    "azimuthal step": om.azimuthal() * om.phase_step("x"),
    "ring sector": om.radial() * om.annulus(inner=0.4, outer=0.9) * om.sector(0.0, np.pi),
}
MASKS = {
    "vortex": om.vortex(charge=-1),
    "rings": om.binary_rings([0.5]),
    "gaussian": om.gaussian(fill=0.8),
    "sector": om.sector(1.0, 3.0),
    "coma": om.zernike({(3, 1): 0.05}),
}
R, PHI = (a.ravel() for a in np.meshgrid(np.linspace(0.05, 0.95, 7), np.linspace(0.1, 6.2, 9)))

weights = st.complex_numbers(max_magnitude=10.0, allow_nan=False, allow_infinity=False)
beams = st.sampled_from(sorted(ELEMENTARY)).map(ELEMENTARY.get)
masks = st.sampled_from(sorted(MASKS)).map(MASKS.get)


def sampled(beam) -> np.ndarray:
    return np.asarray(beam.evaluate(R, PHI))


def assert_close(left, right, size: float) -> None:
    assert np.abs(np.asarray(left) - np.asarray(right)).max() <= ROUNDING * max(size, 1.0)


@pytest.mark.slow
@given(beams, beams, weights, weights)
def test_sums_and_multiples_are_pointwise(first, second, a, b):
    assert_close(sampled(a * first + b * second), a * sampled(first) + b * sampled(second), abs(a) + abs(b))
    assert_close(sampled(first - second), sampled(first) - sampled(second), 2.0)
    assert_close(sampled(-first), -sampled(first), 1.0)


@pytest.mark.slow
@given(beams, beams, beams, weights)
def test_addition_is_associative_commutative_and_distributive(first, second, third, a):
    assert_close(sampled((first + second) + third), sampled(third + (second + first)), 3.0)
    assert_close(sampled(a * (first + second)), sampled(a * first + a * second), 2 * abs(a))


@pytest.mark.slow
@given(beams, beams, masks, masks, weights)
def test_masks_commute_and_distribute(first, second, mask, other, a):
    assert_close(sampled(first * mask * other), sampled(first * (other * mask)), 1.0)
    assert_close(
        sampled((first + a * second) * mask), sampled(first * mask) + a * sampled(second * mask), 1.0 + abs(a)
    )


@given(beams, weights)
def test_power_is_quadratic(beam, a):
    assert abs((a * beam).power - abs(a) ** 2 * beam.power) <= ROUNDING * max(1.0, abs(a) ** 2)


@given(beams, beams)
def test_power_obeys_the_parallelogram_law(first, second):
    both = (first + second).power + (first - second).power
    assert abs(both - 2 * first.power - 2 * second.power) <= 10 * ROUNDING


@pytest.mark.slow
@settings(max_examples=25)
@given(beams, beams, weights, weights)
def test_focal_field_is_a_linear_map(first, second, a, b):
    if (a * first + b * second).power < 1e-6:
        return  # a beam without power is refused, and one that nearly cancels has no relative accuracy
    field = np.asarray(om.focus_field(a * first + b * second, LENS, POINTS))
    parts = a * np.asarray(om.focus_field(first, LENS, POINTS)) + b * np.asarray(
        om.focus_field(second, LENS, POINTS)
    )
    scale = np.abs(np.asarray(om.focus_field(om.linear(), LENS, POINTS))).max()
    assert np.abs(field - parts).max() <= 1e2 * ROUNDING * scale * (abs(a) + abs(b))


@pytest.mark.slow
@given(
    st.floats(0.1, 1.0), st.floats(0.0, 6.0), st.floats(0.01, 6.2), st.floats(0.05, 0.5), st.floats(0.05, 0.5)
)
def test_areas_of_sectors_and_rings(fill, start, width, inner, thickness):
    ring = om.annulus(inner=inner, outer=inner + thickness) * om.sector(start, start + width)
    area = ((inner + thickness) ** 2 - inner**2) * width / (2 * np.pi)
    assert abs((om.azimuthal() * ring).power - area) <= ROUNDING
    passed = fill**2 / 2 * (1 - np.exp(-2 / fill**2))
    assert abs((om.circular(+1) * om.gaussian(fill=fill)).power - passed) <= ROUNDING
