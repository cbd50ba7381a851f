"""Where the spots of a stripe lie, and which stripes there are."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.identity.conftest import LENS

import optomag as om
from optomag.identity.registration import Registration, limits, motions

SMALL_ANGLES = 2e-3
"""Square of the largest turn times half the length, over the unit, and rounding."""


def test_spots_lie_on_a_lattice_around_the_middle_y_fastest():
    stripe = om.Stripe(LENS, spots=64, rows=4, pitch=500e-9)
    np.testing.assert_allclose(stripe.positions.mean(axis=0), 0, atol=1e-20)
    np.testing.assert_allclose(stripe.positions[1] - stripe.positions[0], [0, 500e-9], atol=1e-18)
    np.testing.assert_allclose(stripe.positions[4] - stripe.positions[0], [500e-9, 0], atol=1e-18)


@pytest.mark.parametrize(
    "wrong",
    [
        {"spots": 63},
        {"spots": 8192},
        {"spots": 100, "rows": 8},
        {"spots": 64, "rows": 64},
        {"rows": 1},
        {"pitch": 200e-9},
        {"pitch": 5e-6},
        {"pitch": float("nan")},
        {"rotation": 0.0},
        {"geometry": "sideways"},
        {"lens": None},
    ],
)
def test_what_is_no_stripe_is_refused(wrong, refusal):
    refusal(om.Stripe, **{"lens": LENS, **wrong})


def test_motions_are_the_places_of_registrations_for_small_angles():
    stripe = om.Stripe(LENS)
    for parameters in np.random.default_rng(0).uniform(-1, 1, (5, 4)):
        moved = Registration.of(parameters, stripe).places(stripe) - stripe.positions
        expected = np.tensordot(parameters, motions(stripe), 1) * stripe.unit
        np.testing.assert_allclose(moved, expected, rtol=0, atol=1e-15)


def test_registrations_turn_and_stretch():
    stripe = om.Stripe(LENS)
    turn, stretch = limits(stripe)[2:]
    found = Registration(turn=turn, stretch=stretch).places(stripe)
    rotated = stripe.positions @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    error = np.abs(found - (1 + stretch) * rotated).max() / stripe.unit
    assert error < SMALL_ANGLES
