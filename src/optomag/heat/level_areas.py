"""How large the region is in which a quantity on a plane exceeds a level."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float64
from scipy.interpolate import RectBivariateSpline

FINER = 4
"""Points of the spline for each step of the plane: errors are some 1e-5 of a spot of twelve steps' radius."""

FINEST = 1200
"""Points of the spline along a side, beyond which a plane that has many pixels itself is not made finer."""


def areas_above(
    levels: Float64[np.ndarray, " n"],
    x: Float64[np.ndarray, " nx"],
    y: Float64[np.ndarray, " ny"],
    values: Float64[np.ndarray, "nx ny"],
) -> Float64[np.ndarray, " n"]:
    """Areas in which smooth values exceed each of several levels.

    Parameters
    ----------
    levels : float64, shape (n,)
    x, y : float64, shapes (nx,), (ny,) [m]
        Equally spaced, five points or more.
    values : float64, shape (nx, ny)

    Returns
    -------
    float64, shape (n,) [m^2]
        Never larger for a higher level.

    Notes
    -----
    A cubic spline is sampled more finely and made linear on triangles, whose areas above a level are closed
    forms. So that the linear pieces have the means of what they replace, each value is first lowered by
    1/24 of its second differences along the three edges of the triangles.

    Examples
    --------
    >>> line = np.linspace(-3, 3, 61)
    >>> gaussian = np.exp(-2 * (line[:, None] ** 2 + line**2))
    >>> (areas_above(np.exp([-1.0, -2.0]), line, line, gaussian) / (0.5 * np.pi)).round(4).tolist()
    [1.0, 2.0]
    """
    finer = max(1, min(FINER, FINEST // max(len(x), len(y))))
    fine_x, fine_y = (np.linspace(axis[0], axis[-1], finer * (len(axis) - 1) + 1) for axis in (x, y))
    f = _with_true_means(RectBivariateSpline(x, y, values)(fine_x, fine_y))
    near, right, up, far = f[:-1, :-1], f[1:, :-1], f[:-1, 1:], f[1:, 1:]
    smaller, larger = np.minimum(near, far), np.maximum(near, far)
    sides = (right, up)
    low = np.concatenate([np.minimum(smaller, side).ravel() for side in sides])
    high = np.concatenate([np.maximum(larger, side).ravel() for side in sides])
    middle = np.concatenate([np.clip(side, smaller, larger).ravel() for side in sides])
    triangle = 0.5 * (fine_x[1] - fine_x[0]) * (fine_y[1] - fine_y[0])
    return np.array([triangle * _triangles_above(level, low, middle, high) for level in levels])


def _triangles_above(
    level: float,
    low: Float64[np.ndarray, " t"],
    middle: Float64[np.ndarray, " t"],
    high: Float64[np.ndarray, " t"],
) -> float:
    """How many triangles, parts counted as parts, lie above a level."""
    cut = (low < level) & (high > level)
    a, b, c = low[cut], middle[cut], high[cut]
    below = level <= b
    # the smaller piece is a triangle at the corner that the level cuts off
    base = np.where(below, (b - a) * (c - a), (c - b) * (c - a))
    piece = np.where(below, level - a, c - level) ** 2 / base
    return float(np.count_nonzero(low >= level) + np.sum(np.where(below, 1 - piece, piece)))


def _with_true_means(f: Float64[np.ndarray, "nx ny"]) -> Float64[np.ndarray, "nx ny"]:
    """Values that make linear triangles, cut along the diagonal from corner to corner, right in the mean."""
    padded = np.pad(f, 1, mode="reflect", reflect_type="odd")  # straight beyond the edge
    along_x = padded[2:, 1:-1] + padded[:-2, 1:-1]
    along_y = padded[1:-1, 2:] + padded[1:-1, :-2]
    across = padded[2:, 2:] + padded[:-2, :-2]
    return f - (along_x + along_y + across - 6 * f) / 24
