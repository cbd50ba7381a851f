"""What a beam writes beside the structure: the strongest |M| elsewhere, and the share of |M| inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64

from optomag.grid import Grid
from optomag.inverse.structure.target import Written
from optomag.optics.objective import Objective

MARGIN = 3.0
"""How far beyond the structure it is searched [wavelengths / NA]."""

SAMPLES, FEWEST_SAMPLES = 16, 4
"""Samples a wavelength / NA; in windows with MOST_SAMPLES along a side fewer, down to twice the bandwidth
of M, below which nothing is claimed."""

MOST_SAMPLES = 1024

MOST_PLANES = 5
"""Planes that are searched; of more, so many are picked evenly."""

PATCH = 17
"""Samples along each side of the patch around the strongest sample, in which its maximum is looked for."""

Line = Float64[np.ndarray, " _"]
Planar = Float64[np.ndarray, "nx ny"]
Inside = Callable[[Planar, Planar, float], Bool[np.ndarray, "nx ny"]]
"""Whether points (x, y, z) [m] of a plane belong to the structure."""


class Elsewhere(NamedTuple):
    """What lies beside a structure, in its planes.

    Attributes
    ----------
    strongest : float
        Largest |M| outside the structure; NaN where the window is too large to be sampled.
    place : float64, shape (3,) [m]
        Where it lies.
    share : float
        Sum of |M| inside the structure over that of the whole window.
    """

    strongest: float
    place: Float64[np.ndarray, " 3"]
    share: float


def elsewhere(
    written: Written,
    corners: Float64[np.ndarray, "2 2"],
    heights: Float64[np.ndarray, " planes"],
    inside: Inside,
    lens: Objective,
) -> Elsewhere:
    """Search the planes of a structure, 3 wavelengths/NA beyond its corners on every side.

    Parameters
    ----------
    written : callable
        Re-simulated magnetization.
    corners : float64, shape (2, 2) [m]
        Lower and upper corner (x, y) around the structure.
    heights : float64, shape (planes,) [m]
        z of its planes; of more than five, five are picked evenly.
    inside : callable
        Whether points belong to the structure.
    lens : Objective

    Notes
    -----
    16 samples a wavelength/NA, in which M has two periods at most; the maximum is then looked for on a patch
    8 times finer around the strongest sample.
    """
    unit = lens.wavelength / lens.na
    low, high = corners + MARGIN * unit * np.array([[-1.0], [1.0]])
    needed = np.ceil((high - low) / unit * SAMPLES).astype(int) + 1
    counts = np.minimum(needed, MOST_SAMPLES)
    if np.any((counts - 1) * unit < FEWEST_SAMPLES * (high - low)):
        return Elsewhere(np.nan, np.full(3, np.nan), np.nan)
    x, y = (np.linspace(a, b, n) for a, b, n in zip(low, high, counts, strict=True))
    planes = np.unique(heights)
    planes = planes[np.unique(np.linspace(0, len(planes) - 1, MOST_PLANES).round().astype(int))]
    found: list[tuple[float, tuple[float, float, float]]] = []
    within = total = 0.0
    for z in planes:
        lengths, own = _plane(written, x, y, float(z), inside)
        within, total = within + lengths[own].sum(), total + lengths.sum()
        found.append(_strongest(x, y, float(z), lengths, own))
    px, py, z = max(found)[1]
    x, y = (p + (axis[1] - axis[0]) * np.linspace(-1, 1, PATCH) for p, axis in ((px, x), (py, y)))
    strongest, place = _strongest(x, y, z, *_plane(written, x, y, z, inside))
    return Elsewhere(strongest, np.array(place), float(within / total) if total > 0 else np.nan)


def _plane(
    written: Written, x: Line, y: Line, z: float, inside: Inside
) -> tuple[Planar, Bool[np.ndarray, "nx ny"]]:
    """|M| on a grid, and which of its points belong to the structure."""
    M = written(Grid(x, y, np.array([z])))[:, :, 0]
    return np.linalg.norm(M, axis=-1), inside(*np.meshgrid(x, y, indexing="ij"), z)


def _strongest(
    x: Line, y: Line, z: float, lengths: Planar, own: Bool[np.ndarray, "nx ny"]
) -> tuple[float, tuple[float, float, float]]:
    """Largest value outside, and its place [m]."""
    outside = np.where(own, 0.0, lengths)
    i, j = np.unravel_index(outside.argmax(), outside.shape)
    return float(outside[i, j]), (float(x[i]), float(y[j]), z)
