"""A needle of magnetization: long along the optical axis, thin across it, and of one direction throughout."""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float64

from optomag.errors import refuse, require_real
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
from optomag.magnetism.metrics import full_width_half_maximum, purity, ripple
from optomag.optics.film import Film
from optomag.optics.objective import Objective, require_lens
from optomag.plausible import LENGTH, require_plausible

AROUND = np.pi / 2 * np.arange(4)
"""Azimuths [rad] of the control points beside the axis."""

SIDES = np.array([0.45, 0.6, 0.8, 1.0, 1.25])
"""Distances from the axis at which side lobes are kept low [wavelengths / NA]."""

EDGE_LEVEL = 0.5
"""Of the value on the axis: full width at half maximum."""

RIPPLE_WEIGHT, END_WEIGHT, EDGE_WEIGHT = 1000.0, 1000.0, 10000.0
SIDE_WEIGHT, BEYOND_WEIGHT, TILT_WEIGHT = 10.0, 100.0, 10.0
"""Of mean squares in excess of the limits, beside the logarithm of the strength: those of the first line are
what makes a needle, and are held to a few thousandths."""

BEYOND = 1.5
"""How far from the focus the rest of the light is kept low [lengths]."""

SHORTEST = 0.25
"""Length [wavelengths in the medium] that no light falls below: spots of two lenses have 0.34."""

SEEN = 4.0
"""How far from the focus it is looked at [lengths]."""

END = 1.0
"""How far behind the half maximum the needle has ended [wavelengths]."""

FAR_SIDE = 1.4
"""How far from the axis side lobes are looked at [wavelengths / NA]."""


@dataclass(frozen=True)
class Needle(Target):
    """Magnetization along one direction in a thin cylinder on the optical axis.

    Parameters
    ----------
    length : float [m]
        Full width at half maximum to be reached along the axis; half is taken of the value at the focus.
    direction : array_like, shape (3,), default (0, 0, 1)
        Of the magnetization; the needle itself always lies on the axis.
    width : float, optional [m]
        Largest lateral full width at half maximum, at every height of the needle. By default 0.38 wavelengths
        / NA along z, and up to 0.52 across it, where radial light with its wider rings takes part.
    flat : float, default 0.8
        Middle part of the length in which the magnetization should be even.
    ripple : float, default 0.1
        (max - min)/mean allowed there, on the axis.
    side_lobe : float, optional
        Largest |M| beside the needle, relative to its own; by default 0.25 along z, and up to 0.4 across it.
    elsewhere : float, default 1.0
        Largest |M| on the axis beyond the ends, relative to its own.

    Raises
    ------
    InvalidInputError
        If a value is not finite or out of range, or the direction has no length.

    Examples
    --------
    >>> Needle(length=5.32e-6, direction=(0, 0, 2)).direction
    (0.0, 0.0, 1.0)
    """

    length: float
    direction: tuple[float, float, float] = (0.0, 0.0, 1.0)
    width: float | None = None
    flat: float = 0.8
    ripple: float = 0.1
    side_lobe: float | None = None
    elsewhere: float = 1.0

    def __post_init__(self) -> None:
        require_plausible(LENGTH, "needle length", self.length)
        object.__setattr__(self, "direction", unit_direction(self.direction))
        for name in ("ripple", "elsewhere"):
            require_real(name, getattr(self, name), above=0.0)
        for name in ("width", "side_lobe"):
            if getattr(self, name) is not None:
                require_real(name, getattr(self, name), above=0.0)
        if not 0 < require_real("flat", self.flat) <= 1:
            refuse("flat", "in (0, 1]", self.flat)

    def require_setup(self, lens: Objective, *, film: Film | None = None, four_pi: bool = False) -> None:
        """Refuse a needle that is shorter than any spot of light."""
        shortest = SHORTEST * require_lens(lens).wavelength / lens.index
        if self.length < shortest:
            refuse(
                "needle length",
                f">= {shortest:.3g} m, as short as light can be",
                self.length,
                "It is in metres.",
            )

    def control_points(self, lens: Objective) -> Float64[np.ndarray, "n 3"]:
        """The axis, circles around it at the edge and beside it, and the axis beyond the ends."""
        return np.concatenate(self._parts(lens))

    def wanted(self, lens: Objective) -> Float64[np.ndarray, "n 3"]:
        """The direction on the axis of the needle, half of it at the edge, nothing elsewhere."""
        axis, edge, side, beyond = (len(part) for part in self._parts(lens))
        level = np.concatenate([np.ones(axis), np.full(edge, EDGE_LEVEL), np.zeros(side + beyond)])
        return level[:, None] * np.array(self.direction)

    def loss(self, magnetization: Float64[Array, "n 3"], lens: Objective) -> Float64[Array, ""]:
        """-log of the strength on the axis, plus the squares of all that exceeds a limit.

        The limits are a little tighter than asked for, so that they hold between the control points too.
        """
        parts = self._parts(lens)
        ends = np.cumsum([len(part) for part in parts])[:-1].tolist()
        axis, edge, side, beyond = jnp.split(magnetization, ends)
        m = jnp.array(self.direction)
        along = axis @ m
        inside = np.abs(parts[0][:, 2]) <= 0.5 * self.flat * self.length * (1 + 1e-9)
        strength = jnp.mean(along[inside])
        one = jnp.maximum(strength, 1e-4)
        side_lobe = self.side_lobe or 0.25 + 0.15 * self._aside
        rims = (edge @ m).reshape(len(AROUND), -1) / jnp.maximum(along, 0.3 * one)[None]
        return minus_log(strength) + penalty(
            [
                (RIPPLE_WEIGHT, jnp.abs(along[inside] / one - 1) - 0.42 * self.ripple),
                (END_WEIGHT, 0.55 - along / one),
                (EDGE_WEIGHT, rims - 0.985 * EDGE_LEVEL),
                (SIDE_WEIGHT, _squares(side / one) - (0.95 * side_lobe) ** 2),
                (BEYOND_WEIGHT, _squares(beyond / one) - (0.95 * self.elsewhere) ** 2),
                (TILT_WEIGHT, _squares(jnp.cross(axis, m) / one) - 0.05**2),
            ]
        )

    def box(self, lens: Objective) -> Float64[np.ndarray, "2 3"]:
        """The needle with its first side lobes and a wavelength or so beyond its ends, (2, 3) [m]."""
        require_lens(lens)
        side = SIDES[-1] * lens.wavelength / lens.na
        corner = np.array([side, side, 0.5 * self.length + 2 * END * lens.wavelength])
        return np.stack([-corner, corner])

    def metrics(self, written: Written, lens: Objective) -> dict[str, float]:
        """Length, width, ripple, purity, side lobes and strength, as the figure of a paper would give them.

        Lengths in vacuum wavelengths. Widths are the smallest and largest over x, y, both diagonals and all
        heights of the asked-for length; the purity is that of this whole volume. What M does not have is NaN:
        no length where it is not positive at the focus or does not end within four lengths.
        """
        m, unit = np.array(self.direction), lens.wavelength
        heights = even_heights(SEEN * self.length, unit / (16 * lens.index))
        axis = written(Grid(ZERO, ZERO, heights))[0, 0]
        along, focus = axis @ m, axis[len(axis) // 2]
        strength = float(focus @ m)
        one = strength if strength > 0 else np.nan
        needle = np.abs(heights) <= 0.5 * self.length
        even = along[np.abs(heights) <= 0.5 * self.flat * self.length * (1 + 1e-9)]
        long = or_nan(full_width_half_maximum, along, heights)
        end = 0.5 * np.fmax(long, self.length) + END * unit
        rest = np.linalg.norm(axis[np.abs(heights) > end], axis=-1)
        coarse = even_heights(0.5 * self.length, unit / (4 * lens.index))
        widths = lateral_widths(written, coarse, direction=self.direction, reach=2 * self._edge(lens))
        across = np.linspace(-FAR_SIDE, FAR_SIDE, 61) * unit / lens.na
        volume = written(Grid(across, across, coarse))
        aside = np.hypot(*np.meshgrid(across, across, indexing="ij")) > SIDES[0] * unit / lens.na
        return {
            "length_wavelengths": long / unit,
            "width_smallest_wavelengths": float(widths.min()) / unit,
            "width_largest_wavelengths": float(widths.max()) / unit,
            "ripple": or_nan(ripple, np.maximum(even, 0.0)),
            "ripple_over_sum": float(np.ptp(even) / (even.max() + even.min())) if even.min() > 0 else np.nan,
            "purity": or_nan(purity, volume, m),
            "purity_focal_plane": or_nan(purity, volume[:, :, len(coarse) // 2], m),
            "angle_error_largest_deg": float(np.degrees(angle_error(axis[needle], m).max())),
            "side_lobe": float(np.linalg.norm(volume[aside], axis=-1).max()) / one,
            "brightest_elsewhere_on_axis": largest(rest) / one,
            "strength": strength,
        }

    def _edge(self, lens: Objective) -> float:
        """Half of the largest width [m]."""
        return 0.5 * (self.width or (0.38 + 0.14 * self._aside) * lens.wavelength / lens.na)

    @property
    def _aside(self) -> float:
        """How much of the direction lies across the axis: 0 along z, 1 in the focal plane."""
        return 1 - self.direction[2] ** 2

    def _parts(self, lens: Objective) -> tuple[Points, Points, Points, Points]:
        """Points (n, 3) [m] on the axis, at the edge, beside the needle and on the axis beyond it."""
        require_lens(lens)
        # |M| is band-limited along the axis; a quarter of its shortest period follows every swing.
        step = 0.25 * lens.wavelength / (lens.index * (1 - np.cos(lens.alpha)))
        heights = even_heights(0.5 * self.length, step)
        coarse = even_heights(0.5 * self.length, 2.0 * step)
        further = np.arange(0.5 * self.length + 2 * step, BEYOND * self.length, step)
        edge = self._edge(lens)
        sides = SIDES * lens.wavelength / lens.na
        return (
            vertical_line(heights),
            np.concatenate([vertical_line(heights, rho=edge, azimuth=a) for a in AROUND]),
            np.concatenate([vertical_line(coarse, rho=s, azimuth=a) for s in sides for a in AROUND]),
            vertical_line(np.concatenate([-further[::-1], further])),
        )


def _squares(vectors: Float64[Array, "n 3"]) -> Float64[Array, " n"]:
    # A length has no gradient where it is zero, which is where most of these are.
    return jnp.sum(vectors**2, axis=-1)
