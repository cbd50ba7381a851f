"""Readings by polynomials are those of the scan, and their slopes those of differences."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.identity.prediction import Prediction, reading_map
from optomag.identity.registration import FARTHEST, Registration, motions
from optomag.reading.read_out import noiseless

POLYNOMIALS = 1.5e-3
"""Of the rms of the readings, what DEGREE promises with a half to spare."""

IN_NUMBERS = 1e-9
"""What is exact but for rounding and the difference's own error."""


@pytest.mark.slow
def test_readings_are_those_of_the_scan_at_displaced_places(small):
    parameters = (1.0, -0.9, 1.0, -1.0)
    stripe, place = small.stripe, Registration.of(np.array(parameters), small.stripe)
    exact = noiseless(small.scan, stripe.reader, place.places(stripe))
    offsets = np.tensordot(parameters, motions(stripe), 1)
    chart = reading_map(stripe)
    found = chart.readings(chart.coefficients(stripe.products(small.directions)[None]), offsets[None])[0]
    assert np.abs(found - exact).max() < 4 * POLYNOMIALS * exact.std()
    assert np.sqrt(np.mean((found - exact) ** 2)) < POLYNOMIALS * exact.std()


def test_a_batch_is_each_of_its_stripes(small):
    chart, many = reading_map(small.stripe), np.random.default_rng(1).normal(size=(3, 64, 3))
    products = small.stripe.products(many)
    whole = chart.coefficients(products)
    for number in range(3):
        alone = chart.coefficients(small.stripe.products(many[number])[None])[0]
        np.testing.assert_allclose(whole[number], alone, atol=1e-12)


def test_slopes_are_those_of_differences(small):
    prediction = Prediction(small.stripe, small.directions, np.eye(3))
    here, step = np.array([[0.3, -0.2, 0.5, -0.7]]), 1e-5
    found = prediction.at(here).slopes[0]
    for number, one in enumerate(np.eye(4)):
        up, down = (prediction.at(here + sign * step * one).whole[0] for sign in (1, -1))
        np.testing.assert_allclose(found[number], (up - down) / (2 * step), atol=IN_NUMBERS)


def test_the_card_reads_what_read_out_reads(small):
    """The same full scale and noise; only polynomials in place of the sums."""
    quiet = small.read(level=200.0)
    exact = om.read_out(small.scan, small.stripe.reader)
    assert np.abs(quiet.values - exact.values).max() < 4 * POLYNOMIALS * exact.values.std()
    noise = small.read(level=15.0, seed=4).values - quiet.values
    assert noise.std() == pytest.approx(small.stripe.rotation * 10 ** (-15 / 20), rel=0.15)


def test_a_place_that_verify_would_not_search_is_refused(small, refusal):
    refusal(small.read, registration=Registration((2 * FARTHEST * small.stripe.unit, 0.0)))


def test_without_a_film_in_plane_readings_do_not_see_mz():
    """E_z is a quarter wave late against the light across the axis: the reference light tells them apart."""
    from optomag.reading.reader_kernels import reader_kernels

    reader = om.Reader(om.Objective(na=0.95, wavelength=532e-9))
    seen = {(channel, part) for channel, part, _ in reader_kernels(reader, np.full(2, 1e-7), (20, 20))}
    assert (2, 2) in seen
    assert not seen & {(0, 2), (1, 2)}
