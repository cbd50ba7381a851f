"""A pupil that does not stay: drift and random walk of its terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import require_integer, require_kind, require_real
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.optics.transmission import Transmission

LONGEST = 10**6
"""Frames that are believed."""


@dataclass(frozen=True)
class DriftingPupil(Displayed):
    """Wavefront of a warming objective or an unlocked modulator, frame by frame.

    Parameters
    ----------
    start : MeasuredPupil
        At the first frame.
    rates : mapping of (n, m) to float [waves rms per frame]
        Steady drift.
    walk : float, default 0 [waves rms per square root of a frame]
        Step of a random walk of each of these terms, beside it.
    seed : int, default 0
        Of the walk.

    Raises
    ------
    InvalidInputError
        If the start is no MeasuredPupil, there is no such term, a rate or the walk is not finite, or the seed
        is not a whole number >= 0.

    Examples
    --------
    >>> from optomag.optics.objective import Objective
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> pupil = DriftingPupil(MeasuredPupil(lens, Transmission({})), {(2, 2): 1e-3})
    >>> pupil.at(0).terms, pupil.at(50).terms
    ({}, {(2, 2): 0.05})
    """

    start: MeasuredPupil
    rates: Any
    walk: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        require_kind("start of a drifting pupil", self.start, MeasuredPupil, "a MeasuredPupil")
        kind = require_kind("rates of a drifting pupil", self.rates, Mapping, "a mapping {(n, m): waves rms}")
        object.__setattr__(self, "rates", Transmission(kind).waves)
        require_real("walk of a drifting pupil", self.walk)
        require_integer("seed of a drifting pupil", self.seed, at_least=0)

    @property
    def lens(self) -> Any:
        """Whose pupil it is."""
        return self.start.lens

    def at(self, frames: int) -> MeasuredPupil:
        """The pupil after so many frames.

        Parameters
        ----------
        frames : int
            Captured before.
        """
        count = require_integer("frames", frames, at_least=0, at_most=LONGEST)
        if not self.rates:
            return self.start
        walked = self._walked(count)
        waves = {
            order: rate * count + self.walk * step
            for (order, rate), step in zip(self.rates, walked, strict=True)
        }
        change = Transmission(waves)
        return MeasuredPupil(self.lens, self.start.x.followed_by(change), self.start.y.followed_by(change))

    def _walked(self, count: int) -> np.ndarray:
        """Sum of the first `count` normal steps of each term, of the one walk that the seed stands for."""
        return np.random.default_rng(self.seed).normal(size=(count, len(self.rates))).sum(axis=0)
