"""Counts go through the decision of `verify`, and limits of rates are exact."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom
from tests.unit.identity.conftest import KEY

import optomag as om
from optomag.identity.prediction import Prediction
from optomag.identity.trials import WRITERS, clopper_pearson, count_cards
from optomag.identity.verdict import Thresholds
from optomag.identity.verify import judge

SAME = 1e-9
TRIALS = 200


@pytest.mark.parametrize(("found", "trials"), [(0, 100_000), (3, 1000), (100, 100), (50, 100)])
def test_limits_are_those_at_which_what_was_found_is_unlikely(found, trials):
    low, high = clopper_pearson(found, trials)
    if found:
        assert binom.sf(found - 1, trials, low) == pytest.approx(0.025, rel=1e-6)
    if found < trials:
        assert binom.cdf(found, trials, high) == pytest.approx(0.025, rel=1e-6)
    assert low <= found / trials <= high


def test_none_in_a_hundred_thousand_is_less_than_4e_5():
    assert clopper_pearson(0, 100_000)[1] == pytest.approx(3.69e-5, rel=1e-3)


def test_a_batch_is_judged_as_each_of_its_cards(small):
    read = [small.read(seed=n, medium=om.Medium(n)).values for n in range(3)]
    prediction = Prediction(small.stripe, small.directions, np.eye(3))
    many = judge(np.stack(read) / small.stripe.rotation, prediction, Thresholds())
    for number, values in enumerate(read):
        alone = om.verify(values, KEY, "no. 1", stripe=small.stripe)
        assert alone.accepted == many.accepted[number]
        assert alone.score == pytest.approx(many.fitted.score[number], abs=SAME)
        assert alone.in_plane_score == pytest.approx(many.fitted.in_plane[number], abs=SAME)


@pytest.mark.slow
@pytest.mark.parametrize("writer", WRITERS)
def test_small_stripes_already_tell_forgeries(small, writer):
    """At 64 spots a forgery may slip through once in thousands, and a genuine card fail."""
    found = count_cards(small.stripe, writer, level=20.0, trials=TRIALS, seed=7)
    assert found.trials == TRIALS
    assert found.accepted == (TRIALS if writer in ("genuine", "copy", "mimic") else 0)
    assert np.isnan(found.fingerprint).all()


def test_counts_are_the_same_with_the_same_seed_and_refuse_strangers(small, refusal):
    first, again = (count_cards(small.stripe, "guess", level=15.0, trials=25, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.score, again.score)
    refusal(count_cards, small.stripe, "nobody", level=15.0, trials=1)
    refusal(count_cards, small.stripe, "guess", level=15.0, trials=0)


def test_enrolled_media_are_told_from_others(small):
    """A few of each; the page has the counts."""
    genuine, copy = (
        count_cards(small.stripe, writer, level=30.0, trials=40, enrolments=8, seed=2)
        for writer in ("genuine", "copy")
    )
    assert genuine.fingerprint.mean() > 0.4
    assert abs(copy.fingerprint.mean()) < 0.05
    assert copy.accepted < 4 < genuine.accepted
