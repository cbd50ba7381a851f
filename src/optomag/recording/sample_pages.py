"""Pages of random symbols on which ways of recording are tried: kernels once, pages many."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optomag.reading.full_scale import FullScale
from optomag.reading.reader import Reader
from optomag.recording.channel import Channel
from optomag.recording.layout import Layout
from optomag.scanning.scan import Scan
from optomag.scanning.spot_writer import SpotWriter
from optomag.scanning.table import Spots

SAMPLE = 72
"""Spots along a side of the page on which everything is tried."""

INNER = 6
"""Spots at its rim that have fewer neighbours, and do not count."""


@dataclass(frozen=True, eq=False)
class SamplePages:
    """Pages of 72 x 72 spots at one pitch.

    Parameters
    ----------
    writer : SpotWriter
    reader : Reader
    pitch : float [m]
    """

    writer: SpotWriter
    reader: Reader
    pitch: float

    @cached_property
    def channel(self) -> Channel:
        """From what is written to what is read."""
        return Channel(self.writer, self.reader, self.pitch, (SAMPLE, SAMPLE))

    def symbols(self, points: int) -> np.ndarray:
        """Which of so many points each spot is, int64 (72, 72): the same each time."""
        return np.random.default_rng(0).integers(0, points, (SAMPLE, SAMPLE))

    def read(self, written: np.ndarray) -> tuple[np.ndarray, float]:
        """Readings over theta_F t of inner spots, (n, 3), and the |M| that is full magnetization."""
        scale = self.full_scale(written)
        return inner(self.channel.readings(written) / scale), scale

    def full_scale(self, written: np.ndarray) -> float:
        """The |M| of a page (72, 72, 3) that is to be full magnetization, as `reading.full_scale` says."""
        return self._full_scale.scale(self._spots(written))

    @cached_property
    def _full_scale(self) -> FullScale:
        upright = np.tile([0.0, 0.0, 1.0], (SAMPLE, SAMPLE, 1))
        return FullScale.of(Scan.of(self._spots(upright), self.writer.basis))

    def _spots(self, written: np.ndarray) -> Spots:
        places = Layout(self.pitch, SAMPLE, SAMPLE, 1, 0).positions(0)
        return self.writer.spots(places, written.reshape(-1, 3))


def inner(page: np.ndarray) -> np.ndarray:
    """The spots of a page (72, 72, ...) that have all their neighbours, one after the other."""
    part = page[INNER:-INNER, INNER:-INNER]
    return part.reshape(-1, *page.shape[2:])
