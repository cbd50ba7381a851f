"""How much of a pattern is full magnetization: the medium knows no more than |m| = 1."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from optomag.grid import Grid
from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.scanning.lattice_sum import LatticeScanner
from optomag.scanning.pattern import TileScanner
from optomag.scanning.raster import Raster, plan_raster, tile_scanner
from optomag.scanning.scan import Scan
from optomag.scanning.table import Spots

PATCH = 24.0
"""Side [wavelengths] of the part of a larger pattern whose |M| is looked at."""

RTOL = 1e-6
"""Of |M|; quantiles vary far more from part to part."""

POINTS_PER_WAVE = 10
SATURATED = 1e-3
"""Part of the area that may be beyond full scale."""

STANDING = 1.5
"""|M| in the depth of a film over that in its middle from which on light stands in it."""


def full_scale(scan: Scan) -> float:
    """The |M| of a pattern that is to be full magnetization, |m| = 1, gamma = 1, dimensionless.

    All but a thousandth of the area is below it, at all depths of the film; of a large pattern, of a part. A
    spot by itself has |M| = 1 at its centre (unless exposures say otherwise), neighbours add to that.

    Warns
    -----
    UserWarning
        If light stands in the film, so that |M| in its middle, where spots are written, is no measure of
        what it is elsewhere.
    """
    part, wavelength = scan.spots, scan.kernels.lens.wavelength
    places = part.positions
    middle = places[np.argmin(((places - np.median(places, axis=0)) ** 2).sum(axis=1))]
    part = part.within(middle - 0.5 * PATCH * wavelength, middle + 0.5 * PATCH * wavelength)
    return FullScale.of(Scan.of(part, scan.kernels.basis)).scale(part)


@dataclass(frozen=True, eq=False)
class FullScale:
    """`full_scale` of any spots at the same places."""

    raster: Raster
    scanner: TileScanner | LatticeScanner
    standing: float

    @classmethod
    def of(cls, scan: Scan) -> FullScale:
        """For the places of a scan."""
        raster = plan_raster(scan.field, scan.kernels, margin=0.5 * scan.kernels.lens.wavelength)
        return cls(raster, tile_scanner(raster, scan.kernels, RTOL), standing(scan.kernels.basis))

    def scale(self, spots: Spots) -> float:
        """What is full magnetization for these spots."""
        x, y = self.raster.axes
        whole, side = [], self.raster.side
        for number in range(int(np.prod(self.raster.tiles))):
            i, j = divmod(number, self.raster.tiles[1])
            tile = self.scanner.magnetization([spots], self.raster.corner(number))
            M = tile.on_grid(x[i * side : (i + 1) * side], y[j * side : (j + 1) * side])
            whole.append(np.linalg.norm(M, axis=-1).ravel())
        return float(np.quantile(np.concatenate(whole), 1 - SATURATED)) * self.standing


def standing(basis: BeamBasis) -> float:
    """Largest |M| through the film over that in its middle, of spots along x, y and z; 1 without a film."""
    film, lens = basis.setup.film, basis.setup.lens
    if film is None or not np.isfinite(film.magnet_span[1]):
        return 1.0
    rows = np.asarray(basis.strongest(np.eye(3)))
    top, thickness = film.magnet_span[0], film.layers[film.magnet_layer - 1][1]
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
