"""A medium that is magnetized fully or not at all: where an exposure is strong enough, it wins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.fft import irfft2, rfft2

from optomag.errors import refuse, require_real
from optomag.reading.reader import Reader
from optomag.reading.reader_kernels import reader_kernels
from optomag.recording.constellation import Constellation
from optomag.recording.recorder import fitted_means
from optomag.scanning.kernels import ScanKernels
from optomag.scanning.pair_kernels import weight_products
from optomag.scanning.reach import Round
from optomag.scanning.spot_writer import SpotWriter

STAMP = 0.8
"""Wavelengths at NA 0.95 from a spot's centre up to which an exposure is looked at."""

READ = 6.0
"""Wavelengths at NA 0.95 from the point that is read up to which the pattern is."""

STEP = 0.04
"""Wavelengths at NA 0.95 of the raster, at most."""

EQUALISED = 2
"""Spots to each side whose readings an equaliser weighs."""

SILENT = 1e-9
"""Part of the variance that every component has: estimates of what is never written are zero."""


@dataclass(frozen=True, eq=False)
class ThresholdMedium:
    """Spots in a medium with a threshold, on a page that repeats itself.

    Where |M| of an exposure exceeds a part of what it is at its centre, the magnetization becomes the unit
    vector along M, whatever it was before; elsewhere it stays as it is, zero at first. A limiting case of
    all-optical switching; nothing moves by itself, and walls have no width.

    Parameters
    ----------
    writer : SpotWriter
    reader : Reader
    pitch : float [m]
    threshold : float, optional
        Part of the |M| at the spot's centre, between 0 and 1: the smaller, the larger the spots.

    Raises
    ------
    InvalidInputError
        For a threshold that is none.
    """

    writer: SpotWriter
    reader: Reader
    pitch: float
    threshold: float = 0.5

    def __post_init__(self) -> None:
        require_real("pitch", self.pitch, above=0.0)
        if not 0 < require_real("threshold", self.threshold) < 1:
            refuse("threshold", "between 0 and 1", self.threshold)

    @property
    def points(self) -> int:
        """Of the raster, per pitch."""
        return int(np.ceil(self.pitch / (STEP * self._unit)))

    @property
    def _unit(self) -> float:
        """What is a wavelength at NA 0.95 [m]."""
        lens = self.writer.basis.setup.lens
        return 0.95 * lens.wavelength / lens.na

    def stamps(self, directions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where exposures along unit vectors (n, 3) magnetize, (n, s, s), and along what, (n, s, s, 3)."""
        step = self.pitch / self.points
        reach = int(STAMP * self._unit / step)
        line = step * np.arange(-reach, reach + 1)
        where = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
        _, _, rows, alone = self.writer.beams(directions)
        kernels = ScanKernels(self.writer.basis, Round()).at(where)
        written = np.tensordot(weight_products(rows), kernels, 1)
        lengths = np.linalg.norm(written, axis=-1)
        above = lengths > self.threshold * np.linalg.norm(alone, axis=1)[:, None]
        units = written / np.maximum(lengths, np.finfo(float).tiny)[..., None]
        side = len(line)
        return above.reshape(-1, side, side), units.reshape(-1, side, side, 3)

    def pattern(self, symbols: np.ndarray, points: Constellation) -> np.ndarray:
        """Magnetization after all exposures, row after row, float64 (nx points, ny points, 3).

        Parameters
        ----------
        symbols : int, shape (nx, ny)
            Which of the directions each spot is.
        points : Constellation
            Of directions.
        """
        if points.kind != "directions":
            refuse("points", "directions: a threshold leaves no weaker magnetization", points.kind)
        above, units = self.stamps(points.points)
        reach = above.shape[1] // 2
        around = np.arange(-reach, reach + 1)
        size = np.array(symbols.shape) * self.points
        found = np.zeros((*size, 3))
        stamped = [(*np.nonzero(mask), unit[mask]) for mask, unit in zip(above, units, strict=True)]
        for i, j in np.ndindex(*symbols.shape):
            x, y, values = stamped[symbols[i, j]]
            column, row = i * self.points + around, j * self.points + around
            found[column[x] % size[0], row[y] % size[1]] = values
        return found

    def readings(self, pattern: np.ndarray) -> np.ndarray:
        """Readings over theta_F t at all spots of a pattern, float64 (nx, ny, 3)."""
        shape = pattern.shape[:2]
        spectra = np.asarray(rfft2(pattern, axes=(0, 1)))
        sums = np.zeros((3, *spectra.shape[:2]), complex)
        reach = self._reader[0][2].shape[0] // 2
        around = np.ix_(*(np.arange(-reach, reach + 1) % n for n in shape))
        for channel, component, values in self._reader:
            placed = np.zeros(shape)
            np.add.at(placed, around, values)  # a small page meets its own images
            sums[channel] += np.conj(np.asarray(rfft2(placed))) * spectra[..., component]
        found = np.stack([np.asarray(irfft2(part, shape)) for part in sums], axis=-1)
        return found[:: self.points, :: self.points] * (self.pitch / self.points) ** 2

    @cached_property
    def _reader(self) -> list[tuple[int, int, np.ndarray]]:
        """Channel, component and values [1/m^2] of the reader's kernels."""
        step = self.pitch / self.points
        reach = int(READ * self._unit / step)
        kernels = reader_kernels(self.reader, np.full(2, step), (reach, reach))
        return [(channel, component, values.copy()) for channel, component, values in kernels]


def neighbourhoods(readings: np.ndarray) -> np.ndarray:
    """Readings (nx, ny, 3) of each spot and those around it, and 1: (nx ny, 76)."""
    shifts = range(-EQUALISED, EQUALISED + 1)
    parts = [np.roll(readings, (a, b), (0, 1)) for a in shifts for b in shifts]
    whole = np.concatenate(parts, axis=-1).reshape(-1, 3 * len(parts))
    return np.column_stack([whole, np.ones(len(whole))])


def equaliser(features: np.ndarray, magnetizations: np.ndarray) -> np.ndarray:
    """Weights (76, 3) of `neighbourhoods` (n, 76) that come nearest to magnetizations (n, 3)."""
    return np.linalg.lstsq(features, magnetizations, rcond=None)[0]


def equalised_statistics(
    estimates: np.ndarray, symbols: np.ndarray, points: Constellation
) -> tuple[np.ndarray, np.ndarray]:
    """Means (N, 3) and covariance (3, 3) of estimates (n, 3) of known symbols (n,)."""
    means = fitted_means(estimates, symbols, points.points)
    errors = estimates - means[symbols]
    covariance = errors.T @ errors / len(errors)
    return means, covariance + SILENT * np.trace(covariance) * np.eye(3)  # of two points, two components
