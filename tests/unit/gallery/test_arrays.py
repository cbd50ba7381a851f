"""Comb phases and the steps of Gerchberg and Saxton, on few spots and in all three dimensions."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.gallery import arrays
from optomag.magnetism.metrics import uniformity

LENS = om.Objective(na=0.8, wavelength=600e-9)
WAVELENGTH = LENS.wavelength
PIXEL_TOLERANCE = 1e-3
"""A map of 200 pixels against the smooth beam."""


def lengths(design):
    return np.linalg.norm(design.light.reduced_magnetization(design.light.points), axis=-1)


def test_the_square_is_centred_and_has_its_pitch():
    places = arrays.square_array(LENS, count=4, pitch=1e-6)
    assert places.shape == (16, 3)
    np.testing.assert_allclose(places.mean(axis=0), 0.0, atol=1e-20)
    np.testing.assert_allclose(np.unique(places[:, 0]), [-1.5e-6, -0.5e-6, 0.5e-6, 1.5e-6], rtol=1e-12)
    default = arrays.square_array(om.Objective(na=0.95, wavelength=1e-6))
    np.testing.assert_allclose(np.unique(default[:, 1]), [-2e-6, 0.0, 2e-6], atol=1e-18)


@pytest.mark.slow
@pytest.mark.parametrize("place", [(1.0, -0.7, 0.0), (0.3, 0.5, 1.2)], ids=["aside", "deeper too"])
def test_a_comb_of_one_tooth_moves_the_spot_there(place):
    spot = WAVELENGTH * np.array([place])
    phase = arrays.comb_phase(LENS, spot, np.ones(1))
    moved = om.focus_field(arrays.with_phase(om.circular(+1), phase), LENS, spot)
    still = om.focus_field(om.circular(+1), LENS, np.zeros((1, 3)))
    np.testing.assert_allclose(moved, still, atol=PIXEL_TOLERANCE * np.abs(still).max())


@pytest.mark.slow
def test_both_kinds_of_amplitudes_agree_on_one_spot():
    spot = np.zeros((1, 3))
    flat = np.zeros((arrays.PIXELS, arrays.PIXELS))
    assert arrays.scalar_amplitudes(LENS, spot)(flat)[0] == pytest.approx(np.pi, rel=1e-9)
    base = om.circular(+1)
    amplitude = arrays.vector_amplitudes(base, LENS, spot)(flat)[0]
    M = om.induced_magnetization(om.focus_field(base, LENS, spot))[0]
    assert np.abs(amplitude) ** 2 == pytest.approx(float(np.linalg.norm(M)), rel=PIXEL_TOLERANCE)
    assert np.angle(amplitude) == pytest.approx(0.0, abs=PIXEL_TOLERANCE)


@pytest.fixture(scope="module")
def line():
    """Four spots at uneven distances, one of them out of the focal plane."""
    return WAVELENGTH * np.array([[-3.0, 0, 0], [0.0, 0, 0], [2.2, 0.4, 0], [5.0, -1.0, 0.6]])


@pytest.mark.slow
def test_the_steps_make_the_spots_alike(line):
    makers = (arrays.comb_array, arrays.scalar_saxton_array, arrays.vector_saxton_array)
    comb, scalar, vector = (uniformity(lengths(make(LENS, line, seed=4))) for make in makers)
    assert comb < 0.92 < 0.98 < scalar < 0.998 < vector


def test_the_same_seed_gives_the_same_phases():
    np.testing.assert_array_equal(arrays.random_phases(5, seed=3), arrays.random_phases(5, seed=3))
    assert not np.array_equal(arrays.random_phases(5, seed=3), arrays.random_phases(5, seed=4))


@pytest.mark.slow
def test_only_the_phase_is_changed(line):
    """Phase only: on every pixel the amplitude is that of the beam without the array."""
    design = arrays.comb_array(LENS, line)
    (jones,) = design.beam.pixel_maps
    lattice_amplitude = np.linalg.norm(np.asarray(jones), axis=-1)
    assert np.ptp(lattice_amplitude) < 1e-12 * lattice_amplitude.max()
    assert design.beam.power == pytest.approx(1.0, rel=1e-12)
