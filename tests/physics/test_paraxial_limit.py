"""The paraxial limit: the field becomes the scalar Airy pattern, with an error of second order in NA."""

from __future__ import annotations

import numpy as np
from scipy.special import j1, jv

import optomag as om

WAVELENGTH = 532e-9
APERTURES = np.array([0.2, 0.1, 0.05, 0.025])
ORDER_TOLERANCE = 0.05
"""The observed order deviates from 2 by the next term, which is of fourth order in NA."""

OPTICAL_RADIUS = np.linspace(0.5, 12.0, 24)
"""v = k NA rho, through the first three dark rings."""


def scaled_field(beam, na: float, azimuth: float) -> np.ndarray:
    """Field at rho = v / (k NA) in the focal plane, in units of sqrt(power) NA / wavelength."""
    lens = om.Objective(na=na, index=1.0, wavelength=WAVELENGTH)
    rho = OPTICAL_RADIUS * WAVELENGTH / (2 * np.pi * na)
    points = np.stack([rho * np.cos(azimuth), rho * np.sin(azimuth), 0 * rho], axis=-1)
    origin_of_linear = np.asarray(om.focus_field(om.linear(), lens, np.zeros((1, 3))))[0, 0]
    return np.asarray(om.focus_field(beam, lens, points)) / origin_of_linear


def observed_orders(errors) -> np.ndarray:
    return np.diff(np.log(errors)) / np.diff(np.log(APERTURES))


def test_linear_polarisation_becomes_the_airy_pattern():
    airy = 2 * j1(OPTICAL_RADIUS) / OPTICAL_RADIUS
    errors = [np.abs(scaled_field(om.linear(), na, 0.4)[:, 0] - airy).max() for na in APERTURES]
    assert np.abs(observed_orders(errors) - 2).max() < ORDER_TOLERANCE
    assert errors[-1] < 1e-3


def test_axial_component_vanishes_in_proportion_to_the_aperture():
    sizes = [np.abs(scaled_field(om.linear(), na, 0.4)[:, 2]).max() for na in APERTURES]
    assert np.abs(observed_orders(sizes) - 1).max() < ORDER_TOLERANCE


def test_azimuthal_beam_becomes_a_first_order_hankel_transform():
    """E_phi = -i * 2 * integral of J1(v r) r dr from 0 to 1, from the known series of Bessel functions."""
    azimuth = 1.1
    radii, weights = np.polynomial.legendre.leggauss(64)
    radii, weights = (radii + 1) / 2, weights / 2
    ring = -2j * (jv(1, OPTICAL_RADIUS[:, None] * radii) * radii) @ weights
    expected = ring[:, None] * np.array([-np.sin(azimuth), np.cos(azimuth), 0.0])
    errors = [np.abs(scaled_field(om.azimuthal(), na, azimuth) - expected).max() for na in APERTURES]
    assert np.abs(observed_orders(errors) - 2).max() < ORDER_TOLERANCE
