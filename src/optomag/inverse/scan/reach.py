"""How far from its spot a kernel counts: exactly up to a distance, faded out over a zone, then not at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import erfc

from optomag.errors import refuse, require_real
from optomag.inverse.scan.stencil import OVERSAMPLING
from optomag.optics.objective import Objective

DEFAULT_REACH = 48.0
"""Wavelengths around a spot in which it writes, where a pattern is too large to be exact."""

SMALLEST_REACH = 8.0
"""Wavelengths; nearer, kernels are not yet small."""

FADE = 12.0
"""Width [wavelengths] of the faded zone around a pattern that is exact."""

STEEPNESS = 4.0
"""Argument of the error function at both ends of the fading: it begins and ends with steps of 1e-8."""

SMEAR = 4.0
"""Fading widens the band by so many cycles over its length."""

MOST_EXACT_POINTS = 2048
"""Along each side of a raster, up to which a pattern is summed exactly: 1.5 GB while it is made."""


@dataclass(frozen=True)
class Round:
    """The same in all directions: exact up to half of the reach, and faded out over the other half.

    The wide, round zone leaves least of a texture whose period is shorter than it.

    Parameters
    ----------
    reach : float [wavelengths]

    Raises
    ------
    InvalidInputError
        If the reach is too small.
    """

    reach: float = DEFAULT_REACH

    def __post_init__(self) -> None:
        require_real("reach", self.reach)
        if self.reach < SMALLEST_REACH:
            refuse("reach", f"at least {SMALLEST_REACH:g} wavelengths", self.reach)

    @property
    def flat(self) -> float:
        """Distance [wavelengths] up to which the kernels are exact."""
        return 0.5 * self.reach

    def values(self, line: np.ndarray) -> np.ndarray:
        """The window on the tensor grid of a line (n,) [wavelengths] with itself, (n, n)."""
        return fading(np.hypot(line[:, None], line), self.flat, self.reach)

    def covers(self, extent: np.ndarray) -> bool:
        """Whether kernels are exact between any two points of a rectangle of sides (2,) [wavelengths]."""
        return bool(np.hypot(*extent) <= self.flat)


@dataclass(frozen=True)
class Square:
    """A square in which the kernels are exact, with a narrow faded zone around: the smallest raster for it.

    Parameters
    ----------
    flat : float [wavelengths]
        Half of the side of the square, in which the kernels are exact; at least 12.
    """

    flat: float

    @property
    def reach(self) -> float:
        """Distance [wavelengths] along x and along y beyond which nothing is written."""
        return self.flat + FADE

    def values(self, line: np.ndarray) -> np.ndarray:
        """The window on the tensor grid of a line (n,) [wavelengths] with itself, (n, n)."""
        along = fading(np.abs(line), self.flat, self.reach)
        return np.outer(along, along)

    def covers(self, extent: np.ndarray) -> bool:
        """Whether kernels are exact between any two points of a rectangle of sides (2,) [wavelengths]."""
        return bool(np.max(extent) <= self.flat)


Window = Round | Square


def faded_band(window: Window, lens: Objective) -> float:
    """Highest spatial frequency [1/m] of the faded kernels: 2 NA/wavelength and what fading adds."""
    return (2 * lens.na + SMEAR / (window.reach - window.flat)) / lens.wavelength


def fading(distances: np.ndarray, flat: float, reach: float) -> np.ndarray:
    """1 up to `flat`, 0 beyond `reach`, with an error function between them."""
    place = np.clip(2 * (distances - flat) / (reach - flat) - 1, -1.0, 1.0)
    return np.where(np.abs(place) < 1, 0.5 * erfc(STEEPNESS * place), place < 0)


def automatic_window(extent: np.ndarray, lens: Objective) -> Window:
    """A window that makes a pattern exact where that is affordable, and the default elsewhere.

    Parameters
    ----------
    extent : float64, shape (2,) [wavelengths]
        Largest distances along x and along y between a spot and a point where M is wanted.
    lens : Objective

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> automatic_window(np.array([60.0, 40.0]), lens), automatic_window(np.array([1000.0, 1.0]), lens)
    (Square(flat=60.0), Round(reach=48.0))
    """
    exact = Square(max(float(np.max(extent)), FADE))
    points = 2 * exact.reach * lens.wavelength * 2 * OVERSAMPLING * faded_band(exact, lens)
    return exact if points <= MOST_EXACT_POINTS else Round()
