"""The raster on which a scanned pattern is stored, cut into square tiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optomag.errors import refuse, require_real
from optomag.scanning.kernels import ScanKernels
from optomag.scanning.lattice import Lattice
from optomag.scanning.lattice_sum import LatticeScanner
from optomag.scanning.pattern import TileScanner

MOST_RASTER_POINTS = 10**10
"""120 GB of pattern; a larger field is a mistake in the units or a job for several scans."""

SAMPLING = 1.25
"""Raster points per point that the band of M, 2 NA/wavelength, needs."""


@dataclass(frozen=True)
class Raster:
    """Points x + i step, y + j step, in tiles of side x side points.

    Attributes
    ----------
    x, y : float [m]
        First point.
    step : float [m]
    nx, ny : int
        Points along x and y.
    side : int
        Points along each side of a tile; those at the far ends may be cut.
    pitch : pair of int, optional
        Points per pitch along x and y of a lattice whose nodes, and spots, are points of the raster.
    margin : int
        Points in front of the first spot of a lattice, along x and along y.
    """

    x: float
    y: float
    step: float
    nx: int
    ny: int
    side: int
    pitch: tuple[int, int] | None = None
    margin: int = 0

    @property
    def tiles(self) -> tuple[int, int]:
        """How many tiles along x and y."""
        return -(-self.nx // self.side), -(-self.ny // self.side)

    @property
    def axes(self) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates [m] of all points along x and y."""
        return self.x + self.step * np.arange(self.nx), self.y + self.step * np.arange(self.ny)

    def slices(self, number: int) -> tuple[slice, slice]:
        """Which points tile `number` holds."""
        i, j = divmod(number, self.tiles[1])
        return tuple(  # type: ignore[return-value]
            slice(k * self.side, min((k + 1) * self.side, n)) for k, n in ((i, self.nx), (j, self.ny))
        )

    def corner(self, number: int) -> np.ndarray:
        """First point (2,) [m] of tile `number`."""
        return np.array([self.x, self.y]) + self.step * self.side * np.array(divmod(number, self.tiles[1]))

    def tile_of(self, positions: np.ndarray) -> np.ndarray:
        """Number of the tile in which each of positions (n, 2) [m] lies."""
        place = (positions - np.array([self.x, self.y])) / (self.step * self.side)
        i, j = np.clip(place.astype(np.int64), 0, np.array(self.tiles) - 1).T
        return i * self.tiles[1] + j

    def around(self, number: int, distance: float) -> list[int]:
        """Numbers of the tiles that a distance [m] from tile `number` may touch, itself among them."""
        rings = int(np.ceil(distance / (self.step * self.side)))
        i, j = divmod(number, self.tiles[1])
        rows, columns = (
            range(max(k - rings, 0), min(k + rings + 1, n)) for k, n in zip((i, j), self.tiles, strict=True)
        )
        return [row * self.tiles[1] + column for row in rows for column in columns]


def plan_raster(
    low: np.ndarray,
    high: np.ndarray,
    kernels: ScanKernels,
    *,
    margin: float,
    step: float | None = None,
    lattice: Lattice | None = None,
) -> Raster:
    """Raster over a field of spots; one with a point at each of them where they lie on a lattice.

    Parameters
    ----------
    low, high : float64, shape (2,) [m]
        Corners of the field.
    kernels : ScanKernels
    margin : float [m]
        Left around the spots.
    step : float, optional [m]
        Of the raster; by default 0.8 of the longest that still holds all of M, wavelength/(4 NA), or less on
        a lattice.
    lattice : Lattice, optional
        On which all spots lie.

    Raises
    ------
    InvalidInputError
        If the field takes more raster points than can be stored, or the step is too long for M or a tile.
    """
    lens = kernels.basis.setup.lens
    longest = lens.wavelength / (4 * lens.na)
    if step is None:
        step = (lattice and lattice.step(longest / SAMPLING)) or longest / SAMPLING
    else:
        step = require_real("step", step, above=0)
    if step > longest * (1 + 1e-9):
        rule = f"at most wavelength/(4 NA), {longest * 1e9:.4g} nm, between whose points nothing of M is lost"
        refuse("step", rule, f"{step * 1e9:.4g} nm")
    with np.errstate(over="ignore"):  # of a field that is then refused
        sides = high - low
        counts = np.floor((sides + 2 * margin) / step + 1e-9) + 1
        points = np.prod(counts)
    if points > MOST_RASTER_POINTS:
        rule = f"within a field of {MOST_RASTER_POINTS:.0e} raster points"
        size = " x ".join(f"{side * 1e3:.4g} mm" for side in sides)
        advice = "Positions are in nm; split the scan."
        refuse("spots", rule, f"a field of {size}, {points:.2g} points", advice)
    nx, ny = counts.astype(int).tolist()
    pitch = lattice and lattice.on_raster(step)
    before = 0
    if pitch:
        before = int(margin / step + 1e-9)
        margin = before * step
        nx, ny = (np.rint(sides / step).astype(int) + 2 * before + 1).tolist()
        side = LatticeScanner.largest(kernels, step)
    else:
        largest = TileScanner.largest(kernels, max(nx, ny) * step).side
        side = int(largest / step + 1e-9)
        if side < 1:
            refuse("step", f"at most {largest:.3g} m, the side of a tile", step)
    side = -(-max(nx, ny) // -(-max(nx, ny) // side))  # as many tiles, of one size rather than one cut off
    x, y = (low - margin).tolist()
    return Raster(x, y, step, nx, ny, side, pitch, before)


def tile_scanner(raster: Raster, kernels: ScanKernels, rtol: float) -> TileScanner | LatticeScanner:
    """What sums the tiles of a raster that covers all spots, which a single tile then holds itself."""
    alone = raster.tiles == (1, 1)
    if raster.pitch:
        node = raster.x + raster.margin * raster.step, raster.y + raster.margin * raster.step
        margin = raster.margin if alone else None
        return LatticeScanner(kernels, node, raster.step, raster.pitch, raster.side, margin)
    return TileScanner(kernels, raster.side * raster.step, rtol, apron=0.0 if alone else None)
