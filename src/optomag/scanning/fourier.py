"""Fourier sums over points that lie anywhere, by FINUFFT.

A. H. Barnett, J. Magland and L. af Klinteberg, SIAM J. Sci. Comput. 41, C479 (2019), doi:10.1137/18M120885X.
Real functions of two coordinates are given by their coefficients of exp(i (k x + l y)), k from -h to h and l
from 0 to h: complex (..., 2 h + 1, h + 1). The others are the conjugates of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

SAFETY = 0.1
"""Part of a tolerance that is asked of a transform, whose own estimate is one of the mean."""

COARSE_GRID = 1e-9
"""Tolerance down to which FINUFFT's finer grid of 1.25 points per mode suffices."""


def to_raster(
    x: np.ndarray, y: np.ndarray, strengths: np.ndarray, counts: tuple[int, int], rtol: float
) -> np.ndarray:
    """Sum of strengths times exp(i (k x + l y)) over points, for all |k| and |l| up to two counts.

    Parameters
    ----------
    x, y : float64, shape (n,) [rad]
    strengths : complex128, shape (p, n)
    counts : pair of int
    rtol : float

    Returns
    -------
    complex128, shape (p, 2 counts[0] + 1, 2 counts[1] + 1)
    """
    from finufft import nufft2d1

    sizes = tuple(2 * count + 1 for count in counts)
    return nufft2d1(x, y, np.ascontiguousarray(strengths), sizes, isign=1, **_options(rtol))


def coefficients(
    x: np.ndarray, y: np.ndarray, sources: np.ndarray, high: int, rtol: float
) -> Iterator[np.ndarray]:
    """Fourier coefficients of real point sources: sum of each times exp(-i (k x + l y)).

    Parameters
    ----------
    x, y : float64, shape (n,) [rad]
        At least one point.
    sources : float64, shape (p, n)
    high : int
        Highest frequency h.
    rtol : float

    Yields
    ------
    complex128, shape (2 h + 1, h + 1)
        For each of the p sources; all together may be too large.
    """
    from finufft import Plan

    plan = Plan(1, (2 * high + 1, high + 1), isign=-1, **_options(rtol))
    plan.setpts(x, y)
    turn = np.exp(-1j * _middle(high) * y)
    for strengths in sources:
        yield plan.execute(strengths * turn)


def values_at(x: np.ndarray, y: np.ndarray, spectra: np.ndarray, rtol: float) -> np.ndarray:
    """Real functions (p, n) at points (n,) [rad] from coefficients (p, 2 h + 1, h + 1)."""
    from finufft import nufft2d2

    if x.size == 0:
        return np.zeros((len(spectra), 0))
    high = spectra.shape[2] - 1
    found = nufft2d2(x, y, _both_signs(spectra), isign=1, **_options(rtol))
    return np.real(found * np.exp(1j * _middle(high) * y))


def values_on_grid(x: np.ndarray, y: np.ndarray, spectra: np.ndarray, rtol: float) -> np.ndarray:
    """Real functions (p, nx, ny) on the tensor grid of lines (nx,) and (ny,) [rad], which may be uneven."""
    from finufft import nufft1d2

    high = spectra.shape[2] - 1
    turn = np.exp(1j * _middle(high) * y)
    found = np.empty((len(spectra), len(x), len(y)))
    for values, spectrum in zip(found, _both_signs(spectra), strict=True):
        lines = nufft1d2(x, np.ascontiguousarray(spectrum.T), isign=1, **_options(rtol))
        across = np.ascontiguousarray(np.reshape(lines, (high + 1, len(x))).T)
        whole = nufft1d2(y, across, isign=1, **_options(rtol))
        values[:] = np.real(np.reshape(whole, values.shape) * turn)
    return found


def _both_signs(spectra: np.ndarray) -> np.ndarray:
    """Coefficients whose real part stands for those of negative l too."""
    doubled = 2 * spectra
    doubled[..., 0] = spectra[..., 0]
    return doubled


def _middle(high: int) -> int:
    """The frequency l that FINUFFT calls zero."""
    return (high + 1) // 2


def _options(rtol: float) -> dict[str, Any]:
    eps = SAFETY * rtol
    # one thread, so that a sum is the same whoever makes it
    return {"eps": eps, "upsampfac": 1.25 if eps >= COARSE_GRID else 2.0, "nthreads": 1}
