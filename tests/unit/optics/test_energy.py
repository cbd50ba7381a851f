"""Intensity, fluence and heat of a field: plane waves, Beer's law, and the energy of a pulse."""

from __future__ import annotations

import inspect

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import optomag as om
from optomag.conventions import SPEED_OF_LIGHT, VACUUM_PERMITTIVITY

WAVELENGTH = 532e-9
METAL = 2.9 + 3.6j
CLOSED_FORM = 1e-12  # rounding
GAUSSIAN_TAIL = 2e-3  # power that the pupil's edge, at e^-8 of the peak, diffracts out of the window


@pytest.mark.slow
def test_a_plane_wave_loses_as_heat_what_its_intensity_loses():
    k = 2 * np.pi * METAL / WAVELENGTH

    def wave(z):
        return jnp.array([0.6, 0.8j, 0.0]) * 1e7 * jnp.exp(1j * k * z)

    depth = 20e-9
    lost = -jax.grad(lambda z: om.intensity(wave(z), index=METAL))(depth)
    heat = om.heat_density(wave(depth), index=METAL, wavelength=WAVELENGTH)
    np.testing.assert_allclose(heat, lost, rtol=CLOSED_FORM)


def test_intensity_is_that_of_the_poynting_vector_of_a_plane_wave():
    n, E = 1.5, np.array([3e5, 4e5j, 0.0])
    H = n * VACUUM_PERMITTIVITY * SPEED_OF_LIGHT * np.cross([0, 0, 1], E)
    flux = 0.5 * np.cross(E, H.conj())[2].real
    np.testing.assert_allclose(om.intensity(E, index=n), flux, rtol=CLOSED_FORM)


@pytest.mark.slow
def test_the_fluence_over_a_weak_focus_adds_up_to_the_pulse_energy():
    lens = om.Objective(na=0.05, index=1.0, wavelength=500e-9)
    beam = (om.linear() * om.gaussian(0.5)).normalized()
    pulse = om.Pulse(energy=2e-9, duration=50e-15, shape=om.SechSquaredShape())
    grid = om.Grid.plane("xy", half_width=40e-6, points=81)
    E = om.focus_field(beam, lens, grid, power=pulse.peak_power)
    pixel = (grid.x[1] - grid.x[0]) ** 2
    assert float(om.fluence(E, pulse).sum()) * pixel == pytest.approx(pulse.energy, rel=GAUSSIAN_TAIL)


def test_energy_densities_are_peak_values_times_the_effective_duration():
    pulse = om.Pulse(energy=1e-9, duration=1e-13)
    E = np.array([[1e7, 2e7j, 3e7], [0.0, 0.0, 0.0]])
    heat = om.heat_density(E, index=METAL, wavelength=WAVELENGTH)
    energy = om.absorbed_energy_density(E, pulse, index=METAL, wavelength=WAVELENGTH)
    np.testing.assert_allclose(energy, heat * pulse.effective_duration, rtol=CLOSED_FORM)
    assert energy.shape == (2,)
    assert energy[1] == 0


def test_transparent_media_stay_cold():
    assert om.heat_density([1e9, 0, 0], index=1.5, wavelength=WAVELENGTH) == 0


def test_an_index_for_each_height_is_broadcast_over_the_grid():
    E = np.ones((4, 5, 2, 3))
    index = np.array([1.0, METAL])
    heat = om.heat_density(E, index=index, wavelength=WAVELENGTH)
    single = om.heat_density(E[0, 0, 1], index=METAL, wavelength=WAVELENGTH)
    np.testing.assert_allclose(heat, np.broadcast_to([0.0, single], (4, 5, 2)), rtol=CLOSED_FORM)


@pytest.mark.parametrize(
    "index", [0.0, -1.5, 1.5 - 0.1j, np.nan, np.inf, "glass", [1.0, 1.5, 2.0], [1.0, -1.0]]
)
def test_impossible_indices_are_refused(index):
    with pytest.raises(om.InvalidInputError, match="index"):
        om.intensity(np.ones((2, 3)), index=index)


@pytest.mark.parametrize("E", [1.0, np.ones((3, 2))])
def test_fields_without_three_components_are_refused(E):
    with pytest.raises(om.InvalidInputError, match="E must be"):
        om.intensity(E)


def test_a_power_in_place_of_a_pulse_is_refused():
    with pytest.raises(om.InvalidInputError, match="pulse must be"):
        inspect.unwrap(om.fluence)(np.ones(3), 1e-9)  # past the type checker of the tests


@pytest.mark.parametrize("wavelength", [0.0, -1.0, np.nan])
def test_impossible_wavelengths_are_refused(wavelength):
    with pytest.raises(om.InvalidInputError, match="wavelength"):
        om.heat_density(np.ones(3), index=METAL, wavelength=wavelength)
