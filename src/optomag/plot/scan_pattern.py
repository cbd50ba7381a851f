"""A scanned pattern: where its magnetization points, and how strong it is."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
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

MICRO = 1e6

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
    x = require_finite_array("x", x, shape="(nx,)", ndim=1)
    y = require_finite_array("y", y, shape="(ny,)", ndim=1)
    M = require_finite_array("magnetization", magnetization, shape="(nx, ny, 3)", ndim=3, last=3)
    if M.shape[:2] != (len(x), len(y)):
        refuse("magnetization", f"of shape ({len(x)}, {len(y)}, 3)", f"an array of shape {M.shape}")
    M = _finer(_finer(M, 0), 1)
    length = np.linalg.norm(M, axis=-1)
    longest = float(length.max()) or 1.0
    figure = new_figure(WIDTH, HEIGHT)
    extent = (*_ends(x), *_ends(y))
    colours = direction_colours(M, length / longest)
    left, right = (_map_axes(figure, column) for column in COLUMNS)
    left.imshow(np.swapaxes(colours, 0, 1), origin="lower", extent=extent)
    tag_panel(left, "a", "direction of $M$")
    image = right.imshow(
        (length / longest).T,
        origin="lower",
        extent=extent,
        cmap=INTENSITY_MAP,
        vmin=0,
        vmax=1,
    )
    tag_panel(right, "b", "length of $M$")
    if angle:
        for axes in (left, right):
            _turn(axes, extent, angle)
    right.apply_aspect()  # a part that is not square leaves a strip of its place empty
    map_box = right.get_position()
    bar = figure.add_axes((map_box.x1 + 0.08 / WIDTH, map_box.y0, 0.1 / WIDTH, map_box.height))
    figure.colorbar(image, cax=bar, label=r"$|M|\,/\,\max|M|$")
    for bottom, side in ((BOTTOM + 1.55, +1), (BOTTOM + 0.35, -1)):
        draw_direction_key(figure.add_axes(_box(COLUMNS[0] + PANEL + 0.2, bottom, KEY, KEY)), side)
    return figure


def _finer(M: np.ndarray, axis: int) -> np.ndarray:
    """M with `FINER` - 1 points between neighbours along an axis, by a windowed sinc."""
    last = FINER * (M.shape[axis] - 1) + 1
    found = resample_poly(M, FINER, 1, axis=axis, padtype="edge")
    return np.take(found, np.arange(last), axis=axis)


def _ends(line: np.ndarray) -> tuple[float, float]:
    """Outer edges [µm] of the first and last of the finer points, which are drawn as squares."""
    half = 0.5 * (line[-1] - line[0]) / max(FINER * (len(line) - 1), 1)
    return (line[0] - half) * MICRO, (line[-1] + half) * MICRO


def _turn(axes: Axes, extent: tuple[float, float, float, float], angle: float) -> None:
    """Show the image of an axes as it lies in the plane, within the square around it."""
    about = Affine2D().rotate(angle)
    axes.images[0].set_transform(about + axes.transData)
    corners = about.transform([(x, y) for x in extent[:2] for y in extent[2:]])
    for limits, line in zip((axes.set_xlim, axes.set_ylim), corners.T, strict=True):
        limits(line.min(), line.max())


def _map_axes(figure: Figure, left: float) -> Axes:
    axes = figure.add_axes(_box(left, BOTTOM, PANEL, PANEL))
    axes.set(xlabel="$x$ [µm]", ylabel="$y$ [µm]")
    return axes


def _box(left: float, bottom: float, width: float, height: float) -> tuple[float, float, float, float]:
    """Place of axes given in inches."""
    return left / WIDTH, bottom / HEIGHT, width / WIDTH, height / HEIGHT
