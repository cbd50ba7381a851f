"""The spin of light against photons, and against the mean of E x A over a period."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import constants

import optomag as om
from optomag.conventions import SPEED_OF_LIGHT, VACUUM_PERMITTIVITY
from optomag.magnetism.spin_density import spin_density

ROUNDING = 1e-12
WAVELENGTH = 532e-9
OMEGA = 2 * np.pi * SPEED_OF_LIGHT / WAVELENGTH


@pytest.mark.parametrize("helicity", [+1, -1])
def test_each_photon_of_a_circular_wave_carries_one_quantum(helicity):
    E = 1e8 * np.array([1.0, helicity * 1j, 0.0])
    energy = 0.5 * VACUUM_PERMITTIVITY * np.sum(np.abs(E) ** 2)
    photons = energy / (constants.hbar * OMEGA)
    spin = np.asarray(spin_density(E, wavelength=WAVELENGTH)) / photons
    np.testing.assert_allclose(spin, [0.0, 0.0, helicity * constants.hbar], rtol=ROUNDING)


def test_it_is_the_mean_of_the_field_times_the_vector_potential():
    random = np.random.default_rng(1)
    E = random.normal(size=3) + 1j * random.normal(size=3)
    A = E / (1j * OMEGA)  # E = -dA/dt with exp(-i w t)
    phases = np.exp(-2j * np.pi * np.arange(16) / 16)[:, None]  # exact for products of two harmonics
    mean = VACUUM_PERMITTIVITY * np.mean(np.cross((E * phases).real, (A * phases).real), axis=0)
    np.testing.assert_allclose(spin_density(E, wavelength=WAVELENGTH), mean, rtol=ROUNDING)


@pytest.mark.slow
def test_it_points_along_the_magnetization_of_a_positive_constant():
    lens = om.Objective(na=0.95, wavelength=WAVELENGTH)
    E = om.focus_field(om.four_beam(0.398, -0.611, 0.467), lens, [[0.0, 0.0, 0.0], [1e-7, 0.0, 5e-8]])
    M = om.induced_magnetization(E, gamma=1.0)
    np.testing.assert_allclose(om.similarity(M, spin_density(E, wavelength=WAVELENGTH)), 1.0, rtol=ROUNDING)


def test_bad_values_are_refused(refusal):
    refusal(spin_density, [1.0, 1j], wavelength=WAVELENGTH)
    refusal(spin_density, [1.0, 1j, 0.0], wavelength=0.0)
