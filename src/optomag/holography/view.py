"""What a camera in the pupil sees of a page, and how near it is to the image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.errors import refuse, require_finite_array, require_real

SSIM_WINDOW = 7
"""Pixels of the smallest image that has a structural similarity."""


@dataclass(frozen=True, eq=False)
class View:
    """An image in the light that a film diffracts.

    Attributes
    ----------
    intensity : float64, shape (N, N)
        Power at each pixel over that onto the film, over (theta_F t)^2, row 0 on top (largest s_y); or, with
        photons, in the same unit but as they were counted.
    photons : float, optional
        Expected in the whole view.
    """

    intensity: np.ndarray
    photons: float | None = None

    @property
    def efficiency(self) -> float:
        """Power of the view over that onto the film, over (theta_F t)^2."""
        return float(self.intensity.sum())

    def counted(self, photons: Any, seed: int = 0) -> View:
        """The same, by photons that come at random (Poisson), so many in the mean.

        Raises
        ------
        InvalidInputError
            If the number is not > 0.
        """
        number = require_real("photons", photons, above=0.0)
        expected = self.intensity * (number / self.efficiency)
        drawn = np.random.default_rng(seed).poisson(expected)
        return View(drawn * (self.efficiency / number), number)

    def part(self, rows: slice, columns: slice) -> View:
        """A part of the view."""
        return View(self.intensity[rows, columns], self.photons)

    def compared(self, image: Any) -> tuple[float, float]:
        """Peak signal over noise [dB] and structural similarity to an image (rows, columns).

        The view is scaled to the image by least squares; the peak is the image's largest value.

        Raises
        ------
        InvalidInputError
            If the image has another shape, is dark or too small.
        """
        wanted = require_finite_array("image", image, shape="(rows, columns)", ndim=2)
        if wanted.shape != self.intensity.shape or min(wanted.shape) < SSIM_WINDOW:
            refuse("image", f"of shape {self.intensity.shape}, at least {SSIM_WINDOW} pixels", wanted.shape)
        peak = float(wanted.max())
        if peak <= 0:
            refuse("image", "brighter than zero somewhere", peak)
        from skimage.metrics import structural_similarity

        square = float((self.intensity**2).sum())
        scaled = self.intensity * (float((self.intensity * wanted).sum()) / square if square else 0.0)
        error = float(((scaled - wanted) ** 2).mean())
        noise = float(10 * np.log10(peak**2 / error)) if error else np.inf
        alike: Any = structural_similarity(wanted, scaled, data_range=peak)
        return noise, float(alike)
