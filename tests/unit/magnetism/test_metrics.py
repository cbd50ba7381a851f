"""Widths, purity, uniformity, ripple, crosstalk and angles, on profiles whose answer is known."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.special import j1

from optomag.magnetism.metrics import crosstalk, full_width_half_maximum, purity, ripple, uniformity

SPLINE_TOLERANCE = 1e-4
"""Relative, with twelve samples over the width."""
ROUNDING = 1e-12
RNG = np.random.default_rng(4)

AIRY_WIDTH = 2 * 1.61633995
"""Twice the root of (2 J1(v)/v)^2 = 1/2."""


def gaussian(x, *, width, centre=0.0):
    return np.exp(-4 * np.log(2) * ((x - centre) / width) ** 2)


def airy(v):
    v = np.where(v == 0, 1e-9, v)
    return (2 * j1(v) / v) ** 2


@pytest.mark.parametrize(
    ("profile", "width"),
    [
        (lambda x: gaussian(x, width=3.0), 3.0),
        (lambda x: 1 / (1 + x**2), 2.0),
        (airy, AIRY_WIDTH),
    ],
    ids=["Gaussian", "Lorentzian", "Airy"],
)
def test_the_width_of_known_profiles(profile, width):
    # An even count, so that no sample lies on the centre.
    x = np.arange(-9.0, 9.0, width / 12) + width / 24
    assert full_width_half_maximum(profile(x), x) == pytest.approx(width, rel=SPLINE_TOLERANCE)


def test_half_is_of_the_value_at_the_centre_and_not_of_the_maximum():
    """A profile that is larger aside has its width where physics wants it: around the focus."""
    x = np.linspace(-4.0, 4.0, 401)
    aside = gaussian(x, width=1.0, centre=0.2)
    level = 0.5 * gaussian(0.0, width=1.0, centre=0.2)
    reach = np.sqrt(np.log(1 / level) / (4 * np.log(2)))
    assert full_width_half_maximum(aside, x) == pytest.approx(2 * reach, rel=SPLINE_TOLERANCE)
    assert full_width_half_maximum(aside, x, centre=0.2) == pytest.approx(1.0, rel=SPLINE_TOLERANCE)


def test_the_first_crossing_counts_even_where_side_lobes_rise_again():
    x = np.linspace(-3.0, 3.0, 601)
    assert full_width_half_maximum(np.cos(np.pi * x) ** 2, x) == pytest.approx(0.5, rel=SPLINE_TOLERANCE)


def test_the_width_has_the_unit_of_the_coordinate():
    x = np.linspace(-3.0, 3.0, 101)
    profile = gaussian(x, width=1.0)
    assert full_width_half_maximum(1e20 * profile, 1e-9 * x) == pytest.approx(
        1e-9 * full_width_half_maximum(profile, x), rel=1e-9
    )


@pytest.mark.parametrize(
    ("profile", "x", "rule"),
    [
        (np.ones(9), np.linspace(-1, 1, 9), "below half on both sides"),
        (gaussian(np.linspace(-0.1, 3, 50), width=1.0), np.linspace(-0.1, 3, 50), "below half on both sides"),
        (-gaussian(np.linspace(-3, 3, 50), width=1.0), np.linspace(-3, 3, 50), "positive at the centre"),
        (np.ones(9), np.linspace(-1, 1, 8), "strictly increasing"),
        (np.ones(9), np.zeros(9), "strictly increasing"),
        (np.ones(9), np.linspace(1, 2, 9), "inside the coordinates"),
        (np.full(9, np.nan), np.linspace(-1, 1, 9), "finite real numbers"),
    ],
)
def test_profiles_without_a_width_are_refused(profile, x, rule, refusal):
    assert rule in refusal(full_width_half_maximum, profile, x)


def test_purity_counts_where_it_is_bright():
    M = np.array([[0, 0, 2.0], [0, 1.2, 1.6], [0, -1.2, 1.6], [0.9, 0, 0]])
    assert purity(M, [0, 0, 5.0]) == pytest.approx((2 + 1.6 + 1.6) / 6, rel=ROUNDING)
    assert purity(M.reshape(2, 2, 3), [0, 0, -1.0]) == pytest.approx(-5.2 / 6, rel=ROUNDING)
    assert purity(1e-30 * M, [0, 0, 1.0]) == pytest.approx(5.2 / 6, rel=ROUNDING)


def test_purity_turns_with_the_pattern():
    M = RNG.normal(size=(50, 3))
    rotation, _ = np.linalg.qr(RNG.normal(size=(3, 3)))
    m = RNG.normal(size=3)
    assert purity(M @ rotation.T, rotation @ m) == pytest.approx(purity(M, m), rel=ROUNDING)
    assert purity(np.outer(RNG.random(20), m), m) == pytest.approx(1.0, rel=ROUNDING)


@pytest.mark.parametrize(
    ("M", "m"),
    [(np.zeros((4, 3)), [0, 0, 1.0]), (np.ones((4, 2)), [0, 0, 1.0]), (np.ones((4, 3)), [0, 0, 0.0])],
)
def test_no_purity_without_magnetization_or_direction(M, m, refusal):
    refusal(purity, M, m)


def test_uniformity_and_ripple():
    assert uniformity([3.0, 3.0, 3.0]) == 1.0
    assert uniformity([0.0, 1.0]) == 0.0
    assert uniformity([1.0, 3.0]) == pytest.approx(0.5, rel=ROUNDING)
    assert ripple([2.0, 2.0]) == 0.0
    z = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    assert ripple(1 + 0.05 * np.cos(z)) == pytest.approx(0.1, rel=ROUNDING)
    assert ripple(7 * (1 + 0.05 * np.cos(z))) == pytest.approx(0.1, rel=ROUNDING)


@pytest.mark.parametrize("measure", [uniformity, ripple])
@pytest.mark.parametrize("lengths", [[0.0, 0.0], [1.0, -1.0], [], [np.nan, 1.0]])
def test_lengths_that_are_none_are_refused(measure, lengths, refusal):
    refusal(measure, lengths)


def test_crosstalk_is_the_ratio_of_lengths():
    np.testing.assert_allclose(crosstalk([[3.0, 0, 4.0], [0, 0, 0]], [0, 10.0, 0]), [0.5, 0.0])


def test_crosstalk_of_nothing_is_refused(refusal):
    refusal(crosstalk, [1.0, 0, 0], [0.0, 0, 0])


LENGTHS = [5e-324, 1e-160, 1e-12, 1e21, 1e200, 1e307]
"""Whose squares, or whose sums, no float holds."""
EXACT = 1e-15


@pytest.mark.parametrize("length", LENGTHS)
def test_metrics_are_blind_to_the_length(length):
    M = np.array([[0.0, 0.0, 4.0], [0.0, 3.0, 4.0], [1.0, 0.0, 0.0]]) * length
    m = np.array([0.0, 0.0, 7.0]) * length
    assert abs(purity(M, m) - Fraction(8, 9)) < EXACT, "(4 + 4)/(4 + 5): the third is dark"
    # 5e-324 is the smallest number: its multiples are exact
    assert abs(uniformity(np.array([2.0, 6.0]) * length) - Fraction(1, 2)) < EXACT
    assert abs(ripple(np.array([2.0, 6.0, 4.0]) * length) - 1) < EXACT
    aside = crosstalk(
        np.array([[0.0, 3.0, 4.0], [0.0, 0.0, 0.0]]) * length, np.array([10.0, 0.0, 0.0]) * length
    )
    np.testing.assert_allclose(aside, [0.5, 0.0], rtol=EXACT)


@pytest.mark.parametrize("length", LENGTHS[1:])
def test_the_width_is_blind_to_the_height(length):
    x = np.linspace(-2.0, 2.0, 81)
    profile = gaussian(x, width=1.0)
    assert (
        abs(full_width_half_maximum(length * profile, x) / full_width_half_maximum(profile, x) - 1) < ROUNDING
    )


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.float16, np.float32])
def test_metrics_of_few_digits_are_those_of_the_same_numbers(kind):
    M = np.array([[0, 0, 100], [0, 60, 80], [30, 0, 0]], kind)
    assert abs(purity(M, np.array([0, 0, 100], kind)) - Fraction(9, 10)) < EXACT
    assert abs(uniformity(np.array([100, 50], kind)) - Fraction(2, 3)) < EXACT
    assert abs(ripple(np.array([100, 50], kind)) - Fraction(2, 3)) < EXACT
    assert abs(float(crosstalk(np.array([0, 30, 40], kind), np.array([0, 0, 100], kind))) - 0.5) < EXACT


def test_masked_arrays_are_refused(refusal):
    M = np.ma.array([[0.0, 0.0, 1.0], [0.0, 0.0, 9.0]], mask=[[False] * 3, [True] * 3])
    assert "mask" in refusal(purity, M, [0.0, 0.0, 1.0])
    assert "mask" in refusal(ripple, M[:, 2])
    assert "mask" in refusal(uniformity, M[:, 2])
    assert "mask" in refusal(crosstalk, M, [0.0, 0.0, 1.0])


def test_crosstalk_is_that_of_one_spot(refusal):
    refusal(crosstalk, np.ones((2, 3)), np.ones((2, 3)))
