"""The numbers that papers print about a spot, simulated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optomag.gallery.named_design import NamedDesign
from optomag.grid import Grid
from optomag.magnetism.bound import magnetization_bound
from optomag.magnetism.direction import angle_between, angle_error
from optomag.magnetism.metrics import HALF, crosstalk, full_width_half_maximum, purity, uniformity
from optomag.optics.objective import Objective

SAMPLES = 32
"""Of a line, to one period of the finest structure that M can have along it."""

FIRST_REACH, LAST_REACH = 4, 512
"""Periods on either side of the focus within which the half maximum is sought."""

PLANE_REACH, PLANE_POINTS = 2, 161
"""Of the square around all spots over which purity is counted: periods beyond the outermost, and samples."""

PITCHES = (0.5, 0.75, 1.0, 1.5, 2.0)
"""Distances along x at which crosstalk is told [wavelengths]."""


@dataclass(frozen=True)
class SpotNumbers:
    """What a design writes at the focus and how far from it.

    Attributes
    ----------
    magnetization : float64, shape (3,)
        M(0) for gamma = 1 and the dimensionless field of unit power.
    widths : float64, shape (3,) [m]
        Full widths along x, y and z at half of what M along its direction at the focus is there; infinite
        where it never falls so low.
    purity : float
        Over the focal plane; see `optomag.magnetism.metrics.purity`.
    efficiency : float
        |M(0)| over the bound for its own direction and the same number of lenses.
    angle_error : float [rad]
        Between M(0) and the wanted direction; NaN where none is wanted.
    uniformity : float
        Of |M| at the wanted spots; NaN where there is one.
    crosstalk : float64, shape (len(PITCHES),)
        |M|/|M(0)| along x at the distances `PITCHES`; NaN where the design has other spots.
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


def spot_numbers(design: NamedDesign) -> SpotNumbers:
    """Simulate a design and measure its spot.

    Raises
    ------
    InvalidInputError
        If the design writes nothing at the focus.
    """
    aside = np.outer(PITCHES, [design.lens.wavelength, 0.0, 0.0])
    lines = [_line(design, axis, FIRST_REACH) for axis in range(3)]
    # All points in one call, because every set of its own would be compiled on its own.
    parts = [np.zeros((1, 3)), design.spots, aside, *lines]
    found = np.split(
        design.magnetization(np.concatenate(parts)), np.cumsum([len(part) for part in parts])[:-1]
    )
    focus, direction = found[0][0], found[0][0] / np.linalg.norm(found[0][0])
    bound = magnetization_bound(focus, design.lens, four_pi=design.counter is not None)
    single = len(design.spots) == 1
    return SpotNumbers(
        magnetization=focus,
        widths=np.array([_width(design, axis, direction, found[3 + axis]) for axis in range(3)]),
        purity=purity(design.magnetization(focal_plane(design)), direction),
        efficiency=float(np.linalg.norm(focus) / bound),
        angle_error=np.nan if design.direction is None else float(angle_error(focus, design.direction)),
        uniformity=np.nan if single else uniformity(np.linalg.norm(found[1], axis=-1)),
        crosstalk=crosstalk(found[2], focus) if single else np.full(len(PITCHES), np.nan),
    )


def focal_plane(design: NamedDesign) -> Grid:
    """Square in the focal plane that holds all spots of a design and what is around them."""
    across, _ = finest_periods(design.lens, four_pi=False)
    half_width = np.abs(design.spots[:, :2]).max() + PLANE_REACH * across
    return Grid.plane("xy", half_width=half_width, points=PLANE_POINTS)


def finest_periods(lens: Objective, *, four_pi: bool) -> tuple[float, float]:
    """Shortest periods [m] that M can have across and along the axis.

    M beats two plane waves: those of opposite rim rays across, wavelength/(2 NA), and along the axis those
    of the axial and the rim ray, wavelength/(n (1 - cos alpha)), or of two lenses, wavelength/(2 n).
    """
    along = 2.0 if four_pi else 1 - np.cos(lens.alpha)
    return float(lens.wavelength / (2 * lens.na)), float(lens.wavelength / (lens.index * along))


def _line(design: NamedDesign, axis: int, reach: int) -> np.ndarray:
    """Points on a coordinate axis through the focus, shape (n, 3) [m]; the middle one is the focus."""
    across, along = finest_periods(design.lens, four_pi=design.counter is not None)
    steps = np.arange(-SAMPLES * reach, SAMPLES * reach + 1) / SAMPLES
    return np.outer(steps * (along if axis == 2 else across), np.eye(3)[axis])


def _width(design: NamedDesign, axis: int, direction: np.ndarray, found: np.ndarray) -> float:
    """Width along an axis, from M on the shortest line there or, where that is too short, on longer ones."""
    reach = FIRST_REACH
    while True:
        profile, middle = found @ direction, len(found) // 2
        low = profile < HALF * profile[middle]
        if low[:middle].any() and low[middle:].any():
            return full_width_half_maximum(profile, _line(design, axis, reach)[:, axis])
        if reach == LAST_REACH:
            return float("inf")
        reach = min(4 * reach, LAST_REACH)
        found = design.magnetization(_line(design, axis, reach))
