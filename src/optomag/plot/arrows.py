"""Directions in a plane as small arrows on an image."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes


def draw_arrows(
    panel: Axes,
    x: np.ndarray,
    y: np.ndarray,
    vectors: np.ndarray,
    *,
    spacing: float,
    outline: float,
    on_page: bool = False,
) -> None:
    """Draw vectors (n, 2) of length 0 to 1 at the points x, y (n,), white with a dark outline.

    Parameters
    ----------
    panel : matplotlib Axes
    x, y : float64, shape (n,)
        Middle of each arrow, in the panel's units.
    vectors : float64, shape (n, 2)
        Part of a unit vector that lies in the plane.
    spacing : float
        Between arrows, in the same units; a vector of length 1 is drawn as long.
    outline : float [pt]
        Width of the dark line around each arrow.
    on_page : bool
        Keep angles on the page where the axes have different scales; `spacing` is then in units of x.
    """
    panel.quiver(
        *(x, y, vectors[:, 0], vectors[:, 1]),
        pivot="mid",
        angles="uv" if on_page else "xy",
        scale_units="x" if on_page else "xy",
        scale=1.0 / spacing,
        units="x" if on_page else "xy",
        width=0.11 * spacing,
        headwidth=3.6,
        headlength=4.0,
        headaxislength=3.6,
        minlength=0.3,
        facecolor="white",
        edgecolor="#1a1030",
        linewidth=outline,
    )
