"""The finest phase that the nodes of a pupil resolve, seen before a field is computed."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from optomag.errors import refuse
from optomag.optics.zernike_polynomial import zernike_norm
from optomag.optics.zernike_sum import zernike_sum
from optomag.plausible import WAVES, advice_on

LARGEST_COUNT = 2048
"""Nodes on one panel beyond which a pupil function counts as not smooth."""

HIGHEST_DEGREE = LARGEST_COUNT - LARGEST_COUNT // 8
"""Of a Chebyshev series that so many nodes resolve (`optomag.quadrature.is_resolved`); of a Fourier series,
whose orders +-m share the nodes, half of it."""

SAMPLES, LINES = 4 * LARGEST_COUNT, 8
"""Points on each line on which slopes are looked at, and radii that are such lines."""


def require_resolvable(terms: Mapping[tuple[int, int], float], *, name: str) -> None:
    """Refuse Zernike terms [waves rms] whose phase is too steep for the nodes of a pupil.

    The series of e^(i p) have orders up to the slope of the phase p: around the rim in rad per rad, along a
    radius r = (1 + cos t)/2 in rad per rad of t.

    Parameters
    ----------
    terms : mapping of (n, m) to float [waves rms]
    name : str
        What the message calls them.

    Raises
    ------
    InvalidInputError
        If the phase is certainly too steep. What passes may still be, with the beam's own phase or elsewhere
        in the pupil: that is seen when it is resolved (`optomag.optics.resolution`).

    Examples
    --------
    >>> require_resolvable({(2, 2): 10.0}, name="terms")
    >>> require_resolvable({(2, 2): 100.0}, name="terms")
    Traceback (most recent call last):
    ...
    optomag.errors.InvalidInputError: terms must be a wavefront that 2048 nodes along and around the pupil \
resolve; got 2,2:100. 100 looks like nanometres: divide by the wavelength in nanometres.
    """
    most = math.tau * sum(abs(waves) * n * zernike_norm(n, m) for (n, m), waves in terms.items())
    if most <= HIGHEST_DEGREE / 2:  # by Bernstein's inequality, were all terms steepest at one place
        return
    around, along = (np.linspace(0.0, turn, SAMPLES + 1) for turn in (math.tau, math.pi))
    lines = np.linspace(0.0, math.tau, LINES, endpoint=False)[:, None]
    radii, azimuths = np.broadcast_arrays(0.5 * (1 + np.cos(along)), lines)
    with np.errstate(over="ignore", invalid="ignore"):
        orders = 2 * _steepest(terms, np.ones_like(around), around, around)
        degree = _steepest(terms, radii, azimuths, along)
    if not max(orders, degree) <= HIGHEST_DEGREE:  # nor what is too large for a number
        rule = f"a wavefront that {LARGEST_COUNT} nodes along and around the pupil resolve"
        largest = max(terms.values(), key=abs)
        advice = advice_on(WAVES, "", largest) if WAVES.fault(largest) else "Finer ones are pixel maps."
        refuse(name, rule, ", ".join(f"{n},{m}:{waves:g}" for (n, m), waves in terms.items()), advice)


def require_near(aside: float, *, na: float, wavelength: float, name: str) -> None:
    """Refuse a point so far from the axis that the nodes of a pupil do not resolve the waves from it.

    Their phase is k NA r cos(phi) times the distance: around the rim the slope is 2 pi NA/wavelength of it.

    Parameters
    ----------
    aside : float [m]
        Distance of the point from the axis.
    na : float
    wavelength : float [m]
    name : str
        What the message calls the point.

    Raises
    ------
    InvalidInputError

    Examples
    --------
    >>> require_near(50e-6, na=0.95, wavelength=532e-9, name="at")
    """
    farthest = HIGHEST_DEGREE / 2 * wavelength / (math.tau * na)
    if aside > farthest:
        rule = f"within {farthest * 1e6:.3g} um of the axis, for a beam that {LARGEST_COUNT} nodes resolve"
        refuse(name, rule, f"{aside * 1e6:.4g} um", "--method linear-basis has other beams.")


def _steepest(
    terms: Mapping[tuple[int, int], float], r: np.ndarray, phi: np.ndarray, line: np.ndarray
) -> float:
    """Largest slope of the phase [rad] over a coordinate [rad] that runs along the last axis."""
    phase = math.tau * np.real(zernike_sum(terms, r, phi))
    return float(np.abs(np.diff(phase, axis=-1)).max() / (line[1] - line[0]))
