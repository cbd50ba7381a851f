"""The first diffraction order of a hologram on a carrier grating, picked out by an iris in a 4f relay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Complex128, Float64, Inexact

from optomag.optics.lattice import areas_in_pupil
from optomag.slm.panel import Axis, Window
from optomag.slm.pupil_factor import PupilFactor

PADDING = 3
"""Distance, over the window's length, at which the waves that are summed repeat the field; so far away, the
diffraction rings of the iris have nearly faded."""


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


@dataclass(frozen=True, eq=False)
class FirstOrder(PupilFactor):
    """Field behind the iris, carrier removed: a band-limited function, given by the waves that pass.

    Attributes
    ----------
    across, down : float64, shapes (a,) and (b,) [1/pixel]
        Frequencies along columns and rows.
    waves : complex128, shape (a, b)
        Their amplitudes at the window's first pixel.
    window : Window
    """

    across: Axis
    down: Axis
    waves: Complex128[np.ndarray, "a b"]
    window: Window

    @property
    def jumps(self) -> tuple[Axis, Axis]:
        """None: the iris has washed them out."""
        return np.zeros(0), np.zeros(0)

    def at(self, x: Axis, y: Axis) -> Complex128[np.ndarray, "nx ny"]:
        """The sum of the waves, exact between the pixels too."""
        columns, rows = self.window.positions(x, y)
        along_columns = np.exp(2j * np.pi * columns[:, None] * self.across)
        along_rows = np.exp(2j * np.pi * self.down[:, None] * rows)
        return along_columns @ self.waves @ along_rows


def first_order(
    transmission: Inexact[np.ndarray, "columns rows"],
    window: Window,
    carrier: Carrier,
    *,
    iris_radius: float,
    fill_factor: float,
    fineness: float = 1.0,
) -> FirstOrder:
    """The order of a hologram that an iris around the carrier's frequency lets pass.

    Parameters
    ----------
    transmission : complex or float array
        Of the window's pixels.
    window : Window
    carrier : Carrier
    iris_radius : float
        Over the distance 1/period of neighbouring orders.
    fill_factor : float
        Area of a pixel's square aperture over the pitch squared.
    fineness : float
        Multiplies the number of waves along each axis.

    Notes
    -----
    The pixels t_jk are squares of side a = sqrt(fill_factor) on the unit pitch, so that the hologram's
    spectrum is a^2 sinc(a f_x) sinc(a f_y) sum t_jk e^{-2 pi i (f_x j + f_y k)}: on its axis an order has the
    fill factor's square of the power. Light from between the pixels is not modulated; whether it is absorbed
    or reflected, it goes to the orders of the pixel grid, which the iris blocks.
    """
    radius = iris_radius / carrier.period
    repeats = [fineness * PADDING * length for length in transmission.shape]
    orders = [np.arange(-reach, reach + 1) for reach in (int(np.ceil(radius * n)) for n in repeats)]
    across, down = (order / n for order, n in zip(orders, repeats, strict=True))
    # Waves on the rim of the iris count with the part of their cell that is open.
    edges = [
        np.append(f - 0.5 / n, f[-1] + 0.5 / n) / radius for f, n in zip((across, down), repeats, strict=True)
    ]
    open_area = radius**2 * areas_in_pupil(*edges)
    side = np.sqrt(fill_factor)
    aperture = [
        side * np.sinc(side * (f + g)) for f, g in zip((across, down), carrier.frequency, strict=True)
    ]
    columns, rows = (np.arange(length) for length in transmission.shape)
    demodulated = transmission * np.exp(-1j * carrier.phase(window))
    spectrum = (
        np.exp(-2j * np.pi * across[:, None] * columns)
        @ demodulated
        @ np.exp(-2j * np.pi * rows[:, None] * down)
    )
    return FirstOrder(across, down, spectrum * (aperture[0][:, None] * aperture[1]) * open_area, window)
