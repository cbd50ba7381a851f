"""What every way of making a vector field with modulators has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from jaxtyping import Complex128, Float64, Inexact

from optomag.slm.device import Section
from optomag.slm.panel import Window
from optomag.slm.pupil_factor import PupilFactor


class Scheme(ABC):
    """From a wanted field to what each section shows, and from what it shows to the field.

    Fields are relative to the illumination: the light that reaches a pupil point, divided by what falls on
    the sections there.
    """

    exact: ClassVar[bool] = False
    """Whether the mean over a pixel of a simulation is that of its parts: no factor is an infinite sum."""

    per_pixel: ClassVar[int] = 1
    """Points along each side of a panel pixel below which a simulation misses what the pixels do."""

    @property
    def frequency(self) -> tuple[float, float]:
        """Of the wave behind a panel that counts, along columns and rows [1/pixel]."""
        return 0.0, 0.0

    @abstractmethod
    def reduced(
        self, field: Complex128[np.ndarray, "*shape 2"], largest: float
    ) -> Complex128[np.ndarray, "*shape 2"]:
        """The field (..., 2) scaled to what can be made; `largest` is its greatest `size` over the pupil."""

    @abstractmethod
    def size(self, field: Complex128[np.ndarray, "*shape 2"]) -> Float64[np.ndarray, "*shape"]:
        """What limits the scale of a field (..., 2), at each point."""

    @abstractmethod
    def command(
        self, section: str, field: Complex128[np.ndarray, "columns rows 2"], window: Window
    ) -> Float64[np.ndarray, "columns rows"]:
        """Phase [rad] or transmission that a section must show for a reduced field, shape (columns, rows)."""

    @abstractmethod
    def dark(self, section: str) -> float:
        """Command outside the pupil."""

    @abstractmethod
    def transmission(self, shown: Float64[np.ndarray, "*shape"]) -> Inexact[np.ndarray, "*shape"]:
        """What pixels that show phases [rad] or transmissions multiply the light by."""

    @abstractmethod
    def modulation(
        self,
        section: Section,
        transmission: Inexact[np.ndarray, "columns rows"],
        lacking: Float64[np.ndarray, "*pixels"],
        window: Window,
        fineness: float,
    ) -> PupilFactor:
        """What a section whose pixels multiply the light by `transmission` multiplies it by in the pupil.

        `lacking` is the phase [rad] by which the light falls behind at its pixels, apart from the section's
        Zernike terms, by which it falls behind too. Whatever is no finite sum is computed the more exactly
        the larger `fineness` is.
        """

    @abstractmethod
    def combined(
        self, factors: Mapping[str, Inexact[np.ndarray, "*shape"]]
    ) -> Inexact[np.ndarray, "*shape 2"]:
        """Field (..., 2) behind all sections, for factors at the same pupil points."""
