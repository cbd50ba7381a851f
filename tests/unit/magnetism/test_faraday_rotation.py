"""Faraday effect and inverse are one: compared with electrons on springs and with the energy of the light."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.conventions import SPEED_OF_LIGHT, VACUUM_PERMITTIVITY

CHARGE, MASS = 1.602176634e-19, 9.1093837139e-31
WAVELENGTH = 532e-9
FREQUENCY = 2 * np.pi * SPEED_OF_LIGHT / WAVELENGTH
RESONANCE = 2.5 * FREQUENCY
DENSITY = 2e28
FIELD = np.array([0.3 + 0.2j, -0.5j, 0.7]) * 1e8
RNG = np.random.default_rng(3)

SMALL_FIELD = 1e-6  # second order in the field of 10 T that turns the light, and rounding of n_+ - n_-
ROUNDING = 1e-12
PRINTED = 2e-4  # physics: the focal number 3.001 has four digits


def displacement(E: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Amplitude r of m r'' = -m w0^2 r - e (E + r' x B), with time factor exp(-i w t)."""
    cross = np.array([[0, B[2], -B[1]], [-B[2], 0, B[0]], [B[1], -B[0], 0]])  # r x B = cross @ r
    spring = MASS * (RESONANCE**2 - FREQUENCY**2) * np.eye(3)
    return np.linalg.solve(spring - 1j * FREQUENCY * CHARGE * cross, -CHARGE * E)


def circular_index(helicity: int, B: float) -> float:
    """Refractive index for light along +z of spin +1 or -1, in a field B along +z."""
    E = np.array([1.0, 1j * helicity, 0.0])
    polarisation = -DENSITY * CHARGE * displacement(E, np.array([0.0, 0.0, B]))
    return np.sqrt(1 + (polarisation[0] / (VACUUM_PERMITTIVITY * E[0])).real)


def right_handed_rotation(n_plus: float, n_minus: float) -> float:
    """Angle per length by which x-polarised light turns towards +y, followed over a short way."""
    way = 1e-9
    spins = [np.array([1.0, 1j]) / 2, np.array([1.0, -1j]) / 2]
    phases = [np.exp(1j * FREQUENCY / SPEED_OF_LIGHT * n * way) for n in (n_plus, n_minus)]
    E = spins[0] * phases[0] + spins[1] * phases[1]
    return float(np.arctan((E[1] / E[0]).real) / way)


def test_an_electron_on_a_spring_is_magnetised_as_its_faraday_rotation_says():
    B = 10.0
    verdet = right_handed_rotation(circular_index(+1, B), circular_index(-1, B)) / B
    r = displacement(FIELD, np.zeros(3))
    moment = -0.5 * CHARGE * 0.5 * np.cross(r, (-1j * FREQUENCY * r).conj()).real
    gamma = om.magneto_optical_constant(verdet, index=circular_index(+1, 0.0), wavelength=WAVELENGTH)
    assert verdet > 0, "electrons are diamagnetic"
    np.testing.assert_allclose(om.induced_magnetization(FIELD, gamma), DENSITY * moment, rtol=SMALL_FIELD)


def test_the_effective_field_is_the_slope_of_the_light_s_energy():
    index, rotation, saturation = 2.3, -3e5, 1.4e5
    g_per_m = WAVELENGTH * index * rotation / (np.pi * saturation)

    def energy(M):
        D = VACUUM_PERMITTIVITY * (index**2 * FIELD + 1j * np.cross(FIELD, g_per_m * M))
        return -0.25 * np.vdot(FIELD, D).real

    n_plus, n_minus = (np.sqrt(index**2 - spin * g_per_m * saturation) for spin in (+1, -1))
    # the tensor used above really turns light by `rotation`, to first order
    assert right_handed_rotation(n_plus, n_minus) == pytest.approx(rotation, rel=1e-3)
    slope = [(energy(axis) - energy(-axis)) / 2 for axis in saturation * np.eye(3)]
    B = om.effective_field(
        FIELD,
        faraday_rotation=rotation,
        saturation_magnetization=saturation,
        index=index,
        wavelength=WAVELENGTH,
    )
    np.testing.assert_allclose(B, -np.array(slope) / saturation, rtol=1e-9)


def test_in_a_circular_beam_both_follow_from_the_intensity():
    verdet, rotation, saturation, index = -134.0, 2e5, 1e5, 1.95
    E = 1e8 * np.array([1.0, 1j, 0.0])
    intensity = float(om.intensity(E, index=index))
    gamma = om.magneto_optical_constant(verdet, index=index, wavelength=WAVELENGTH)
    M = om.induced_magnetization(E, gamma)
    B = om.effective_field(
        E,
        faraday_rotation=rotation,
        saturation_magnetization=saturation,
        index=index,
        wavelength=WAVELENGTH,
    )
    scale = WAVELENGTH * intensity / (2 * np.pi * SPEED_OF_LIGHT)
    np.testing.assert_allclose(M, [0, 0, -verdet * scale], rtol=ROUNDING)
    np.testing.assert_allclose(B, [0, 0, -rotation / saturation * scale], rtol=ROUNDING)


def test_magnetization_at_the_focus_of_a_beam_of_known_power():
    verdet, film_index, power, eta = -36.4, 1.944, 0.25, 3.001
    lens = om.Objective(na=0.95, index=1.0, wavelength=1053e-9)
    E = om.focus_field(om.circular(+1), lens, [[0.0, 0.0, 0.0]], power=power)
    gamma = om.magneto_optical_constant(verdet, index=film_index, wavelength=lens.wavelength)
    expected = -verdet * power * lens.index * film_index * eta
    expected /= 2 * np.pi * SPEED_OF_LIGHT * lens.wavelength
    assert float(om.induced_magnetization(E, gamma)[0, 2]) == pytest.approx(expected, rel=PRINTED)


def test_linear_light_exerts_no_field():
    E = np.exp(0.4j) * RNG.normal(size=(5, 3))
    B = om.effective_field(
        E, faraday_rotation=1e5, saturation_magnetization=1e5, index=2.0, wavelength=WAVELENGTH
    )
    np.testing.assert_allclose(B, 0, atol=1e-30)


@pytest.mark.parametrize(
    "wrong", [{"verdet": 0.0}, {"verdet": np.nan}, {"index": 0.0}, {"wavelength": -1.0}, {"index": 1 + 1j}]
)
def test_impossible_constants_are_refused(wrong):
    values = {"verdet": 3.6, "index": 1.46, "wavelength": WAVELENGTH} | wrong
    with pytest.raises(om.InvalidInputError, match=next(iter(wrong))):
        om.magneto_optical_constant(values.pop("verdet"), **values)


@pytest.mark.parametrize(
    "wrong", [{"faraday_rotation": 0.0}, {"saturation_magnetization": 0.0}, {"index": np.inf}]
)
def test_impossible_magnets_are_refused(wrong):
    values = {
        "faraday_rotation": 1e5,
        "saturation_magnetization": 1e5,
        "index": 2.0,
        "wavelength": WAVELENGTH,
    } | wrong
    with pytest.raises(om.InvalidInputError, match=next(iter(wrong))):
        om.effective_field(FIELD, **values)


def test_fields_without_three_components_are_refused():
    with pytest.raises(om.InvalidInputError, match="E must be"):
        om.effective_field(
            np.ones(2), faraday_rotation=1e5, saturation_magnetization=1e5, index=1.0, wavelength=WAVELENGTH
        )
