"""The readings: what they draw, how they scale, and that any part can be drawn again by itself."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

import optomag as om
from optomag.learning.focal_peak import focal_peak
from optomag.learning.four_beam import four_beam_magnetization
from optomag.learning.laws import (
    LAWS,
    Law,
    law_named,
)
from optomag.workflow.config import DatasetConfig, LawName

LENS = om.Objective(na=0.95, wavelength=532e-9)
COUNT = 20_000
FOUR_SIGMA = 4 / np.sqrt(COUNT)
"""Statistical: a mean of COUNT numbers of unit variance is off by more with probability 6e-5."""
ROUNDING = 1e-14
FIRST_OF_SEED_0 = [-0.6907772046734278, -0.365504631427227, -0.549526825118297, 0.29538701119754185]

every_law = pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)


def test_each_law_is_found_by_the_name_that_the_options_offer():
    assert list(LAWS) == list(get_args(LawName))
    assert law_named(DatasetConfig().law) == LAWS["unit-sum-peak"]


def test_an_unknown_law_is_refused(refusal):
    assert "unit-sum-peak" in refusal(law_named, "paper")


@every_law
def test_weights_are_uniform_over_what_the_law_allows(law: Law):
    three = law.weights(seed=3, count=COUNT)[:, :3]
    limit = np.sqrt(0.5)
    assert np.abs(three).max() <= limit
    assert np.abs(three).max() > 0.999 * limit
    assert np.all(law.radial.is_allowed(three))
    assert np.abs(three.mean(axis=0)).max() < limit * FOUR_SIGMA
    inner = np.mean(np.all(np.abs(three) < 0.5 * limit, axis=1))
    # The unit ball cuts 3.5 % off the cube and nothing off its inner half, 1/8 of it.
    kept = 1.0 if law.radial.is_allowed(np.full((1, 3), 0.7))[0] else 0.9651
    assert inner == pytest.approx(0.125 / kept, abs=FOUR_SIGMA)


@every_law
def test_any_part_can_be_drawn_again_by_itself(law: Law):
    whole = law.weights(seed=11, count=500)
    parts = [law.weights(seed=11, start=start, count=7) for start in (0, 1, 250, 493)]
    for start, part in zip((0, 1, 250, 493), parts, strict=True):
        np.testing.assert_array_equal(part, whole[start : start + 7])


def test_samples_do_not_repeat_and_other_seeds_give_others():
    law = LAWS["unit-sum-peak"]
    rows = np.concatenate([law.weights(seed=seed, count=2000) for seed in (0, 1, 2**64 - 1)])
    assert len(np.unique(rows, axis=0)) == len(rows)


def test_the_numbers_of_a_seed_never_change():
    """Datasets must be the same on every machine and in every later version."""
    first = LAWS["unit-sum-peak"].weights(seed=0, count=1)[0]
    np.testing.assert_allclose(first, FIRST_OF_SEED_0, rtol=ROUNDING)


@pytest.mark.parametrize("law", [LAWS["unit-sum-peak"], LAWS["unit-sum-raw"], LAWS["unit-sum-direction"]])
def test_unit_sum_completes_the_power_to_one(law):
    weights = law.weights(seed=1, count=1000)
    np.testing.assert_allclose(np.sum(weights**2, axis=1), 1.0, rtol=ROUNDING)
    assert weights[:, 3].min() >= 0


def test_fixed_radial_leaves_the_others_free():
    law = LAWS["fixed-radial-raw"]
    assert set(law.weights(seed=1, count=100)[:, 3]) == {1.0}
    assert law.completed([[0.7, 0.7, 0.7]]).tolist() == [[0.7, 0.7, 0.7, 1.0]]


@pytest.mark.slow
@every_law
def test_magnetization_is_scaled_as_the_law_says(law: Law):
    weights = law.weights(seed=2, count=200)
    at_focus = np.asarray(four_beam_magnetization(weights, LENS))
    length = np.linalg.norm(at_focus, axis=1)
    divisor = {
        "M(0)": np.ones(200),
        "M(0) / |M(0)|": length,
        "M(0) / max |M| over the focal plane": focal_peak(weights, LENS),
    }[law.scale.rule]
    np.testing.assert_allclose(law.magnetization(weights, LENS), at_focus / divisor[:, None], rtol=ROUNDING)


@pytest.mark.slow
def test_over_the_peak_no_magnetization_is_longer_than_one():
    weights = LAWS["unit-sum-peak"].weights(seed=4, count=COUNT)
    length = np.linalg.norm(LAWS["unit-sum-peak"].magnetization(weights, LENS), axis=1)
    assert length.max() <= 1.0 + 1e-9
    assert length.max() > 0.999  # of 20,000, some have their maximum at the focus


def test_weights_without_magnetization_have_no_direction():
    assert np.isnan(LAWS["unit-sum-direction"].magnetization(np.array([[1.0, 0, 0, 0]]), LENS)).all()


def test_weights_that_leave_no_power_for_the_radial_beam_are_refused(refusal):
    assert refusal(LAWS["unit-sum-raw"].completed, [[0.7, 0.7, 0.7]]).startswith(
        "weights must be such that E_rho"
    )


@pytest.mark.parametrize(
    "numbers",
    [{"seed": -1}, {"seed": 2**64}, {"seed": 0.5}, {"start": -1}, {"count": 0}, {"count": True}],
    ids=str,
)
def test_numbers_that_are_not_whole_or_out_of_range_are_refused(refusal, numbers):
    assert refusal(LAWS["unit-sum-peak"].weights, **{"seed": 0, "count": 1, **numbers})
