"""The first diffraction order of a hologram on a carrier grating, picked out by an iris in a 4f relay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Complex128, Float64, Inexact

from optomag.slm.panel import Window

IRIS = 0.5
"""Radius of the iris over the distance between neighbouring orders."""

MARGIN = 16
"""Dark pixels around the window, so that the Fourier transform does not join opposite rims."""


@dataclass(frozen=True)
class Carrier:
    """Grating of a hologram: period [pixel] and direction of its wave vector [rad], columns towards rows."""

    period: float
    angle: float

    @property
    def frequency(self) -> tuple[float, float]:
        """Along columns and rows [1/pixel]."""
        return np.cos(self.angle) / self.period, np.sin(self.angle) / self.period

    def phase(self, window: Window) -> Float64[np.ndarray, "columns rows"]:
        """2 pi (pixel position from the pupil's centre).(frequency) [rad], shape (columns, rows)."""
        along = [
            f * (np.arange(len(axis)) - middle)
            for f, axis, middle in zip(self.frequency, (window.x, window.y), window.middle, strict=True)
        ]
        return 2 * np.pi * (along[0][:, None] + along[1])

    def first_order(
        self, transmission: Inexact[np.ndarray, "columns rows"], window: Window
    ) -> Complex128[np.ndarray, "columns rows"]:
        """Field of the first order behind the iris, carrier removed, at the pixels' centres.

        Pixels are full squares: each order is weakened by their sinc.
        """
        shape = tuple(length + 2 * MARGIN for length in transmission.shape)
        spectrum = np.fft.fft2(transmission * np.exp(-1j * self.phase(window)), shape)
        across, down = (np.fft.fftfreq(n) for n in shape)
        iris = np.hypot(across[:, None], down) < IRIS / self.period
        envelope = np.sinc(across + self.frequency[0])[:, None] * np.sinc(down + self.frequency[1])
        columns, rows = transmission.shape
        return np.fft.ifft2(spectrum * (iris * envelope))[:columns, :rows]
