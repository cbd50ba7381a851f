"""How far apart spots lie, and whether they are spots at all or all overlap."""

from __future__ import annotations

import math

import numpy as np

from optomag.errors import refuse, require_real
from optomag.optics.objective import Objective

SAMPLED, ASKED = 20_000, 500
"""Spots among which neighbours are looked for, and those whose neighbours are."""

SCATTERED = 0.5
"""Of the distance among the first spots: where all lie closer, the first are scattered among them."""

OVERLAPPING = 0.5
"""Of the size of a spot: closer spots cannot be told apart."""


def spot_size(lens: Objective) -> float:
    """Width of a spot, wavelength/(2 NA) [m], the finest period of a pattern of |E|^2.

    Examples
    --------
    >>> round(spot_size(Objective(na=0.95, wavelength=532e-9)) * 1e9, 1)
    280.0
    """
    return lens.wavelength / (2 * lens.na)


def require_step(step: float, *, na: float, wavelength: float) -> None:
    """Refuse a step [m] of a raster between whose points something of M is lost."""
    longest = wavelength / (4 * na)
    if require_real("step", step, above=0) > longest * (1 + 1e-9):
        rule = f"at most wavelength/(4 NA), {longest * 1e9:.4g} nm, between whose points nothing of M is lost"
        refuse("step", rule, f"{step * 1e9:.4g} nm")


def usual_spacing(positions: np.ndarray, low: np.ndarray, high: np.ndarray, count: int) -> float:
    """Distance of a spot to the next one [m], as it is for most; infinite for a single place.

    Parameters
    ----------
    positions : float64, shape (n, 2) [m]
        The first `SAMPLED` spots of a list, or all.
    low, high : float64, shape (2,) [m]
        Corners of all spots.
    count : int
        Of all spots.

    Notes
    -----
    The median among the first ones, or, where those are scattered among many others, the side of the square
    that each of all spots has if they fill their rectangle.

    Examples
    --------
    >>> grid = np.stack(np.meshgrid(np.arange(9.0), np.arange(9.0)), axis=-1).reshape(-1, 2)
    >>> usual_spacing(grid, grid.min(axis=0), grid.max(axis=0), 81)
    1.0
    """
    from scipy.spatial import KDTree

    places = np.unique(positions, axis=0)  # one that is exposed twice is no neighbour of itself
    if len(places) < 2:
        return math.inf
    asked = places[np.linspace(0, len(places) - 1, ASKED).astype(int)]
    distances, _ = KDTree(places).query(asked, k=2)
    nearest = float(np.median(distances[:, 1]))
    across = math.sqrt(float(np.prod(high - low))) / max(math.sqrt(count) - 1, 1.0)
    return across if len(positions) < count and 0 < across < SCATTERED * nearest else nearest


def overlap_warning(
    spacing: float, low: np.ndarray, high: np.ndarray, lens: Objective, *, every: int = 1
) -> str:
    """One line where spots lie far closer than their size, with what to do; nothing where they do not.

    Parameters
    ----------
    spacing : float [m]
        As `usual_spacing` gives it.
    low, high : float64, shape (2,) [m]
        Corners of all spots.
    lens : Objective
    every : int
        Nodes of a grid from spot to spot.
    """
    size = spot_size(lens)
    if not spacing < OVERLAPPING * size:
        return ""
    wide, deep = (1e9 * (high - low)).tolist()
    fault = (
        f"warning: spots {_nm(spacing)} nm apart overlap, as one is {_nm(size)} nm wide, wavelength/(2 NA)"
    )
    if max(wide, deep) < lens.wavelength * 1e9:
        return f"{fault}; all {wide:.4g} x {deep:.4g} nm are no wider than one or two: write those alone."
    nodes = math.ceil(every * lens.wavelength / spacing * (1 - 1e-9))
    return (
        f"{fault}. Write fewer, a wavelength apart: of a grid --every {nodes}, with --average for the mean "
        "directions of its squares."
    )


def _nm(length: float) -> str:
    return f"{length * 1e9:.3g}"
