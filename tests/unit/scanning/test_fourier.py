"""Fourier sums over points that lie anywhere are those that their definition says."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.scanning.fourier import coefficients, to_raster, values_at, values_on_grid

RTOLS = (1e-6, 1e-8, 1e-10)


def points(count=40):
    rng = np.random.default_rng(0)
    return rng.uniform(-3, 3, (2, count)), rng.normal(size=(3, count)) + 1j * rng.normal(size=(3, count))


def close(found, exact, rtol):
    return np.abs(found - exact).max() < rtol * np.abs(exact).max()


@pytest.mark.parametrize("rtol", RTOLS)
def test_waves_on_a_raster(rtol):
    (x, y), strengths = points()
    k, m = np.arange(-7, 8), np.arange(-4, 5)
    exact = np.einsum("pn,kn,mn->pkm", strengths, np.exp(1j * np.outer(k, x)), np.exp(1j * np.outer(m, y)))
    assert close(to_raster(x, y, strengths, (7, 4), rtol), exact, rtol)


@pytest.mark.parametrize("high", [1, 6, 7])
@pytest.mark.parametrize("rtol", RTOLS)
def test_coefficients_of_sources_and_back(high, rtol):
    (x, y), strengths = points()
    sources = np.real(strengths)
    k, m = np.arange(-high, high + 1), np.arange(high + 1)
    exact = np.einsum("pn,kn,mn->pkm", sources, np.exp(-1j * np.outer(k, x)), np.exp(-1j * np.outer(m, y)))
    found = np.stack(list(coefficients(x, y, sources, high, rtol)))
    assert close(found, exact, rtol)
    lines = np.linspace(-1, 2, 5), np.sort(np.random.default_rng(1).uniform(-3, 3, 4))
    a, b = (axis.ravel() for axis in np.meshgrid(*lines, indexing="ij"))
    near = [np.array([np.cos(k[:, None] * (u - x)).sum(0) for u in a])]  # real functions: sums over all k, l
    other = np.array([np.cos(k[:, None] * (v - y)).sum(0) for v in b])
    values = np.einsum("pn,gn,gn->pg", sources, near[0], other)
    assert close(values_at(a, b, exact, rtol), values, rtol)
    assert close(values_on_grid(*lines, exact, rtol).reshape(3, -1), values, rtol)


def test_no_points_are_no_values():
    none = np.empty(0)
    assert values_at(none, none, np.ones((3, 5, 3), complex), 1e-7).shape == (3, 0)
