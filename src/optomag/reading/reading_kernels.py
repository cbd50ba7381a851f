"""What a reader tells of what beams write in pairs: kernels of readings, in place of those of magnetization.

A reading at r is y(r) = integral of R(u) . M(r + u) d^2u. With M(r) = sum over spots of q K(r - r_s) it is
sum over spots of q G(r - r_s), where G(d) = integral of R(u) . K(u + d) d^2u: three channels in the place of
three components, so that whatever sums a scan's magnetization sums its readings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np
from scipy.fft import irfft2, next_fast_len, rfft2

from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.optics.objective import Objective
from optomag.reading.reader import Reader
from optomag.reading.reader_kernels import reader_kernels
from optomag.scanning.kernels import ScanKernels, fading_of
from optomag.scanning.pair_kernels import VANISHING
from optomag.scanning.reach import DEFAULT_REACH, FADE, Round, Square, Window, coarsest_step, scaled

BEYOND = 24.0
"""Wavelengths at NA 0.95 beyond the farthest spot up to which the overlap of an exact reading is summed: both
kernels fall with r^-3."""

MOST_EXACT = 100.0
"""Wavelengths at NA 0.95 between a spot and a reading up to which nothing is cut off."""

OVERSAMPLING = 1.25
"""Points of the raster per point that the product of both kernels needs."""


@dataclass(frozen=True, eq=False)
class ReadingKernels:
    """Kernels of the readings of what a basis writes.

    Parameters
    ----------
    basis : BeamBasis
        Of writing.
    reader : Reader
    window : Round or Square
        Of the kernels of writing and of reading, each.
    """

    basis: BeamBasis
    reader: Reader
    window: Window

    @property
    def lens(self) -> Objective:
        """That of writing."""
        return self.basis.setup.lens

    @cached_property
    def written(self) -> ScanKernels:
        """Kernels of the magnetization."""
        return ScanKernels(self.basis, self.window)

    @property
    def products(self) -> int:
        """How many real products of weights there are."""
        return self.written.products

    @property
    def radius(self) -> float:
        """Beyond which a spot is not read [m], along x and along y: both reaches together."""
        return 2 * self.written.radius

    @property
    def band(self) -> float:
        """Highest spatial frequency [1/m] of the readings."""
        return self.written.band

    @property
    def coarsest_step(self) -> float:
        """Largest step [m] of a raster that holds the readings."""
        return coarsest_step(self.window, self.lens)

    def faded(
        self, steps: np.ndarray, counts: tuple[int, int] | None = None, angle: float = 0.0
    ) -> Iterator[tuple[int, int, np.ndarray]]:
        """Kernels on a raster around the spot, channel by channel, as `ScanKernels.faded` gives components.

        The raster may be coarser than the kernels' own: the overlaps are summed on one as fine as they need.
        """
        finest = 1 / (OVERSAMPLING * (self.band + self.reader.highest_frequency))
        parts = np.ceil(steps / finest * (1 - 1e-9)).astype(int)
        fine = steps / parts
        held = (self.written.radius / fine).astype(int)
        wanted = (self.radius / steps).astype(int)
        if counts is not None:
            wanted = np.minimum(wanted, counts)
        shape = [
            int(next_fast_len(int(2 * n + m * p + 1), real=True) or 0)
            for n, m, p in zip(held, wanted, parts, strict=True)
        ]
        around = np.ix_(*(np.arange(-n, n + 1) % size for n, size in zip(held, shape, strict=True)))
        chosen = np.ix_(
            *(np.arange(-m, m + 1) * p % size for m, p, size in zip(wanted, parts, shape, strict=True))
        )
        placed = np.zeros(shape)

        def spectrum(values: np.ndarray) -> np.ndarray:
            placed[around] = values
            return np.asarray(rfft2(placed))

        size = (int(held[0]), int(held[1]))
        readers: dict[int, list[tuple[int, np.ndarray]]] = {0: [], 1: [], 2: []}
        for channel, component, values in self._reader(fine, size, angle):
            readers[component].append((channel, spectrum(values).conj() * np.prod(fine)))
        largest = 0.0
        for product, group in groupby(self.written.faded(fine, size, angle), key=lambda item: item[0]):
            sums: dict[int, np.ndarray] = {}
            for _, component, values in group:
                source = spectrum(values)
                for channel, response in readers[component]:
                    part = response * source
                    sums[channel] = sums[channel] + part if channel in sums else part
            for channel, whole in sorted(sums.items()):
                found = np.asarray(irfft2(whole, shape))[chosen]
                height = float(np.abs(found).max())
                largest = max(largest, height)
                if height > VANISHING * largest:
                    yield product, channel, found

    def _reader(
        self, steps: np.ndarray, counts: tuple[int, int], angle: float
    ) -> Iterator[tuple[int, int, np.ndarray]]:
        """The reader's own kernels, faded as those of writing are: channel, component and values [1/m^2]."""
        lines = [
            np.arange(-n, n + 1) * step / self.lens.wavelength for n, step in zip(counts, steps, strict=True)
        ]
        fade = fading_of(self.window, *lines)
        for channel, component, values in reader_kernels(self.reader, steps, counts, angle):
            fade(values)
            yield channel, component, values


def reading_window(extent: np.ndarray, lens: Objective) -> Window:
    """A window for readings up to distances (2,) [wavelengths] from the spots: exact where affordable.

    Beyond, kernels that keep their integrals and fade out at the default reach.
    """
    farthest = float(np.max(extent))
    if farthest <= scaled(MOST_EXACT, lens):
        return Square(farthest + scaled(BEYOND, lens), scaled(FADE, lens))
    return Round(scaled(DEFAULT_REACH, lens))
