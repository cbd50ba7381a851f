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
    def step(self) -> float:
        """Distance of the fine points [m]: that of the pixels where these are close enough."""
        return min(self.pitch, SAFETY * self.lens.wavelength / (4 * self.lens.na))

    @cached_property
    def centres(self) -> Float64[np.ndarray, " pixels"]:
        """Of the pixels, from the middle of the image [m]."""
        return (np.arange(self.count) - 0.5 * (self.count - 1)) * self.pitch

    @cached_property
    def points(self) -> Float64[np.ndarray, " fine"]:
        """Where the intensity is to be known [m]."""
        count = int(np.ceil((self.count - 1) * self.pitch / self.step - 1e-9)) + 1 + 2 * MARGIN
        return (np.arange(count) - 0.5 * (count - 1)) * self.step

    @cached_property
    def _transform(self) -> tuple[Float64[np.ndarray, "fine fine"], Float64[np.ndarray, "fine pixels"]]:
        """Orthonormal cosine transform, and the cosines, likewise, at the centres of the pixels."""
        size = len(self.points)
        place = self.centres / self.step + 0.5 * size
        norm = np.sqrt(np.where(np.arange(size), 2.0, 1.0) / size)
        at_pixels = norm[:, None] * np.cos(np.pi * np.outer(np.arange(size), place) / size)
        return dct(np.eye(size), axis=0, norm="ortho"), at_pixels

    @cached_property
    def _frequency(self) -> Float64[np.ndarray, " fine"]:
        """Of each cosine [1/m]."""
        size = len(self.points)
        return np.arange(size) / (2 * size * self.step)

    def matrix(self, blur: float) -> Float64[np.ndarray, "pixels fine"]:
        """What pixels count of the intensity at the points, for the square of a Gaussian blur [m^2]."""
        return self._filtered(self._transfer(blur))

    def slope(self, blur: float) -> Float64[np.ndarray, "pixels fine"]:
        """Derivative of `matrix` with respect to the squared blur [1/m^2]."""
        return self._filtered(-2 * (np.pi * self._frequency) ** 2 * self._transfer(blur))

    def _transfer(self, blur: float) -> Float64[np.ndarray, " fine"]:
        frequency = self._frequency
        area = np.sinc(frequency * self.pitch) if self.has_area else 1.0
        return area * np.exp(-2 * np.pi**2 * blur * frequency**2)

    def _filtered(self, transfer: Float64[np.ndarray, " fine"]) -> Float64[np.ndarray, "pixels fine"]:
        cosines, at_pixels = self._transform
        return at_pixels.T @ (transfer[:, None] * cosines)
