"""A part of a scanned pattern: where its magnetization points, and how strong it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.transforms import Affine2D
from numpy.typing import ArrayLike
from scipy.signal import resample_poly

from optomag.errors import refuse, require_finite_array
from optomag.plot.direction_colours import direction_colours
from optomag.plot.direction_key import draw_direction_key
from optomag.plot.style import INTENSITY_MAP, new_figure, styled, tag_panel

WIDTH, HEIGHT = 7.6, 3.2
"""Of the figure [inch]."""

PANEL, BOTTOM, COLUMNS, KEY = 2.5, 0.42, (0.5, 4.3), 0.62
"""Side of a map, its lower edge, the left edges of both, and the side of a key [inch]."""

LEAST_BAR = 0.8
"""Height of the bar beside a flat map [inch]."""

MICRO = 1e6

Extent = tuple[float, float, float, float]
"""Ends along the first axis, and along the second."""

ALONE = 5e-8
"""Half of the width of a part that is a single point [m]."""

FINER = 4
"""Points drawn for each one along an axis: a stored raster holds all of M, but only just."""


@styled
def scan_figure(x: ArrayLike, y: ArrayLike, magnetization: ArrayLike, *, angle: float = 0.0) -> Figure:
    """Direction and length of the magnetization over a part of a pattern.

    Parameters
    ----------
    x, y : array_like, shapes (nx,) and (ny,) [m]
    magnetization : array_like, shape (nx, ny, 3)
        Dimensionless, gamma = 1.
    angle : float [rad]
        By which the axes of the coordinates are turned from x and y.

    Returns
    -------
    Figure
        Left, the direction: hue for the azimuth, towards white for +z and towards black for -z, on grey where
        |M| is small, with its key; right, |M| over its maximum.

    Raises
    ------
    InvalidInputError
        If an array is not finite or the shapes do not fit.
    """
    part = close_up(x, y, magnetization)
    figure = new_figure(WIDTH, HEIGHT)
    left, right = (_map_axes(figure, column) for column in COLUMNS)
    draw_directions(left, part, angle)
    tag_panel(left, "a", "direction of $M$")
    draw_lengths(figure, right, part, angle)
    tag_panel(right, "b", "length of $M$")
    for bottom, side in ((BOTTOM + 1.55, +1), (BOTTOM + 0.35, -1)):
        draw_direction_key(figure.add_axes(_box(COLUMNS[0] + PANEL + 0.2, bottom, KEY, KEY)), side)
    return figure


@dataclass(frozen=True, eq=False)
class CloseUp:
    """A part of a pattern, with points between those of its raster.

    Attributes
    ----------
    magnetization : float64, shape (nx, ny, 3)
    length : float64, shape (nx, ny)
        |M| over its maximum.
    extent : tuple of float [µm]
        Outer edges along both axes.
    """

    magnetization: np.ndarray
    length: np.ndarray
    extent: Extent


def close_up(x: ArrayLike, y: ArrayLike, magnetization: ArrayLike) -> CloseUp:
    """The part of a pattern at coordinates x (nx,) and y (ny,) [m], M (nx, ny, 3).

    Raises
    ------
    InvalidInputError
        If an array is not finite or the shapes do not fit.
    """
    x = require_finite_array("x", x, shape="(nx,)", ndim=1)
    y = require_finite_array("y", y, shape="(ny,)", ndim=1)
    M = require_finite_array("magnetization", magnetization, shape="(nx, ny, 3)", ndim=3, last=3)
    if M.shape[:2] != (len(x), len(y)):
        refuse("magnetization", f"of shape ({len(x)}, {len(y)}, 3)", f"an array of shape {M.shape}")
    M = _finer(_finer(M, 0), 1)
    length = np.linalg.norm(M, axis=-1)
    halves = [0.5 * (line[-1] - line[0]) / max(FINER * (len(line) - 1), 1) for line in (x, y)]
    # a single line of points is as wide as the others are apart
    wide, high = (half or FINER * max(halves) or ALONE for half in halves)
    extent = x[0] - wide, x[-1] + wide, y[0] - high, y[-1] + high
    left, right, below, above = (float(end) * MICRO for end in extent)
    return CloseUp(M, length / (float(length.max()) or 1.0), (left, right, below, above))


def draw_directions(axes: Axes, part: CloseUp, angle: float) -> None:
    """Directions by the colour sphere, on grey where |M| is small, along axes turned by an angle [rad]."""
    colours = direction_colours(part.magnetization, part.length)
    axes.imshow(np.swapaxes(colours, 0, 1), origin="lower", extent=part.extent)
    turn_image(axes, part.extent, angle)


def draw_lengths(figure: Figure, axes: Axes, part: CloseUp, angle: float) -> None:
    """|M| over its maximum, with its bar."""
    look: dict[str, Any] = {"cmap": INTENSITY_MAP, "vmin": 0, "vmax": 1}
    image = axes.imshow(part.length.T, origin="lower", extent=part.extent, **look)
    turn_image(axes, part.extent, angle)
    bar_beside(figure, axes, image, r"$|M|\,/\,\max|M|$")


def bar_beside(figure: Figure, axes: Axes, image: AxesImage, label: str, *, extend: str = "neither") -> None:
    """The colours of a map, as high as the map itself."""
    axes.apply_aspect()  # a map that does not fill its place leaves a strip of it empty
    width, height = figure.get_size_inches()
    box = axes.get_position()
    high = max(box.height, LEAST_BAR / height)
    below = box.y0 - 0.5 * (high - box.height)
    bar = figure.add_axes((box.x1 + 0.08 / width, below, 0.1 / width, high))
    figure.colorbar(image, cax=bar, label=label, extend=extend)


def turn_image(axes: Axes, extent: Extent, angle: float) -> None:
    """Show the image of an axes as it lies in the plane, within the square around it."""
    if angle:
        axes.images[0].set_transform(Affine2D().rotate(angle) + axes.transData)
        corners = turned_corners(extent, angle)
        axes.set(xlim=ends(corners[:, 0]), ylim=ends(corners[:, 1]))


def turned_corners(extent: Extent, angle: float) -> np.ndarray:
    """Corners (4, 2) of a rectangle along axes turned by an angle [rad], one after the other around it."""
    left, right, below, above = extent
    corners = [(left, below), (right, below), (right, above), (left, above)]
    return Affine2D().rotate(angle).transform(corners)


def ends(line: np.ndarray) -> tuple[float, float]:
    """Smallest and largest."""
    return float(line.min()), float(line.max())


def _finer(M: np.ndarray, axis: int) -> np.ndarray:
    """M with `FINER` - 1 points between neighbours along an axis, by a windowed sinc."""
    last = FINER * (M.shape[axis] - 1) + 1
    found = resample_poly(M, FINER, 1, axis=axis, padtype="edge")
    return np.take(found, np.arange(last), axis=axis)


def _map_axes(figure: Figure, left: float) -> Axes:
    axes = figure.add_axes(_box(left, BOTTOM, PANEL, PANEL))
    axes.set(xlabel="$x$ [µm]", ylabel="$y$ [µm]")
    return axes


def _box(left: float, bottom: float, width: float, height: float) -> tuple[float, float, float, float]:
    """Place of axes given in inches."""
    return left / WIDTH, bottom / HEIGHT, width / WIDTH, height / HEIGHT
