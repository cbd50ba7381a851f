"""How good a magnetization pattern is: width, purity, uniformity, ripple, crosstalk and angle.

None of them is a loss to be descended: they judge what a design wrote, in the numbers that papers print.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64

from optomag.errors import InvalidInputError, dimensions, refuse, require_finite_array, require_real
from optomag.magnetism.direction import unit_vectors

HALF = 0.5
"""Of the value at the centre (widths) or of the maximum (purity)."""


def full_width_half_maximum(profile: Any, coordinate: Any, *, centre: float = 0.0) -> float:
    """Width over which a profile stays above half of its value at the centre.

    Parameters
    ----------
    profile : array_like, shape (n,)
        Component of M along its direction at the centre, in any unit; positive there.
    coordinate : array_like, shape (n,) [m, or any unit]
        Strictly increasing, reaching beyond the half maximum on both sides.
    centre : float [the unit of coordinate], default 0
        The spot, usually the focus; the profile may be larger elsewhere.

    Returns
    -------
    float [the unit of coordinate]
        Between the first crossings of one half on either side of the centre.

    Raises
    ------
    InvalidInputError
        If the arrays do not fit together, the profile is not positive at the centre, or it does not fall to
        one half on both sides.

    Notes
    -----
    Crossings of the cubic spline through the samples. Twelve samples over the width of a diffraction spot
    are good to 1e-4 of it.

    Examples
    --------
    >>> x = np.linspace(-1.0, 1.0, 41)
    >>> round(full_width_half_maximum(np.exp(-4 * np.log(2) * (x / 0.5) ** 2), x), 4)
    0.5
    """
    values = require_finite_array("profile", profile, shape="(n,)", ndim=1)
    places = require_finite_array("coordinate", coordinate, shape="(n,)", ndim=1)
    if len(values) != len(places) or len(places) < 4 or np.any(np.diff(places) <= 0):
        refuse("coordinate", "strictly increasing, 4 values or more, one for each of the profile", coordinate)
    centre = require_real("centre", centre)
    if not places[0] < centre < places[-1]:
        refuse("centre", "inside the coordinates", centre)
    if values.any():
        values = values / np.abs(values).max()  # so that the slopes can be held
    from scipy.interpolate import CubicSpline  # takes 0.2 s to import

    try:
        spline = CubicSpline(places, values)
    except ValueError:
        refuse("coordinate", "of distances whose slopes a float holds", coordinate)
    level = HALF * float(spline(centre))
    if level <= 0:
        refuse("profile", "positive at the centre", 2 * level, "Take M along its direction there.")
    crossings = spline.solve(level, extrapolate=False)
    left, right = crossings[crossings < centre], crossings[crossings > centre]
    if len(left) == 0 or len(right) == 0:
        refuse("profile", "below half on both sides of the centre", "too short a line", "Take a longer one.")
    return float(right.min() - left.max())


def purity(magnetization: Any, direction: Any) -> float:
    """How much of the magnetization of a spot points the right way.

    Parameters
    ----------
    magnetization : array_like, shape (..., 3)
        M over a plane or a volume, in any unit, at points that stand for equal areas or volumes.
    direction : array_like, shape (3,)
        Wanted direction m, of any non-zero length.

    Returns
    -------
    float
        sum(M . m)/sum |M| over the points where |M| > max |M|/2; between -1 and 1.

    Raises
    ------
    InvalidInputError
        If M vanishes everywhere or a shape is wrong.

    Examples
    --------
    >>> purity([[0.0, 0.0, 1.0], [0.0, 0.6, 0.8], [0.3, 0.0, 0.0]], [0.0, 0.0, 1.0])
    0.9
    """
    M = require_magnetization("magnetization", magnetization).reshape(-1, 3)
    m = require_finite_array("direction", direction, shape="(3,)", ndim=1, last=3)
    if not np.any(m):
        raise InvalidInputError("direction must be a vector of non-zero length; got a zero vector.")
    M, m = M / np.abs(M).max(), unit_vectors(m)  # so that squares and sums can be held
    lengths = np.linalg.norm(M, axis=-1)
    bright = lengths > HALF * lengths.max()
    return float((M[bright] @ m).sum() / lengths[bright].sum())


def uniformity(lengths: Any) -> float:
    """Likeness of several spots, 1 - (max - min)/(max + min) of their |M|: 1 where all are equal.

    Parameters
    ----------
    lengths : array_like, shape (n,)
        |M| of each spot, or any other quantity >= 0 that should be the same for all.

    Returns
    -------
    float
        Between 0, where one of them vanishes, and 1.

    Raises
    ------
    InvalidInputError
        If a value is negative or all are zero.

    Examples
    --------
    >>> round(uniformity([0.9, 1.0, 1.1]), 12)
    0.9
    """
    values = _require_lengths("lengths", lengths)
    values = values / values.max()  # so that the sum can be held
    return float(1 - np.ptp(values) / (values.max() + values.min()))


def ripple(profile: Any) -> float:
    """Unevenness of a profile that should be flat, peak to peak over the mean: (max - min)/mean.

    Parameters
    ----------
    profile : array_like, shape (n,)
        |M| or M along its direction over the length that should be flat, equally spaced, >= 0.

    Returns
    -------
    float
        0 for a flat profile.

    Raises
    ------
    InvalidInputError
        If a value is negative or all are zero.

    Notes
    -----
    As electrical engineers count it: twice the modulation depth (max - min)/(max + min) that some optics
    papers call ripple, so 10 % here is the stricter demand.

    Examples
    --------
    >>> round(ripple([0.95, 1.0, 1.05, 1.0]), 12)
    0.1
    """
    values = _require_lengths("profile", profile)
    values = values / values.max()  # so that the sum can be held
    return float(np.ptp(values) / values.mean())


def crosstalk(neighbours: Any, spot: Any) -> Float64[np.ndarray, "*shape"]:
    """How much a spot magnetizes where its neighbours would be, |M(r)|/|M(0)|.

    Parameters
    ----------
    neighbours : array_like, shape (..., 3)
        M of one spot at the places of its neighbours.
    spot : array_like, shape (3,)
        M at the spot itself, non-zero.

    Returns
    -------
    float64, shape (...)
        For spots that are written one after the other; those of one exposure add their fields, not M.

    Raises
    ------
    InvalidInputError
        If a value is not finite, the last axes do not hold three components, or the spot is zero or more than
        one vector.

    Examples
    --------
    >>> float(crosstalk([0.0, 0.03, 0.04], [0.0, 0.0, 2.0]))
    0.025
    """
    own = require_magnetization("spot", spot)
    aside = require_finite_array(
        "neighbours", neighbours, shape="(..., 3)", ndim=max(1, dimensions(neighbours)), last=3
    )
    if own.ndim != 1:
        refuse("spot", "one vector of shape (3,)", f"an array of shape {own.shape}")
    scale = np.abs(own).max()  # so that squares can be held
    largest = np.abs(aside).max(axis=-1, keepdims=True)
    lengths = largest[..., 0] * np.linalg.norm(aside / np.where(largest > 0, largest, 1.0), axis=-1)
    with np.errstate(over="ignore"):  # a ratio that cannot be held is infinite
        return np.asarray(lengths / scale / np.linalg.norm(own / scale))


def require_magnetization(name: str, value: Any) -> Float64[np.ndarray, "*shape 3"]:
    """Return M (..., 3) as finite float64 that is not zero everywhere."""
    array = require_finite_array(name, value, shape="(..., 3)", ndim=max(1, dimensions(value)), last=3)
    if not np.any(array):
        refuse(name, "non-zero somewhere", "zeros everywhere")
    return array


def _require_lengths(name: str, value: Any) -> Float64[np.ndarray, " n"]:
    values = require_finite_array(name, value, shape="(n,)", ndim=1)
    if values.min() < 0 or values.max() == 0:
        refuse(name, ">= 0 and not all zero", f"values from {values.min():g} to {values.max():g}")
    return values
