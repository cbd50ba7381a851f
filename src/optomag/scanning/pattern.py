"""The scanned pattern of spots that lie anywhere, tile by tile: one product of spectra.

M(r) = sum over spots s of t_s sum_p q_sp K_p(r - r_s) is a convolution of weight products q with the faded
kernels of `optomag.scanning.kernels`, which are band-limited: the Fourier coefficients of the sources, times
those of the kernels, are those of M.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.fft import next_fast_len, rfft2

from optomag.errors import refuse, require_finite_array
from optomag.scanning.fourier import coefficients, values_at, values_on_grid
from optomag.scanning.kernels import Kernels
from optomag.scanning.pair_kernels import weight_products
from optomag.scanning.spectra import KernelSpectra
from optomag.scanning.table import Spots

DEFAULT_RTOL = 1e-7
MOST_POINTS = 2048
"""Along each side of the kernels' raster for a tile with its surroundings, unless the reach needs more."""


@dataclass(frozen=True, eq=False)
class TileScanner:
    """Sums the exposures over square tiles of one size.

    Parameters
    ----------
    kernels : Kernels
    side : float [m]
        Of the tiles.
    rtol : float, default 1e-7
        Error of the sums relative to the largest magnetization.
    apron : float, optional [m]
        How far around a tile there may be spots that count; by default the reach. A tile that holds all spots
        needs none, and fewer waves.
    """

    kernels: Kernels
    side: float
    rtol: float = DEFAULT_RTOL
    apron: float | None = None

    @classmethod
    def largest(cls, kernels: Kernels, extent: float, *, rtol: float = DEFAULT_RTOL) -> TileScanner:
        """Tiles as large as pays off, but not larger than the pattern."""
        points = max(MOST_POINTS, int(4 * kernels.radius / kernels.coarsest_step))
        return cls(kernels, min(extent, points * kernels.coarsest_step - 2 * kernels.radius), rtol)

    @property
    def surroundings(self) -> float:
        """Width [m] of the strip around a tile whose spots count."""
        return self.kernels.radius if self.apron is None else min(self.apron, self.kernels.radius)

    @property
    def period(self) -> float:
        """After which all repeats itself [m]: no kernel meets itself, nor a spot's image a tile."""
        radius = self.kernels.radius + self.kernels.coarsest_step
        return max(self.side + self.surroundings + radius, 2 * radius)

    @cached_property
    def high(self) -> int:
        """Highest frequency [waves per period]."""
        return int(self.kernels.band * self.period)

    @cached_property
    def response(self) -> KernelSpectra:
        """Fourier coefficients of the kernels."""
        points = int(next_fast_len(int(np.ceil(self.period / self.kernels.coarsest_step)), real=True) or 0)
        rows = np.arange(-self.high, self.high + 1) % points
        placed = np.zeros((points, points))

        def transform(component: np.ndarray) -> np.ndarray:
            half = len(component) // 2
            around = np.arange(-half, half + 1) % points
            placed[np.ix_(around, around)] = component
            return np.asarray(rfft2(placed, norm="forward"))[rows, : self.high + 1]

        steps = np.full(2, self.period / points)
        shape = 2 * self.high + 1, self.high + 1
        return KernelSpectra.of(self.kernels.faded(steps), self.kernels.products, shape, transform)

    def magnetization(self, blocks: Iterable[Spots], corner: np.ndarray) -> TilePattern:
        """What spots write in the tile that begins at a corner (2,) [m]; they come block by block."""
        first = np.asarray(corner) - self.surroundings
        last = np.asarray(corner) + self.side + self.surroundings
        places, products = [np.empty((0, 2))], [np.empty((0, self.kernels.products))]
        for block in blocks:
            near = block.within(first, last)
            places.append(near.positions)
            products.append(near.exposures[:, None] * weight_products(near.rows))
        x, y = self.angles(np.concatenate(places), first)
        weights = np.concatenate(products).T

        if weights.size == 0:  # a tile far from every spot
            return TilePattern(self, first, np.zeros((3, *self.response.shape), dtype=np.complex128))
        sources = coefficients(x, y, weights, self.high, self.rtol)
        return TilePattern(self, first, self.response.times(sources))

    def angles(self, positions: np.ndarray, first: np.ndarray) -> np.ndarray:
        """Positions (n, 2) [m] as parts of the period, float64 (2, n) [rad]."""
        return np.ascontiguousarray((positions - first).T) * (2 * np.pi / self.period)


@dataclass(frozen=True, eq=False)
class TilePattern:
    """The magnetization within one tile, to be read anywhere in it.

    Attributes
    ----------
    scanner : TileScanner
    first : float64, shape (2,) [m]
        Where the period begins, in front of the tile and what surrounds it.
    spectrum : complex128, shape (3, 2 high + 1, high + 1)
        Fourier coefficients of M (`optomag.scanning.fourier`).
    """

    scanner: TileScanner
    first: np.ndarray
    spectrum: np.ndarray

    def on_grid(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """M on the tensor grid of coordinates [m] within the tile, float64 (nx, ny, 3)."""
        turn = 2 * np.pi / self.scanner.period
        a, b = ((line - first) * turn for line, first in zip((x, y), self.first, strict=True))
        return np.moveaxis(values_on_grid(a, b, self.spectrum, self.scanner.rtol), 0, -1)

    def at(self, positions: np.ndarray) -> np.ndarray:
        """M at positions (n, 2) [m] within the tile, float64 (n, 3)."""
        x, y = self.scanner.angles(positions, self.first)
        return values_at(x, y, self.spectrum, self.scanner.rtol).T


def require_axis(name: str, line: Any) -> np.ndarray:
    """Return coordinates as a float64 array (n,), if they are finite and ascending."""
    values = require_finite_array(name, line, shape="(n,)", ndim=1)
    if np.any(np.diff(values) <= 0):
        refuse(name, "strictly increasing", line)
    return values


def scan_pattern(spots: Spots, kernels: Kernels, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Magnetization that a scan writes on a grid, in memory.

    Parameters
    ----------
    spots : Spots
        As `design_spots` makes them.
    kernels : Kernels
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
