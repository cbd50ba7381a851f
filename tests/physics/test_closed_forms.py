"""Closed forms at the focus and on the axis."""

from __future__ import annotations

import numpy as np
import pytest
from tests.oracle.closed_forms import focal_amplitudes, linear_by_bessel, linear_on_axis, spin_couplings
from tests.oracle.focal_integral import si_factor

import optomag as om

WAVELENGTH = 532e-9
ACCURACY = 1e-10
"""The promised relative error of the field."""
EXACT = 1e-13
"""The library's closed forms are elementary functions: only rounding separates them from ours."""

LENSES = [(0.95, 1.0), (0.3, 1.0), (1.45, 1.515)]


def objective(na: float, index: float) -> om.Objective:
    return om.Objective(na=na, index=index, wavelength=WAVELENGTH)


def unit_field(beam, na: float, index: float, points) -> np.ndarray:
    """Dimensionless field at points in wavelengths."""
    points = WAVELENGTH * np.asarray(points, dtype=float)
    return np.asarray(om.focus_field(beam, objective(na, index), points)) / si_factor(WAVELENGTH, index, 1.0)


@pytest.mark.slow
@pytest.mark.parametrize(("na", "index"), LENSES)
def test_linear_polarisation_on_the_axis(na, index):
    z = np.linspace(-9.5, 9.5, 39)
    field = unit_field(om.linear(), na, index, np.stack([0 * z, 0 * z, z], axis=-1))
    expected = linear_on_axis(na, index, z)
    assert np.linalg.norm(field[:, 0] - expected) < ACCURACY * np.linalg.norm(expected)
    assert np.linalg.norm(field[:, 1:]) < ACCURACY * np.linalg.norm(expected)


@pytest.mark.slow
@pytest.mark.parametrize(("na", "index"), LENSES)
def test_linear_polarisation_everywhere_by_three_bessel_integrals(na, index):
    points = np.random.default_rng(5).uniform(-5, 5, (40, 3))
    expected = linear_by_bessel(na, index, points)
    error = np.linalg.norm(unit_field(om.linear(), na, index, points) - expected)
    assert error < ACCURACY * np.linalg.norm(expected)


@pytest.mark.parametrize(("na", "index"), LENSES)
def test_four_beams_at_the_focus(na, index):
    """E(0) = (-j a k, k (b1 + j b2), kz c)."""
    k, kz = focal_amplitudes(na, index)
    a, b1, b2, c = 0.31, -0.52, 0.43, 0.7
    field = unit_field(om.four_beam(a, b1, b2, c), na, index, [[0, 0, 0]])[0]
    expected = np.array([-1j * a * k, k * (b1 + 1j * b2), kz * c])
    assert np.linalg.norm(field - expected) < ACCURACY * np.linalg.norm(expected)


@pytest.mark.parametrize(("na", "index"), LENSES)
def test_the_cheapest_pupil_reaches_the_coupling(na, index):
    """The pupil u = A^H E is the one that writes E with the least power: |E(0)|^2 = g times power.

    In terms of the pupil, E_in = P^T E sqrt(cos theta) up to the measure; for E along x the focal field of
    the normalised pupil is sqrt(gx), for E along z it is sqrt(gz).
    """
    gx, gz = spin_couplings(na, index)
    sine = na / index

    def for_x(r, phi):
        cosine = np.sqrt(1 - (sine * r) ** 2)
        return np.sqrt(cosine) * np.cos(phi), -np.sin(phi) / np.sqrt(cosine)

    def for_z(r, phi):
        cosine = np.sqrt(1 - (sine * r) ** 2)
        return sine * r / np.sqrt(cosine), 0 * r

    along_x = om.pupil_function(for_x).normalized()
    along_z = om.pupil_function(for_z).normalized()
    origin = [[0, 0, 0]]
    assert abs(unit_field(along_x, na, index, origin)[0, 0] - np.sqrt(gx)) < ACCURACY
    assert abs(unit_field(along_z, na, index, origin)[0, 2] - np.sqrt(gz)) < ACCURACY


def test_library_agrees_with_its_own_closed_forms():
    from optomag.learning import four_beam

    for na, index in LENSES:
        expected = focal_amplitudes(na, index)
        np.testing.assert_allclose(
            four_beam.focal_amplitudes(objective(na, index)), expected, rtol=EXACT, atol=0
        )
