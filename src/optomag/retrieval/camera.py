"""From the intensity at points to what pixels count: area of a pixel and blur, one axis at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64
from scipy.fft import dct

from optomag.optics.objective import Objective

MARGIN = 4
"""Fine points beyond the outermost pixels: the blur of a pixel at the edge reaches there."""

SAFETY = 0.95
"""Share of the Nyquist distance that fine points lie apart at most."""


@dataclass(frozen=True)
class PixelAxis:
    """One axis of a camera.

    The intensity of a focus has no frequency beyond 2 NA/wavelength, so that at points close enough it is
    known everywhere; there it is filtered with the transfer function of a square pixel and of a Gaussian
    blur, mirrored at the edges.

    Parameters
    ----------
    count : int
    pitch : float [m]
    lens : Objective
    has_area : bool
        Whether a pixel counts what falls onto it, or probes a point.
    """

    count: int
    pitch: float
    lens: Objective
    has_area: bool

    @cached_property
    def finer(self) -> int:
        """Fine points for each pixel, an odd number, so that one lies at its centre."""
        nyquist = SAFETY * self.lens.wavelength / (4 * self.lens.na)
        return 2 * int(np.ceil(0.5 * (self.pitch / nyquist - 1 - 1e-9))) + 1

    @cached_property
    def centres(self) -> Float64[np.ndarray, " pixels"]:
        """Of the pixels, from the middle of the image [m]."""
        return (np.arange(self.count) - 0.5 * (self.count - 1)) * self.pitch

    @cached_property
    def points(self) -> Float64[np.ndarray, " fine"]:
        """Where the intensity is to be known [m]."""
        step = self.pitch / self.finer
        inner = self.finer * (self.count - 1) + 1
        return (np.arange(inner + 2 * MARGIN) - MARGIN - 0.5 * (inner - 1)) * step

    @cached_property
    def _transform(self) -> tuple[Float64[np.ndarray, "fine fine"], Float64[np.ndarray, " fine"]]:
        """Orthonormal cosine transform, and the frequencies of its rows [1/m]."""
        size = len(self.points)
        frequency = np.arange(size) / (2 * size * self.pitch / self.finer)
        return dct(np.eye(size), axis=0, norm="ortho"), frequency

    def matrix(self, blur: float) -> Float64[np.ndarray, "pixels fine"]:
        """What pixels count of the intensity at the points, for the square of a Gaussian blur [m^2]."""
        return self._filtered(self._transfer(blur))

    def slope(self, blur: float) -> Float64[np.ndarray, "pixels fine"]:
        """Derivative of `matrix` with respect to the squared blur [1/m^2]."""
        frequency = self._transform[1]
        return self._filtered(-2 * (np.pi * frequency) ** 2 * self._transfer(blur))

    def _transfer(self, blur: float) -> Float64[np.ndarray, " fine"]:
        frequency = self._transform[1]
        area = np.sinc(frequency * self.pitch) if self.has_area else 1.0
        return area * np.exp(-2 * np.pi**2 * blur * frequency**2)

    def _filtered(self, transfer: Float64[np.ndarray, " fine"]) -> Float64[np.ndarray, "pixels fine"]:
        cosines = self._transform[0]
        rows = MARGIN + self.finer * np.arange(self.count)
        return cosines[:, rows].T @ (transfer[:, None] * cosines)
