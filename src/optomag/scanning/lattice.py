"""Spots on a lattice: recognised while a list is read, and the raster on which they all lie."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

OFF_NODE = 5e-10
"""Wavelengths from its node at which a spot still counts as on it: with slopes of M up to 4 pi NA/wavelength,
below the smallest rtol."""

MOST_LINES = 100_000
"""Different coordinates along an axis up to which rows and columns are looked for."""

MOST_PER_PITCH = 128
"""Raster points per pitch; fewer spots than that leave nothing to gain."""

FINEST = 0.5
"""Of the raster's step that is wanted; a lattice that needs a finer raster is summed as scattered spots."""

NEIGHBOURS = 200
"""Spots around one of them from which the axes of a turned lattice are guessed."""

PARALLEL = 0.1
"""Sine of the angle between two vectors that say nothing more than one."""

GUESSED = 1e-3
"""Of the nearest neighbours' distance: coordinates that differ by less are one row."""


def turned(positions: np.ndarray, angle: float) -> np.ndarray:
    """Coordinates (n, 2) along axes that are turned by an angle [rad] from x and y.

    Examples
    --------
    >>> turned(np.array([[1.0, 1.0]]), np.pi / 4).round(12).tolist()
    [[1.414213562373, 0.0]]
    """
    if angle == 0:
        return positions
    cosine, sine = np.cos(angle), np.sin(angle)
    return positions @ np.array([[cosine, -sine], [sine, cosine]])


@dataclass(frozen=True)
class Lattice:
    """Spots at u + i pitch, v + j pitch with whole i and j, along axes at a right angle; nodes may be empty.

    Attributes
    ----------
    pitch : pair of float [m]
        Along both axes; infinite along one on which all coordinates are the same.
    slack : pair of float [m]
        How exactly a raster must meet the pitches for its points to meet the last spots too.
    low, high : pair of float [m]
        Corners of the spots, along the axes.
    angle : float [rad]
        By which the axes are turned from x and y.
    """

    pitch: tuple[float, float]
    slack: tuple[float, float]
    low: tuple[float, float] = (0.0, 0.0)
    high: tuple[float, float] = (0.0, 0.0)
    angle: float = 0.0

    def on_raster(self, steps: tuple[float, float]) -> tuple[int, int] | None:
        """Raster points per pitch along both axes, if a raster of these steps [m] has a point at every node.

        None if it has not, or if there are too many.

        Examples
        --------
        >>> Lattice((500e-9, 300e-9), (1e-18, 1e-18)).on_raster((100e-9, 75e-9))
        (5, 4)
        >>> Lattice((500e-9, 300e-9), (1e-18, 1e-18)).on_raster((90e-9, 90e-9))
        """
        points = []
        for pitch, slack, step in zip(self.pitch, self.slack, steps, strict=True):
            if np.isfinite(pitch):
                points.append(round(pitch / step))
                if not 1 <= points[-1] <= MOST_PER_PITCH or abs(points[-1] * step - pitch) > slack:
                    return None
        return (points[0], points[-1]) if points else None

    def steps(self, longest: float) -> tuple[float, float] | None:
        """The longest steps [m] up to `longest` of a raster that has a point at every node, if one pays.

        Examples
        --------
        >>> Lattice((500e-9, 300e-9), (1e-18, 1e-18)).steps(110e-9)
        (1e-07, 1e-07)
        """
        finite = [pitch for pitch in self.pitch if np.isfinite(pitch)]
        if not finite or not all(FINEST * longest <= p <= MOST_PER_PITCH * longest for p in finite):
            return None
        found = [pitch / max(int(np.ceil(pitch / longest * (1 - 1e-9))), 1) for pitch in finite]
        return found[0], found[-1]


@dataclass
class LatticeFinder:
    """Looks for rows and columns of spots, block by block: along x and y, or along turned axes.

    Parameters
    ----------
    wavelength : float [m]
    longest : float [m]
        Step of the raster that is wanted; lattices that it does not pay for are none.
    """

    wavelength: float
    longest: float
    _lines: list[np.ndarray | None] = field(default_factory=lambda: [np.empty(0), np.empty(0)])
    _turned: _TurnedAxes | None = None
    _begun: bool = False

    def add(self, positions: np.ndarray) -> None:
        """Take in positions (n, 2) [m]."""
        for axis, (lines, new) in enumerate(zip(self._lines, positions.T, strict=True)):
            if lines is not None:
                joined = np.union1d(lines, new)
                self._lines[axis] = joined if len(joined) <= MOST_LINES else None
        if not self._begun:
            self._begun = True
            if self._straight is None:
                self._turned = _turned_axes(
                    positions, OFF_NODE * self.wavelength, MOST_PER_PITCH * self.longest
                )
        elif self._turned is not None and not self._turned.add(positions):
            self._turned = None

    @property
    def lattice(self) -> Lattice | None:
        """The lattice on which all spots lie, if there is one for which a raster pays."""
        straight = self._straight
        if straight is not None or self._turned is None:
            return straight
        found = self._turned.lattice
        return found if found.steps(self.longest) else None

    @property
    def _straight(self) -> Lattice | None:
        pitches = [_pitch(line, OFF_NODE * self.wavelength) for line in self._lines]
        if None in pitches:
            return None
        pitch, slack = zip(*pitches, strict=True)  # type: ignore[arg-type]
        (left, right), (below, above) = ((float(line[0]), float(line[-1])) for line in self._lines)  # type: ignore[index]
        found = Lattice(pitch, slack, (left, below), (right, above))
        return found if found.steps(self.longest) else None


@dataclass
class _TurnedAxes:
    """Axes that fit the first spots, and how far along them the spots reach."""

    angle: float
    node: np.ndarray
    pitch: np.ndarray
    tolerance: float
    low: np.ndarray = field(default_factory=lambda: np.zeros(2))
    high: np.ndarray = field(default_factory=lambda: np.zeros(2))

    def add(self, positions: np.ndarray) -> bool:
        """Take in positions (n, 2) [m]; False if one of them lies off its node."""
        away = turned(positions, self.angle) - self.node
        steps = np.rint(away / self.pitch)
        self.low = np.minimum(self.low, steps.min(axis=0))
        self.high = np.maximum(self.high, steps.max(axis=0))
        return bool(np.abs(away - steps * self.pitch).max() <= self.tolerance)

    @property
    def lattice(self) -> Lattice:
        low, high = ((self.node + end * self.pitch).tolist() for end in (self.low, self.high))
        slack = (self.tolerance / np.maximum(self.high - self.low, 1)).tolist()
        return Lattice(*map(tuple, (self.pitch.tolist(), slack, low, high)), angle=self.angle)  # type: ignore[arg-type]


def _turned_axes(positions: np.ndarray, tolerance: float, farthest: float) -> _TurnedAxes | None:
    """Axes at a right angle on whose rows and columns all spots lie, guessed around the first of them."""
    away = positions - positions[0]
    with np.errstate(over="ignore"):  # what is infinitely far is no neighbour
        distances = np.hypot(*away.T)
    order = np.argsort(distances, kind="stable")
    ranked = distances[order]
    near = away[order[(ranked > 2 * tolerance) & (ranked < 2 * farthest)]][:NEIGHBOURS]
    if len(near) == 0:
        return None
    first = near[0]
    areas = first[0] * near[:, 1] - first[1] * near[:, 0]
    other = near[np.abs(areas) > PARALLEL * np.hypot(*first) * np.hypot(*near.T)]
    if len(other) == 0:
        return None
    for axis in (first, first + other[0], first - other[0]):  # a side of the cell, or one of its diagonals
        found = _fitted(positions, order, axis, near, tolerance)
        if found is not None and found.add(positions):
            return found
    return None


def _fitted(
    positions: np.ndarray, order: np.ndarray, axis: np.ndarray, near: np.ndarray, tolerance: float
) -> _TurnedAxes | None:
    """Axes along a vector, fitted to more and more spots around the first one."""
    angle = float(np.arctan2(axis[1], axis[0]))
    row = GUESSED * float(np.hypot(*near[0]))
    steps = [np.diff(np.sort(np.append(line, 0.0))) for line in turned(near, angle).T]
    if not all((step > row).any() for step in steps):
        return None
    pitch = np.array([step[step > row].min() for step in steps])
    matrix = pitch[:, None] * turned(np.eye(2), -angle)  # rows: the two vectors of the lattice
    away, count = positions - positions[0], len(near)
    offset = np.zeros(2)
    while True:
        part = away[order[:count]]
        nodes = np.rint((part - offset) @ np.linalg.inv(matrix))
        unknowns = np.column_stack([nodes, np.ones(len(nodes))])
        if np.linalg.matrix_rank(unknowns) < 3:
            return None
        solved = np.linalg.lstsq(unknowns, part, rcond=None)[0]
        matrix, offset = solved[:2], solved[2]
        if count >= len(order):
            break
        count *= 4
    lengths = np.hypot(*matrix.T)
    extent = np.maximum(np.ptp(nodes, axis=0), 1)
    # both vectors tell the angle, the longer row more exactly
    angles = np.arctan2(matrix[:, 1], matrix[:, 0]) - [0.0, 0.5 * np.pi * np.sign(np.linalg.det(matrix))]
    bend = (angles[1] - angles[0] + np.pi) % (2 * np.pi) - np.pi
    reach = (extent * lengths) ** 2
    angle = angles[0] + bend * reach[1] / reach.sum()
    quarter = round(angle / (0.5 * np.pi))
    if quarter % 2:
        lengths = lengths[::-1]
    angle = float(angle - quarter * 0.5 * np.pi)
    return _TurnedAxes(angle, turned(positions[0] + offset, angle), lengths, tolerance)


def _pitch(line: np.ndarray | None, tolerance: float) -> tuple[float, float] | None:
    """Pitch and slack of ascending coordinates (n,), with gaps allowed; infinite for a single one."""
    if line is None or len(line) == 0:
        return None
    gaps = np.diff(line)
    gaps = gaps[gaps > 2 * tolerance]  # others are rounding
    if len(gaps) == 0:
        return np.inf, np.inf
    away = line - line[0]
    count = float(np.round(gaps / gaps.min()).sum())
    pitch = float(away[-1]) / count
    off = away - np.round(away / pitch) * pitch
    return (pitch, tolerance / count) if np.abs(off).max() <= tolerance else None
