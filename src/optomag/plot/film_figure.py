"""The figure of a film: its media along z, to scale, with the magnet, the focus and the way of the light."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from optomag.plot.film_stack import (
    CLOSEST_LABELS,
    INTERFACE,
    MAGNET_COLOUR,
    MEDIUM_COLOURS,
    MOST_LABELS,
    apart,
)
from optomag.plot.style import PREDICTED_COLOUR, new_figure, styled

WIDTH, HEIGHT, TOP = 4.6, 3.4, 0.42
NANOMETRES = 1e9
AROUND = 0.25
"""Of the stack that is drawn of the half-spaces on its sides."""

ALONE = 100e-9
"""Of the half-spaces where there is no layer between them [m]."""


@styled
def film_figure(interfaces: np.ndarray, media: Sequence[str], magnet: int, *, heading: str) -> Figure:
    """Media along z, to scale.

    Parameters
    ----------
    interfaces : float64, shape (k,) [m]
        Heights, rising; light comes from below them in z, from above in the figure.
    media : sequence of str, length k + 1
        What the media are called, from the light's side.
    magnet : int
        Which of them is magnetic; 0 where nobody says.
    heading : str
        One or two lines above.
    """
    figure = new_figure(WIDTH, HEIGHT)
    axes = figure.add_axes((0.58 / WIDTH, 0.2 / HEIGHT, 2.0 / WIDTH, (HEIGHT - TOP - 0.25) / HEIGHT))
    heights, names = interfaces, list(media)
    reach = float(np.ptp(heights)) or ALONE
    low, high = heights[0] - AROUND * reach, heights[-1] + AROUND * reach
    edges = [low, *heights.tolist(), high]
    for number, (top, bottom) in enumerate(pairwise(edges)):
        colour = MAGNET_COLOUR if number and number == magnet else MEDIUM_COLOURS[number % 2]
        axes.axhspan(top * NANOMETRES, bottom * NANOMETRES, facecolor=colour, edgecolor="none")
    for height in heights:
        axes.axhline(height * NANOMETRES, **INTERFACE)
    _name_media(figure, edges, names, magnet, low, high)
    if low <= 0 <= high:
        axes.plot(0.3, 0, "+", ms=9, mew=1.2, color=PREDICTED_COLOUR)
        axes.text(0.36, 0, "focus of bare lens", va="bottom", fontsize=6.5, color=PREDICTED_COLOUR)
    axes.annotate(
        *("", (0.12, 0.84), (0.12, 0.98)),
        xycoords="axes fraction",
        arrowprops={"arrowstyle": "->", "lw": 0.9},
    )
    axes.text(0.17, 0.93, "light", transform=axes.transAxes, va="center", fontsize=6.5)
    axes.set(xlim=(0, 1), ylim=(high * NANOMETRES, low * NANOMETRES), xticks=[])
    axes.set_ylabel("$z$ [nm]", labelpad=1)
    figure.text(0.1 / WIDTH, 1 - 0.1 / HEIGHT, heading, ha="left", va="top", fontsize=8)
    return figure


def _name_media(
    figure: Figure, edges: list[float], names: list[str], magnet: int, low: float, high: float
) -> None:
    axes = figure.axes[0]
    shown = list(range(len(names)))
    if len(names) > MOST_LABELS + 1:
        shown = [number for number in shown if number in (0, 1, magnet, len(names) - 1)]
    middles = np.array([0.5 * (edges[number] + edges[number + 1]) for number in shown])
    places = apart(middles, CLOSEST_LABELS * (high - low), low, high)
    for number, middle, place in zip(shown, middles, places, strict=True):
        text = f"{names[number]}{' (magnet)' if number and number == magnet else ''}"
        axes.annotate(
            text,
            xy=(1.0, middle * NANOMETRES),
            xytext=(1.07, place * NANOMETRES),
            va="center",
            fontsize=7,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "lw": 0.4, "color": "0.3", "shrinkA": 0, "shrinkB": 0},
        )
