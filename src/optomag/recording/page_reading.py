"""What a reader finds at the spots of page after page, other pages' crosstalk included, in little memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optomag.optics.spectrum import sample_spectrum
from optomag.reading.noise import Noise
from optomag.reading.read_out import drawn_noise, noise_covariance
from optomag.reading.reading_kernels import ReadingKernels, reading_window
from optomag.recording.layout import Layout
from optomag.recording.recorder import Recorder
from optomag.scanning.lattice_sum import LatticeScanner
from optomag.scanning.pattern import TileScanner
from optomag.scanning.table import Spots

BLOCK = 1 << 17
"""Spots whose beams are chosen at a time; a shorter rest is filled up, so that nothing is compiled twice."""


@dataclass(frozen=True, eq=False)
class PageReader:
    """Reads the pages of a recording as `read_out` reads all of it.

    Parameters
    ----------
    recorder : Recorder
    layout : Layout
    full_scale : float
        The |M| that is full magnetization.
    """

    recorder: Recorder
    layout: Layout
    full_scale: float

    @cached_property
    def kernels(self) -> ReadingKernels:
        """Of readings, in the window of the whole recording."""
        lens = self.recorder.lens
        window = reading_window(self.layout.extent / lens.wavelength, lens)
        return ReadingKernels(self.recorder.basis, self.recorder.reader, window)

    def noiseless(self, number: int, page: Callable[[int], np.ndarray]) -> np.ndarray:
        """Readings of a page without noise, float64 (spots, 3) [rad].

        Parameters
        ----------
        number : int
        page : callable
            From the number of a page to its magnetizations (rows, columns, 3).
        """
        tile = self._scanner.magnetization(self.around(number, page), self.layout.corner(number))
        return self._factor * tile.at(self.layout.positions(number))

    def readings(
        self, number: int, page: Callable[[int], np.ndarray], noise: Noise, *, seed: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Readings of a page, float64 (spots, 3) [rad], and the covariance (3, 3) [rad^2] of their noise.

        Parameters
        ----------
        number, page
            As in `noiseless`.
        noise : Noise
        seed : int
            Of the recording's noise; each page has its own.
        """
        generator = np.random.default_rng([seed, number])
        silent, covariance = self.noiseless(number, page), noise_covariance(noise, self.recorder.reader)
        noisy = silent + drawn_noise(covariance, len(silent), generator)
        if noise.jitter:
            shifts = noise.jitter * generator.normal(size=(len(silent), 2))
            change = self._displaced(number, page, shifts) - silent
            noisy, covariance = noisy + change, covariance + change.T @ change / len(change)
        return noisy, covariance

    def around(self, number: int, page: Callable[[int], np.ndarray], slack: float = 0.0) -> Iterator[Spots]:
        """The spots that readings of a page, up to `slack` [m] beside it, contain: block by block."""
        layout, radius = self.layout, self.kernels.radius + slack
        for other in layout.near(number, radius):
            part = layout.part_near(other, number, radius)
            written = page(other)[part].reshape(-1, 3)
            places = layout.positions(other).reshape(layout.rows, layout.columns, 2)[part].reshape(-1, 2)
            for start in range(0, len(written), BLOCK):
                yield self._spots(written[start : start + BLOCK], places[start : start + BLOCK])

    def _spots(self, written: np.ndarray, places: np.ndarray) -> Spots:
        count, rest = len(written), BLOCK - len(written)
        if self.layout.spots > BLOCK:
            written = np.concatenate([written, np.zeros((rest, 3))])
            places = np.concatenate([places, np.zeros((rest, 2))])
        return self.recorder.writer.spots(places, written)[:count]

    def _displaced(self, number: int, page: Callable[[int], np.ndarray], shifts: np.ndarray) -> np.ndarray:
        """Readings beside the spots, by shifts (spots, 2) [m], tile by tile."""
        slack = float(np.abs(shifts).max())
        places = self.layout.positions(number) + shifts
        corner, blocks = self.layout.corner(number) - slack, list(self.around(number, page, slack))
        scanner = self._tiles
        tiles = ((places - corner) / scanner.side).astype(int)
        found = np.empty((len(places), 3))
        for one in np.unique(tiles, axis=0):
            here = (tiles == one).all(axis=1)
            found[here] = scanner.magnetization(blocks, corner + one * scanner.side).at(places[here])
        return self._factor * found

    @property
    def _factor(self) -> float:
        return self.recorder.reader.rotation / self.full_scale

    @cached_property
    def _scanner(self) -> LatticeScanner:
        layout = self.layout
        pitch, size = (layout.pitch, layout.pitch), (layout.rows, layout.columns)
        alone = (0, 0) if layout.pages == 1 else None
        across, along = np.rint(layout.extent / layout.pitch).astype(int).tolist()
        scanner = LatticeScanner(
            self.kernels, (0.0, 0.0), pitch, (1, 1), size, alone, farthest=(across, along)
        )
        _ = scanner.response
        sample_spectrum.cache_clear()  # up to a quarter of a gigabyte, which nobody needs again
        return scanner

    @cached_property
    def _tiles(self) -> TileScanner:
        longest = max(self.layout.rows, self.layout.columns) * self.layout.pitch
        return TileScanner.largest(self.kernels, longest)
