"""What errors of a set-up do to a design: bars, worst first, and the spread of random set-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from optomag.errors import refuse
from optomag.plot.style import LINE_COLOURS, REFERENCE_COLOUR, new_figure, styled, tag_panel

SMALLEST_BAR = 1e-2
"""Left end of the bars [degree]."""


@dataclass(frozen=True)
class ErrorBar:
    """One row of the figure.

    Parameters
    ----------
    label : str
        What is wrong and by how much.
    angle : float [degree]
        Direction error, simulated.
    first_order : float [degree]
        What the slope alone predicts; NaN where there is none.
    """

    label: str
    angle: float
    first_order: float


@styled
def tolerance_figure(bars: Sequence[ErrorBar], angles: np.ndarray, strengths: np.ndarray) -> Figure:
    """Direction error of each disturbance alone, and of all together.

    Parameters
    ----------
    bars : sequence of ErrorBar
        In the order in which they are drawn, from above.
    angles : ndarray, shape (n,) [degree]
        Direction error of each random set-up.
    strengths : ndarray, shape (n,)
        |M| of each over that of the ideal one.

    Returns
    -------
    Figure

    Raises
    ------
    InvalidInputError
        If there is no bar or no random set-up.
    """
    if not bars or not len(angles):
        refuse("bars and angles", "one or more of each", (len(bars), len(angles)))
    width, height = 7.4, max(2.6, 0.85 + 0.2 * len(bars))
    figure = new_figure(width, height)
    bottom, tall = 0.5 / height, 1 - 0.85 / height
    left = figure.add_axes((1.95 / width, bottom, 2.2 / width, tall))
    places = np.arange(len(bars))[::-1]
    left.barh(places, [bar.angle for bar in bars], height=0.62, color=LINE_COLOURS[0], label="simulated")
    first = np.array([bar.first_order for bar in bars])
    left.plot(
        first, places, "|", color=LINE_COLOURS[1], markersize=8, markeredgewidth=1.6, label="slope × size"
    )
    largest = max(bar.angle for bar in bars)
    left.set_xscale("log")
    left.set_xlim(SMALLEST_BAR, 2 * max(largest, 10 * SMALLEST_BAR))
    left.set_ylim(-0.6, len(bars) - 0.4)
    left.set_yticks(places, [bar.label for bar in bars])
    left.tick_params(axis="y", which="both", length=0)
    left.set_xlabel("direction error [degree]")
    left.legend(loc="lower right")
    tag_panel(left, "a", "each alone")
    right = figure.add_axes((4.75 / width, bottom, 2.45 / width, tall))
    right.scatter(angles, strengths, s=7, color=LINE_COLOURS[0], alpha=0.55, linewidths=0)
    for share, style in ((50, "-"), (95, "--")):
        value = float(np.percentile(angles, share))
        right.axvline(
            value, color=REFERENCE_COLOUR, linewidth=0.9, linestyle=style, label=f"{share} %: {value:.3g}°"
        )
    right.set_xlim(0, 1.05 * max(angles.max(), SMALLEST_BAR))
    right.set_ylim(0, 1.05 * max(1.0, strengths.max()))
    right.set_xlabel("direction error [degree]")
    right.set_ylabel(r"$|M|$ / ideal")
    right.legend(loc="upper right", frameon=True, framealpha=0.85, edgecolor="none")  # lines may cross it
    tag_panel(right, "b", f"all together, {len(angles)} random set-ups")
    return figure
