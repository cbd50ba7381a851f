"""Pages of random symbols on which ways of recording are tried: kernels once, pages many."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.inverse.orientation.method import Method
from optomag.reading.full_scale import PATCH, POINTS_PER_WAVE, SATURATED, standing
from optomag.reading.reader import Reader
from optomag.recording.channel import Channel
from optomag.scanning.kernels import ScanKernels
from optomag.scanning.lattice_sum import LatticeScanner
from optomag.scanning.reach import automatic_window
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
    basis : BeamBasis
        Of writing.
    method : Method
        That weighs its beams.
    reader : Reader
    pitch : float [m]
    """

    basis: BeamBasis
    method: Method
    reader: Reader
    pitch: float

    @cached_property
    def channel(self) -> Channel:
        """From what is written to what is read."""
        return Channel(self.basis, self.method, self.reader, self.pitch, (SAMPLE, SAMPLE))

    def symbols(self, points: int) -> np.ndarray:
        """Which of so many points each spot is, int64 (72, 72): the same each time."""
        return np.random.default_rng(0).integers(0, points, (SAMPLE, SAMPLE))

    def read(self, written: np.ndarray) -> tuple[np.ndarray, float]:
        """Readings over theta_F t of inner spots, (n, 3), and the |M| that is full magnetization."""
        scale = self.full_scale(written)
        return inner(self.channel.readings(written) / scale), scale

    def full_scale(self, written: np.ndarray) -> float:
        """The |M| of a page (72, 72, 3) that is to be full magnetization, as `reading.full_scale` says.

        That of four neighbouring patches, some eight wavelengths wide: the brightest counts.
        """
        side, points = self._side, self._points
        part = written[:side, :side].reshape(-1, 3)
        units, lengths, rows, alone = self.channel.beams(part)
        times = lengths / np.linalg.norm(alone, axis=1)
        nodes = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), axis=-1)
        spots = Spots(
            nodes.reshape(-1, 2) * self.pitch, units, rows, times, times[:, None] * alone, times > 0
        )
        found = self._scanner.magnetization([spots], np.zeros(2)).values
        rim = slice(INNER * points, -INNER * points)
        strengths = np.linalg.norm(found[:, rim, rim], axis=0)
        quarters = [part for half in np.array_split(strengths, 2) for part in np.array_split(half, 2, axis=1)]
        return float(max(np.quantile(part, 1 - SATURATED) for part in quarters)) * self._standing

    @property
    def _side(self) -> int:
        """Spots along the side of the part of a page whose |M| is looked at."""
        wavelength = self.basis.setup.lens.wavelength
        return min(SAMPLE, int(np.ceil(2 * PATCH * wavelength / self.pitch)) + 2 * INNER)

    @property
    def _points(self) -> int:
        """Of the raster, per pitch."""
        lens = self.basis.setup.lens
        return int(np.ceil(POINTS_PER_WAVE * max(1.0, lens.na) * self.pitch / lens.wavelength))

    @cached_property
    def _standing(self) -> float:
        return standing(self.basis)

    @cached_property
    def _scanner(self) -> LatticeScanner:
        lens, side, points = self.basis.setup.lens, self._side, self._points
        extent = np.full(2, (side - 1) * self.pitch / lens.wavelength)
        step, size = self.pitch / points, (side - 1) * points + 1
        kernels = ScanKernels(self.basis, automatic_window(extent, lens, (step, step)))
        return LatticeScanner(kernels, (0.0, 0.0), (step, step), (points, points), (size, size), (0, 0))


def inner(page: np.ndarray) -> np.ndarray:
    """The spots of a page (72, 72, ...) that have all their neighbours, one after the other."""
    part = page[INNER:-INNER, INNER:-INNER]
    return part.reshape(-1, *page.shape[2:])
