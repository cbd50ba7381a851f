"""The camera: from the light that falls on its pixels to the numbers that it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64

from optomag.displayed import Displayed
from optomag.errors import dimensions, refuse, require_integer, require_real
from optomag.plausible import LENGTH, require_plausible

DEEPEST, LARGEST = 16, 4096
"""Bits, and pixels along a side, that are believed."""

BRIGHTEST = 1e9
"""Photons in one pixel that are believed; wells hold some 1e5."""


@dataclass(frozen=True, kw_only=True)
class Camera(Displayed):
    """A camera that looks at the focus.

    Parameters
    ----------
    pixel : float [m]
        Side of a pixel, in the focus: that on the chip over the magnification.
    shape : (int, int), default (33, 33)
        Rows and columns (ny, nx) around the focus; the middle one lies on the axis.
    photons : float, default 1e4
        Photoelectrons in the brightest pixel of an exposure of the lens' ideal, circularly polarised focus.
    background : float, default 0
        Photoelectrons in each pixel that are not from the focus.
    read_noise : float, default 0 [photoelectrons rms]
    gain : float, default 1
        Numbers per photoelectron.
    offset : float, default 0
        Number that a dark pixel gives.
    bits : int, default 16
        Of its numbers, which end at 2^bits - 1.

    Raises
    ------
    InvalidInputError
        If a number is not finite or out of range.

    Examples
    --------
    >>> camera = Camera(pixel=100e-9, photons=300, background=10, read_noise=1.5, bits=12)
    >>> camera.shape
    (33, 33)
    """

    pixel: float
    shape: tuple[int, int] = (33, 33)
    photons: float = 1e4
    background: float = 0.0
    read_noise: float = 0.0
    gain: float = 1.0
    offset: float = 0.0
    bits: int = 16

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixel", require_plausible(LENGTH, "pixel of the camera", self.pixel))
        if dimensions(self.shape) != 1 or len(self.shape) != 2:
            refuse("shape of the camera", "(rows, columns)", self.shape)
        for side in self.shape:
            require_integer("shape of the camera", side, at_least=1, at_most=LARGEST)
        object.__setattr__(self, "shape", tuple(int(side) for side in self.shape))
        for name in ("photons", "gain"):
            require_real(f"{name} of the camera", getattr(self, name), above=0.0, below=BRIGHTEST)
        for name in ("background", "read_noise", "offset"):
            value = require_real(f"{name} of the camera", getattr(self, name), below=BRIGHTEST)
            if value < 0:
                refuse(f"{name} of the camera", ">= 0", value)
        require_integer("bits of the camera", self.bits, at_least=1, at_most=DEEPEST)

    @property
    def axes(self) -> tuple[Float64[np.ndarray, " nx"], Float64[np.ndarray, " ny"]]:
        """Centres of columns along x and rows along y [m]."""
        rows, columns = self.shape
        along_y, along_x = (self.pixel * (np.arange(n) - 0.5 * (n - 1)) for n in (rows, columns))
        return along_x, along_y

    def expose(
        self, light: Float64[np.ndarray, "*frames ny nx"], random: Any
    ) -> Float64[np.ndarray, "*frames ny nx"]:
        """Numbers that the camera gives for expected photoelectrons from the focus.

        Parameters
        ----------
        light : float64 array, shape (..., ny, nx) [photoelectrons]
        random : numpy Generator
            Where the noise comes from.
        """
        electrons = random.poisson(light + self.background) + self.read_noise * random.normal(
            size=light.shape
        )
        return np.clip(np.rint(self.gain * electrons + self.offset), 0, 2**self.bits - 1).astype(np.float64)
