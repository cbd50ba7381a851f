"""How far from its spot a kernel counts: exactly up to a distance, faded out over a zone, then not at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optomag.errors import refuse, require_real
from optomag.optics.objective import Objective

OVERSAMPLING = 1.25
"""Points of a kernel's raster per point that its band needs: what lies beyond the band is small, not zero."""

REFERENCE_NA = 0.95
"""Kernels scale with wavelength/NA: the next three lengths hold here, and times 0.95/NA for other lenses."""

DEFAULT_REACH = 48.0
"""Wavelengths around a spot in which it writes, where a pattern is too large to be exact."""

LARGEST_REACH = 200.0
"""Wavelengths; the kernels of a longer one take too much memory."""

FADE = 12.0
"""Width [wavelengths] of the faded zone around a pattern that is exact."""

SMALLEST_REACH = 8.0
"""Wavelengths, whatever the lens."""

SMALLEST_REACH_NA = 4.0
"""Shortest reach times NA [wavelengths]: nearer, kernels are not yet small."""

STEEPNESS = 4.0
"""Argument of the error function at both ends of the fading: it begins and ends with steps of 1e-8."""

LEAK = 3.2
"""The spectrum of a zone FADE wide is dropped where it has fallen to exp(-LEAK): below 5e-9 of |M|."""

MOST_EXACT_POINTS = 2048
"""Along each side of the kernels' raster, up to which a pattern of scattered spots is summed exactly."""

MOST_EXACT_WAVE_POINTS = 1200
"""The same for a lattice and kernels from plane waves, whose fields are held on all points."""

MOST_EXACT_LATTICE_POINTS = 3200
"""Along each side of a lattice's raster with its surroundings, up to which it is summed exactly; a long
one may have twice as many along one side."""


@dataclass(frozen=True)
class Round:
    """The same in all directions: exact up to half of the reach, and faded out over the other half.

    The wide, round zone leaves least of a texture whose period is shorter than it.

    Parameters
    ----------
    reach : float [wavelengths]
        At least 8, and what the lens asks of it (`require_reach`).

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

    def values(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The window on the tensor grid of lines (n,) and (m,) [wavelengths], (n, m)."""
        return fading(np.hypot(x[:, None], y), self.flat, self.reach)

    def covers(self, extent: np.ndarray) -> bool:
        """Whether kernels are exact between any two points of a rectangle of sides (2,) [wavelengths]."""
        return bool(np.hypot(*extent) <= self.flat)


@dataclass(frozen=True)
class Square:
    """A square in which the kernels are exact, with a narrow faded zone around: the smallest raster for it.

    Parameters
    ----------
    flat : float [wavelengths]
        Half of the side of the square, in which the kernels are exact.
    fade : float [wavelengths]
        Width of the faded zone, at most as wide as `flat`.
    """

    flat: float
    fade: float

    @property
    def reach(self) -> float:
        """Distance [wavelengths] along x and along y beyond which nothing is written."""
        return self.flat + self.fade

    def values(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The window on the tensor grid of lines (n,) and (m,) [wavelengths], (n, m)."""
        return np.outer(*(fading(np.abs(line), self.flat, self.reach) for line in (x, y)))

    def covers(self, extent: np.ndarray) -> bool:
        """Whether kernels are exact between any two points of a rectangle of sides (2,) [wavelengths]."""
        return bool(np.max(extent) <= self.flat)


Window = Round | Square


def require_reach(window: Window, na: float) -> None:
    """Refuse a round window that is too small or too large for a lens, whose kernels scale with 1/NA."""
    least = max(SMALLEST_REACH, SMALLEST_REACH_NA / na)
    most = LARGEST_REACH * (REFERENCE_NA / na)
    slack = 1e-5  # the message's digits
    if isinstance(window, Round) and not least * (1 - slack) <= window.reach <= most * (1 + slack):
        rule = f"between {least:g} and {most:g} wavelengths at NA {na:g}"
        refuse("reach", rule, window.reach, "Kernels are as wide as wavelength/NA.")


def scaled(length: float, lens: Objective) -> float:
    """What is a length [wavelengths] at NA 0.95, for another lens."""
    return length * (REFERENCE_NA / lens.na)


def faded_band(window: Window, lens: Objective) -> float:
    """Highest spatial frequency [1/m] of the faded kernels: 2 NA/wavelength and what fading adds.

    The spectrum of the faded zone, of width L, is a Gaussian that falls to exp(-(pi S/8)^2) at S/L. What
    lies beyond is dropped and comes back as an error in the exact part, relative to the kernels in the zone,
    which fall with r^-3: the narrower the zone and the nearer to the spot, the more of the Gaussian is kept.
    """
    width = window.reach - window.flat
    exponent = LEAK + 3 * np.log(max(scaled(FADE, lens) / width, 1.0))
    smear = 8 / np.pi * np.sqrt(exponent)
    return float(2 * lens.na + smear / width) / lens.wavelength


def coarsest_step(window: Window, lens: Objective) -> float:
    """Largest step [m] of a raster that holds the faded kernels."""
    return 1 / (2 * OVERSAMPLING * faded_band(window, lens))


def fading(distances: np.ndarray, flat: float, reach: float) -> np.ndarray:
    """1 up to `flat`, 0 beyond `reach`, with an error function between them."""
    from scipy.special import erfc  # not at the top: refusals of a reach need none of it

    place = np.clip(2 * (distances - flat) / (reach - flat) - 1, -1.0, 1.0)
    return np.where(np.abs(place) < 1, 0.5 * erfc(STEEPNESS * place), place < 0)


def largest_distances(
    spots: tuple[np.ndarray, np.ndarray], points: tuple[np.ndarray, np.ndarray], lens: Objective
) -> np.ndarray:
    """Largest distances (2,) [wavelengths] between two rectangles along x and along y.

    Parameters
    ----------
    spots, points : pair of float64, shape (2,) [m]
        Lower and upper corner of the rectangle of all spots, and of that of the points where M is wanted.
    lens : Objective
    """
    with np.errstate(over="ignore"):  # what is infinitely far is too far
        return np.maximum(points[1] - spots[0], spots[1] - points[0]) / lens.wavelength


def automatic_window(
    extent: np.ndarray,
    lens: Objective,
    steps: tuple[float, float] | None = None,
    *,
    radial: bool = True,
) -> Window:
    """A window that makes a pattern exact where that is affordable, and the default elsewhere.

    Parameters
    ----------
    extent : float64, shape (2,) [wavelengths]
        Largest distances along x and along y between a spot and a point where M is wanted.
    lens : Objective
    steps : pair of float, optional [m]
        Of the raster on which all spots of a lattice lie. Its sum is exact whatever the band of the kernels.
    radial : bool
        Whether the kernels are sums of radial functions; others take more memory and plane waves.

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> automatic_window(np.array([60.0, 40.0]), lens), automatic_window(np.array([1000.0, 1.0]), lens)
    (Square(flat=60.0, fade=12.0), Round(reach=48.0))
    """
    largest, fade = float(np.max(extent)), scaled(FADE, lens)
    exact = Square(max(largest, fade), fade)
    if steps is not None:
        with np.errstate(over="ignore"):
            most = MOST_EXACT_LATTICE_POINTS if radial else MOST_EXACT_WAVE_POINTS
            points = 2 * extent * lens.wavelength / steps
            affordable = np.prod(points) <= most**2 and np.max(points) <= 2 * most
    else:
        affordable = largest * 8 * OVERSAMPLING * lens.na <= MOST_EXACT_POINTS  # else not, however wide
        affordable = affordable and 2 * exact.reach * lens.wavelength <= MOST_EXACT_POINTS * coarsest_step(
            exact, lens
        )
    return exact if affordable else Round(scaled(DEFAULT_REACH, lens))
