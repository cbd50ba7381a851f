"""What a section multiplies the light by, as a function of the pupil point."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from jaxtyping import Complex128

from optomag.slm.device import Section
from optomag.slm.panel import Axis, Window


class PupilFactor(ABC):
    """A complex function over the pupil that is smooth between straight jumps along x and y."""

    @property
    @abstractmethod
    def jumps(self) -> tuple[Axis, Axis]:
        """Where it jumps along x and along y [pupil radii]."""

    @abstractmethod
    def at(self, x: Axis, y: Axis) -> Complex128[np.ndarray, "nx ny"]:
        """Values on the lattice of pupil coordinates x and y."""


@dataclass(frozen=True, eq=False)
class PixelFactor(PupilFactor):
    """Constant over each pixel of a panel, but for the Zernike terms that the section's light lacks.

    Exact wherever it is asked, and known to jump at the pixels' edges.
    """

    values: Complex128[np.ndarray, "columns rows"]
    window: Window
    section: Section

    @property
    def jumps(self) -> tuple[Axis, Axis]:
        """The edges of the window's columns and rows."""
        return self.window.edges

    def at(self, x: Axis, y: Axis) -> Complex128[np.ndarray, "nx ny"]:
        """The values of the pixels that the points fall on, and the light's own smooth error."""
        picked = (
            np.clip(np.rint(position).astype(int), 0, length - 1)
            for position, length in zip(self.window.positions(x, y), self.values.shape, strict=True)
        )
        values = self.values[np.ix_(*picked)]
        if not self.section.zernike:
            return values
        radius, azimuth = np.hypot(x[:, None], y), np.arctan2(y, x[:, None])
        return values * np.exp(-1j * self.section.zernike_phase(np.minimum(radius, 1.0), azimuth))
