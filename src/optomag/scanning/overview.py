"""A whole scan in few cells, gathered tile by tile: the mean of its pattern, and the errors of its spots."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optomag.scanning.lattice import turned
from optomag.scanning.raster import Raster, SpotField
from optomag.scanning.spacing import SAMPLED, usual_spacing

CELLS = 480
"""Most cells along an axis: what a printed figure still tells apart."""

AS_FULL = 0.9
"""Of the spots in the fullest part of a scan: a part that has so many is as good."""

SPREAD = 1.5
"""Cells from spot to spot from which on the cells around a spot get its colour too."""

MANY_PITCHES = 4
"""In a cell, from which on part of its lines tell the mean of all."""

LONE = 10
"""Points of a raster from spot to spot, two wavelengths, beyond which spots are shown as they are."""

WIDEST = 1 / 6
"""Of the longer side of a scan: radius of the disc of a lonely spot."""


@dataclass(eq=False)
class PatternCells:
    """The pattern over a raster: mean of |M| M in cells of whole pitches, or of one raster point each.

    Parameters
    ----------
    raster : Raster

    Notes
    -----
    Weighted by its length, M of a cell is that of its spots and not that of the weak ground between them, in
    which M points elsewhere.
    """

    raster: Raster
    _sums: np.ndarray = dataclasses.field(init=False)
    _counts: np.ndarray = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self._sums = np.zeros((*self.shape, 3))
        self._counts = np.zeros(self.shape)

    @cached_property
    def points(self) -> tuple[int, int]:
        """Raster points of a cell along both axes."""
        raster = self.raster
        counts = np.array([raster.nx, raster.ny])
        pitch = np.array(raster.pitch or (1, 1))
        if counts.max() <= CELLS and pitch.max() > LONE:
            return 1, 1
        along, across = (pitch * -(-int((counts / pitch).max()) // CELLS)).tolist()
        return along, across

    @cached_property
    def every(self) -> int:
        """Lines of which one counts: not each where cells have many, but at all distances from the spots."""
        pitch = 1 if self.raster.pitch is None else self.raster.pitch[0]
        if self.points[0] < MANY_PITCHES * max(pitch, 2):
            return 1
        return next(step for step in range(2, pitch + 2) if np.gcd(step, pitch) == 1)

    @cached_property
    def missing(self) -> tuple[int, int]:
        """Points that the first cells lack, so that spots lie in the middle of cells."""
        if self.raster.pitch is None or self.points == (1, 1):
            return 0, 0
        before = [
            (points - (margin - pitch // 2)) % points
            for points, margin, pitch in zip(self.points, self.raster.margin, self.raster.pitch, strict=True)
        ]
        return before[0], before[1]

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells along both axes."""
        counts = self.raster.nx, self.raster.ny
        nx, ny = (
            -(-(n + before) // k) for n, before, k in zip(counts, self.missing, self.points, strict=True)
        )
        return nx, ny

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Outer edges of the cells along the first and the second axis [m]."""
        ends: list[float] = []
        for first, step, before, points, count in zip(
            (self.raster.x, self.raster.y),
            self.raster.steps,
            self.missing,
            self.points,
            self.shape,
            strict=True,
        ):
            low = first - (before + 0.5) * step
            ends += [low, low + count * points * step]
        return ends[0], ends[1], ends[2], ends[3]

    def add(self, part: Sequence[slice], pattern: np.ndarray) -> None:
        """Take in a part of the pattern (nx, ny, 3)."""
        lines = []
        for piece, before, points in zip(part, self.missing, self.points, strict=True):
            cell = (np.arange(piece.start, piece.stop) + before) // points
            first = np.flatnonzero(np.diff(cell, prepend=cell[0] - 1))
            lines.append((cell[first], first))
        (rows, starts), (columns, breaks) = lines
        wide = np.diff([*breaks, pattern.shape[1]])
        for row, start, stop in zip(rows, starts, [*starts[1:], len(pattern)], strict=True):
            strip = pattern[start : stop : self.every]
            length = np.sqrt(np.einsum("ijk,ijk->ij", strip, strip))
            weighted = np.einsum("ijk,ij->jk", strip, length)
            self._sums[row, columns] += np.add.reduceat(weighted, breaks, axis=0)
            self._counts[row, columns] += len(strip) * wide

    @property
    def vectors(self) -> np.ndarray:
        """Mean M of each cell (nx, ny, 3): along the mean of |M| M, its length the root of that one's."""
        mean = self._sums / np.maximum(self._counts, 1)[..., None]
        length = np.linalg.norm(mean, axis=-1, keepdims=True)
        return mean / np.sqrt(np.where(length > 0, length, 1.0))


@dataclass(eq=False)
class SpotCells:
    """The spots of a scan in cells: how many there are, and the largest angle error.

    Parameters
    ----------
    raster : Raster
        Which the cells cover where spots lie anywhere.
    field : SpotField
        Rectangle of all spots; on a lattice the cells are those of its nodes, or whole numbers of them.
    count : int
        Of all spots.
    """

    raster: Raster
    field: SpotField
    count: int
    worst: float = 0.0
    worst_at: tuple[float, float] = (0.0, 0.0)
    _counts: np.ndarray = dataclasses.field(init=False)
    _angles: np.ndarray = dataclasses.field(init=False)
    _first: list[np.ndarray] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        self._counts = np.zeros(self.shape, dtype=np.int64)
        self._angles = np.zeros(self.shape)

    @cached_property
    def sides(self) -> np.ndarray:
        """Of a cell (2,) [m]."""
        if self._pitch is None:
            return np.full(2, self._span.max() / CELLS)
        return self._pitch * -(-int(np.rint(self._span / self._pitch).max()) // CELLS)

    @cached_property
    def shape(self) -> tuple[int, int]:
        """Number of cells along both axes."""
        nx, ny = np.ceil(self._span / self.sides * (1 - 1e-9)).astype(int).tolist()
        return nx, ny

    @cached_property
    def _pitch(self) -> np.ndarray | None:
        """Of the lattice (2,) [m]."""
        return None if self.field.pitch is None else np.array(self.field.pitch) * self.field.steps

    @cached_property
    def _low(self) -> np.ndarray:
        """Corner of the first cell (2,) [m]."""
        if self._pitch is None:
            return np.array([self.raster.x, self.raster.y]) - 0.5 * np.array(self.raster.steps)
        return self.field.low - 0.5 * self._pitch

    @cached_property
    def _span(self) -> np.ndarray:
        """What the cells cover along both axes [m]."""
        if self._pitch is None:
            return np.array([self.raster.nx, self.raster.ny]) * self.raster.steps
        return self.field.high - self.field.low + self._pitch

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Outer edges of the cells along the first and the second axis [m]."""
        low, high = self._low, self._low + self.sides * self.shape
        return float(low[0]), float(high[0]), float(low[1]), float(high[1])

    @property
    def pooled(self) -> bool:
        """Whether a cell may hold several spots."""
        return bool(self._counts.max(initial=0) > 1)

    def add(self, positions: np.ndarray, angle_error: np.ndarray) -> None:
        """Take in spots: positions (n, 2) [m], and the errors of their directions (n,) [rad]."""
        if len(positions) == 0:
            return
        places = turned(positions, self.field.angle)
        last = np.array(self.shape) - 1
        i, j = np.clip(((places - self._low) / self.sides).astype(np.int64), 0, last).T
        flat = i * self.shape[1] + j
        self._counts += np.bincount(flat, minlength=self._counts.size).reshape(self.shape)
        np.maximum.at(self._angles.reshape(-1), flat, angle_error)
        worst = int(np.argmax(angle_error))
        if angle_error[worst] >= self.worst:
            self.worst = float(angle_error[worst])
            self.worst_at = float(places[worst, 0]), float(places[worst, 1])
        if sum(map(len, self._first)) < SAMPLED:
            self._first.append(places[:SAMPLED])

    @property
    def angles(self) -> np.ndarray:
        """Largest angle error of each cell [rad], NaN where there is no spot, float64 (nx, ny).

        Where cells are small against the distance of spots, each spot fills a disc.
        """
        from scipy.ndimage import distance_transform_edt

        found = np.where(self._counts > 0, self._angles, np.nan)
        first = np.concatenate(self._first)
        spacing = usual_spacing(first, self.field.low, self.field.high, self.count)
        if spacing < SPREAD * self.sides.min():
            return found
        empty, radius = self._counts == 0, min(0.5 * spacing, WIDEST * float(self._span.max()))
        away, (i, j) = distance_transform_edt(empty, sampling=self.sides, return_indices=True)  # type: ignore[misc]
        return np.where(away <= radius, found[i, j], np.nan)

    def part(self, side: float) -> np.ndarray:
        """Middle (2,) [m] of a square with many spots: that of the scan, or the nearest one that is as good.

        Parameters
        ----------
        side : float [m]
            Of the square.
        """
        middle = 0.5 * (self.field.low + self.field.high)
        wide, high = (min(max(round(side / s), 1), n) for s, n in zip(self.sides, self.shape, strict=True))
        sums = np.pad(self._counts, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
        inside = sums[wide:, high:] - sums[:-wide, high:] - sums[wide:, :-high] + sums[:-wide, :-high]
        i, j = np.nonzero(inside >= AS_FULL * inside.max())
        centres = self._low + self.sides * (np.column_stack([i, j]) + 0.5 * np.array([wide, high]))
        away = np.hypot(*(centres - middle).T)
        nearest = int(np.argmin(away))
        # not moved by the rounding of cells
        return middle if away[nearest] <= np.hypot(*self.sides) else centres[nearest]
