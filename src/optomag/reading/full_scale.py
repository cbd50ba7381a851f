"""How much of a pattern is full magnetization: the medium knows no more than |m| = 1."""

from __future__ import annotations

import warnings

import numpy as np

from optomag.grid import Grid
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.scanning.scan import Scan

PATCH = 12.0
"""Sides [wavelengths] of the middle part of a pattern whose |M| is looked at."""

POINTS_PER_WAVE = 10
SATURATED = 1e-3
"""Part of the area that may be beyond full scale."""

STANDING = 1.5
"""|M| in the depth of a film over that in its middle from which on light stands in it."""


def full_scale(scan: Scan) -> float:
    """The |M| of a pattern that is to be full magnetization, |m| = 1, gamma = 1, dimensionless.

    All but a thousandth of the middle of the pattern is below it, at all depths of the film. A spot by itself
    has |M| = 1 at its centre (unless exposures say otherwise), neighbours add to that.

    Warns
    -----
    UserWarning
        If light stands in the film, so that |M| in its middle, where spots are written, is no measure of
        what it is elsewhere.
    """
    places = scan.spots.positions
    wavelength = scan.kernels.lens.wavelength
    low, high = places.min(axis=0), places.max(axis=0)
    middle, half = 0.5 * (low + high), 0.5 * np.minimum(high - low, PATCH * wavelength) + 0.5 * wavelength
    lines = [
        np.linspace(c - h, c + h, int(2 * h / wavelength * POINTS_PER_WAVE) + 1)
        for c, h in zip(middle, half, strict=True)
    ]
    strengths = np.linalg.norm(scan.magnetization(*lines), axis=-1)
    return float(np.quantile(strengths, 1 - SATURATED)) * standing(scan)


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
