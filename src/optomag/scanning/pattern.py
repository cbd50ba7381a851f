"""The scanned pattern, tile by tile: sources spread onto a raster, one product of spectra, and read back.

M(r) = sum over spots s of t_s sum_p q_sp K_p(r - r_s) is a convolution of weight products q with the kernels
of `optomag.scanning.kernels`. It costs a few Fourier transforms a tile, however many spots lie in it, and
spots may lie anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.fft import irfft2, next_fast_len, rfft2

from optomag.errors import refuse, require_finite_array
from optomag.scanning.kernels import ScanKernels, weight_products
from optomag.scanning.spectra import KernelSpectra
from optomag.scanning.stencil import SPREAD_AT_ONCE, Stencil
from optomag.scanning.table import Spots

DEFAULT_RTOL = 1e-7
MOST_POINTS = 2048
"""Along each side of a tile's raster with its surroundings, unless the reach needs more."""


@dataclass(frozen=True, eq=False)
class TileScanner:
    """Sums the exposures over square tiles of one size.

    Parameters
    ----------
    kernels : ScanKernels
    side : float [m]
        Of the tiles.
    rtol : float, default 1e-7
        Error of the stencils relative to the largest magnetization.
    apron : float, optional [m]
        How far around a tile there may be spots that count; by default the reach. A tile that holds all spots
        needs none, and a smaller raster.
    """

    kernels: ScanKernels
    side: float
    rtol: float = DEFAULT_RTOL
    apron: float | None = None

    @classmethod
    def largest(cls, kernels: ScanKernels, extent: float, *, rtol: float = DEFAULT_RTOL) -> TileScanner:
        """Tiles as large as pays off, but not larger than the pattern."""
        points = max(MOST_POINTS, int(4 * kernels.radius / kernels.coarsest_step))
        return cls(kernels, min(extent, points * kernels.coarsest_step - 2 * kernels.radius), rtol)

    @cached_property
    def stencil(self) -> Stencil:
        """How spots go onto the raster."""
        return Stencil.of_tolerance(self.rtol)

    @property
    def surroundings(self) -> float:
        """Width [m] of the strip around a tile whose spots count."""
        return self.kernels.radius if self.apron is None else min(self.apron, self.kernels.radius)

    @property
    def width(self) -> float:
        """Of the raster [m], which repeats itself: no kernel meets itself, nor a spot's next image a tile."""
        radius = self.kernels.radius
        return max(self.side + self.surroundings + radius, 2 * radius)

    @cached_property
    def points(self) -> int:
        """Along each side of the raster."""
        needed = self.width / self.kernels.coarsest_step
        return int(next_fast_len(int(np.ceil(needed)) + 2, real=True) or 0)

    @cached_property
    def step(self) -> float:
        """Of the raster [m]."""
        return self.width / (self.points - 2)

    @cached_property
    def response(self) -> KernelSpectra:
        """Spectra of the kernels over those of both stencils, on the band only."""
        along_x, along_y = np.fft.fftfreq(self.points)[self._rows], np.arange(self._high + 1) / self.points
        blur = np.outer(self.stencil.transform(along_x), self.stencil.transform(along_y))
        inverse = 1 / blur**2
        placed = np.zeros((self.points, self.points))

        def transform(component: np.ndarray) -> np.ndarray:
            half = len(component) // 2
            around = np.arange(-half, half + 1) % self.points
            placed[np.ix_(around, around)] = component
            return np.asarray(rfft2(placed))[self._band] * inverse

        return KernelSpectra.of(self.kernels.faded(self.step), inverse.shape, transform)

    def magnetization(self, blocks: Iterable[Spots], corner: np.ndarray) -> TilePattern:
        """What spots write in the tile that begins at a corner (2,) [m]; they come block by block."""
        first = np.asarray(corner) - self.surroundings
        last = np.asarray(corner) + self.side + self.surroundings
        raster = np.zeros((self.kernels.products, self.points**2))
        for block in blocks:
            near = block.within(first, last)
            for part in near.split(SPREAD_AT_ONCE):
                matrix = self.stencil.spreading((part.positions - first) / self.step, self.points)
                products = part.exposures[:, None] * weight_products(part.rows)
                for sums, sources in zip(raster, products.T, strict=True):
                    sums += matrix @ np.ascontiguousarray(sources)
        if not raster.any():  # a tile far from every spot
            return TilePattern(self, first, np.zeros((3, self.points, self.points)))
        sources = (np.asarray(rfft2(sums.reshape(self.points, self.points)))[self._band] for sums in raster)
        return TilePattern(self, first, self._synthesised(self.response.times(sources)))

    def _synthesised(self, spectrum: np.ndarray) -> np.ndarray:
        whole = np.zeros((self.points, self.points // 2 + 1), dtype=np.complex128)
        found = np.empty((3, self.points, self.points))
        for component, part in zip(found, spectrum, strict=True):
            whole[self._band] = part
            component[:] = np.asarray(irfft2(whole, s=component.shape))
        return found

    @cached_property
    def _high(self) -> int:
        return int(self.kernels.band * self.points * self.step)

    @cached_property
    def _rows(self) -> np.ndarray:
        return np.arange(-self._high, self._high + 1) % self.points

    @cached_property
    def _band(self) -> tuple[np.ndarray, np.ndarray]:
        return self._rows[:, None], np.arange(self._high + 1)[None]


@dataclass(frozen=True, eq=False)
class TilePattern:
    """The magnetization within one tile, to be read anywhere in it.

    Attributes
    ----------
    scanner : TileScanner
    first : float64, shape (2,) [m]
        First point of the raster, in front of the tile and what surrounds it.
    values : float64, shape (3, points, points)
        What the stencil turns into M.
    """

    scanner: TileScanner
    first: np.ndarray
    values: np.ndarray

    def on_grid(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """M on the tensor grid of coordinates [m] within the tile, float64 (nx, ny, 3)."""
        scanner = self.scanner
        to_x, to_y = (
            scanner.stencil.interpolation((line - first) / scanner.step, scanner.points)
            for line, first in zip((x, y), self.first, strict=True)
        )
        parts = [to_y @ (to_x @ component).T for component in self.values]
        return np.stack([part.T for part in parts], axis=-1)

    def at(self, positions: np.ndarray) -> np.ndarray:
        """M at positions (n, 2) [m] within the tile, float64 (n, 3)."""
        scanner, found = self.scanner, []
        for start in range(0, len(positions), SPREAD_AT_ONCE):
            places = (positions[start : start + SPREAD_AT_ONCE] - self.first) / scanner.step
            reading = scanner.stencil.spreading(places, scanner.points).T
            found.append(np.stack([reading @ component.ravel() for component in self.values], axis=-1))
        return np.concatenate(found) if found else np.empty((0, 3))


def require_axis(name: str, line: Any) -> np.ndarray:
    """Return coordinates as a float64 array (n,), if they are finite and ascending."""
    values = require_finite_array(name, line, shape="(n,)", ndim=1)
    if np.any(np.diff(values) <= 0):
        refuse(name, "strictly increasing", line)
    return values


def scan_pattern(spots: Spots, kernels: ScanKernels, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Magnetization that a scan writes on a grid, in memory.

    Parameters
    ----------
    spots : Spots
        As `design_spots` makes them.
    kernels : ScanKernels
        Of the same basis.
    x, y : float64, shapes (nx,) and (ny,) [m]
        Ascending coordinates of the grid.

    Returns
    -------
    float64, shape (nx, ny, 3)
        Sum over the spots of exposure times the magnetization of each, gamma = 1, dimensionless.

    Raises
    ------
    InvalidInputError
        If a coordinate axis is not one-dimensional, finite and ascending.
    """
    lines = require_axis("x", x), require_axis("y", y)
    extent = max(float(line[-1] - line[0]) for line in lines) + kernels.coarsest_step
    scanner = TileScanner.largest(kernels, extent)
    if scanner.side >= extent:
        overhang = [
            max(line[0] - places.min(), places.max() - line[-1])
            for line, places in zip(lines, spots.positions.T, strict=True)
        ]
        slack = kernels.coarsest_step  # rounding must not lose the outermost spots
        scanner = replace(scanner, apron=max(0.0, *overhang) + slack)
    found = np.empty((len(lines[0]), len(lines[1]), 3))
    tile_x, tile_y = (((line - line[0]) / scanner.side).astype(int) for line in lines)
    for i in np.unique(tile_x):
        for j in np.unique(tile_y):
            corner = np.array([lines[0][0], lines[1][0]]) + np.array([i, j]) * scanner.side
            here = np.ix_(tile_x == i, tile_y == j)
            pattern = scanner.magnetization([spots], corner)
            found[here] = pattern.on_grid(lines[0][tile_x == i], lines[1][tile_y == j])
    return found
