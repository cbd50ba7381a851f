"""Sums of many Zernike polynomials at many points: one recurrence for all terms of one azimuthal order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.optics.zernike_polynomial import PupilCoordinate, zernike_norm

AT_ONCE = 2**13
"""Points whose intermediate values stay in the processor's cache."""


def zernike_sum(
    weights: Mapping[tuple[int, int], complex], r: PupilCoordinate, phi: PupilCoordinate
) -> Complex128[np.ndarray, "*pupil"]:
    """Sum of complex weights by order (n, m) times polynomials of unit rms, at pupil points (r, phi [rad]).

    With k = (n - |m|)/2 the polynomials are r^|m| e^{i |m| phi}, its real part for m >= 0 and its imaginary
    part for m < 0, times (-1)^k P_k^(|m|, 0)(1 - 2 r^2), and Jacobi polynomials obey a recurrence in k: M.
    Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, eq. 22.7.1.

    >>> from optomag.optics.zernike_polynomial import zernike_polynomial
    >>> r, phi = np.array([0.3, 0.9]), np.array([1.0, 2.0])
    >>> two = 0.1 * zernike_polynomial(4, 2, r, phi) + 0.2j * zernike_polynomial(3, -1, r, phi)
    >>> bool(np.allclose(zernike_sum({(4, 2): 0.1, (3, -1): 0.2j}, r, phi), two, 0, 1e-14))
    True
    """
    by_azimuth: dict[int, dict[tuple[int, bool], complex]] = defaultdict(dict)
    for (n, m), weight in sorted(weights.items(), key=lambda term: abs(term[0][1])):
        half = (n - abs(m)) // 2
        by_azimuth[abs(m)][half, m < 0] = (-1) ** half * zernike_norm(n, m) * weight
    total = np.zeros(np.shape(r), np.complex128)
    sums, radii, azimuths = (part.reshape(-1) for part in (total, np.asarray(r), np.asarray(phi)))
    for first in range(0, total.size, AT_ONCE):
        some = slice(first, first + AT_ONCE)
        sums[some] = _sum_at(by_azimuth, radii[some], azimuths[some])
    return total


def _sum_at(
    by_azimuth: Mapping[int, Mapping[tuple[int, bool], complex]],
    r: Float64[np.ndarray, " points"],
    phi: Float64[np.ndarray, " points"],
) -> Complex128[np.ndarray, " points"]:
    """The sum at a few points; azimuthal orders rise."""
    total = np.zeros(r.shape, np.complex128)
    x, turn = 1 - 2 * r * r, r * np.exp(1j * phi)
    power, reached = np.ones(r.shape, np.complex128), 0
    for azimuth, terms in by_azimuth.items():
        for _ in range(azimuth - reached):
            power *= turn
        reached = azimuth
        total += _around(terms, azimuth, x, power)
    return total


def _around(
    weights: Mapping[tuple[int, bool], complex],
    azimuth: int,
    x: Float64[np.ndarray, " points"],
    power: Complex128[np.ndarray, " points"],
) -> Complex128[np.ndarray, " points"]:
    """The terms of one |m|; weights by k and by whether they go with the sine."""
    total = np.zeros(x.shape, np.complex128)
    before, now = np.zeros_like(x), np.ones_like(x)
    for k in range(max(half for half, _ in weights) + 1):
        if k:
            before, now = now, _next_jacobi(k, azimuth, x, now, before)
        cosine, sine = weights.get((k, False), 0.0), weights.get((k, True), 0.0)
        if cosine:
            total += cosine * (now * np.real(power))
        if sine:
            total += sine * (now * np.imag(power))
    return total


def _next_jacobi(
    k: int,
    a: int,
    x: Float64[np.ndarray, " points"],
    now: Float64[np.ndarray, " points"],
    before: Float64[np.ndarray, " points"],
) -> Float64[np.ndarray, " points"]:
    """P_k^(a, 0)(x) from P_(k-1) and P_(k-2)."""
    if k == 1:
        return (a + 1) + 0.5 * (a + 2) * (x - 1)
    double = 2 * k + a
    slope = (double - 1) * double * (double - 2)
    last = 2 * (k + a - 1) * (k - 1) * double
    return ((slope * x + (double - 1) * a * a) * now - last * before) / (2 * k * (k + a) * (double - 2))
