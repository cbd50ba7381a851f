"""Anderson's acceleration of a fixed-point iteration."""

from __future__ import annotations

import numpy as np

LENGTH = 6
"""Former places that count."""


class AndersonAcceleration:
    """The combination of former places that leaves the least to do, and a step from there.

    D. G. Anderson, J. ACM 12, 547 (1965), doi:10.1145/321296.321305. Without it the vectors of a hologram
    take over a hundred steps for what thirty do.
    """

    def __init__(self) -> None:
        self._places: list[np.ndarray] = []
        self._steps: list[np.ndarray] = []

    def next(self, place: np.ndarray, step: np.ndarray) -> np.ndarray:
        """Where to go from a place at which a plain iteration would make this step, of the same shape."""
        self._places = [*self._places, place.ravel()][-LENGTH:]
        self._steps = [*self._steps, step.ravel()][-LENGTH:]
        to = place + step
        if len(self._steps) < 2:
            return to
        places, steps = np.diff(self._places, axis=0), np.diff(self._steps, axis=0)
        parts = np.linalg.lstsq(steps.T, step.ravel(), rcond=None)[0]
        return to - (parts @ (places + steps)).reshape(place.shape)
