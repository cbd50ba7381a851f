"""The largest |M| over the focal plane: as an independent search finds it, for any weights."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from tests.oracle.four_beams import FourBeams

import optomag as om
from optomag.learning.focal_peak import BATCH, focal_peak
from optomag.learning.four_beam import four_beam_magnetization

WAVELENGTH = 532e-9
LENS = om.Objective(na=0.95, wavelength=WAVELENGTH)
ACCURACY = 1e-7
"""Wanted is 1e-4; table, climb and the independent search are each good to some 1e-8."""
ROUNDING = 1e-12
"""Products of the same numbers in another order."""

ordinary = np.random.default_rng(7).normal(size=(5, 4))
NASTY = {
    "the paper's example": (0.398, -0.611, 0.467, 0.5006),
    "radial alone: a flat ring": (0.0, 0.0, 0.0, 1.0),
    "ring tilted along y": (0.0, 0.0, 1e-3, 1.0),
    "ring tilted on the diagonal": (-6.6e-3, -2.6e-4, 6.3e-3, 1.0),
    "ring pulled to x by b1": (1e-4, 0.157, 3e-5, 1.0),
    "ring pulled both ways": (7e-6, 0.16, 1.5e-2, 1.0),
    "two lobes of nearly equal height": (0.01, 0.7, 0.7, 0.1),
    "next to the pole: a small": (1e-6, 0.6, 0.5, 0.6),
    "next to the pole: c small": (0.6, 0.6, 0.5, 1e-6),
    "nearly no magnetization": (1e-5, 1e-5, 0.99, 1e-5),
    "no radial part": (0.6, 0.5, 0.4, 0.0),
    "two beams: b1 and c": (0.0, 0.7, 0.0, 0.7),
    "two beams: a and c": (0.7, 0.0, 0.0, -0.7),
    "not of unit power": (30.0, -40.0, 10.0, 20.0),
}


@cache
def plane(na: float, index: float) -> FourBeams:
    return FourBeams(na, index)


@pytest.mark.slow
@pytest.mark.parametrize("weights", [*ordinary, *NASTY.values()], ids=[*range(len(ordinary)), *NASTY])
def test_the_peak_is_the_one_that_an_independent_search_finds(weights):
    expected = plane(0.95, 1.0).peak(weights)
    assert focal_peak([weights], LENS)[0] == pytest.approx(expected, rel=ACCURACY)


@pytest.mark.slow
@pytest.mark.parametrize(("na", "index"), [(0.1, 1.0), (0.6, 1.0), (0.999, 1.0), (1.4, 1.518)])
def test_the_peak_is_found_for_every_lens(na, index):
    lens = om.Objective(na=na, index=index, wavelength=WAVELENGTH)
    weights = [NASTY["the paper's example"], NASTY["ring tilted on the diagonal"], ordinary[0]]
    expected = [plane(na, index).peak(row) for row in weights]
    np.testing.assert_allclose(focal_peak(weights, lens), expected, rtol=ACCURACY)


def test_the_example_of_the_paper_is_divided_by_what_the_paper_divides_by():
    weights = np.array([[0.398, -0.611, 0.467, np.sqrt(1 - 0.398**2 - 0.611**2 - 0.467**2)]])
    scaled = four_beam_magnetization(weights, LENS) / focal_peak(weights, LENS)[:, None]
    printed_to = 0.005  # the paper's own rounding and sampling: it prints (-0.559, -0.479, -0.560)
    np.testing.assert_allclose(scaled[0], [-0.559, -0.479, -0.560], atol=printed_to)


def test_light_that_is_linear_everywhere_has_no_peak():
    flat = [[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0.6, 0.8, 0], [0.6, 0, 0.8, 0]]
    assert focal_peak(np.array(flat, dtype=float), LENS).tolist() == [0.0] * 6


def test_signs_do_not_matter_and_the_length_enters_squared():
    signs = np.random.default_rng(3).choice([-1.0, 1.0], size=ordinary.shape)
    np.testing.assert_allclose(
        focal_peak(-3.0 * signs * ordinary, LENS), 9.0 * focal_peak(ordinary, LENS), rtol=ROUNDING
    )


def test_the_wavelength_only_sets_the_scale():
    other = om.Objective(na=0.95, wavelength=1e-5)
    np.testing.assert_allclose(focal_peak(ordinary, other), focal_peak(ordinary, LENS), rtol=1e-9)


def test_a_row_does_not_depend_on_the_others():
    weights = np.random.default_rng(1).normal(size=(2 * BATCH + 3, 4))
    rows = [0, BATCH - 1, BATCH, 2 * BATCH + 2]
    alone = np.concatenate([focal_peak(weights[[row]], LENS) for row in rows])
    np.testing.assert_allclose(focal_peak(weights, LENS)[rows], alone, rtol=ROUNDING)


@pytest.mark.parametrize(
    "weights", [[0.1, 0.2, 0.3, 0.4], [[0.1, 0.2, 0.3]], [[np.nan, 0, 0, 1]], np.empty((0, 4))]
)
def test_weights_of_another_kind_are_refused(refusal, weights):
    assert refusal(focal_peak, weights, LENS).startswith("weights must be")
