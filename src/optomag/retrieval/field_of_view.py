"""Which part of the images is used: a square around the focus, as large as the light out of focus."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float64
from scipy.ndimage import gaussian_filter, maximum_filter

from optomag.errors import refuse
from optomag.optics.objective import Objective

SMOOTHED: Final = 1.0
"""Standard deviation [pixels] of the blur before the brightest pixel is looked for: no hot pixel wins."""

WIDEST: Final = 40
"""Pixels from the middle, unless more are asked for: the time grows with their square."""

NARROWEST: Final = 8
RINGS: Final = 3.0
"""Radii of a focus, wavelength/(2 NA), that are seen around the disc out of focus."""

SECOND: Final = 0.3
"""Brightness, over that of the brightest, from which another spot in the square is told."""

OUTSIDE: Final = 0.6
"""Share of the half-width beyond which a spot is another one, and no ring of the first."""


@dataclass(frozen=True)
class FieldOfView:
    """A square of pixels.

    Attributes
    ----------
    column, row : int
        Of its middle, from the upper left of the whole image.
    half : int
        It is 2 half + 1 pixels wide.
    others : tuple of (column, row)
        Other bright spots within it.
    """

    column: int
    row: int
    half: int
    others: tuple[tuple[int, int], ...] = ()

    def of(self, images: Float64[np.ndarray, "*frames ny nx"]) -> Float64[np.ndarray, "*frames m m"]:
        """These pixels of the images."""
        side = 2 * self.half + 1
        top, left = self.row - self.half, self.column - self.half
        return images[..., top : top + side, left : left + side]


def field_of_view(
    images: Float64[np.ndarray, "*frames ny nx"],
    lens: Objective,
    *,
    pixel: float,
    depth: float = 0.0,
    half_width: float | None = None,
    centre: tuple[int, int] | None = None,
) -> FieldOfView:
    """The square around the brightest spot.

    Parameters
    ----------
    images : float64, shape (..., ny, nx)
        The top row first.
    lens : Objective
    pixel : float [m]
    depth : float [m]
        How far planes lie from the focus: the disc of their light has the radius depth tan(alpha).
    half_width : float, optional [m]
        Of the square; by default the disc and a few rings, at most 40 pixels.
    centre : (column, row), optional
        By default the brightest pixel of the sum of all images, slightly blurred.

    Raises
    ------
    InvalidInputError
        If the centre lies outside of the images, or the square reaches beyond them.
    """
    total = images.reshape(-1, *images.shape[-2:]).mean(axis=0)
    smooth = gaussian_filter(total, SMOOTHED, mode="nearest")
    rows, columns = total.shape
    if centre is None:
        row, column = (int(place) for place in np.unravel_index(np.argmax(smooth), smooth.shape))
    else:
        column, row = centre
        if not (0 <= column < columns and 0 <= row < rows):
            rule = f"a column below {columns} and a row below {rows}"
            refuse("centre", rule, f"column {column}, row {row}")
    room = min(row, column, rows - 1 - row, columns - 1 - column)
    if half_width is None:
        sine = min(lens.na / abs(lens.index), 1.0)
        disc = depth * sine / math.sqrt(max(1 - sine**2, 1e-3))
        wanted = math.ceil((disc + RINGS * lens.wavelength / (2 * lens.na)) / pixel)
        half = min(max(wanted, NARROWEST), WIDEST, room)
        if half < min(NARROWEST, wanted):
            got = f"column {column}, row {row} of {columns} x {rows}, {room} pixels from an edge"
            refuse("focus", f"{NARROWEST} pixels or more from the edges", got, "Say centre, or move it.")
    else:
        half = round(half_width / pixel)
        if not 1 <= half <= room:
            rule = f"from one pixel to {room * pixel * 1e9:g} nm, where the images end"
            refuse("half_width", rule, f"{half_width * 1e9:g} nm, {half} pixels")
    return FieldOfView(column, row, half, _others(smooth, column, row, half))


def _others(
    smooth: Float64[np.ndarray, "ny nx"], column: int, row: int, half: int
) -> tuple[tuple[int, int], ...]:
    """Peaks far from the middle that are nearly as bright."""
    height = smooth - np.median(smooth)
    peaks: Bool[np.ndarray, "ny nx"] = (maximum_filter(height, size=5) == height) & (
        height > SECOND * height[row, column]
    )
    return tuple(
        (int(x), int(y))
        for y, x in np.argwhere(peaks)
        if OUTSIDE * half < max(abs(x - column), abs(y - row)) <= half
    )
