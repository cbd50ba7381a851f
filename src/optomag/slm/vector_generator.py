"""The vectorial optical field generator: four sections for phase, amplitude, rotation and retardance.

W. Han, Y. Yang, W. Cheng and Q. Zhan, Opt. Express 21, 20692 (2013), doi:10.1364/OE.21.020692. Each section
delays the x component, diag(e^{i d}, 1). Light that comes in along x meets the phase section; the amplitude
section between half-wave plates at 22.5 degrees, then an x polariser; the rotation section between
quarter-wave plates at +45 and -45 degrees; the retardance section.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from jaxtyping import Complex128, Float64, Inexact

from optomag.slm.device import SECTIONS, DeadSpace, Section
from optomag.slm.panel import Window
from optomag.slm.pupil_factor import PixelFactor
from optomag.slm.scheme import Scheme

NAMES = SECTIONS["vector-generator"]
X_POLARIZER = np.diag([1.0 + 0j, 0.0])


def wave_plate(retardance: float, angle: float) -> Complex128[np.ndarray, "2 2"]:
    """Jones matrix of a plate that delays the slow axis by `retardance` [rad]; fast axis at `angle` [rad].

    The mean phase is left out, so that a plate of retardance 2 pi is -1.
    """
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[cosine, -sine], [sine, cosine]])
    return turn @ np.diag(np.exp([-0.5j * retardance, 0.5j * retardance])) @ turn.T


HALF_WAVE = 1j * wave_plate(np.pi, np.pi / 8)
"""At 22.5 degrees; the common phase is taken out, so that two of them undo each other."""

QUARTER_BEFORE, QUARTER_AFTER = (wave_plate(np.pi / 2, sign * np.pi / 4) for sign in (1, -1))


def section_phases(
    field: Complex128[np.ndarray, "*shape 2"], *, amplitude: bool = True
) -> Float64[np.ndarray, "*shape 4"]:
    """Phases of the four sections for a field.

    Parameters
    ----------
    field : complex array, shape (..., 2)
        (E_x, E_y), |E| <= 1.
    amplitude : bool, default True
        False leaves the amplitude section at 0, which passes all light; |E| must then be 1.

    Returns
    -------
    float64, shape (..., 4) [rad]
        d1 to d4, unwrapped: with A = |E|, al = arg E_x, be = arg E_y, d2 = 2 arccos A,
        d3 = 2 atan2(|E_y|, |E_x|), d4 = al - be - pi, d1 = be + pi - d2/2 - d3/2. Where a component vanishes
        its phase is chosen such that d4 = 0.
    """
    x, y = field[..., 0], field[..., 1]
    size_x, size_y = np.abs(x), np.abs(y)
    phase_x, phase_y = np.angle(x), np.angle(y)
    phase_y = np.where(size_y == 0, phase_x - np.pi, phase_y)
    phase_x = np.where(size_x == 0, phase_y + np.pi, phase_x)
    d2 = 2 * np.arccos(np.minimum(np.hypot(size_x, size_y), 1.0)) if amplitude else np.zeros_like(size_x)
    d3 = 2 * np.arctan2(size_y, size_x)
    return np.stack([phase_y + np.pi - 0.5 * (d2 + d3), d2, d3, phase_x - phase_y - np.pi], axis=-1)


def jones_chain(factors: Complex128[np.ndarray, "*shape 4"]) -> Complex128[np.ndarray, "*shape 2"]:
    """Field behind the generator, matrix by matrix.

    Parameters
    ----------
    factors : complex array, shape (..., 4)
        e^{i d} of each section.

    Returns
    -------
    complex128, shape (..., 2)
        (E_x, E_y) for unit light along x:
        cos(d2/2) e^{i (d1 + d2/2 + d3/2)} (cos(d3/2) e^{i d4}, -sin(d3/2)).
    """
    light = np.zeros((*factors.shape[:-1], 2), dtype=np.complex128)
    light[..., 0] = factors[..., 0]
    light = light @ HALF_WAVE.T
    light[..., 0] *= factors[..., 1]
    light = light @ (QUARTER_BEFORE @ X_POLARIZER @ HALF_WAVE).T
    light[..., 0] *= factors[..., 2]
    light = light @ QUARTER_AFTER.T
    light[..., 0] *= factors[..., 3]
    return light


@dataclass(frozen=True)
class VectorGenerator(Scheme):
    """The scheme; without `amplitude` the lossy section is left open.

    Each section is imaged onto the next one without the orders of its pixel grid. Of pixels with the fill
    factor F the mean is left: F e^{i d}, and F for the other polarisation, where the dead space absorbs, or
    F e^{i d} + 1 - F, and 1, where it reflects.
    """

    exact: ClassVar[bool] = True
    per_pixel: ClassVar[int] = 2  # sections have steps within one another's pixels

    amplitude: bool = True
    fill_factor: float = 1.0
    dead_space: DeadSpace = "absorbs"

    @property
    def absorbed_to(self) -> float:
        """Amplitude that the dead space of all sections leaves."""
        return self.fill_factor ** len(NAMES) if self.dead_space == "absorbs" else 1.0

    def size(self, field: Complex128[np.ndarray, "*shape 2"]) -> Float64[np.ndarray, "*shape"]:
        """|E|."""
        return np.linalg.norm(field, axis=-1)

    def reduced(
        self, field: Complex128[np.ndarray, "*shape 2"], largest: float
    ) -> Complex128[np.ndarray, "*shape 2"]:
        """E over its greatest length, or over its own where amplitudes are not made."""
        length = self.size(field)[..., None]
        return field / (largest if self.amplitude else np.where(length > 0, length, 1.0))

    def command(
        self, section: str, field: Complex128[np.ndarray, "columns rows 2"], window: Window
    ) -> Float64[np.ndarray, "columns rows"]:
        """Phase of the section [rad]."""
        return section_phases(field, amplitude=self.amplitude)[..., NAMES.index(section)]

    def dark(self, section: str) -> float:
        """Pi in the amplitude section, which lets nothing pass."""
        return np.pi if section == "amplitude" and self.amplitude else 0.0

    def transmission(self, shown: Float64[np.ndarray, "*shape"]) -> Inexact[np.ndarray, "*shape"]:
        """e^{i phase}."""
        return np.exp(1j * shown)

    def modulation(
        self,
        section: Section,
        transmission: Inexact[np.ndarray, "columns rows"],
        lacking: Float64[np.ndarray, "*pixels"],
        window: Window,
        fineness: float,
    ) -> PixelFactor:
        """e^{i d}, with reflections from between the pixels."""
        factor = transmission
        if self.dead_space == "reflects":
            factor = self.fill_factor * factor + (1 - self.fill_factor)
        return PixelFactor(factor * np.exp(-1j * lacking), window, section)

    def combined(
        self, factors: Mapping[str, Inexact[np.ndarray, "*shape"]]
    ) -> Complex128[np.ndarray, "*shape 2"]:
        """The Jones chain."""
        return self.absorbed_to * jones_chain(np.stack([factors[name] for name in NAMES], axis=-1))
