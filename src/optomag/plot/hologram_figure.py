"""A hologram on one sheet: its pages, what a camera sees of them, and the spots that show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from optomag.plot.direction_colours import direction_colours
from optomag.plot.style import new_figure, styled, tag_panel

WIDTH, PANEL, LEFT, GAP, TOP, BOTTOM, BETWEEN = 10.4, 2.1, 0.52, 0.42, 0.36, 0.42, 0.68
"""Of the figure, and of its panels, margins and gaps [inch]."""

COLUMNS = 4
SHOWN_SPOTS = 16
"""Along each side of the map of the spots; the whole would be noise to the eye."""

MICRO = 1e6


@dataclass(frozen=True, eq=False)
class Picture:
    """One panel of a page or a view.

    Attributes
    ----------
    title : str
    image : float64, shape (rows, columns)
        Grey values, the top row first; fewer rows than columns are the upper ones of a square.
    """

    title: str
    image: np.ndarray


@styled
def hologram_figure(pictures: Sequence[Picture], sine: float, vectors: np.ndarray, pitch: float) -> Figure:
    """Draw pages and views over the sines of the angles, and the directions of some spots.

    Parameters
    ----------
    pictures : sequence of Picture
    sine : float
        At the left and the lower edge of the field of view, without its sign.
    vectors : float64, shape (side, side, 3)
        Of the spots, x first, of lengths up to about 1.
    pitch : float [m]
    """
    rows = -(-(len(pictures) + 1) // COLUMNS)
    height = TOP + rows * PANEL + (rows - 1) * BETWEEN + BOTTOM
    figure = new_figure(WIDTH, height)

    def panel(number: int) -> Axes:
        row, column = divmod(number, COLUMNS)
        left = LEFT + column * (PANEL + GAP)
        bottom = height - TOP - PANEL - row * (PANEL + BETWEEN)
        return figure.add_axes((left / WIDTH, bottom / height, PANEL / WIDTH, PANEL / height))

    for number, picture in enumerate(pictures):
        axes = panel(number)
        draw_picture(axes, picture, sine)
        tag_panel(axes, "abcdefghijkl"[number], picture.title)
        axes.set_xlabel(r"$\sin\theta_x$")
        if number % COLUMNS == 0:
            axes.set_ylabel(r"$\sin\theta_y$")
        else:
            axes.tick_params(labelleft=False)
    axes = panel(len(pictures))
    draw_spots(axes, vectors, pitch)
    tag_panel(axes, "abcdefghijkl"[len(pictures)], "in-plane direction")
    return figure


def draw_picture(axes: Axes, picture: Picture, sine: float) -> None:
    """A grey image over the field of view."""
    rows, columns = picture.image.shape
    pixel = 2 * sine / columns
    # pixels are centred at whole multiples: the first at -sine, the last one short of +sine
    low, high = -sine - 0.5 * pixel, sine - 0.5 * pixel
    extent = (low, high, high - rows * pixel, high)
    axes.imshow(picture.image, cmap="gray", vmin=0, vmax=1, extent=extent, interpolation="nearest")
    axes.set(xlim=(low, high), ylim=(low, high))
    if rows < columns:
        axes.set_facecolor("#dbe3ea")
        axes.text(0.5, 0.25, "not used", transform=axes.transAxes, ha="center", va="center")


def draw_spots(axes: Axes, vectors: np.ndarray, pitch: float) -> None:
    """The in-plane part of the spots: hue and arrow for its direction, grey where it is short."""
    side = len(vectors)
    count = min(SHOWN_SPOTS, side)
    first = (side - count) // 2
    part = vectors[first : first + count, first : first + count]
    line = (np.arange(first, first + count) - side // 2) * pitch * MICRO
    half = 0.5 * pitch * MICRO
    extent = (line[0] - half, line[-1] + half, line[0] - half, line[-1] + half)
    flat = part * (1.0, 1.0, 0.0)
    length = np.linalg.norm(flat, axis=-1)
    colours = direction_colours(flat, length)
    axes.imshow(np.swapaxes(colours, 0, 1), origin="lower", extent=extent, interpolation="nearest")
    x, y = np.meshgrid(line, line, indexing="ij")
    unit = flat / np.maximum(length, np.finfo(float).tiny)[..., None]
    arrows = {"pivot": "mid", "angles": "xy", "scale_units": "xy", "scale": 0.65 / half, "width": 0.007}
    axes.quiver(x, y, unit[..., 0], unit[..., 1], **arrows)
    axes.set(xlabel="$x$ [µm]", xlim=extent[:2], ylim=extent[2:])
    axes.set_ylabel("$y$ [µm]", labelpad=0)
