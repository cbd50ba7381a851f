"""A chain: equal spots of magnetization in a row along the optical axis, written by two facing lenses."""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float64

from optomag.errors import refuse, require_integer, require_real
from optomag.grid import Grid
from optomag.inverse.structure.axial_profile import (
    ZERO,
    even_heights,
    largest,
    lateral_widths,
    minus_log,
    or_nan,
    penalty,
    unit_direction,
    vertical_line,
)
from optomag.inverse.structure.target import Points, Target, Written
from optomag.magnetism.direction import angle_error
from optomag.magnetism.metrics import purity
from optomag.optics.film import Film
from optomag.optics.objective import Objective, require_lens

PEAK_WEIGHT, PLACE_WEIGHT, EDGE_WEIGHT = 100000.0, 10000.0, 3000.0
VALLEY_WEIGHT, TILT_WEIGHT = 30.0, 10.0
"""Of mean squares in excess of the limits, beside the logarithm of the strength."""

BESIDE, SHOULDER = 0.25, 0.7
"""This far from a spot [periods] M is down to this fraction at least: an undisturbed fringe has 0.5 there."""

LOPSIDED = 0.1
"""Difference of M on both sides of a spot there, relative to the spot: moved by less, it is 0.3 % higher."""

AROUND = np.pi / 2 * np.arange(4)
"""Azimuths [rad] of the control points beside the axis."""


@dataclass(frozen=True)
class Chain(Target):
    """Equal spots on the optical axis, the middle one at the focus, all magnetized along one direction.

    Parameters
    ----------
    count : int, default 5
        Number of spots; odd.
    direction : array_like, shape (3,), default (0, 0, 1)
        Of the magnetization.
    period : float, optional [m]
        From spot to spot. By default that of two facing cones of light half way up the lens,
        wavelength/(2 n cos theta) at cos(theta) = (1 + 3 cos alpha)/4.
    width : float, default 0.45 wavelengths / NA [m]
        Largest lateral full width at half maximum of each spot.
    spread : float, default 0.05
        (max - min)/min allowed of the spots.
    valley : float, default 0.1
        Largest M along the direction half way between neighbours, relative to the spots.

    Raises
    ------
    InvalidInputError
        If a value is not finite or out of range, the count is even, or the direction has no length.

    Notes
    -----
    Two counter-propagating beams whose light comes from one polar angle theta interfere with a period of
    wavelength/(2 n cos theta): X. Li et al., Nat. Commun. 3, 998 (2012), and Opt. Lett. 40, 1948 (2015), use
    it for chains of spots. Equal peaks need an even envelope, as a needle does.

    Examples
    --------
    >>> Chain(5).count
    5
    """

    count: int = 5
    direction: tuple[float, float, float] = (0.0, 0.0, 1.0)
    period: float | None = None
    width: float | None = None
    spread: float = 0.05
    valley: float = 0.1

    def __post_init__(self) -> None:
        if require_integer("chain count", self.count, at_least=3) % 2 == 0:
            refuse("chain count", "odd", self.count, "The middle spot is at the focus.")
        object.__setattr__(self, "direction", unit_direction(self.direction))
        for name in ("spread", "valley"):
            require_real(name, getattr(self, name), above=0.0)
        for name in ("period", "width"):
            if getattr(self, name) is not None:
                require_real(f"chain {name}", getattr(self, name), above=0.0)

    def spacing(self, lens: Objective) -> float:
        """Distance between neighbours [m], the given one or the default.

        Parameters
        ----------
        lens : Objective
        """
        require_lens(lens)
        cosine = 0.25 * (1 + 3 * np.cos(lens.alpha))
        return self.period or lens.wavelength / (2 * lens.index * cosine)

    def require_setup(self, lens: Objective, *, film: Film | None = None, four_pi: bool = False) -> None:
        """Refuse one lens where its light alone has no fringes of this period.

        Wavevectors inside one cone differ along the axis by k (1 - cos alpha) at most, so |E|^2 has no period
        below wavelength/(n (1 - cos alpha)). A film can reflect light, and with it stands for a second lens.

        Raises
        ------
        InvalidInputError
            If the period is shorter, and there is neither a film nor a second lens.
        """
        shortest = lens.wavelength / (lens.index * (1 - np.cos(lens.alpha)))
        if not four_pi and film is None and self.spacing(lens) < shortest:
            spacing, limit = (f"{1e9 * length:.0f} nm" for length in (self.spacing(lens), shortest))
            rule = f"True for a chain of period {spacing}"
            refuse("four_pi", rule, four_pi, f"One lens alone has no fringes below {limit}.")

    def control_points(self, lens: Objective) -> Float64[np.ndarray, "n 3"]:
        """The spots, the axis close to each of them, their edges and the places half way between them."""
        return np.concatenate(self._parts(lens))

    def wanted(self, lens: Objective) -> Float64[np.ndarray, "n 3"]:
        """The direction at each spot, half of it at its edge, nothing half way between two."""
        spots, beside, edge, between = (len(part) for part in self._parts(lens))
        level = np.concatenate([np.ones(spots + beside), np.full(edge, 0.5), np.zeros(between)])
        return level[:, None] * np.array(self.direction)

    def loss(self, magnetization: Float64[Array, "n 3"], lens: Objective) -> Float64[Array, ""]:
        """-log of the strength of the spots, plus the squares of all that exceeds a limit."""
        ends = np.cumsum([len(part) for part in self._parts(lens)])[:-1].tolist()
        spots, beside, edge, between = jnp.split(magnetization, ends)
        m = jnp.array(self.direction)
        peaks = spots @ m
        strength = jnp.mean(peaks)
        one = jnp.maximum(strength, 1e-4)
        below, above = (beside @ m).reshape(2, -1)
        shoulders = jnp.maximum(below, above) - SHOULDER * peaks
        rims = (edge @ m).reshape(len(AROUND), -1) / jnp.maximum(peaks, 0.3 * one)[None]
        return minus_log(strength) + penalty(
            [
                (PEAK_WEIGHT, jnp.abs(peaks / one - 1) - 0.4 * self.spread),
                (PEAK_WEIGHT, shoulders / one),
                (PLACE_WEIGHT, jnp.abs(above - below) / one - LOPSIDED),
                (VALLEY_WEIGHT, between @ m / one - 0.9 * self.valley),
                (EDGE_WEIGHT, rims - 0.985 * 0.5),
                (TILT_WEIGHT, jnp.sum(jnp.cross(spots, m) ** 2, axis=-1) / one**2 - 0.05**2),
            ]
        )

    def box(self, lens: Objective) -> Float64[np.ndarray, "2 3"]:
        """The spots with half a period beyond the outermost, (2, 3) [m]."""
        require_lens(lens)
        side = lens.wavelength / lens.na
        corner = np.array([side, side, 0.5 * self.count * self.spacing(lens)])
        return np.stack([-corner, corner])

    def metrics(self, written: Written, lens: Objective) -> dict[str, float]:
        """How many spots are equal, how equal, how far apart, how well separated, how wide and how strong.

        Lengths in vacuum wavelengths. `equal_spots` counts outwards from the focus for as long as all stay
        within the allowed spread, also beyond what was asked for. Without three spots or more, what needs
        them is NaN.
        """
        m, unit, period = np.array(self.direction), lens.wavelength, self.spacing(lens)
        reach = 0.5 * self.count * period
        heights = even_heights(2 * reach, unit / (32 * lens.index))
        axis = written(Grid(ZERO, ZERO, heights))[0, 0]
        focus = axis[len(axis) // 2]
        places, peaks = _maxima(axis @ m, heights)
        # Ripples in the dark between spots are no spots.
        bright = peaks > max(0.5 * float(focus @ m), 0.0)
        places, peaks = places[bright], peaks[bright]
        middle = int(np.abs(places).argmin()) if len(places) else 0
        half = min(self.count // 2, middle, max(len(peaks) - 1 - middle, 0))
        chosen = slice(middle - half, middle + half + 1)
        spots = places[chosen]
        edge = 2 * self._edge(lens)
        widths = lateral_widths(written, spots, direction=self.direction, reach=edge) if len(spots) else spots
        across = np.linspace(-1, 1, 41) * unit / lens.na
        volume = written(Grid(across, across, even_heights(reach, unit / (16 * lens.index))))
        return {
            "spots": float(len(spots)),
            "equal_spots": float(_equal(peaks, middle, self.spread)) if len(spots) else 0.0,
            **_regularity(axis @ m, heights, spots, peaks[chosen], unit),
            "width_largest_wavelengths": largest(widths) / unit,
            "purity": or_nan(purity, volume, m),
            "angle_error_deg": float(np.degrees(angle_error(focus, m))),
            "strength": float(focus @ m),
        }

    def _edge(self, lens: Objective) -> float:
        """Half of the largest width [m]."""
        require_lens(lens)
        return 0.5 * (self.width or 0.45 * lens.wavelength / lens.na)

    def _parts(self, lens: Objective) -> tuple[Points, Points, Points, Points]:
        """Points (n, 3) [m]: the spots, the axis just below and above, their edges, and half way between."""
        require_lens(lens)
        period = self.spacing(lens)
        spots = period * (np.arange(self.count) - self.count // 2)
        beside = np.concatenate([spots - BESIDE * period, spots + BESIDE * period])
        rho = self._edge(lens)
        return (
            vertical_line(spots),
            vertical_line(beside),
            np.concatenate([vertical_line(spots, rho=rho, azimuth=a) for a in AROUND]),
            vertical_line(spots[:-1] + 0.5 * period),
        )


def _maxima(
    profile: Float64[np.ndarray, " n"], heights: Float64[np.ndarray, " n"]
) -> tuple[Float64[np.ndarray, " maxima"], Float64[np.ndarray, " maxima"]]:
    """Places [m] and values of all local maxima of the cubic spline through the samples."""
    from scipy.interpolate import CubicSpline  # takes 0.1 s to import

    spline = CubicSpline(heights, profile)
    places = spline.derivative().roots(extrapolate=False)
    places = places[spline(places, 2) < 0]
    return places, spline(places)


def _regularity(
    profile: Float64[np.ndarray, " n"],
    heights: Float64[np.ndarray, " n"],
    spots: Float64[np.ndarray, " spots"],
    peaks: Float64[np.ndarray, " spots"],
    unit: float,
) -> dict[str, float]:
    """How equal the spots are, how evenly spaced, and how dark it is between them; NaN below three spots."""
    if len(spots) < 3:
        return dict.fromkeys(("spread", "period_wavelengths", "period_spread", "valley"), float("nan"))
    gaps, least = np.diff(spots), peaks.min()
    places, depths = _maxima(-profile, heights)
    valleys = -depths[(places > spots[0]) & (places < spots[-1])]
    dark = valleys[valleys < 0.5 * peaks[len(peaks) // 2]]
    return {
        "spread": float(peaks.max() / least - 1),
        "period_wavelengths": float(gaps.mean()) / unit,
        "period_spread": float(np.ptp(gaps) / gaps.mean()),
        "valley": float(dark.max(initial=0.0) / least),
    }


def _equal(peaks: Float64[np.ndarray, " peaks"], middle: int, spread: float) -> int:
    """How many peaks around the middle one, the same number on either side, are within the spread."""
    half = 0
    while half < min(middle, len(peaks) - 1 - middle):
        wider = peaks[middle - half - 1 : middle + half + 2]
        if wider.min() <= 0 or wider.max() / wider.min() - 1 > spread:
            break
        half += 1
    return 2 * half + 1
