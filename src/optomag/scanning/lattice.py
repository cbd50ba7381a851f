"""Spots on a lattice: recognised while a list is read, and the raster on which they all lie."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

OFF_NODE = 1e-10
"""Wavelengths from its node at which a spot still counts as on it: 2e-9 of |M|, below the smallest rtol."""

MOST_LINES = 100_000
"""Different coordinates along an axis up to which a lattice is looked for."""

MOST_PER_PITCH = 128
"""Raster points per pitch; fewer spots than that leave nothing to gain."""

FINEST = 0.5
"""Of the raster's step that is wanted; a lattice that needs a finer raster is summed as scattered spots."""


@dataclass(frozen=True)
class Lattice:
    """Spots at x + i pitch, y + j pitch with whole i and j; nodes may be empty.

    Attributes
    ----------
    pitch : pair of float [m]
        Along x and y; infinite along an axis on which all coordinates are the same.
    slack : pair of float [m]
        How exactly a raster must meet the pitches for its points to meet the last spots too.
    """

    pitch: tuple[float, float]
    slack: tuple[float, float]

    def on_raster(self, step: float) -> tuple[int, int] | None:
        """Raster points per pitch along x and y, if a raster of this step [m] has a point at every node.

        None if it has not, or if there are too many.

        Examples
        --------
        >>> Lattice((500e-9, 300e-9), (1e-18, 1e-18)).on_raster(100e-9)
        (5, 3)
        >>> Lattice((500e-9, 300e-9), (1e-18, 1e-18)).on_raster(90e-9)
        """
        points = []
        for pitch, slack in zip(self.pitch, self.slack, strict=True):
            if np.isfinite(pitch):
                points.append(round(pitch / step))
                if not 1 <= points[-1] <= MOST_PER_PITCH or abs(points[-1] * step - pitch) > slack:
                    return None
        return (points[0], points[-1]) if points else None

    def step(self, longest: float) -> float | None:
        """The longest step [m] up to `longest` whose raster has a point at every node, if one suits.

        Examples
        --------
        >>> Lattice((500e-9, 300e-9), (1e-18, 1e-18)).step(110e-9)
        1e-07
        """
        pitch = min(self.pitch)
        if not pitch <= MOST_PER_PITCH * longest:
            return None
        fewest, most = np.ceil(pitch / longest * (1 - 1e-9)), np.floor(pitch / (FINEST * longest))
        steps = (pitch / count for count in range(max(int(fewest), 1), int(most) + 1))
        return next((step for step in steps if self.on_raster(step)), None)


@dataclass
class LatticeFinder:
    """Gathers the different coordinates of spots, block by block."""

    wavelength: float
    _lines: list[np.ndarray | None] = field(default_factory=lambda: [np.empty(0), np.empty(0)])

    def add(self, positions: np.ndarray) -> None:
        """Take in positions (n, 2) [m]."""
        for axis, (lines, new) in enumerate(zip(self._lines, positions.T, strict=True)):
            if lines is not None:
                joined = np.union1d(lines, new)
                self._lines[axis] = joined if len(joined) <= MOST_LINES else None

    @property
    def lattice(self) -> Lattice | None:
        """The lattice on which all spots lie, if there is one."""
        first, second = (_pitch(line, OFF_NODE * self.wavelength) for line in self._lines)
        return None if first is None or second is None else Lattice(*zip(first, second, strict=True))


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
