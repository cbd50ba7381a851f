"""Grey levels and phases: the two conventions, tables, and rounding."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.slm.gray_levels import MirrorResponse, SlmsuiteResponse, TableResponse, VendorResponse
from optomag.slm.rounding import TILE, Nearest, OrderedDither

TURN = 2 * np.pi
PHASES = np.linspace(-15.0, 15.0, 4001)
DOUBLE = 1e-12
"""Rounding of phases of a few turns."""

BENT = tuple(np.linspace(0.1, 7.5, 256) + 0.3 * np.sin(np.linspace(0, np.pi, 256)))
RESPONSES = {
    "vendor": VendorResponse(8),
    "slmsuite": SlmsuiteResponse(8),
    "vendor 10 bit": VendorResponse(10),
    "rising table": TableResponse(8, BENT),
    "falling table": TableResponse(8, tuple(-p for p in BENT)),
}


def off(response, phases: np.ndarray) -> np.ndarray:
    shown = response.shown(response.levels(phases))
    return np.abs(np.mod(shown - phases + np.pi, TURN) - np.pi)


def test_the_formulas_of_both_conventions():
    gray = np.floor(PHASES * 256 / TURN + 0.5) % 256
    np.testing.assert_array_equal(VendorResponse(8).levels(PHASES), gray)
    gray = (np.rint(-PHASES * 256 / TURN) - 1) % 256
    np.testing.assert_array_equal(SlmsuiteResponse(8).levels(PHASES), gray)
    assert SlmsuiteResponse(8).levels(np.array([0.0, np.pi])).tolist() == [255, 127]


@pytest.mark.parametrize("name", RESPONSES)
def test_no_phase_is_shown_more_than_half_a_level_off(name):
    response = RESPONSES[name]
    gaps = np.abs(np.diff(response.phases)).max() if "table" in name else response.step
    assert off(response, PHASES).max() <= 0.5 * gaps + DOUBLE
    assert response.levels(PHASES).dtype == (np.uint16 if response.bits > 8 else np.uint8)


@pytest.mark.parametrize("name", ["vendor", "slmsuite", "vendor 10 bit"])
def test_every_level_comes_back(name):
    response = RESPONSES[name]
    levels = np.arange(2**response.bits)
    np.testing.assert_array_equal(response.levels(response.shown(levels)), levels)
    assert np.all((response.shown(levels) >= 0) & (response.shown(levels) < TURN))


def test_mirrors_are_on_or_off():
    mirrors = MirrorResponse(1)
    assert mirrors.levels(np.array([0.0, 1.0])).tolist() == [0, 1]
    assert mirrors.step == 0.0


@pytest.mark.parametrize("order", range(4))
def test_dither_keeps_the_mean_and_uses_two_levels(order):
    response = VendorResponse(8)
    phase = 0.3 * response.step + 1.0
    nudge = OrderedDither().nudge((TILE * 3, TILE * 2), order)
    levels = response.levels(np.full(nudge.shape, phase), nudge)
    assert np.ptp(levels) == 1
    assert abs(response.shown(levels).mean() - phase) <= response.step / (2 * TILE**2) + DOUBLE
    assert abs(nudge).max() < 0.5


def test_a_stroke_of_more_than_a_turn_shows_zero_as_one_level():
    """Level 245 shows 2 pi: in a checkerboard with level 0 half a pixel of blur would take most of the light."""
    response = TableResponse(8, tuple(np.linspace(0, TURN * 255 / 245, 256)))
    nudge = OrderedDither().nudge((TILE, TILE), 1)
    for noise in (0.0, 1e-16, -1e-16, TURN, -TURN):
        assert np.all(response.levels(np.full(nudge.shape, noise), nudge) == 0)
    ramp = np.linspace(0.1, 0.4, 400)  # both 4 to 15 and 249 to 255 show these phases
    assert np.all(np.diff(response.levels(ramp).astype(int)) >= 0)


@pytest.mark.parametrize("response", [VendorResponse(8), SlmsuiteResponse(8)])
def test_dither_does_not_cross_the_wrap(response):
    nudge = OrderedDither().nudge((TILE, TILE), 0)
    for steps in (-0.7, -0.5, -0.3):
        levels = response.levels(np.full(nudge.shape, steps * response.step), nudge)
        assert np.ptp(levels) == 0
        assert levels[0, 0] == response.levels(np.full((1,), steps * response.step))[0]


@pytest.mark.parametrize("stroke", [1.0, 5.0, 6.2])
def test_phases_beyond_a_short_stroke_go_to_its_nearer_end(stroke):
    response = TableResponse(8, tuple(np.linspace(0.0, stroke, 256)))
    nudge = OrderedDither().nudge((TILE, TILE), 2)
    gap = TURN - stroke
    for part, level in ((0.1, 255), (0.49, 255), (0.51, 0), (0.9, 0)):
        assert np.all(response.levels(np.full(nudge.shape, stroke + part * gap), nudge) == level)
    assert response.unreachable == pytest.approx((gap - stroke / 255) / TURN)
    assert VendorResponse(8).unreachable == 0
    assert TableResponse(8, BENT).unreachable == 0


def test_of_equal_phases_the_level_farthest_from_the_ends_of_the_table_is_shown():
    response = TableResponse(3, (0.0, 0.0, 2.0, 2.0, 1.0, 1.0, 3.0, 3.0))
    assert response.levels(np.array([0.1, 1.1, 2.1, 3.1])).tolist() == [1, 4, 3, 6]


def test_dither_patterns_of_different_sections_differ():
    patterns = [OrderedDither().nudge((8, 8), order) for order in range(4)]
    assert all(not np.array_equal(a, b) for i, a in enumerate(patterns) for b in patterns[:i])
    assert np.all(Nearest().nudge((8, 8), 0) == 0)
