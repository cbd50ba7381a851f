"""From magnetizations of a lattice of spots to their readings, and the linear filter that undoes it.

Each spot is written with the beam of its direction and an exposure in proportion to its length; the readings
are linear in the products of weights, but these are no linear function of the magnetization: q(v) has a part
that is odd in v, and linear, and a part that is even.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.fft import irfft2, rfft2

from optomag.reading.reader import Reader
from optomag.reading.reading_kernels import ReadingKernels, reading_window
from optomag.scanning.lattice_sum import LatticeScanner
from optomag.scanning.spot_writer import SpotWriter

WORKERS = 2
"""Threads of a transform."""


@dataclass(frozen=True)
class Cure:
    """Which readings are to be free of crosstalk, and which components may be written to make them so.

    Parameters
    ----------
    read, written : triple of bool
        Along x, y and z; by default all.
    """

    read: tuple[bool, bool, bool] = (True, True, True)
    written: tuple[bool, bool, bool] = (True, True, True)

    @property
    def mask(self) -> np.ndarray:
        """Of a response, (3, 3, 1, 1)."""
        return np.outer(self.read, self.written)[:, :, None, None]


EVERYTHING = Cure()


@dataclass(frozen=True, eq=False)
class Channel:
    """A rectangle of spots, written by a basis and read by a reader, without noise.

    Parameters
    ----------
    writer : SpotWriter
    reader : Reader
    pitch : float [m]
    shape : pair of int
        Spots along x and y.
    """

    writer: SpotWriter
    reader: Reader
    pitch: float
    shape: tuple[int, int]

    def readings(self, magnetizations: np.ndarray) -> np.ndarray:
        """Readings over theta_F t at all spots: (nx, ny, 3) to (nx, ny, 3)."""
        found = self.writer.products(magnetizations.reshape(-1, 3)).T.reshape(-1, *self.shape)
        return self._back(self._scanner.response.times(self._spectrum(part) for part in found))

    @cached_property
    def strengths(self) -> np.ndarray:
        """Reading of a lonely spot of length 1 along x, y and z by the pair for its own component, (3,)."""
        wave = np.ones((1, 1))
        found = []
        for axis, column in enumerate(self._odd.T):
            spectrum = self._scanner.response.times(value * wave for value in column)
            found.append(np.asarray(irfft2(spectrum[axis, 0], self._scanner.nodes))[0, 0])
        return np.array(found)

    def undone(self, readings: np.ndarray, regularisation: float, cure: Cure = EVERYTHING) -> np.ndarray:
        """Magnetizations whose odd part gives readings (nx, ny, 3), least squares with a price on lengths."""
        spectra = np.stack([self._spectrum(part) for part in np.moveaxis(readings, -1, 0)])
        inverse = self._inverse(regularisation, cure)
        return self._back(np.einsum("mcij,cij->mij", inverse, spectra)[:, None])

    def _inverse(self, regularisation: float, cure: Cure) -> np.ndarray:
        """H^H (H H^H + r^2)^-1 at each frequency, complex128 (3, 3, nodes, frequencies).

        H is the response, less the rows that are not read and the columns that are not written.
        """
        key = regularisation, cure
        if key not in self._inverses:
            response = np.moveaxis(self._linear * cure.mask, (0, 1), (-2, -1))
            adjoint = np.conj(np.swapaxes(response, -2, -1))
            square = response @ adjoint + regularisation**2 * np.eye(3)
            self._inverses.clear()
            self._inverses[key] = np.moveaxis(adjoint @ np.linalg.inv(square), (-2, -1), (0, 1))
        return self._inverses[key]

    @cached_property
    def _inverses(self) -> dict[tuple[float, Cure], np.ndarray]:
        return {}

    @property
    def wave_response(self) -> np.ndarray:
        """Readings of waves of magnetization in linear order, complex128 (nodes, frequencies, 3, 3).

        Of a real transform: half of the waves along y.
        """
        return np.moveaxis(self._linear, (0, 1), (-2, -1))

    @property
    def even_waves(self) -> bool:
        """Whether the last frequency along y is its own opposite."""
        return self._scanner.nodes[1] % 2 == 0

    @cached_property
    def _linear(self) -> np.ndarray:
        """Readings of waves of magnetization in linear order, complex128 (3, 3, nodes, frequencies)."""
        response, one = self._scanner.response, np.ones((1, 1))
        columns = [response.times(value * one for value in column)[:, 0] for column in self._odd.T]
        return np.stack(columns, axis=1)

    @cached_property
    def _odd(self) -> np.ndarray:
        """The part of the products that is linear in the magnetization, (k^2, 3)."""
        return self.writer.linear_products()

    @cached_property
    def _scanner(self) -> LatticeScanner:
        basis = self.writer.basis
        lens = basis.setup.lens
        extent = (np.array(self.shape) - 1) * self.pitch
        kernels = ReadingKernels(basis, self.reader, reading_window(extent / lens.wavelength, lens))
        return LatticeScanner(kernels, (0.0, 0.0), (self.pitch, self.pitch), (1, 1), self.shape, (0, 0))

    def _spectrum(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(rfft2(values, self._scanner.nodes, workers=WORKERS))

    def _back(self, spectra: np.ndarray) -> np.ndarray:
        nx, ny = self.shape
        found = np.empty((nx, ny, 3))
        for component, spectrum in enumerate(spectra):
            whole = np.asarray(irfft2(spectrum[0], self._scanner.nodes, workers=WORKERS))
            found[..., component] = whole[:nx, :ny]
        return found
