"""Fields, phases and grey levels come back from modulators, whatever they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optomag.slm.gray_levels import SlmsuiteResponse, TableResponse, VendorResponse
from optomag.slm.rounding import TILE, OrderedDither
from optomag.slm.vector_generator import jones_chain, section_phases

ROUND_TRIP = 1e-14
TURN = 2 * np.pi
ROUNDED = 1e-9
"""[rad] of phases of many turns."""

components = st.complex_numbers(max_magnitude=0.7, allow_nan=False, allow_infinity=False)
phases = st.floats(-100.0, 100.0)
depths = st.integers(1, 16)


@pytest.mark.slow
@given(components, components)
def test_any_field_comes_back_from_the_generator(x, y):
    field = np.array([x, y])
    assert np.abs(jones_chain(np.exp(1j * section_phases(field))) - field).max() <= ROUND_TRIP


@given(phases, depths)
def test_straight_panels_show_every_phase_to_half_a_level(phase, bits):
    for response in (VendorResponse(bits), SlmsuiteResponse(bits)):
        shown = response.shown(response.levels(np.array([phase])))[0]
        off = abs(np.mod(shown - phase + np.pi, TURN) - np.pi)
        assert off <= 0.5 * response.step + 1e-12


tables = st.lists(st.integers(-8000, 8000), min_size=2, max_size=40).map(
    lambda mrad: [m / 1000 for m in mrad]
)
"""Neither sorted nor all different, of strokes from nothing to two and a half turns [rad]."""


@st.composite
def panels(draw):
    bits = draw(st.integers(1, 10))
    table = draw(tables.filter(lambda values: np.ptp(values) > 0))
    straight = VendorResponse(bits), SlmsuiteResponse(bits)
    return draw(st.sampled_from([*straight, TableResponse(8, tuple(table))]))


def ascending(response) -> np.ndarray:
    """Phases that a panel shows, from its lowest one to the first one a turn later."""
    count = len(response.phases) if isinstance(response, TableResponse) else 2**response.bits
    shown = np.unique(response.shown(np.arange(count)))
    return shown[: np.searchsorted(shown, shown[0] + TURN) + 1]


def dithered(response, phase: float, section: int) -> np.ndarray:
    """Levels of a wide area of one wanted phase."""
    nudge = OrderedDither().nudge((3 * TILE, 2 * TILE), section)
    return response.levels(np.full(nudge.shape, phase), nudge)


def apart(a, b):
    return np.abs(np.mod(a - b + np.pi, TURN) - np.pi)


@given(panels(), phases)
def test_without_dither_the_nearer_of_the_enclosing_levels_is_shown(response, phase):
    shown = ascending(response)
    wanted = shown[0] + np.mod(phase - shown[0], TURN)
    off = apart(response.shown(response.levels(np.array([phase])))[0], phase)
    assert off <= 0.5 * np.diff([*shown, max(shown[0] + TURN, shown[-1])]).max() + ROUNDED
    if wanted <= shown[-1]:
        assert off <= np.abs(shown - wanted).min() + ROUNDED
    else:
        assert off <= apart(shown[[0, -1]], phase).min() + ROUNDED


@given(panels(), phases, st.integers(0, 3))
def test_dither_of_one_phase_has_its_mean_and_no_jump_of_more_than_a_step(response, phase, section):
    shown = ascending(response)
    wanted = shown[0] + np.mod(phase - shown[0], TURN)
    levels = dithered(response, phase, section)
    found = response.shown(levels)
    np.testing.assert_array_equal(levels, dithered(response, phase, section))
    above = np.searchsorted(shown, wanted)
    if above == len(shown):  # in the gap beyond the stroke
        assert np.ptp(found) == 0
        assert apart(found[0, 0], phase) <= apart(shown[[0, -1]], phase).min() + ROUNDED
        return
    step = shown[above] - shown[max(above - 1, 0)]
    assert abs(found.mean() - wanted) <= step / (2 * TILE**2) + ROUNDED
    assert set(np.unique(found)) <= set(shown[max(above - 1, 0) : above + 1])


@given(panels(), st.integers(0, 1000), st.integers(-2, 2), st.floats(-1e-12, 1e-12), st.integers(0, 3))
def test_phases_that_a_panel_shows_stay_exact(response, which, turns, noise, section):
    shown = ascending(response)
    shown = shown[shown < shown[0] + TURN - ROUNDED]
    phase = shown[which % len(shown)]
    levels = dithered(response, phase + turns * TURN + noise, section)
    assert np.all(response.shown(levels) == phase)
