"""The raster on which a scanned pattern is stored, cut into square tiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optomag.errors import refuse
from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.optics.objective import Objective
from optomag.scanning.kernels import Kernels
from optomag.scanning.lattice import Lattice, turned
from optomag.scanning.lattice_sum import LatticeScanner
from optomag.scanning.pattern import TileScanner
from optomag.scanning.radial_kernels import few_orders
from optomag.scanning.reach import Round, Window, automatic_window
from optomag.scanning.spacing import require_step

MOST_RASTER_POINTS = 10**10
"""120 GB of pattern; a larger field is a mistake in the units or a job for several scans."""

SAMPLING = 1.25
"""Raster points per point that the band of M, 2 NA/wavelength, needs."""


@dataclass(frozen=True)
class Raster:
    """Points x + i steps[0], y + j steps[1] along axes that may be turned, in tiles of side x side points.

    Attributes
    ----------
    x, y : float [m]
        First point, along the axes.
    steps : pair of float [m]
    nx, ny : int
        Points along the axes.
    side : int
        Points along each side of a tile; those at the far ends may be cut.
    pitch : pair of int, optional
        Points per pitch along the axes of a lattice whose nodes, and spots, are points of the raster.
    margin : pair of int
        Points in front of the first spot of a lattice, along both axes.
    angle : float [rad]
        By which the raster's axes are turned from x and y.
    """

    x: float
    y: float
    steps: tuple[float, float]
    nx: int
    ny: int
    side: int
    pitch: tuple[int, int] | None = None
    margin: tuple[int, int] = (0, 0)
    angle: float = 0.0

    @property
    def tiles(self) -> tuple[int, int]:
        """How many tiles along the two axes."""
        return -(-self.nx // self.side), -(-self.ny // self.side)

    @property
    def axes(self) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates [m] of all points along the two axes."""
        return self.x + self.steps[0] * np.arange(self.nx), self.y + self.steps[1] * np.arange(self.ny)

    def slices(self, number: int) -> tuple[slice, slice]:
        """Which points tile `number` holds."""
        i, j = divmod(number, self.tiles[1])
        return tuple(  # type: ignore[return-value]
            slice(k * self.side, min((k + 1) * self.side, n)) for k, n in ((i, self.nx), (j, self.ny))
        )

    def corner(self, number: int) -> np.ndarray:
        """First point (2,) [m] of tile `number`, along the axes."""
        return np.array([self.x, self.y]) + self._sides * divmod(number, self.tiles[1])

    def tile_of(self, positions: np.ndarray) -> np.ndarray:
        """Number of the tile in which each of positions (n, 2) [m] lies."""
        place = (turned(positions, self.angle) - [self.x, self.y]) / self._sides
        i, j = np.clip(place.astype(np.int64), 0, np.array(self.tiles) - 1).T
        return i * self.tiles[1] + j

    def around(self, number: int, distance: float) -> list[int]:
        """Numbers of the tiles that a distance [m] from tile `number` may touch, itself among them."""
        rings = np.ceil(distance / self._sides).astype(int).tolist()
        rows, columns = (
            range(max(k - ring, 0), min(k + ring + 1, n))
            for k, ring, n in zip(divmod(number, self.tiles[1]), rings, self.tiles, strict=True)
        )
        return [row * self.tiles[1] + column for row in rows for column in columns]

    @property
    def _sides(self) -> np.ndarray:
        """Of a tile, (2,) [m]."""
        return self.side * np.array(self.steps)


def raster_step(lens: Objective) -> float:
    """The longest step [m] of a raster by default: 0.8 of that which still holds all of M."""
    return lens.wavelength / (4 * lens.na) / SAMPLING


@dataclass(frozen=True, eq=False)
class SpotField:
    """The rectangle of all spots, along the axes of their lattice or along x and y, and the raster's steps.

    Attributes
    ----------
    low, high : float64, shape (2,) [m]
        Corners, along the axes.
    steps : pair of float [m]
    pitch : pair of int, optional
        Points per pitch where all spots lie on a lattice, and on the raster.
    angle : float [rad]
        By which the axes are turned from x and y.
    """

    low: np.ndarray
    high: np.ndarray
    steps: tuple[float, float]
    pitch: tuple[int, int] | None = None
    angle: float = 0.0

    @classmethod
    def of(
        cls,
        low: np.ndarray,
        high: np.ndarray,
        lens: Objective,
        *,
        step: float | None = None,
        lattice: Lattice | None = None,
    ) -> SpotField:
        """The field of spots between two corners (2,) [m], which may lie on a lattice.

        The step of the raster is by default wavelength/(5 NA), or less on a lattice, along each axis for
        itself; one that is given makes a lattice one of scattered spots where it does not divide its pitches.

        Raises
        ------
        InvalidInputError
            If the step is too long for M.
        """
        if step is not None:
            require_step(step, na=lens.na, wavelength=lens.wavelength)
        if lattice is not None:
            steps = lattice.steps(raster_step(lens)) if step is None else (step, step)
            pitch = steps and lattice.on_raster(steps)
            if steps and pitch:
                return cls(np.array(lattice.low), np.array(lattice.high), steps, pitch, lattice.angle)
        length = step or raster_step(lens)
        return cls(low, high, (length, length))

    def window(self, basis: BeamBasis, *, margin: float, reach: float | None = None) -> Window:
        """That of the kernels: round with a reach [wavelengths], or what suits a pattern of this size."""
        if reach is not None:
            return Round(reach)
        lens, radial = basis.setup.lens, few_orders(basis)
        steps = self.steps if self.pitch else None
        return automatic_window(self.extent(lens, margin), lens, steps, radial=radial)

    def extent(self, lens: Objective, margin: float) -> np.ndarray:
        """Largest distances (2,) [wavelengths] between a spot and a point up to a margin [m] around all."""
        with np.errstate(over="ignore"):  # what is infinitely far is too far
            return (self.high - self.low + margin) / lens.wavelength


def plan_raster(field: SpotField, kernels: Kernels, *, margin: float) -> Raster:
    """Raster over a field of spots; one with a point at each of them where they lie on a lattice.

    Parameters
    ----------
    field : SpotField
    kernels : Kernels
    margin : float [m]
        Left around the spots.

    Raises
    ------
    InvalidInputError
        If the field takes more raster points than can be stored, or the step is too long for a tile.
    """
    steps = np.array(field.steps)
    _require_storable(field, margin)
    before = np.zeros(2, dtype=int)
    if field.pitch:
        before = (margin / steps + 1e-9).astype(int)
        first = field.low - before * steps
        counts = np.rint((field.high - field.low) / steps).astype(int) + 2 * before + 1
        side = LatticeScanner.largest(kernels, field.steps)
    else:
        first = field.low - margin
        counts = np.floor((field.high - field.low + 2 * margin) / steps + 1e-9).astype(int) + 1
        largest = TileScanner.largest(kernels, counts.max() * steps[0]).side
        side = int(largest / steps[0] + 1e-9)
        if side < 1:
            refuse("step", f"at most {largest:.3g} m, the side of a tile", field.steps[0])
    most = int(counts.max())
    side = -(-most // -(-most // side))  # as many tiles, of one size rather than one cut off
    (x, y), (nx, ny), (left, below) = first.tolist(), counts.tolist(), before.tolist()
    return Raster(x, y, field.steps, nx, ny, side, field.pitch, (left, below), field.angle)


def _require_storable(field: SpotField, margin: float) -> None:
    with np.errstate(over="ignore"):  # of a field that is then refused
        sides = field.high - field.low
        points = np.prod(np.floor((sides + 2 * margin) / field.steps) + 1)
    if not points <= MOST_RASTER_POINTS:
        rule = f"within a field of {MOST_RASTER_POINTS:.0e} raster points"
        size = " x ".join(f"{side * 1e3:.4g} mm" for side in sides)
        advice = "Positions are in nm; split the scan."
        refuse("spots", rule, f"a field of {size}, {points:.2g} points", advice)


def tile_scanner(raster: Raster, kernels: Kernels, rtol: float) -> TileScanner | LatticeScanner:
    """What sums the tiles of a raster that covers all spots, which a single tile then holds itself."""
    alone = raster.tiles == (1, 1)
    if raster.pitch is None:
        return TileScanner(kernels, raster.side * raster.steps[0], rtol, apron=0.0 if alone else None)
    corner = zip((raster.x, raster.y), raster.margin, raster.steps, strict=True)
    node = tuple(first + count * step for first, count, step in corner)
    return LatticeScanner(
        kernels,
        (node[0], node[1]),
        raster.steps,
        raster.pitch,
        (raster.nx, raster.ny) if alone else (raster.side, raster.side),
        raster.margin if alone else None,
        raster.angle,
    )
