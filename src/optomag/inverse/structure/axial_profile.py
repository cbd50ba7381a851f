"""What needles and chains share: how a magnetization along the optical axis is asked for and measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float64

from optomag.errors import InvalidInputError, refuse, require_finite_array
from optomag.grid import Grid
from optomag.inverse.structure.target import Written
from optomag.magnetism.direction import unit_vectors
from optomag.magnetism.metrics import full_width_half_maximum

SMALLEST_STRENGTH = 1e-4
"""Strength below which its logarithm goes on as a straight line: a start may point the wrong way."""

LINE_POINTS = 81
"""Across the axis, along each of the lines on which a width is measured."""

ZERO = np.zeros(1)
"""The axis, as a coordinate of a `Grid`."""


def unit_direction(direction: Any) -> tuple[float, float, float]:
    """Return a direction as a unit vector of plain numbers; refuse what has none."""
    vector = require_finite_array("direction", direction, shape="(3,)", ndim=1, last=3)
    if not np.any(vector):
        refuse("direction", "a vector of non-zero length", direction)
    x, y, z = unit_vectors(vector).tolist()
    return x, y, z


def vertical_line(
    heights: Float64[np.ndarray, " n"], *, rho: float = 0.0, azimuth: float = 0.0
) -> Float64[np.ndarray, "n 3"]:
    """Points (n, 3) [m] at these heights, on the axis or beside it."""
    x, y = rho * np.cos(azimuth), rho * np.sin(azimuth)
    return np.stack([np.full_like(heights, x), np.full_like(heights, y), heights], axis=-1)


def even_heights(reach: float, step: float) -> Float64[np.ndarray, " n"]:
    """Heights from -reach to reach [m], evenly spaced by at most `step`, with the focus among them."""
    half = int(np.ceil(reach / step * (1 - 1e-9)))
    return np.linspace(-reach, reach, 2 * half + 1)


def minus_log(strength: Float64[Array, ""]) -> Float64[Array, ""]:
    """-log of a strength, continued as a straight line where it is tiny or negative."""
    safe = jnp.maximum(strength, SMALLEST_STRENGTH)
    return -jnp.log(safe) - jnp.minimum(strength / safe - 1, 0.0)


def penalty(terms: Iterable[tuple[float, Float64[Array, ...]]]) -> Float64[Array, ""]:
    """Weighted mean squares of all that exceeds its limit: (weight, excess) each; negative ones are free."""
    total = jnp.zeros(())
    for weight, excess in terms:
        total = total + weight * jnp.mean(jax.nn.relu(excess) ** 2)
    return total


def lateral_widths(
    written: Written,
    heights: Float64[np.ndarray, " n"],
    *,
    direction: tuple[float, float, float],
    reach: float,
) -> Float64[np.ndarray, "n 4"]:
    """Full width at half maximum [m] across the axis at each height, along x, y and both diagonals.

    Parameters
    ----------
    written : callable
        Re-simulated magnetization.
    heights : ndarray, shape (n,) [m]
    direction : tuple of float
        The component of M that counts.
    reach : float [m]
        How far from the axis half of the value on it is looked for.

    Returns
    -------
    float64, shape (n, 4) [m]
        Infinite where the component is not positive on the axis or does not fall to one half within reach.
    """
    line = np.linspace(-reach, reach, LINE_POINTS)
    profiles = [written(Grid(line, ZERO, heights))[:, 0], written(Grid(ZERO, line, heights))[0]]
    for sign in (1.0, -1.0):
        across = np.stack([line, sign * line], axis=-1) / np.sqrt(2)
        points = [np.column_stack([across, np.full_like(line, z)]) for z in heights]
        profiles.append(written(np.concatenate(points)).reshape(len(heights), -1, 3).swapaxes(0, 1))
    along = np.stack(profiles) @ np.array(direction)
    return np.array([[_width(profile, line) for profile in part.T] for part in along]).T


def or_nan(measure: Callable[..., float], *arguments: Any) -> float:
    """A measure of what was written, or NaN where it cannot be taken: no search is lost to a bad result."""
    try:
        return float(measure(*arguments))
    except InvalidInputError:
        return float("nan")


def largest(values: Float64[np.ndarray, ...]) -> float:
    """The largest of the values, or NaN where there are none."""
    return float(values.max()) if values.size else float("nan")


def _width(profile: Float64[np.ndarray, " n"], line: Float64[np.ndarray, " n"]) -> float:
    middle = profile[len(line) // 2]
    flanks = profile[line < 0], profile[line > 0]
    if middle <= 0 or any(flank.min() >= 0.5 * middle for flank in flanks):
        return float("inf")
    return full_width_half_maximum(profile, line)
