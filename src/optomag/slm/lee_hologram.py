"""Binary holograms on a mirror array, one half for E_x and one for E_y."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Complex128, Float64, Inexact

from optomag.slm.panel import Window
from optomag.slm.two_modulators import COMPONENTS, ComponentScheme


def binary_hologram(
    field: Inexact[np.ndarray, "*shape"], carrier: Float64[np.ndarray, "*shape"]
) -> Bool[np.ndarray, "*shape"]:
    """Grating of open stripes whose first order is field/pi.

    Parameters
    ----------
    field : complex array
        |field| <= 1.
    carrier : float array [rad]
        Phase of the grating.

    Returns
    -------
    bool array
        |u| < arcsin(|field|)/2 pi, with u = (carrier + arg field)/2 pi wrapped to [-1/2, 1/2).

    Notes
    -----
    W.-H. Lee, Appl. Opt. 18, 3661 (1979), doi:10.1364/AO.18.003661. A stripe of the width
    w = arcsin(|field|)/pi sends sin(pi w)/pi into the first order. It lies symmetrically about u = 0: the
    same width counted from 0, mod(u, 1) < w, would turn the first order's phase by -arcsin(|field|).
    """
    u = np.mod((carrier + np.angle(field)) / (2 * np.pi) + 0.5, 1.0) - 0.5
    return np.abs(u) < np.arcsin(np.minimum(np.abs(field), 1.0)) / (2 * np.pi)


@dataclass(frozen=True)
class LeeHologram(ComponentScheme):
    """Mirrors that send light on or away."""

    def command(
        self, section: str, field: Complex128[np.ndarray, "columns rows 2"], window: Window
    ) -> Float64[np.ndarray, "columns rows"]:
        """Transmission 0 or 1."""
        return binary_hologram(field[..., COMPONENTS.index(section)], self.carrier.phase(window)).astype(
            float
        )

    def transmission(self, shown: Float64[np.ndarray, "*shape"]) -> Inexact[np.ndarray, "*shape"]:
        """The mirrors as they are."""
        return shown
