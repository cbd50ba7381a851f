"""How much of a pattern is full magnetization: the medium knows no more than |m| = 1."""

from __future__ import annotations

import warnings

import numpy as np

from optomag.grid import Grid
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.scanning.scan import Scan

PATCH = 8.0
"""Sides [wavelengths] of the parts of a larger pattern whose |M| is looked at."""

PATCHES = 4
"""Around so many spots; the brightest counts."""

POINTS_PER_WAVE = 10
SATURATED = 1e-3
"""Part of the area that may be beyond full scale."""

STANDING = 1.5
"""|M| in the depth of a film over that in its middle from which on light stands in it."""


def full_scale(scan: Scan) -> float:
    """The |M| of a pattern that is to be full magnetization, |m| = 1, gamma = 1, dimensionless.

    All but a thousandth of the area is below it, at all depths of the film. A spot by itself
    has |M| = 1 at its centre (unless exposures say otherwise), neighbours add to that.

    Warns
    -----
    UserWarning
        If light stands in the film, so that |M| in its middle, where spots are written, is no measure of
        what it is elsewhere.
    """
    places, wavelength = scan.spots.positions, scan.kernels.lens.wavelength
    low, high = places.min(axis=0), places.max(axis=0)
    centres, sides = [0.5 * (low + high)], high - low
    if sides.max() > PATCH * wavelength:
        centres = places[np.random.default_rng(0).integers(0, len(places), PATCHES)]
        sides = np.full(2, PATCH * wavelength)
    found = [np.quantile(_strengths(scan, centre, sides), 1 - SATURATED) for centre in centres]
    return float(max(found)) * standing(scan)


def _strengths(scan: Scan, centre: np.ndarray, sides: np.ndarray) -> np.ndarray:
    """|M| on a rectangle and half a wavelength around it."""
    wavelength = scan.kernels.lens.wavelength
    half = 0.5 * (sides + wavelength)
    lines = [
        np.linspace(c - h, c + h, int(2 * h / wavelength * POINTS_PER_WAVE) + 1)
        for c, h in zip(centre, half, strict=True)
    ]
    return np.linalg.norm(scan.magnetization(*lines), axis=-1)


def standing(scan: Scan) -> float:
    """Largest |M| through the film over that in its middle, of spots along x, y and z; 1 without a film."""
    basis = scan.kernels.basis
    film, lens = basis.setup.film, basis.setup.lens
    if film is None or not film.layers:
        return 1.0
    rows = np.asarray(basis.strongest(np.eye(3)))
    top, thickness = float(film.interfaces[0]), film.layers[0][1]
    x = np.linspace(-0.5, 0.5, POINTS_PER_WAVE + 1) * lens.wavelength
    z = top + thickness * np.linspace(0.0, 1.0, 2 * POINTS_PER_WAVE + 1)
    z[0], z[-1] = z[0] + 1e-6 * thickness, z[-1] - 1e-6 * thickness  # inside
    points = Grid(x, x, z).points
    fields = [basis.setup.fields(basis.front, at=points)]
    if basis.back:
        fields.append(basis.setup.fields(basis.back, back=True, at=points))
    written = np.asarray(induced_magnetization(np.tensordot(rows, np.concatenate(fields), 1)))
    strengths = np.linalg.norm(written, axis=-1).reshape(3, -1, len(z)).max(axis=1)
    ratio = float((strengths.max(axis=1) / strengths[:, len(z) // 2]).max())
    if ratio > STANDING:
        warnings.warn(
            f"light stands in the film: |M| in its depth is {ratio:.3g} times that in its middle, where "
            "it was to be 1; what is read is taken to be uniform through the film",
            stacklevel=3,
        )
    return ratio
