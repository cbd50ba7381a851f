"""How much of a pattern is full magnetization: the medium knows no more than |m| = 1."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optomag.grid import Grid
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.scanning.pattern import TileScanner, grid_scanner, on_lines
from optomag.scanning.scan import Scan
from optomag.scanning.table import Spots

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
    return FullScale.of(scan).of_spots(scan.spots)


@dataclass(frozen=True, eq=False)
class FullScale:
    """Looks for the full scale of whatever is written at the same places: kernels are prepared once.

    Attributes
    ----------
    grids : sequence of pairs of float64 (nx,) and (ny,) [m]
        Parts of the pattern that are looked at; the brightest counts.
    scanner : TileScanner
    standing : float
        Largest |M| through the film over that in its middle.
    """

    grids: Sequence[tuple[np.ndarray, np.ndarray]]
    scanner: TileScanner
    standing: float

    @classmethod
    def of(cls, scan: Scan) -> FullScale:
        """That for the places and kernels of a scan; warns as `full_scale` does."""
        places, wavelength = scan.spots.positions, scan.kernels.lens.wavelength
        low, high = places.min(axis=0), places.max(axis=0)
        centres, sides = [0.5 * (low + high)], high - low
        if sides.max() > PATCH * wavelength:
            centres = places[np.random.default_rng(0).integers(0, len(places), PATCHES)]
            sides = np.full(2, PATCH * wavelength)
        half = 0.5 * (sides + wavelength)  # half a wavelength around
        counts = (2 * half / wavelength * POINTS_PER_WAVE).astype(int) + 1
        grids = []
        for centre in centres:
            x, y = (np.linspace(c - h, c + h, n) for c, h, n in zip(centre, half, counts, strict=True))
            grids.append((x, y))
        return cls(grids, grid_scanner(places, scan.kernels, grids), standing(scan))

    def of_spots(self, spots: Spots) -> float:
        """Full scale of what spots write."""
        lengths = (np.linalg.norm(on_lines(spots, self.scanner, *lines), axis=-1) for lines in self.grids)
        return float(max(np.quantile(part, 1 - SATURATED) for part in lengths)) * self.standing


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
            stacklevel=4,
        )
    return ratio
