"""The stencil takes band-limited sums from points to the raster and back to its stated tolerance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from optomag.scanning.stencil import Stencil

POINTS = 64
QUADRATURE = 1e-12
"""Gauss-Legendre nodes against adaptive quadrature, whose own error is 1.5e-13."""


@pytest.fixture
def places():
    return np.random.default_rng(1).uniform(0, POINTS, size=(50, 2))


def wave(places, frequencies):
    return np.exp(-2j * np.pi * (places @ np.asarray(frequencies)) / POINTS)


def test_transform_is_the_integral_of_the_bump():
    stencil = Stencil(8)
    for frequency in (0.0, 0.1, 0.25):

        def integrand(angle, frequency=frequency):  # u = 4 sin(angle) takes the square root at the ends away
            u = 4 * np.sin(angle)
            bump = stencil.values(np.array([u]))[0]
            return bump * np.cos(2 * np.pi * frequency * u) * 4 * np.cos(angle)

        exact = quad(integrand, -np.pi / 2, np.pi / 2, epsabs=1e-13)[0]
        assert abs(stencil.transform(np.array([frequency]))[0] - exact) < QUADRATURE


@pytest.mark.parametrize("rtol", [1e-4, 1e-7, 1e-10])
def test_sources_keep_their_spectrum_within_the_band(places, rtol):
    stencil = Stencil.of_tolerance(rtol)
    strengths = np.random.default_rng(2).normal(size=len(places))
    raster = (stencil.spreading(places, POINTS) @ strengths).reshape(POINTS, POINTS)
    spectrum = np.fft.fft2(raster)
    for a, b in ((0, 0), (3, -5), (POINTS // 4, -POINTS // 4)):
        blur = np.prod(stencil.transform(np.array([a, b]) / POINTS))
        exact = strengths @ wave(places, (a, b))
        assert abs(spectrum[a, b] / blur - exact) < rtol * np.abs(strengths).sum()


def test_reading_a_wave_gives_its_value_anywhere(places):
    rtol = 1e-8
    stencil = Stencil.of_tolerance(rtol)
    lattice = np.stack(np.meshgrid(*2 * [np.arange(POINTS)], indexing="ij"), axis=-1)
    raster = wave(lattice, (7, -16)) / np.prod(stencil.transform(np.array([7, -16]) / POINTS))
    exact = wave(places, (7, -16))
    assert np.abs(stencil.spreading(places, POINTS).T @ raster.ravel() - exact).max() < rtol
    x, y = (np.sort(axis) for axis in places.T)
    by_axes = stencil.interpolation(x, POINTS) @ raster @ stencil.interpolation(y, POINTS).T.toarray()
    on_grid = wave(np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1), (7, -16))
    assert np.abs(by_axes - on_grid).max() < rtol


def test_places_beyond_the_ends_wrap_around(places):
    stencil = Stencil(6)
    here, there = (stencil.spreading(shifted, POINTS) for shifted in (places, places - POINTS))
    assert np.abs((here - there).toarray()).max() < QUADRATURE
