"""The figure of a film: its media along z, to scale, with the magnet, the focus and the way of the light."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from optomag.plot.film_stack import AROUND, MediaAlongZ, draw_light, draw_media, name_media
from optomag.plot.style import PREDICTED_COLOUR, new_figure, styled

WIDTH, HEIGHT, TOP = 4.6, 3.4, 0.42
NANOMETRE = 1e-9

ALONE = 100e-9
"""Of the half-spaces where there is no layer between them [m]."""


@styled
def film_figure(interfaces: np.ndarray, media: Sequence[str], magnet: int, *, heading: str) -> Figure:
    """Media along z, to scale.

    Parameters
    ----------
    interfaces : float64, shape (k,) [m]
        Heights, rising; light comes from below.
    media : sequence of str, length k + 1
        What the media are called, from the light's side.
    magnet : int
        Which of them is magnetic; 0 where nobody says.
    heading : str
        One or two lines above.
    """
    figure = new_figure(WIDTH, HEIGHT)
    axes = figure.add_axes((0.58 / WIDTH, 0.2 / HEIGHT, 2.0 / WIDTH, (HEIGHT - TOP - 0.25) / HEIGHT))
    names = [f"{name}, magnet" if i and i == magnet else name for i, name in enumerate(media)]
    stack = MediaAlongZ(interfaces, tuple(names), magnet or None)
    reach = float(np.ptp(interfaces)) or ALONE
    low, high = interfaces[0] - AROUND * reach, interfaces[-1] + AROUND * reach
    draw_media(axes, stack, low, high, unit=NANOMETRE)
    name_media(axes, stack, low, high, unit=NANOMETRE, at=(1.0, 1.07))
    if low <= 0 <= high:
        axes.plot(0.12, 0, "+", ms=9, mew=1.2, color=PREDICTED_COLOUR, zorder=4)
        axes.text(0.19, 0, "focus of bare lens", va="bottom", fontsize=6.5, color=PREDICTED_COLOUR)
    draw_light(axes, 0.92)
    axes.set(xlim=(0, 1), ylim=(low / NANOMETRE, high / NANOMETRE), xticks=[])
    axes.set_ylabel("$z$ [nm]", labelpad=1)
    figure.text(0.1 / WIDTH, 1 - 0.1 / HEIGHT, heading, ha="left", va="top", fontsize=8)
    return figure
