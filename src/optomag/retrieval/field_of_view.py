"""A square of the images, where not all of what the camera sees is the focus."""

from __future__ import annotations

from typing import Final

import numpy as np
from jaxtyping import Float64

from optomag.errors import refuse

SMOOTHED: Final = 1.0
"""Standard deviation [pixels] of the blur before the brightest pixel is looked for: no hot pixel wins."""

FEWEST: Final = 4
"""Pixels from the middle of a square to its edge, at least."""


def square_around(
    images: Float64[np.ndarray, "*frames ny nx"],
    half: int,
    *,
    centre: tuple[int, int] | None = None,
) -> tuple[Float64[np.ndarray, "*frames m m"], tuple[int, int]]:
    """The pixels of a square around the brightest spot, or around a pixel that is named.

    Parameters
    ----------
    images : float64, shape (..., ny, nx)
        The top row first.
    half : int
        The square is 2 half + 1 pixels wide.
    centre : (column, row), optional
        From 0 at the upper left; by default the brightest pixel of the mean of all images, slightly blurred.

    Returns
    -------
    float64, shape (..., 2 half + 1, 2 half + 1), and (column, row)
        The pixels, and their middle.

    Raises
    ------
    InvalidInputError
        If the centre lies outside of the images, or the square is too small or reaches beyond them.
    """
    mean = images.reshape(-1, *images.shape[-2:]).mean(axis=0)
    rows, columns = mean.shape
    if centre is None:
        from scipy.ndimage import gaussian_filter  # not at the top: refusals of a centre need none of it

        smooth = gaussian_filter(mean, SMOOTHED, mode="nearest")
        row, column = (int(place) for place in np.unravel_index(np.argmax(smooth), smooth.shape))
    else:
        column, row = centre
        if not (0 <= column < columns and 0 <= row < rows):
            refuse(
                "centre", f"a column below {columns} and a row below {rows}", f"column {column}, row {row}"
            )
    room = min(row, column, rows - 1 - row, columns - 1 - column)
    if not FEWEST <= half <= room:
        rule = f"from {FEWEST} pixels to the {room} between the spot and the edge of the images"
        refuse("half_width", rule, f"{half} pixels around column {column}, row {row} of {columns} x {rows}")
    part = images[..., row - half : row + half + 1, column - half : column + half + 1]
    return part, (column, row)
