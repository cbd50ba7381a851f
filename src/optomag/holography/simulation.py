"""What light does at a written pattern, from the pattern itself and by nothing that designed it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optomag.holography.patch import Patch, unit_directions
from optomag.holography.polarization import analysed, collected, incident_field, radiated_field
from optomag.holography.spectra import plane_transform
from optomag.scanning.pattern import DEFAULT_RTOL
from optomag.scanning.raster import plan_raster, tile_scanner
from optomag.scanning.scan import Scan

MARGIN = 8.0
"""Wavelengths around the spots at which the pattern ends; what is beyond shows in the fourth digit only."""

SATURATED = 1e-3
"""Part of the patch that may be beyond full scale, as when patterns are read out."""

SAMPLES = 4
"""Along each side of a camera's pixel; the intensity has at most one period in the pixel of a page."""


@dataclass(frozen=True, eq=False)
class WrittenPattern:
    """A finite patch of magnetization that all exposures wrote, and the far field of its dipoles.

    Attributes
    ----------
    scan : Scan
        Of the spots of the patch.
    patch : Patch
    """

    scan: Scan
    patch: Patch

    @cached_property
    def raster(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """x (nx,), y (ny,) [m] and M (nx, ny, 3) on a raster that holds all of it."""
        kernels = self.scan.kernels
        raster = plan_raster(self.scan.field, kernels, margin=MARGIN * self.patch.lens.wavelength)
        scanner = tile_scanner(raster, kernels, DEFAULT_RTOL)
        x, y = raster.axes
        found = np.empty((raster.nx, raster.ny, 3))
        for number in range(raster.tiles[0] * raster.tiles[1]):
            along_x, along_y = raster.slices(number)
            tile = scanner.magnetization([self.scan.spots], raster.corner(number))
            found[along_x, along_y] = tile.on_grid(x[along_x], y[along_y])
        return x, y, found

    @cached_property
    def full_scale(self) -> float:
        """The |M| that is full magnetization: of all but a thousandth of the patch."""
        x, y, M = self.raster
        half = 0.5 * self.patch.pitch
        first, last = self.patch.nodes[0] - half, self.patch.nodes[-1] + half
        inside = np.ix_((x >= first) & (x <= last), (y >= first) & (y <= last))
        return float(np.quantile(np.linalg.norm(M[inside], axis=-1), 1 - SATURATED))

    @cached_property
    def _at_pixels(self) -> np.ndarray:
        return self.spectrum(self.patch.sines, self.patch.sines)

    def spectrum(self, sines_x: np.ndarray, sines_y: np.ndarray) -> np.ndarray:
        """M(G) that is seen at these direction cosines, complex128 (kx, ky, 3) [m^2]."""
        x, y, M = self.raster
        waves = self.patch.waves(sines_x, sines_y)
        return np.stack([plane_transform(M[..., c], x, y, *waves) for c in range(3)], axis=-1)

    def amplitudes(
        self,
        light: str,
        analyser: str,
        sines_x: np.ndarray | None = None,
        sines_y: np.ndarray | None = None,
    ) -> np.ndarray:
        """Light behind the analyser, complex128 (kx, ky), x first; by default at the pixels.

        Over theta_F t and per pixel: the squares of all pixels add up to the part of the light on the patch
        that a full scale of M = 1 would diffract into them.
        """
        patch = self.patch
        if sines_x is None or sines_y is None:
            spectrum, directions = self._at_pixels, patch.directions
        else:
            spectrum, directions = self.spectrum(sines_x, sines_y), unit_directions(sines_x, sines_y)
        field = radiated_field(spectrum, incident_field(light, patch.incidence), directions)
        scale = patch.area * np.sqrt(np.cos(patch.incidence))
        return analysed(collected(field, directions), analyser) / scale

    def intensity(self, light: str, analyser: str, fill: float) -> np.ndarray:
        """Squares of the amplitudes in the middles of the pixels, or averaged over a part of their sides.

        Float64 (side, side), x first.
        """
        if fill == 0:
            return np.abs(self.amplitudes(light, analyser)) ** 2
        sines, side = self.patch.sines, self.patch.side
        within = fill * ((np.arange(SAMPLES) + 0.5) / SAMPLES - 0.5) * (sines[1] - sines[0])
        fine = (sines[:, None] + within).ravel()
        seen = np.abs(self.amplitudes(light, analyser, fine, fine)) ** 2
        return seen.reshape(side, SAMPLES, side, SAMPLES).mean(axis=(1, 3))
