"""Magnetizations of a lattice of spots whose diffracted light is that of two images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.fft import fft2, ifft2

from optomag.holography.far_field import Illumination
from optomag.scanning.kernels import ScanKernels
from optomag.scanning.reach import Round, scaled
from optomag.scanning.spot_writer import SpotWriter

REACH = 24.0
"""Wavelengths at NA 0.95 up to which kernels are transformed."""

LEAST = 1e-6
"""Singular value of the three equations of a wave, over the largest, below which one is left out."""


@dataclass(frozen=True, eq=False)
class PageOperator:
    """Amplitudes of the light at the pixels of a page, from the magnetizations of N x N spots.

    Parameters
    ----------
    writer : SpotWriter
    pitch : float [m]
    size : int
        N, spots and pixels along a side.
    lights : sequence of Illumination
        One for each page.
    """

    writer: SpotWriter
    pitch: float
    size: int
    lights: Sequence[Illumination]

    @property
    def directions(self) -> np.ndarray:
        """Transverse directions of the pixels in the order of the transform, float64 (N, N, 2)."""
        return page_directions(self.size, self.pitch / self.writer.basis.setup.lens.wavelength)

    @cached_property
    def responses(self) -> np.ndarray:
        """Amplitude of each page per product of weights of a wave, complex128 (pages, products, N, N)."""
        lens = self.writer.basis.setup.lens
        kernels = ScanKernels(self.writer.basis, Round(scaled(REACH, lens)))
        steps = np.full(2, 0.8 * kernels.coarsest_step)
        count = int(kernels.radius / steps[0])
        line = np.arange(-count, count + 1) * steps[0]
        wavenumber = 2 * np.pi / lens.wavelength
        directions = self.directions
        found = np.zeros((len(self.lights), kernels.products, self.size, self.size), dtype=np.complex128)
        for page, light in enumerate(self.lights):
            wave_x = wavenumber * (directions[:, 0, 0] - light.sine)
            wave_y = wavenumber * directions[0, :, 1]
            across, along = (np.exp(-1j * np.outer(wave, line)) * steps[0] for wave in (wave_x, wave_y))
            weights = light.responses(directions)
            for product, component, values in kernels.faded(steps):
                found[page, product] += weights[..., component] * (across @ values @ along.T)
        return found / (self.size * self.pitch) ** 2

    def amplitudes(self, magnetizations: np.ndarray) -> np.ndarray:
        """Of all pages' light, over theta_F t: (N, N, 3) to complex128 (pages, N, N)."""
        products = self.writer.products(magnetizations.reshape(-1, 3)).T
        waves = np.asarray(fft2(products.reshape(-1, self.size, self.size)))
        return np.einsum("gpij,pij->gij", self.responses, waves)

    def solved(self, wanted: np.ndarray) -> np.ndarray:
        """Magnetizations (N, N, 3) whose odd part gives amplitudes (pages, N, N), where these are no NaN.

        A wave f of real magnetizations is the conjugate of -f: each page asks one thing of V(f) at f, and
        another at -f. With less than three it is the shortest V, with more the nearest.
        """
        matrix, right = [], []
        for response, page in zip(self._linear, wanted, strict=True):
            for rows, values in ((response, page), (_reversed(response).conj(), _reversed(page).conj())):
                known = ~np.isnan(values)
                matrix.append(np.where(known, rows, 0.0))
                right.append(np.where(known, values, 0.0))
        system = np.moveaxis(np.stack(matrix), (0, 1), (-2, -1))
        inverse = np.linalg.pinv(system, rcond=LEAST)
        waves = np.einsum("ijve,eij->vij", inverse, np.stack(right))
        return np.moveaxis(np.real(np.asarray(ifft2(waves))), 0, -1)

    @cached_property
    def _linear(self) -> np.ndarray:
        """Amplitudes of each page per wave of magnetization, complex128 (pages, 3, N, N)."""
        return np.einsum("gpij,pv->gvij", self.responses, self.writer.linear_products())


def page_directions(size: int, pitch: float) -> np.ndarray:
    """Directions (N, N, 2) of the pixels for spots a pitch [wavelengths] apart, in transform order."""
    line = np.fft.fftfreq(size) / pitch
    return np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1)


def _reversed(values: np.ndarray) -> np.ndarray:
    """Values (..., N, N) at the reversed frequencies."""
    return np.roll(values[..., ::-1, ::-1], (1, 1), axis=(-2, -1))
