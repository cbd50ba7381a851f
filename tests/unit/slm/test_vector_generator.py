"""The four-section generator: closed form and Jones matrices undo each other."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.slm.vector_generator import HALF_WAVE, VectorGenerator, jones_chain, section_phases, wave_plate

ROUND_TRIP = 1e-14
"""A dozen roundings of numbers of order one."""

RMS_ERRORS = {6: 0.054, 8: 0.0136, 10: 0.0034}
"""rms error over rms signal of random fields through so many bits, to the digits known."""


def random_fields(count: int) -> np.ndarray:
    rng = np.random.default_rng(7)
    fields = rng.normal(size=(count, 2)) + 1j * rng.normal(size=(count, 2))
    return fields / np.linalg.norm(fields, axis=-1).max()


def test_fields_come_back():
    fields = random_fields(4000)
    assert np.abs(jones_chain(np.exp(1j * section_phases(fields))) - fields).max() < ROUND_TRIP


@pytest.mark.parametrize("field", [(0.5j, 0), (0, -0.3 + 0.1j), (0, 0), (-1, 0), (0, 1j), (0.6, 0.8j)])
def test_single_components_darkness_and_full_light_come_back(field):
    phases = section_phases(np.array(field, complex))
    np.testing.assert_allclose(jones_chain(np.exp(1j * phases)), field, atol=ROUND_TRIP)
    if 0 in field:
        assert abs(np.exp(1j * phases[3]) - 1) < ROUND_TRIP, "no retardance where one component vanishes"


def test_the_chain_is_the_closed_formula():
    d = np.random.default_rng(3).uniform(0, 2 * np.pi, (100, 4))
    d1, d2, d3, d4 = d.T
    common = np.cos(d2 / 2) * np.exp(1j * (d1 + d2 / 2 + d3 / 2))
    expected = common[:, None] * np.stack([np.cos(d3 / 2) * np.exp(1j * d4), -np.sin(d3 / 2) + 0j], axis=-1)
    np.testing.assert_allclose(jones_chain(np.exp(1j * d)), expected, atol=ROUND_TRIP)


def test_wave_plates():
    np.testing.assert_allclose(HALF_WAVE, np.array([[1, 1], [1, -1]]) / np.sqrt(2), atol=ROUND_TRIP)
    quarter = wave_plate(np.pi / 2, np.pi / 4)
    turned = quarter @ [1, 0]
    assert abs(abs(turned[0]) - abs(turned[1])) < ROUND_TRIP
    assert abs((turned[1] / turned[0]).real) < ROUND_TRIP, "x becomes circular"


def test_without_amplitudes_all_light_passes():
    scheme = VectorGenerator(amplitude=False)
    fields = scheme.reduced(random_fields(500), 1.0)
    phases = section_phases(fields, amplitude=False)
    assert np.all(phases[:, 1] == 0)
    np.testing.assert_allclose(jones_chain(np.exp(1j * phases)), fields, atol=ROUND_TRIP)


@pytest.mark.parametrize(("bits", "expected"), RMS_ERRORS.items())
def test_errors_of_random_fields_fall_with_the_depth(bits, expected):
    fields, step = random_fields(20000), 2 * np.pi / 2**bits
    shown = jones_chain(np.exp(1j * step * np.rint(section_phases(fields) / step)))
    error = np.sqrt(np.mean(np.abs(shown - fields) ** 2) / np.mean(np.abs(fields) ** 2))
    assert abs(error / expected - 1) < 0.05
