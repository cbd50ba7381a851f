"""Directions in a plane as small arrows on an image."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

UPRIGHT = 0.3
"""Where less of a unit vector than this lies in the plane, a dot or a cross says which way it points."""

SIGN = 0.72
"""Diameter of a sign over the distance of arrows."""

DARK = "#1a1030"
"""Of outlines, and of signs on bright ground."""


def draw_arrows(
    panel: Axes,
    x: np.ndarray,
    y: np.ndarray,
    vectors: np.ndarray,
    *,
    spacing: float,
    outline: float,
    on_page: bool = False,
    towards: np.ndarray | None = None,
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
    towards : float64, shape (n,), optional
        Part of the unit vector that points to the reader. Given, vectors that hardly lie in the plane are
        drawn as a circle with a dot, to the reader, or a cross, away.
    """
    if towards is not None:
        upright = np.hypot(vectors[:, 0], vectors[:, 1]) < UPRIGHT
        draw_signs(panel, x[upright], y[upright], towards[upright], spacing=spacing)
        x, y, vectors = x[~upright], y[~upright], vectors[~upright]
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
        edgecolor=DARK,
        linewidth=outline,
    )


def draw_signs(panel: Axes, x: np.ndarray, y: np.ndarray, towards: np.ndarray, *, spacing: float) -> None:
    """Circles at x, y (n,) with a dot where `towards` (n,) is positive, to the reader, else with a cross."""
    low, high = panel.get_xlim()
    box = panel.get_window_extent()
    across = SIGN * spacing / abs(high - low) * box.width / panel.figure.dpi * 72  # [pt]
    panel.scatter(x, y, s=across**2, marker="o", c="white", edgecolors=DARK, linewidths=0.12 * across)
    for here, mark, part in ((towards > 0, "o", 0.3), (towards <= 0, "x", 0.55)):
        line = 0.13 * across if mark == "x" else 0.0
        panel.scatter(x[here], y[here], s=(part * across) ** 2, marker=mark, c=DARK, linewidths=line)
