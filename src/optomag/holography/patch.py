"""Where the spots of a hologram lie, how it is lit, and where each pixel of its page is seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optomag.errors import refuse, require_integer, told_apart
from optomag.optics.objective import Objective
from optomag.plausible import LENGTH, require_plausible

FEWEST, MOST = 16, 256
"""Spots along a side: fewer are no picture, and more than a scan sums exactly."""

HIGHEST_FREQUENCY = float(np.hypot(1.5, 0.5))
"""Highest spatial frequency of the magnetization that the page reads, in a corner [1/pitch]."""

WRITABLE = 0.95
"""Part of the band 2 NA/wavelength of the magnetization up to which there is enough of it."""


@dataclass(frozen=True)
class Patch:
    """A square lattice of spots and the plane wave that lights it.

    Parameters
    ----------
    lens : Objective
        It writes the spots; light is read in its medium, of index n.
    pitch : float [m]
        Distance of neighbours.
    side : int
        Spots, and pixels of the page, along each side; even.
    order : int, default 1
        Of the lattice's orders, the one that leaves along the normal; 0 for light that comes along it.

    Raises
    ------
    InvalidInputError
        If the pitch is not longer than wavelength/n, or too short for what the lens can write, or the side is
        odd, below 16 or above 256.

    Notes
    -----
    Light comes at sin a = wavelength/(n pitch) in the plane y = 0, so that the first order of the lattice
    leaves along its normal. Pixel (k, l) of the page, k and l from -side/2 to side/2 - 1, is seen at
    sin theta_x = k wavelength/(n side pitch), and so with l and theta_y. The corners are seen at
    sin theta = wavelength/(sqrt2 n pitch) < 0.71: no pixel is evanescent, and the page fills the whole zone
    of the lattice, beyond which it would be repeated, weaker and distorted.

    Examples
    --------
    >>> patch = Patch(Objective(na=0.95, wavelength=532e-9), 1.06 * 532e-9, 128)
    >>> round(float(np.degrees(patch.incidence)), 1), round(patch.widest, 3)
    (70.6, 0.667)
    """

    lens: Objective
    pitch: float
    side: int
    order: int = 1

    def __post_init__(self) -> None:
        if not isinstance(self.lens, Objective):
            refuse("lens", "an optomag Objective", self.lens)
        pitch = require_plausible(LENGTH, "pitch", self.pitch)
        side = require_integer("side of the page", self.side, at_least=FEWEST)
        if side % 2 or side > MOST:
            refuse("side of the page", f"an even number from {FEWEST} to {MOST}", side)
        lens = self.lens
        require_pitch(pitch, na=lens.na, index=lens.index, wavelength=lens.wavelength)
        object.__setattr__(self, "pitch", pitch)
        object.__setattr__(self, "side", side)

    @property
    def incidence(self) -> float:
        """Angle a of the light to the normal [rad]."""
        return float(np.arcsin(self.order * self._order_sine))

    @property
    def widest(self) -> float:
        """Sine of the angle at which the corners of the page are seen."""
        return float(self._order_sine / np.sqrt(2))

    @property
    def _order_sine(self) -> float:
        """Sine of the angle of the lattice's first order to the normal."""
        return self.lens.wavelength / (self.lens.index * self.pitch)

    @property
    def area(self) -> float:
        """Of the patch [m^2]."""
        return (self.side * self.pitch) ** 2

    @cached_property
    def nodes(self) -> np.ndarray:
        """Coordinates of the spots along x and along y, one of them zero, float64 (side,) [m]."""
        return (np.arange(self.side) - self.side // 2) * self.pitch

    @cached_property
    def positions(self) -> np.ndarray:
        """Of the spots, y fastest, float64 (side^2, 2) [m]."""
        return np.stack(np.meshgrid(self.nodes, self.nodes, indexing="ij"), axis=-1).reshape(-1, 2)

    @cached_property
    def sines(self) -> np.ndarray:
        """Direction cosines along x and along y at which the pixels are seen, float64 (side,)."""
        order = np.arange(self.side) - self.side // 2
        return order * self._order_sine / self.side

    @cached_property
    def directions(self) -> np.ndarray:
        """Unit vectors of the light of each pixel, float64 (side, side, 3), x first."""
        return unit_directions(self.sines, self.sines)

    def waves(self, sines_x: np.ndarray, sines_y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Waves G of the magnetization that bring light there, along x and along y [rad/m]."""
        k = self.lens.wavenumber
        return k * (sines_x - np.sin(self.incidence)), k * sines_y


def unit_directions(sines_x: np.ndarray, sines_y: np.ndarray) -> np.ndarray:
    """Unit vectors with these direction cosines, z > 0: float64 (nx, ny, 3)."""
    x, y = np.meshgrid(sines_x, sines_y, indexing="ij")
    return np.stack([x, y, np.sqrt(1 - x**2 - y**2)], axis=-1)


def require_pitch(pitch: float, *, na: float, index: float, wavelength: float) -> None:
    """Refuse spots [m] so close that light of a wavelength [m] cannot come in, or that no lens writes.

    Raises
    ------
    InvalidInputError
    """
    lit = wavelength / index
    written = HIGHEST_FREQUENCY * wavelength / (2 * na * WRITABLE)
    if not pitch > max(lit, written):
        why = "light could not come in at sin a = wavelength/(n pitch)"
        if written > lit:
            why = "the lens cannot write what the corners of the page need"
        least, got = told_apart(max(lit, written) / wavelength, pitch / wavelength, digits=4)
        refuse("pitch", f"> {least} wavelengths", f"{got} wavelengths", f"Below, {why}.")


def require_side(columns: int, rows: int, *, name: str, told: str) -> None:
    """Refuse a picture that is no page as it is: too small, or too large.

    Parameters
    ----------
    columns, rows : int
    name, told : str
        What messages call the picture, and which it is.

    Raises
    ------
    InvalidInputError
    """
    longest = max(columns, rows)
    if not FEWEST <= longest + longest % 2 <= MOST:
        rule = f"of {FEWEST} to {MOST} pixels along its longer side"
        refuse(name, rule, f"{told} of {longest}", "Say --side to resize it.")
