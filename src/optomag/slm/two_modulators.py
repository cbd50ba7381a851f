"""Two phase modulators, one for E_x and one for E_y, each with a hologram that makes amplitude and phase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Complex128, Float64, Inexact

from optomag.slm.device import HALF_WAY, Section
from optomag.slm.first_order import Carrier, FirstOrder, first_order
from optomag.slm.panel import Window
from optomag.slm.scheme import Scheme

COMPONENTS = ("x", "y")
HALF_OF_THE_LIGHT = np.sqrt(0.5)
"""Amplitude that falls on each of two sections; polarising beam splitters part and join the light."""

_DEPTHS = np.linspace(0.0, 1.0, 2**14)
_AMPLITUDES = np.sinc(1 - _DEPTHS)


def hologram(
    field: Inexact[np.ndarray, "*shape"], carrier: Float64[np.ndarray, "*shape"]
) -> Float64[np.ndarray, "*shape"]:
    """Phase hologram whose first order is a given field.

    Parameters
    ----------
    field : complex array
        |field| <= 1.
    carrier : float array [rad]
        Phase of the grating.

    Returns
    -------
    float64 [rad]
        depth mod(arg field + pi (1 - depth) + carrier, 2 pi) with sinc(1 - depth) = |field|.

    Notes
    -----
    E. Bolduc, N. Bent, E. Santamato, E. Karimi and R. W. Boyd, Opt. Lett. 38, 3546 (2013),
    doi:10.1364/OL.38.003546. Exact for gratings much finer than the field and pixels much finer than both.
    """
    depth = np.interp(np.abs(field), _AMPLITUDES, _DEPTHS)
    return depth * np.mod(np.angle(field) + np.pi * (1 - depth) + carrier, 2 * np.pi)


@dataclass(frozen=True)
class ComponentScheme(Scheme):
    """E_x and E_y from the first orders of one hologram each."""

    carrier: Carrier
    iris_radius: float = HALF_WAY
    fill_factor: float = 1.0

    @property
    def frequency(self) -> tuple[float, float]:
        """Of the first order."""
        return self.carrier.frequency

    def size(self, field: Complex128[np.ndarray, "*shape 2"]) -> Float64[np.ndarray, "*shape"]:
        """The larger of |E_x| and |E_y|."""
        return np.abs(field).max(axis=-1)

    def reduced(
        self, field: Complex128[np.ndarray, "*shape 2"], largest: float
    ) -> Complex128[np.ndarray, "*shape 2"]:
        """E over its greatest component."""
        return field / largest

    def dark(self, section: str) -> float:
        """No grating, hence no first order."""
        return 0.0

    def modulation(
        self,
        section: Section,
        transmission: Inexact[np.ndarray, "columns rows"],
        lacking: Float64[np.ndarray, "*pixels"],
        window: Window,
        fineness: float,
    ) -> FirstOrder:
        """The first order behind the iris."""
        phase = lacking + section.zernike_phase(*window.polar)
        return first_order(
            transmission * np.exp(-1j * phase),
            window,
            self.carrier,
            iris_radius=self.iris_radius,
            fill_factor=self.fill_factor,
            fineness=fineness,
        )

    def combined(
        self, factors: Mapping[str, Inexact[np.ndarray, "*shape"]]
    ) -> Inexact[np.ndarray, "*shape 2"]:
        """Both components, each made of half of the light."""
        return HALF_OF_THE_LIGHT * np.stack([factors[name] for name in COMPONENTS], axis=-1)


@dataclass(frozen=True)
class TwoModulators(ComponentScheme):
    """Phase holograms."""

    def command(
        self, section: str, field: Complex128[np.ndarray, "columns rows 2"], window: Window
    ) -> Float64[np.ndarray, "columns rows"]:
        """Hologram of one component [rad]."""
        return hologram(field[..., COMPONENTS.index(section)], self.carrier.phase(window))

    def transmission(self, shown: Float64[np.ndarray, "*shape"]) -> Inexact[np.ndarray, "*shape"]:
        """e^{i phase}."""
        return np.exp(1j * shown)
