"""Sampling in one place: nodes, weights, degrees and interpolation.

Everything that the library integrates or interpolates is piecewise analytic, so one idea serves throughout:
expand in Chebyshev (on a panel) or Fourier (on the circle) modes, look at where the coefficients vanish,
and take exactly the number of nodes that this degree needs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.polynomial import chebyshev, legendre
from scipy.fft import dct
from scipy.special import jv, roots_legendre

from optomag.errors import InvalidInputError

LARGEST_DEGREE = 2**15
"""Degree beyond which a kernel counts as out of reach: about 5,000 wavelengths from the focus."""

LARGEST_EIGENPROBLEM = 100
"""Gauss-Legendre nodes up to which the eigenvalue problem, which is a little more exact, is also quick."""

PHASE_ROUNDING = 1e-15
"""Rounding of exp(i c), per radian of c."""

CRITICAL_ROUNDING = 1e-12
"""Relative rounding of waves next to a critical angle, where sqrt(n^2 - q^2) cancels."""

SMALLEST_TOLERANCE = 1e-14
"""Relative size below which double-precision expansion coefficients are rounding noise."""


@lru_cache(maxsize=256)
def gauss_legendre(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights on [-1, 1] that integrate polynomials of degree 2 count - 1 exactly.

    >>> nodes, weights = gauss_legendre(2)
    >>> float(round(weights @ nodes**2, 12))
    0.666666666667
    """
    nodes, weights = legendre.leggauss(count) if count <= LARGEST_EIGENPROBLEM else roots_legendre(count)
    return _frozen(nodes), _frozen(weights)


def panel_map(left: float, right: float, t: np.ndarray, *, graded: bool) -> tuple[np.ndarray, np.ndarray]:
    """Points of the panel [left, right] at t in [-1, 1], and their derivative with respect to t.

    A graded panel uses left + (right - left) sin^2(pi (1 + t)/4), which makes functions with square-root
    ends, as waves have at a critical angle, analytic in t; the other map is linear.
    """
    if not graded:
        return 0.5 * (left + right) + 0.5 * (right - left) * t, np.full_like(t, 0.5 * (right - left))
    turn = 0.25 * np.pi * (1 + t)
    return left + (right - left) * np.sin(turn) ** 2, 0.25 * np.pi * (right - left) * np.sin(2 * turn)


def panel_rule(
    edges: tuple[float, ...], counts: tuple[int, ...], graded: tuple[bool, ...] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights on the consecutive panels between `edges`, concatenated."""
    nodes, weights = [], []
    for (left, right), count, grade in zip(
        pairwise(edges), counts, graded or (False,) * len(counts), strict=True
    ):
        t, w = gauss_legendre(count)
        points, slope = panel_map(left, right, t, graded=grade)
        nodes.append(points)
        weights.append(w * slope)
    return np.concatenate(nodes), np.concatenate(weights)


def periodic_rule(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Equidistant nodes and weights on [0, 2 pi), exact for Fourier orders |m| < count."""
    return 2 * np.pi * np.arange(count) / count, np.full(count, 2 * np.pi / count)


def chebyshev_degree(samples: np.ndarray, tolerance: float) -> int:
    """Highest Chebyshev degree present in `samples` taken at `chebyshev_roots` along the first axis.

    Coefficients smaller than `tolerance` times the largest count as absent. Chebyshev and Legendre
    coefficients of an analytic function vanish at the same rate; a cosine transform finds the former quickly
    and with the least rounding.
    """
    count = samples.shape[0]
    return _last_above(np.abs(np.asarray(dct(samples.reshape(count, -1), axis=0))).max(axis=1), tolerance)


def fourier_degree(samples: np.ndarray, tolerance: float) -> int:
    """Highest Fourier order |m| present in `samples` at equidistant nodes along the first axis."""
    count = samples.shape[0]
    coefficients = np.abs(np.fft.fft(samples.reshape(count, -1), axis=0)).max(axis=1)
    orders = np.abs(np.fft.fftfreq(count, 1 / count)).round().astype(int)
    folded = np.zeros(orders.max() + 1)
    np.maximum.at(folded, orders, coefficients)
    return _last_above(folded, tolerance)


def degree_on_panel(function: Callable[[np.ndarray], np.ndarray], guess: int, tolerance: float) -> int:
    """Chebyshev degree of an analytic `function` on [-1, 1], found by doubling from `guess` nodes.

    Raises
    ------
    InvalidInputError
        If `LARGEST_DEGREE` does not do.
    """
    first = count = max(16, guess + guess % 2)
    tolerance = max(tolerance, PHASE_ROUNDING * guess)
    while count <= LARGEST_DEGREE:
        samples = function(chebyshev_roots(count))
        # Next to a critical angle rounding is larger; many nodes that do not help have met it.
        accepted = (tolerance,) if count < 8 * first else (tolerance, max(tolerance, CRITICAL_ROUNDING))
        for limit in accepted:
            degree = chebyshev_degree(samples, limit)
            if is_resolved(degree, count):
                return degree
        count *= 2
    raise _too_far()


def is_resolved(degree: int, count: int) -> bool:
    """Whether `count` nodes leave enough vanishing coefficients behind `degree` to trust it."""
    return degree <= count - max(3, count // 8)


@lru_cache(maxsize=256)
def plane_wave_degree(half_phase: float, tolerance: float) -> int:
    """Chebyshev degree of exp(i c t) on t in [-1, 1], and Fourier order of exp(i c cos phi), for
    c = `half_phase` [rad]: their coefficients are Bessel functions J_m(c), which vanish faster than
    exponentially beyond m = c."""
    if half_phase > LARGEST_DEGREE:
        raise _too_far()
    most = int(half_phase + 20 * (half_phase + 1) ** (1 / 3)) + 40
    return _last_above(np.abs(jv(np.arange(most), half_phase)), tolerance)


def chebyshev_roots(count: int) -> np.ndarray:
    """`count` Chebyshev points of the first kind on [-1, 1], ends excluded, from right to left."""
    return np.cos(np.pi * (np.arange(count) + 0.5) / count)


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


def _last_above(coefficients: np.ndarray, tolerance: float) -> int:
    if not np.all(np.isfinite(coefficients)):
        raise InvalidInputError("pupil and film must be finite everywhere; got NaN or infinite waves.")
    present = np.flatnonzero(coefficients > tolerance * coefficients.max())
    return int(present[-1]) if present.size else 0


def _frozen(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array


def _too_far() -> InvalidInputError:
    return InvalidInputError(
        f"distance from the focus must be small enough for waves of degree {LARGEST_DEGREE}; "
        "got a larger one. Lengths are in metres. A lossless film that rings needs some absorption."
    )
