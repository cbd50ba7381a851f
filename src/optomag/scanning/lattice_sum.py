"""The scanned pattern of spots on a lattice: one discrete convolution on a raster with a point at every node.

All distances between a node and a point of the raster lie on the raster, so that the convolution is exact at
its points whatever the band: no finer raster, and nothing faded out that meets no pair. The
spectrum of sources P points apart is that of the lattice, repeated P times along each axis.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.fft import fft2, ifft, irfft, next_fast_len, rfft2

from optomag.scanning.kernels import Kernels
from optomag.scanning.lattice import turned
from optomag.scanning.pair_kernels import weight_products
from optomag.scanning.spectra import KernelSpectra
from optomag.scanning.table import Spots

MOST_POINTS = 2048
"""Along each side of a tile's raster with its surroundings, unless the reach needs more."""


@dataclass(frozen=True, eq=False)
class LatticeScanner:
    """Sums the exposures of spots on a lattice over square tiles of one size.

    Parameters
    ----------
    kernels : Kernels
    node : pair of float [m]
        Any node of the lattice, along its axes.
    steps : pair of float [m]
        Of the raster along these, which has a point at every node.
    pitch : pair of int
        Raster points per pitch along both.
    size : pair of int
        Raster points of a tile along both.
    margin : pair of int, optional
        Raster points around all spots in a tile that holds them all; by default they may lie anywhere.
    angle : float [rad]
        By which the lattice's axes are turned from x and y.
    farthest : pair of int, optional
        Raster steps from a spot along both axes beyond which no point is asked for.
    """

    kernels: Kernels
    node: tuple[float, float]
    steps: tuple[float, float]
    pitch: tuple[int, int]
    size: tuple[int, int]
    margin: tuple[int, int] | None = None
    angle: float = 0.0
    farthest: tuple[int, int] | None = None

    @staticmethod
    def largest(kernels: Kernels, steps: tuple[float, float]) -> int:
        """Raster points along a side of tiles as large as pays off."""
        reach = int(kernels.radius / min(steps))
        return max(MOST_POINTS, 4 * reach) - 2 * reach

    @cached_property
    def reach(self) -> tuple[int, int]:
        """Raster steps from a spot to the farthest point where it counts."""
        reach = [int(self.kernels.radius / step) for step in self.steps]
        if self.margin is not None:
            reach = [min(pair) for pair in zip(reach, self._span, strict=True)]
        if self.farthest is not None:
            reach = [min(pair) for pair in zip(reach, self.farthest, strict=True)]
        return reach[0], reach[1]

    @cached_property
    def nodes(self) -> tuple[int, int]:
        """Of the lattice, after which it repeats itself: no kernel meets itself or an image."""
        found = []
        for size, reach, span, points in zip(self.size, self.reach, self._span, self.pitch, strict=True):
            farthest = size + reach if self.margin is None else span
            found.append(int(next_fast_len(-(-(max(farthest, reach) + reach + 1) // points)) or 0))
        return found[0], found[1]

    @property
    def _span(self) -> list[int]:
        """Raster steps between the first spot and the last point of a tile that holds all spots."""
        return [max(n - 1 - m, 0) for n, m in zip(self.size, self.margin or (0, 0), strict=True)]

    @property
    def shape(self) -> tuple[int, int]:
        """Points of the raster along both axes, after which it repeats itself."""
        return self.nodes[0] * self.pitch[0], self.nodes[1] * self.pitch[1]

    @cached_property
    def response(self) -> KernelSpectra:
        """Spectra of the kernels, (points per pitch, nodes along the first axis, frequencies)."""
        placed = np.zeros(self.shape)
        around = np.ix_(*(np.arange(-n, n + 1) % m for n, m in zip(self.reach, self.shape, strict=True)))
        folded = self.pitch[0], self.nodes[0], self.shape[1] // 2 + 1

        def transform(component: np.ndarray) -> np.ndarray:
            placed[around] = component
            return np.asarray(rfft2(placed)).reshape(folded)

        kernels = self.kernels.faded(np.array(self.steps), self.reach, self.angle)
        return KernelSpectra.of(kernels, self.kernels.products, folded, transform)

    def magnetization(self, blocks: Iterable[Spots], corner: np.ndarray) -> LatticePattern:
        """What spots write in the tile that begins at a corner (2,) [m] along the axes, block by block."""
        first = self._index(np.asarray(corner))
        low, high = first - self.reach, first + self.size + self.reach
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
            (start + np.arange(count + 1)) % points
            for start, count, points in zip(first, self.size, self.shape, strict=True)
        )
        found = np.zeros((3, len(points_x), len(points_y)))
        if sums.any():
            frequencies = np.arange(self.shape[1] // 2 + 1) % self.nodes[1]
            sources = (np.asarray(fft2(part.reshape(self.nodes))).take(frequencies, 1) for part in sums)
            for component, spectrum in zip(found, self.response.times(sources), strict=True):
                half = np.asarray(ifft(spectrum.reshape(self.shape[0], -1), axis=0, overwrite_x=True))
                component[:] = np.asarray(irfft(half[points_x], self.shape[1], axis=1))[:, points_y]
        return LatticePattern(self, first, found)

    def index(self, positions: np.ndarray) -> np.ndarray:
        """Whole raster steps (n, 2) of positions (n, 2) [m] from the node."""
        return self._index(turned(positions, self.angle))

    def _index(self, places: np.ndarray) -> np.ndarray:
        return np.rint((places - np.array(self.node)) / self.steps).astype(np.int64)


@dataclass(frozen=True, eq=False)
class LatticePattern:
    """The magnetization at the raster's points in one tile.

    Attributes
    ----------
    scanner : LatticeScanner
    first : int64, shape (2,)
        Raster steps from the scanner's node to the tile's first point.
    values : float64, shape (3, size[0] + 1, size[1] + 1)
    """

    scanner: LatticeScanner
    first: np.ndarray
    values: np.ndarray

    def on_grid(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """M on the tensor grid of coordinates [m], along the axes, of raster points: float64 (nx, ny, 3)."""
        scanner = self.scanner
        i, j = (
            np.rint((line - node) / step).astype(np.int64) - first
            for line, node, step, first in zip((x, y), scanner.node, scanner.steps, self.first, strict=True)
        )
        return np.moveaxis(self.values[:, i[:, None], j], 0, -1)

    def at(self, positions: np.ndarray) -> np.ndarray:
        """M at positions (n, 2) [m] of raster points in the tile, float64 (n, 3)."""
        i, j = (self.scanner.index(positions) - self.first).T
        return self.values[:, i, j].T
