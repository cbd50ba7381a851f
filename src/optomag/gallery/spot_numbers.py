"""The numbers that papers print about a spot, simulated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import refuse
from optomag.grid import Grid
from optomag.light.light import Light, light_of
from optomag.magnetism.bound import magnetization_bound
from optomag.magnetism.direction import angle_between, angle_error, unit_vectors
from optomag.magnetism.metrics import HALF, crosstalk, full_width_half_maximum, purity, uniformity
from optomag.optics.objective import Objective

RTOL = 1e-7
"""Of simulated fields: far below a printed digit."""

SAMPLES = 32
"""Of a line, to one period of the finest structure that M can have along it."""

FIRST_REACH, LAST_REACH = 4, 512
"""Periods on either side of the focus within which the half maximum is sought."""

PLANE_REACH, PLANE_POINTS = 2, 161
"""Of the square around all spots over which purity is counted: periods beyond the outermost, and samples."""

PITCHES = (0.5, 0.75, 1.0, 1.5, 2.0)
"""Distances along x at which crosstalk is told [wavelengths]."""


@dataclass(frozen=True)
class SpotNumbers(Displayed):
    """What light writes at its spot and how far from it.

    Attributes
    ----------
    magnetization : float64, shape (3,)
        M at the spot for gamma = 1 and the dimensionless field of unit power.
    widths : float64, shape (3,) [m]
        Full widths along x, y and z at half of what M along its direction is at the spot; infinite
        where it never falls so low.
    purity : float
        Over the focal plane; see `optomag.magnetism.metrics.purity`.
    efficiency : float
        |M| at the spot over the bound of a single spot, for its own direction and all that the light
        crosses.
    angle_error : float [rad]
        Between M at the spot and the wanted direction; NaN where none is wanted.
    uniformity : float
        Of |M| at the wanted spots; NaN where there is one.
    crosstalk : float64, shape (len(PITCHES),)
        |M| over that at the spot along x at the distances `PITCHES`; NaN where light has more points.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> found = om.spot_numbers(om.Light(om.circular(+1), lens))
    >>> round(found.length, 3), round(found.efficiency, 3)
    (3.001, 0.945)
    >>> (found.widths[:2] / lens.wavelength).round(2).tolist()  # along x and y
    [0.54, 0.54]
    """

    magnetization: np.ndarray
    widths: np.ndarray
    purity: float
    efficiency: float
    angle_error: float
    uniformity: float
    crosstalk: np.ndarray

    @property
    def length(self) -> float:
        """|M(0)|."""
        return float(np.linalg.norm(self.magnetization))

    @property
    def polar_angle(self) -> float:
        """Angle of M(0) to the optical axis [rad]."""
        return float(angle_between(self.magnetization, np.array([0.0, 0.0, 1.0])))


def spot_numbers(light: Any) -> SpotNumbers:
    """Simulate light and measure its spot.

    Parameters
    ----------
    light : Light, or whatever has it
        A design of the gallery or of one direction, a structure. Of its points the one nearest to the focus
        is the spot.

    Returns
    -------
    SpotNumbers
        Strength, widths, purity, efficiency and errors at the spot.

    Raises
    ------
    InvalidInputError
        If there is no light, it is of many beams, or it writes nothing at the spot.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> found = om.spot_numbers(om.design([0, 0, 1], lens))
    >>> round(found.efficiency, 6), bool(found.angle_error < 1e-9)
    (1.0, True)
    """
    shining = light_of(light)
    lens, points = shining.lens, shining.points
    nearest = int(np.argmin(np.linalg.norm(points, axis=-1)))
    centre = points[nearest]
    aside = centre + np.outer(PITCHES, [lens.wavelength, 0.0, 0.0])
    lines = [centre + _line(shining, axis, FIRST_REACH) for axis in range(3)]
    # All points in one call, because every set of its own would be compiled on its own.
    parts = [centre[None], points, aside, *lines]
    found = np.split(
        magnetization_of(shining, np.concatenate(parts)), np.cumsum([len(part) for part in parts])[:-1]
    )
    focus = found[0][0]
    if not np.any(focus):
        refuse("light", "such that it writes a magnetization at its spot", focus)
    direction = unit_vectors(focus)
    bound = magnetization_bound(
        focus, lens, film=shining.film, height=float(centre[2]), four_pi=shining.four_pi
    )
    single, target = len(points) == 1, shining.target
    return SpotNumbers(
        magnetization=focus,
        widths=np.array([_width(shining, centre, axis, direction, found[3 + axis]) for axis in range(3)]),
        purity=purity(magnetization_of(shining, focal_plane(shining)), direction),
        efficiency=float(np.linalg.norm(focus) / bound),
        angle_error=np.nan if target is None else float(angle_error(focus, target[nearest])),
        uniformity=np.nan if single else uniformity(np.linalg.norm(found[1], axis=-1)),
        crosstalk=crosstalk(found[2], focus) if single else np.full(len(PITCHES), np.nan),
    )


def magnetization_of(light: Light, where: Grid | np.ndarray) -> np.ndarray:
    """M of light, dimensionless, to far more digits than are printed."""
    return np.asarray(light.reduced_magnetization(where, rtol=RTOL))


def focal_plane(light: Light) -> Grid:
    """Square across the axis that holds all points of light and what is around them.

    It lies at the height of the point that is nearest to the focus.
    """
    across, _ = finest_periods(light.lens, four_pi=False)
    half_width = np.abs(light.points[:, :2]).max() + PLANE_REACH * across
    height = light.points[np.argmin(np.linalg.norm(light.points, axis=-1)), 2]
    return Grid.plane("xy", half_width=half_width, points=PLANE_POINTS, at=float(height))


def finest_periods(lens: Objective, *, four_pi: bool) -> tuple[float, float]:
    """Shortest periods [m] that M can have across and along the axis.

    M beats two plane waves: those of opposite rim rays across, wavelength/(2 NA), and along the axis those
    of the axial and the rim ray, wavelength/(n (1 - cos alpha)), or of two lenses, wavelength/(2 n).
    """
    along = 2.0 if four_pi else 1 - np.cos(lens.alpha)
    return float(lens.wavelength / (2 * lens.na)), float(lens.wavelength / (lens.index * along))


def _line(light: Light, axis: int, reach: int) -> np.ndarray:
    """Points on a coordinate axis through the spot, shape (n, 3) [m], counted from it."""
    across, along = finest_periods(light.lens, four_pi=light.four_pi)
    steps = np.arange(-SAMPLES * reach, SAMPLES * reach + 1) / SAMPLES
    return np.outer(steps * (along if axis == 2 else across), np.eye(3)[axis])


def _width(light: Light, centre: np.ndarray, axis: int, direction: np.ndarray, found: np.ndarray) -> float:
    """Width along an axis, from M on the shortest line there or, where that is too short, on longer ones."""
    reach = FIRST_REACH
    while True:
        profile, middle = found @ direction, len(found) // 2
        low = profile < HALF * profile[middle]
        if low[:middle].any() and low[middle:].any():
            return full_width_half_maximum(profile, _line(light, axis, reach)[:, axis])
        if reach == LAST_REACH:
            return float("inf")
        reach = min(4 * reach, LAST_REACH)
        found = magnetization_of(light, centre + _line(light, axis, reach))
