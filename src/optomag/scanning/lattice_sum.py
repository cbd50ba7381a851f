"""The scanned pattern of spots on a lattice: one discrete convolution on a raster with a point at every node.

All distances between a node and a point of the raster lie on the raster, so that the convolution is exact at
its points whatever the band: no stencil, no finer raster, and nothing faded out that meets no pair. The
spectrum of sources P points apart is that of the lattice, repeated P times along each axis.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.fft import fft2, ifft, irfft, next_fast_len, rfft2

from optomag.scanning.kernels import ScanKernels, weight_products
from optomag.scanning.spectra import KernelSpectra
from optomag.scanning.table import Spots

MOST_POINTS = 2048
"""Along each side of a tile's raster with its surroundings, unless the reach needs more."""


@dataclass(frozen=True, eq=False)
class LatticeScanner:
    """Sums the exposures of spots on a lattice over square tiles of one size.

    Parameters
    ----------
    kernels : ScanKernels
    node : pair of float [m]
        Any node of the lattice.
    step : float [m]
        Of the raster, which has a point at every node.
    pitch : pair of int
        Raster points per pitch along x and y.
    side : int
        Raster points along each side of a tile.
    margin : int, optional
        Raster points around all spots in a tile that holds them all; by default they may lie anywhere.
    """

    kernels: ScanKernels
    node: tuple[float, float]
    step: float
    pitch: tuple[int, int]
    side: int
    margin: int | None = None

    @staticmethod
    def largest(kernels: ScanKernels, step: float) -> int:
        """Raster points along a side of tiles as large as pays off."""
        reach = int(kernels.radius / step)
        return max(MOST_POINTS, 4 * reach) - 2 * reach

    @cached_property
    def reach(self) -> int:
        """Raster steps from a spot to the farthest point where it counts."""
        reach = int(self.kernels.radius / self.step)
        return reach if self.margin is None else max(min(reach, self.side - 1 - self.margin), 0)

    @cached_property
    def nodes(self) -> tuple[int, int]:
        """Of the lattice along x and y, after which it repeats itself: no kernel meets itself or an image."""
        farthest = self.side + self.reach if self.margin is None else self.side - 1 - self.margin
        needed = max(farthest, self.reach) + self.reach + 1
        return tuple(int(next_fast_len(-(-needed // points)) or 0) for points in self.pitch)  # type: ignore[return-value]

    @property
    def shape(self) -> tuple[int, int]:
        """Points of the raster along x and y, after which it repeats itself."""
        return self.nodes[0] * self.pitch[0], self.nodes[1] * self.pitch[1]

    @cached_property
    def response(self) -> KernelSpectra:
        """Spectra of the kernels, of shape (points per pitch, nodes along x, frequencies along y)."""
        placed = np.zeros(self.shape)
        line = np.arange(-self.reach, self.reach + 1)
        around = np.ix_(line % self.shape[0], line % self.shape[1])
        folded = self.pitch[0], self.nodes[0], self.shape[1] // 2 + 1

        def transform(component: np.ndarray) -> np.ndarray:
            placed[around] = component
            return np.asarray(rfft2(placed)).reshape(folded)

        return KernelSpectra.of(self.kernels.faded(self.step, self.reach), folded, transform)

    def magnetization(self, blocks: Iterable[Spots], corner: np.ndarray) -> LatticePattern:
        """What spots write in the tile that begins at a corner (2,) [m]; they come block by block."""
        first = self.index(np.asarray(corner))
        low, high = first - self.reach, first + self.side + self.reach
        size = self.nodes[0] * self.nodes[1]
        sums = np.zeros((self.kernels.products, size))
        for block in blocks:
            index = self.index(block.positions)
            near = ((index >= low) & (index <= high)).all(axis=1)
            if not near.any():
                continue
            i, j = (index[near] // self.pitch % self.nodes).T
            products = block.exposures[near, None] * weight_products(block.rows[near])
            for product, weights in zip(sums, products.T, strict=True):
                product += np.bincount(i * self.nodes[1] + j, weights, size)
        # one point more than the tile has: rounding may take a spot at its far side for its own
        points_x, points_y = (
            (start + np.arange(self.side + 1)) % points
            for start, points in zip(first, self.shape, strict=True)
        )
        found = np.zeros((3, self.side + 1, self.side + 1))
        if sums.any():
            frequencies = np.arange(self.shape[1] // 2 + 1) % self.nodes[1]
            sources = (np.asarray(fft2(part.reshape(self.nodes))).take(frequencies, 1) for part in sums)
            for component, spectrum in zip(found, self.response.times(sources), strict=True):
                half = np.asarray(ifft(spectrum.reshape(self.shape[0], -1), axis=0, overwrite_x=True))
                component[:] = np.asarray(irfft(half[points_x], self.shape[1], axis=1))[:, points_y]
        return LatticePattern(self, first, found)

    def index(self, positions: np.ndarray) -> np.ndarray:
        """Whole raster steps (..., 2) from the node."""
        return np.rint((positions - np.array(self.node)) / self.step).astype(np.int64)


@dataclass(frozen=True, eq=False)
class LatticePattern:
    """The magnetization at the raster's points in one tile.

    Attributes
    ----------
    scanner : LatticeScanner
    first : int64, shape (2,)
        Raster steps from the scanner's node to the tile's first point.
    values : float64, shape (3, side + 1, side + 1)
    """

    scanner: LatticeScanner
    first: np.ndarray
    values: np.ndarray

    def on_grid(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """M on the tensor grid of coordinates [m] of raster points in the tile, float64 (nx, ny, 3)."""
        scanner = self.scanner
        i, j = (
            np.rint((line - node) / scanner.step).astype(np.int64) - first
            for line, node, first in zip((x, y), scanner.node, self.first, strict=True)
        )
        return np.moveaxis(self.values[:, i[:, None], j], 0, -1)

    def at(self, positions: np.ndarray) -> np.ndarray:
        """M at positions (n, 2) [m] of raster points in the tile, float64 (n, 3)."""
        i, j = (self.scanner.index(positions) - self.first).T
        return self.values[:, i, j].T
