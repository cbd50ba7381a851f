"""What the neighbours do to a spot: its direction and length after all exposures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from optomag.magnetism.direction import angle_error
from optomag.scanning.table import Spots

BINS = np.concatenate([[0.0], np.geomspace(1e-12, np.pi, 4000)])
"""Edges [rad] of the histogram from which quantiles are read: 0.7 % apart."""


def neighbour_effect(magnetization: np.ndarray, spots: Spots) -> tuple[np.ndarray, np.ndarray]:
    """Compare M at the spots' centres after all exposures with what was wanted.

    Parameters
    ----------
    magnetization : float64, shape (n, 3)
    spots : Spots

    Returns
    -------
    angle_error : float64, shape (n,) [rad]
        Between M and the wanted direction.
    length_ratio : float64, shape (n,)
        |M| over that of the spot by itself.
    """
    angle = np.asarray(angle_error(magnetization, spots.directions))
    return angle, np.linalg.norm(magnetization, axis=1) / np.linalg.norm(spots.alone, axis=1)


@dataclass
class NeighbourStatistics:
    """Statistics of any number of spots, gathered block by block in constant memory."""

    count: int = 0
    worst_angle: float = 0.0
    worst_spot: int = -1
    shortest: float = np.inf
    longest: float = 0.0
    _sums: np.ndarray = field(default_factory=lambda: np.zeros(2))
    _histogram: np.ndarray = field(default_factory=lambda: np.zeros(len(BINS) - 1, dtype=np.int64))

    def add(self, numbers: np.ndarray, angle_error: np.ndarray, length_ratio: np.ndarray) -> None:
        """Take in a block of spots, each with its number in the list."""
        if len(numbers) == 0:
            return
        worst = int(np.argmax(angle_error))
        if angle_error[worst] >= self.worst_angle:
            self.worst_angle, self.worst_spot = float(angle_error[worst]), int(numbers[worst])
        self.shortest = min(self.shortest, float(length_ratio.min()))
        self.longest = max(self.longest, float(length_ratio.max()))
        self._sums += [length_ratio.sum(), (length_ratio**2).sum()]
        self._histogram += np.histogram(np.clip(angle_error, 0.0, np.pi), BINS)[0]
        self.count += len(numbers)

    def quantile(self, part: float) -> float:
        """Angle error [rad] that this part of the spots stays below, to 0.7 %."""
        reached = np.searchsorted(np.cumsum(self._histogram), part * self.count)
        return min(float(BINS[1:][min(reached, len(BINS) - 2)]), self.worst_angle)

    def numbers(self) -> dict[str, Any]:
        """Everything as plain values, angles in degrees."""
        mean = self._sums[0] / self.count
        spread = np.sqrt(max(self._sums[1] / self.count - mean**2, 0.0))
        return {
            "spots": self.count,
            "angle_error_deg": {
                "median": float(np.degrees(self.quantile(0.5))),
                "p99": float(np.degrees(self.quantile(0.99))),
                "worst": float(np.degrees(self.worst_angle)),
                "worst_spot": self.worst_spot,
            },
            "length_ratio": {
                "mean": float(mean),
                "standard_deviation": float(spread),
                "shortest": self.shortest,
                "longest": self.longest,
            },
        }
