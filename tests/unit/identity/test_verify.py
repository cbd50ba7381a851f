"""Genuine cards are accepted; wrong keys, names, stripes and forgeries are not; damaged readings are refused."""

from __future__ import annotations

import re

import numpy as np
import pytest
from tests.unit.identity.conftest import KEY, LENS

import optomag as om
from optomag.identity.card import card
from optomag.identity.registration import Registration, limits
from optomag.identity.trials import WRITERS

LEVEL, CLEAR = 15.0, 25.0
ENROLMENTS = 16
MEDIUM = om.Medium(5)


@pytest.fixture(scope="module")
def readings(small):
    return small.read(level=LEVEL, medium=MEDIUM, seed=1)


@pytest.fixture(scope="module")
def enrolled(small):
    return om.enrol(
        [small.read(level=CLEAR, medium=MEDIUM, seed=50 + n) for n in range(ENROLMENTS)], KEY, "no. 1"
    )


def forged(small, writer: str, seed: int = 3) -> om.StripeReadings:
    """Readings of what somebody else wrote."""
    vectors = WRITERS[writer](small.directions, 1, np.random.default_rng(seed))[0]
    other = om.Card("forged", small.stripe, vectors)
    return other.read(level=LEVEL, medium=om.Medium(9), seed=seed)


@pytest.mark.parametrize("parameters", [(0, 0, 0, 0), (1, 1, -1, 1), (-1, 0.5, 1, -1)])
def test_a_genuine_card_is_accepted_wherever_it_lies(small, parameters):
    place = Registration.of(np.array(parameters, dtype=float), small.stripe)
    verdict = om.verify(small.read(level=CLEAR, registration=place, seed=2), KEY, "no. 1")
    assert verdict
    assert verdict.accepted
    assert verdict.fingerprint_score is None
    off = np.abs(np.array(verdict.registration.shift) - place.shift) / limits(small.stripe)[:2]
    assert off.max() < 0.6  # six standard deviations at 64 spots; the limit is 1
    assert "medium was not compared" in verdict.reason


@pytest.mark.parametrize(
    ("key", "name"), [(KEY[::-1], "no. 1"), (KEY, "no. 2"), (KEY, "no. 1 "), (KEY + b"\0", "no. 1")]
)
def test_another_key_or_name_is_rejected(readings, key, name):
    verdict = om.verify(readings, key, name)
    assert not verdict
    assert verdict.score < verdict.thresholds.score
    assert verdict.reason.startswith("Rejected: the readings are not those of this key and card")


@pytest.mark.slow
def test_a_card_read_at_another_pitch_is_rejected(small, refusal):
    stripe = om.Stripe(LENS, spots=64, pitch=1.2 * LENS.wavelength)
    read = om.read_out(small.scan, small.stripe.reader, at=stripe.positions, full_scale=1.0)
    refusal(om.verify, read, KEY, "no. 1", stripe=small.stripe)
    for claimed in (small.stripe, stripe):
        assert not om.verify(read.values, KEY, "no. 1", stripe=claimed)


@pytest.mark.parametrize("writer", ["guess", "projected", "signs"])
def test_forgeries_are_rejected(small, writer):
    verdict = om.verify(forged(small, writer), KEY, "no. 1")
    assert not verdict
    assert verdict.in_plane_score < verdict.thresholds.in_plane


def test_spots_in_another_order_upside_down_or_weakened_to_nothing_are_rejected(readings):
    values = readings.values
    for wrong in (values[::-1], -values, values[:, ::-1], np.zeros_like(values), np.ones_like(values)):
        assert not om.verify(wrong, KEY, "no. 1", stripe=readings.stripe)


def test_only_ratios_of_readings_matter(readings):
    first = om.verify(readings, KEY, "no. 1")
    other = om.verify(1e3 * readings.values, KEY, "no. 1", stripe=readings.stripe)
    assert other.score == pytest.approx(first.score, abs=1e-12)


def test_a_copy_passes_without_enrolment_and_only_then(small, enrolled):
    copy = small.read(level=CLEAR, medium=om.Medium(6), seed=3)
    assert om.verify(copy, KEY, "no. 1")
    verdict = om.verify(copy, KEY, "no. 1", enrolled)
    assert not verdict
    assert verdict.reason.startswith("Rejected: another medium")


def test_the_enrolled_medium_is_recognised_at_another_place(small, enrolled):
    place = Registration.of(np.array([0.7, -0.8, 0.5, 0.5]), small.stripe)
    verdict = om.verify(small.read(medium=MEDIUM, registration=place, seed=4), KEY, "no. 1", enrolled)
    assert verdict, verdict.reason
    true = MEDIUM.vectors(small.directions) - small.directions
    assert np.corrcoef(true.ravel(), enrolled.deviations.ravel())[0, 1] > 0.7


def test_the_verdict_of_a_covariance_weighs_channels(small, readings):
    blind = om.StripeReadings(small.stripe, readings.values, np.diag([1e6, 1e6, 1.0]))
    assert om.verify(blind, KEY, "no. 1").score != om.verify(readings, KEY, "no. 1").score


@pytest.mark.parametrize("damage", ["nan", "infinite", "truncated", "columns", "text", "empty"])
def test_damaged_readings_are_refused(readings, damage, refusal):
    values = readings.values.copy()
    wrong = {
        "nan": np.where(np.arange(64)[:, None] == 3, np.nan, values),
        "infinite": np.where(np.arange(64)[:, None] == 3, np.inf, values),
        "truncated": values[:-1],
        "columns": values[:, :2],
        "text": [["a"] * 3] * 64,
        "empty": [],
    }[damage]
    refusal(om.verify, wrong, KEY, "no. 1", stripe=readings.stripe)


def test_what_does_not_fit_is_refused(readings, enrolled, small, refusal):
    refusal(om.verify, readings.values, KEY, "no. 1")
    refusal(om.verify, readings, b"short", "no. 1")
    refusal(om.verify, readings, KEY, "no. 2", enrolled)
    refusal(om.verify, readings, KEY, "no. 1", "enrolled")
    refusal(om.verify, readings, KEY, "no. 1", stripe=om.Stripe(LENS))
    refusal(om.verify, readings, KEY, "no. 1", thresholds=0.5)
    refusal(om.enrol, [], KEY, "no. 1")
    refusal(om.enrol, [forged(small, "guess")], KEY, "no. 1")
    refusal(om.StripeReadings, small.stripe, readings.values, -np.eye(3))
    refusal(om.Thresholds, score=2.0)
    refusal(om.Medium, -1)


def test_readings_of_read_out_need_their_stripe(small):
    found = om.Readings(small.read(level=60.0).values, np.eye(3), small.stripe.positions, 0.0136, 1.0)
    assert om.verify(found, KEY, "no. 1", stripe=small.stripe).score > 0.99


def test_no_text_of_a_card_shows_key_or_directions(small, readings, enrolled):
    verdict = om.verify(readings, KEY, "no. 1", None)
    for thing in (small, readings, enrolled, verdict):
        assert KEY.hex() not in repr(thing)
        assert repr(KEY)[2:-1] not in repr(thing)
        assert not re.search(r"directions|deviations|values", repr(thing))
    assert KEY not in [getattr(small, name) for name in ("card_id", "stripe")]


def test_equal_keys_make_equal_cards_and_lenses_are_checked(small, refusal):
    again = card(bytearray(KEY), "no. 1", LENS, spots=64)
    np.testing.assert_array_equal(again.directions, small.directions)
    refusal(card, KEY, "no. 1", None)


@pytest.mark.parametrize("covariance", [np.zeros((3, 3)), False, {}, np.diag([1.0, 1.0, 0.0]), np.eye(2)])
def test_a_covariance_that_is_none_is_refused(readings, covariance, refusal):
    refusal(om.StripeReadings, readings.stripe, readings.values, covariance)


def test_large_stripes_are_not_enrolled(refusal):
    made = card(KEY, "n", LENS, spots=1040)
    readings = om.StripeReadings(made.stripe, np.zeros((1040, 3)))
    assert "1,024" in refusal(om.enrol, [readings], KEY, "n")
