"""Zernike polynomials of unit rms, and which of them there are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from jaxtyping import Float64

from optomag.errors import refuse

PupilCoordinate = Float64[np.ndarray, "*pupil"]
"""As in `optomag.optics.arrays`, which loads what computes."""

HIGHEST_ORDER = 100
"""Of Zernike polynomials; no test of a lens tells more than some 40."""


def zernike_polynomial(
    n: int, m: int, r: PupilCoordinate, phi: PupilCoordinate
) -> Float64[np.ndarray, "*pupil"]:
    """Zernike polynomial of unit rms over the unit disc, at pupil points (r, phi [rad]).

    Z = sqrt((2 - [m = 0]) (n + 1)) R_n^|m|(r) cos(m phi) (m >= 0) or sin(|m| phi) (m < 0).
    Source: R. J. Noll, J. Opt. Soc. Am. 66, 207 (1976), eqs. 1-2, doi:10.1364/JOSA.66.000207.

    >>> float(zernike_polynomial(2, 0, np.array([1.0]), np.array([0.0]))[0].round(9))
    1.732050808
    """
    from scipy.special import eval_jacobi  # not at the top: refusals of an order need none of it

    order, half = abs(m), (n - abs(m)) // 2
    r = np.asarray(r, dtype=float)
    # Jacobi polynomials keep the digits that the explicit sum over powers loses to cancellation.
    radial = (-1) ** half * r**order * eval_jacobi(half, order, 0, 1 - 2 * r * r)
    azimuth = np.cos(m * phi) if m >= 0 else np.sin(order * phi)
    return np.asarray(zernike_norm(n, m) * radial * azimuth)


def zernike_norm(n: int, m: int) -> float:
    """Largest value of the polynomial of unit rms, at the rim: sqrt((2 - [m = 0]) (n + 1))."""
    return math.sqrt((n + 1) * (1 if m == 0 else 2))


def require_order(order: Any) -> tuple[int, int]:
    """Return an order (n, m) that exists, and that is not finer than a sum of polynomials can be.

    Raises
    ------
    InvalidInputError
        If it is no pair of whole numbers, there is no such polynomial, or n is above 100.
    """
    rule = "a pair (n, m) of whole numbers with n >= 0, |m| <= n and n - m even"
    if not isinstance(order, tuple) or len(order) != 2:
        refuse("zernike order", rule, order)
    n, m = order
    whole = all(isinstance(i, (int, np.integer)) and not isinstance(i, bool) for i in order)
    if not whole or n < 0 or abs(m) > n or (n - m) % 2:
        refuse("zernike order", rule, order)
    if n > HIGHEST_ORDER:
        advice = "Finer wavefronts are maps: pixels(...), or a section's wavefront."
        refuse("zernike order", f"at most n = {HIGHEST_ORDER}", order, advice)
    return int(n), int(m)
