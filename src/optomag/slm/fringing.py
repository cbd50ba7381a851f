"""Fringing: what pixels do to the light where the voltages of neighbours leak into one another.

The phase of a liquid crystal does not jump at the edge of a pixel: the voltages of neighbours meet there,
and the crystal resists sharp bends (M. Persson, D. Engstrom and M. Goksor, Opt. Express 20, 22334 (2012),
doi:10.1364/OE.20.022334). The usual model convolves the wanted phase with a kernel, on a lattice finer than
the pixels (P. Schroff, A. La Rooij, E. Haller and S. Kuhr, Sci. Rep. 13, 3252 (2023),
doi:10.1038/s41598-023-30296-6). Here the kernel is a Gaussian, equal in all directions and for all steps.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Complex128, Float64
from scipy.ndimage import correlate1d
from scipy.special import ndtr

NODES, FEWEST, MOST = 2.0, 4, 12
"""Gauss points along each side of a pixel per width of the kernel, and their bounds: each pixel's mean is
right to some 1e-3, and to 1e-2 for kernels below a tenth of a pixel, where there is little to be seen."""

REACH = 4.0
"""Standard deviations beyond which the kernel is nothing: 6e-5 of it."""


def reach(width: float) -> int:
    """Pixels on either side that leak into one."""
    return int(np.ceil(REACH * width + 0.5))


def fringed(
    phase: Float64[np.ndarray, "wide high"],
    width: float,
    *,
    side: float = 1.0,
    frequency: tuple[float, float] = (0.0, 0.0),
) -> Complex128[np.ndarray, "columns rows"]:
    """Mean of e^{i phase} over each pixel, the phase blurred.

    Parameters
    ----------
    phase : float64 array [rad]
        What each pixel is to show, not wrapped: between two pixels all phases between are passed. With a
        margin of `reach(width)` pixels on each side, which the result lacks.
    width : float [pixel]
        Standard deviation of the Gaussian.
    side : float, default 1 [pixel]
        Of the square of a pixel that modulates light.
    frequency : (float, float), default (0, 0) [1/pixel]
        Of the wave, along columns and rows, whose amplitude counts; in units of that of a uniform pixel.

    Returns
    -------
    complex128, shape (columns, rows)
        sum_uv w_u w_v e^{i phase(u, v) - 2 pi i f.(u, v)} over the same sum without phase, where
        phase(u, v) = sum_jk P_j(u) P_k(v) phase_jk at the Gauss points (u, v) of a pixel, and P_j(u) is the
        part of the kernel around u that lies on the pixel j.

    Examples
    --------
    >>> step = np.zeros((9, 9))
    >>> step[5:] = np.pi
    >>> np.abs(fringed(step, 0.5))[:, 0].round(3).tolist()  # the two pixels at the edge lose light
    [1.0, 0.903, 0.903]
    """
    margin = reach(width)
    nodes, weights = np.polynomial.legendre.leggauss(_count(width))
    points = 0.5 * side * nodes
    edges = np.arange(-margin, margin + 2) - 0.5
    total, light = 0.0, 0.0
    for u, across in zip(points, weights, strict=True):
        leaked = correlate1d(phase, _parts(edges, u, width), axis=0)[margin:-margin]
        for v, down in zip(points, weights, strict=True):
            wave = across * down * np.exp(-2j * np.pi * (frequency[0] * u + frequency[1] * v))
            seen = correlate1d(leaked, _parts(edges, v, width), axis=1)[:, margin:-margin]
            total = total + wave * np.exp(1j * seen)
            light += wave
    return np.asarray(total / light)


def _count(width: float) -> int:
    """Gauss points for a kernel."""
    return int(np.clip(np.ceil(NODES / width), FEWEST, MOST))


def _parts(edges: Float64[np.ndarray, " _"], point: float, width: float) -> Float64[np.ndarray, " _"]:
    """Parts of the kernel around a point that lie on each pixel, of sum 1."""
    parts = np.diff(ndtr((edges - point) / width))
    return parts / parts.sum()
