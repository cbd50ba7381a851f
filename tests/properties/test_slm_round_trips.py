"""Fields, phases and grey levels come back from modulators, whatever they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optomag.slm.gray_levels import SlmsuiteResponse, TableResponse, VendorResponse
from optomag.slm.vector_generator import jones_chain, section_phases

ROUND_TRIP = 1e-14
TURN = 2 * np.pi

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


@given(st.lists(st.floats(0.01, 1.0), min_size=3, max_size=15), st.booleans(), phases)
def test_measured_panels_show_the_nearest_of_their_phases(steps, falls, phase):
    table = np.cumsum([0.3, *steps]) * (-1 if falls else 1)
    response = TableResponse(4, tuple(table.tolist()))
    shown = response.shown(response.levels(np.array([phase])))[0]

    def distance(a):
        return np.abs(np.mod(a - phase + np.pi, TURN) - np.pi)

    assert distance(shown) <= distance(table).min() + 1e-12
