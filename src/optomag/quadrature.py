"""Sampling in one place: nodes, weights, degrees and interpolation.

Everything that the library integrates or interpolates is piecewise analytic, so one idea serves throughout:
expand in Legendre (on a panel) or Fourier (on the circle) modes, look at where the coefficients vanish,
and take exactly the number of nodes that this degree needs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.polynomial import chebyshev, legendre

SMALLEST_TOLERANCE = 1e-14
"""Relative size below which double-precision expansion coefficients are rounding noise."""


@lru_cache(maxsize=256)
def gauss_legendre(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights on [-1, 1] that integrate polynomials of degree 2 count - 1 exactly.

    >>> nodes, weights = gauss_legendre(2)
    >>> float(round(weights @ nodes**2, 12))
    0.666666666667
    """
    nodes, weights = legendre.leggauss(count)
    return _frozen(nodes), _frozen(weights)


def panel_rule(edges: np.ndarray, counts: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights on the consecutive panels between `edges`, concatenated."""
    nodes, weights = [], []
    for left, right, count in zip(edges[:-1], edges[1:], counts, strict=True):
        t, w = gauss_legendre(count)
        nodes.append(0.5 * (left + right) + 0.5 * (right - left) * t)
        weights.append(0.5 * (right - left) * w)
    return np.concatenate(nodes), np.concatenate(weights)


def periodic_rule(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Equidistant nodes and weights on [0, 2 pi), exact for Fourier orders |m| < count."""
    return 2 * np.pi * np.arange(count) / count, np.full(count, 2 * np.pi / count)


def legendre_degree(samples: np.ndarray, tolerance: float) -> int:
    """Highest Legendre degree present in `samples` taken at Gauss-Legendre nodes along the first axis.

    Coefficients of orthonormal polynomials smaller than `tolerance` times the largest count as absent.
    """
    count = samples.shape[0]
    coefficients = np.abs(_legendre_transform(count) @ samples.reshape(count, -1)).max(axis=1)
    return _last_above(coefficients, tolerance)


def fourier_degree(samples: np.ndarray, tolerance: float) -> int:
    """Highest Fourier order |m| present in `samples` at equidistant nodes along the first axis."""
    count = samples.shape[0]
    coefficients = np.abs(np.fft.fft(samples.reshape(count, -1), axis=0)).max(axis=1)
    orders = np.abs(np.fft.fftfreq(count, 1 / count)).round().astype(int)
    folded = np.zeros(orders.max() + 1)
    np.maximum.at(folded, orders, coefficients)
    return _last_above(folded, tolerance)


def degree_on_panel(function: Callable[[np.ndarray], np.ndarray], guess: int, tolerance: float) -> int:
    """Legendre degree of an analytic `function` on [-1, 1], found by doubling from `guess` nodes."""
    count = max(16, guess)
    while True:
        degree = legendre_degree(function(gauss_legendre(count)[0]), tolerance)
        if is_resolved(degree, count):
            return degree
        count *= 2


def is_resolved(degree: int, count: int) -> bool:
    """Whether `count` nodes leave enough vanishing coefficients behind `degree` to trust it."""
    return degree <= count - max(3, count // 8)


@lru_cache(maxsize=256)
def plane_wave_degree(half_phase: float, tolerance: float) -> int:
    """Degree of exp(i c t) on t in [-1, 1] for c = `half_phase` [rad]: its Legendre coefficients are
    spherical Bessel functions of c, which vanish faster than exponentially beyond c."""
    guess = int(half_phase + 10 * (half_phase + 1) ** (1 / 3)) + 8
    return degree_on_panel(lambda t: np.exp(1j * half_phase * t), guess, tolerance)


def chebyshev_nodes(left: float, right: float, count: int) -> np.ndarray:
    """`count` Chebyshev points of the second kind on [left, right], ends included."""
    return 0.5 * (left + right) + 0.5 * (right - left) * chebyshev.chebpts2(count)


def interpolation_matrix(nodes: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Matrix that takes values at `chebyshev_nodes` to values at `targets`.

    Second barycentric formula (J.-P. Berrut and L. N. Trefethen, SIAM Review 46, 501 (2004), eq. 5.4,
    doi:10.1137/S0036144502417715), stable for any count.
    """
    weights = np.where(np.arange(len(nodes)) % 2, -1.0, 1.0)
    weights[[0, -1]] *= 0.5
    difference = targets[:, None] - nodes[None, :]
    hit = difference == 0
    quotient = weights / np.where(hit, 1.0, difference)
    matrix = quotient / quotient.sum(axis=1, keepdims=True)
    return np.where(hit.any(axis=1, keepdims=True), hit.astype(float), matrix)


def sphere_directions(count: int) -> np.ndarray:
    """`count` unit vectors spread evenly over the sphere, shape (count, 3).

    Spherical Fibonacci lattice (A. Gonzalez, Math. Geosci. 42, 49 (2010), doi:10.1007/s11004-009-9257-x):
    equal areas in z, successive azimuths a golden angle apart.

    >>> bool(abs(sphere_directions(1000).mean(axis=0)).max() < 1e-3)
    True
    """
    index = np.arange(count) + 0.5
    z = 1 - 2 * index / count
    azimuth = np.pi * (1 + np.sqrt(5)) * index
    across = np.sqrt((1 - z) * (1 + z))
    return np.stack([across * np.cos(azimuth), across * np.sin(azimuth), z], axis=-1)


@lru_cache(maxsize=64)
def _legendre_transform(count: int) -> np.ndarray:
    nodes, weights = gauss_legendre(count)
    norms = np.sqrt(np.arange(count) + 0.5)
    return _frozen((legendre.legvander(nodes, count - 1) * norms).T * weights)


def _last_above(coefficients: np.ndarray, tolerance: float) -> int:
    present = np.flatnonzero(coefficients > tolerance * coefficients.max())
    return int(present[-1]) if present.size else 0


def _frozen(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array
