"""Maps over the sphere of directions: how well each method writes each direction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter
from numpy.typing import ArrayLike
from scipy.spatial import KDTree

from optomag.errors import refuse, require_finite_array
from optomag.plot.style import headed, new_figure, styled

PIXELS = 264
"""Across each map: finer than 10,000 directions are apart, coarse enough to draw in a moment."""

ANGLE_LIMITS = (1e-3, 90.0)
"""Ends of the colour scale of the angle error [degree]."""

LEFT, COLUMN, ROW, TOP, BOTTOM = 0.36, 3.4, 1.74, 0.26, 0.66
"""Margins and the room of one map [inch]."""

# This blue stands out from both colour maps, pale or dark.
_CIRCLE_LINE: dict[str, Any] = {"color": "#2a9df4", "linewidth": 0.8, "linestyle": (0, (4, 2))}

_HALF_WIDTH, _HALF_HEIGHT = 2 * np.sqrt(2), np.sqrt(2)

_OUTLINE = [withStroke(linewidth=1.8, foreground="white")]

# The poles and -y, which is at both ends, are labelled a little inside the rim.
_LABELS = (
    ("+y", (0.0, 1.0, 0.0)),
    ("+x", (1.0, 0.0, 0.0)),
    ("−x", (-1.0, 0.0, 0.0)),
    ("+z", (0.0, 0.22, 0.975)),
    ("−z", (0.0, 0.22, -0.975)),
    ("−y", (0.36, -0.933, 0.0)),
    ("−y", (-0.36, -0.933, 0.0)),
)


@dataclass(frozen=True, eq=False)
class SphereResult:
    """What one method writes for every direction.

    Parameters
    ----------
    label : str
        Name of the method.
    angle_error : ndarray, shape (n,) [rad]
        Between the written and the wanted direction.
    efficiency : ndarray, shape (n,)
        |M| at the focus over the physical bound for that direction, 0 to 1.
    """

    label: str
    angle_error: np.ndarray
    efficiency: np.ndarray


@dataclass(frozen=True)
class _Quantity:
    name: str
    label: str
    of: Callable[[SphereResult], np.ndarray]
    colours: str
    scale: Normalize
    extend: Literal["neither", "min"]


# In both maps dark means bad. An error of exactly zero is drawn as the smallest that the scale shows.
_QUANTITIES = (
    _Quantity(
        "angle error",
        "angle error [°]",
        lambda result: np.maximum(np.degrees(result.angle_error), 0.5 * ANGLE_LIMITS[0]),
        "magma_r",
        LogNorm(*ANGLE_LIMITS),
        "min",
    ),
    _Quantity(
        "efficiency",
        r"efficiency $|M|\,/\,$bound",
        lambda result: result.efficiency,
        "viridis",
        Normalize(0, 1),
        "neither",
    ),
)


@styled
def sphere_figure(directions: ArrayLike, results: Sequence[SphereResult], *, heading: str = "") -> Figure:
    """Angle error and efficiency of several methods as maps over all directions.

    Parameters
    ----------
    directions : array_like, shape (n, 3)
        Wanted directions, unit vectors spread evenly over the sphere.
    results : sequence of SphereResult
        One row of two maps each.
    heading : str
        Over the figure: lens, and what is drawn.

    Returns
    -------
    Figure
        Left, the angle error [degree, logarithmic]; right, the efficiency. Each point of a map has the value
        of the nearest direction; nothing is interpolated. The dashed line is the great circle m_y = 0, which
        the paper's four beams cannot reach.

    Raises
    ------
    InvalidInputError
        If an array is not finite or the lengths differ.

    Notes
    -----
    Hammer's equal-area projection (1892) of the sphere seen from outside, +y in the middle and +z on top, so
    that the circle m_y = 0 lies inside the map and both of its sides can be seen; the two ends are -y.
    """
    directions = require_finite_array("directions", directions, shape="(n, 3)", ndim=2, last=3)
    if not results:
        refuse("results", "at least one SphereResult", results)
    for result in results:
        for name in ("angle_error", "efficiency"):
            values = require_finite_array(name, getattr(result, name), shape="(n,)", ndim=1)
            if len(values) != len(directions):
                refuse(name, f"{len(directions)} numbers, one for each direction", f"{len(values)}")
    pixels = _nearest_directions(directions)
    height = TOP + ROW * len(results) + BOTTOM
    figure = new_figure(LEFT + 2 * COLUMN, height)
    for column, quantity in enumerate(_QUANTITIES):
        _draw_column(figure, quantity, results, pixels, left=LEFT + COLUMN * column)
    for number, result in enumerate(results):
        place = _fraction(figure, 0.5 * LEFT, height - TOP - ROW * (number + 0.5))
        figure.text(*place, result.label, rotation=90, ha="center", va="center", linespacing=1.3)
    circle = Line2D([], [], **_CIRCLE_LINE, label=r"$m_y=0$")
    middle = _fraction(figure, LEFT + COLUMN, height - 0.5 * TOP)
    figure.legend(handles=[circle], loc="center", bbox_to_anchor=middle)
    return headed(figure, heading) if heading else figure


def hammer_projection(directions: np.ndarray) -> np.ndarray:
    """Places of unit vectors on the map, +y in the middle, +z on top, -x to the right.

    Parameters
    ----------
    directions : ndarray, shape (..., 3)
        Unit vectors.

    Returns
    -------
    ndarray, shape (..., 2)
        Inside the ellipse with half axes 2 sqrt(2) and sqrt(2); its area is that of the unit sphere.
    """
    x, y, z = np.moveaxis(np.asarray(directions), -1, 0)
    longitude = np.arctan2(-x, y)
    across = np.sqrt(np.clip(1 - z**2, 0, None))
    stretch = np.sqrt(2 / (1 + across * np.cos(longitude / 2)))
    return np.stack([2 * stretch * across * np.sin(longitude / 2), stretch * z], axis=-1)


def hammer_directions(places: np.ndarray) -> np.ndarray:
    """Unit vectors (..., 3) at places (..., 2) of the map: the inverse of `hammer_projection`.

    Outside the map's ellipse the values mean nothing.
    """
    u, v = np.moveaxis(np.asarray(places), -1, 0)
    w = np.sqrt(np.clip(1 - (u / 4) ** 2 - (v / 2) ** 2, 0, None))
    longitude = 2 * np.arctan2(w * u, 2 * (2 * w**2 - 1))
    z = np.clip(w * v, -1, 1)
    across = np.sqrt(1 - z**2)
    return np.stack([-across * np.sin(longitude), across * np.cos(longitude), z], axis=-1)


def _nearest_directions(directions: np.ndarray) -> np.ndarray:
    """For each pixel of a map the number of the nearest direction; -1 outside the ellipse."""
    u = (np.arange(PIXELS) + 0.5) / PIXELS * 2 - 1
    v = (np.arange(PIXELS // 2) + 0.5) / (PIXELS // 2) * 2 - 1
    places = np.stack(np.meshgrid(u * _HALF_WIDTH, v * _HALF_HEIGHT), axis=-1)
    # A pixel's breadth beyond the rim is filled too; the rim's clip path cuts it smoothly.
    inside = u**2 + v[:, None] ** 2 < (1 + 3 / PIXELS) ** 2
    nearest = KDTree(directions).query(hammer_directions(places))[1]
    return np.where(inside, nearest, -1)


def _draw_column(
    figure: Figure, quantity: _Quantity, results: Sequence[SphereResult], pixels: np.ndarray, *, left: float
) -> None:
    height = figure.get_figheight()
    figure.text(
        *_fraction(figure, left + COLUMN / 2, height - TOP / 2), quantity.name, ha="center", va="center"
    )
    image = None
    for number, result in enumerate(results):
        low = height - TOP - ROW * (number + 1)
        axes = _add_axes(figure, left + 0.05, low + 0.06, COLUMN - 0.1, ROW - 0.12)
        values = np.where(pixels >= 0, quantity.of(result)[pixels], np.nan)
        image = _draw_map(axes, values, quantity)
    bar = _add_axes(figure, left + 0.35, BOTTOM - 0.17, COLUMN - 0.7, 0.09)
    figure.colorbar(cast(AxesImage, image), cax=bar, orientation="horizontal", extend=quantity.extend)
    bar.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    bar.set_xlabel(quantity.label)


def _fraction(figure: Figure, x: float, y: float) -> tuple[float, float]:
    """From inches to fractions of the figure."""
    return x / figure.get_figwidth(), y / figure.get_figheight()


def _add_axes(figure: Figure, left: float, low: float, width: float, height: float) -> Axes:
    return figure.add_axes((*_fraction(figure, left, low), *_fraction(figure, width, height)))


def _draw_map(axes: Axes, values: np.ndarray, quantity: _Quantity) -> AxesImage:
    axes.set_axis_off()
    image = axes.imshow(
        values,
        origin="lower",
        extent=(-_HALF_WIDTH, _HALF_WIDTH, -_HALF_HEIGHT, _HALF_HEIGHT),
        cmap=quantity.colours,
        norm=quantity.scale,
        interpolation="nearest",
    )
    rim = Ellipse((0, 0), 2 * _HALF_WIDTH, 2 * _HALF_HEIGHT, fill=False, ec="black", lw=0.7)
    axes.add_patch(rim)
    image.set_clip_path(rim)
    axes.set_xlim(-1.01 * _HALF_WIDTH, 1.01 * _HALF_WIDTH)
    axes.set_ylim(-1.01 * _HALF_HEIGHT, 1.01 * _HALF_HEIGHT)
    _draw_unreachable_circle(axes)
    for name, direction in _LABELS:
        u, v = hammer_projection(np.array(direction))
        axes.text(u, v, name, fontsize=6.5, ha="center", va="center", path_effects=_OUTLINE)
    return image


def _draw_unreachable_circle(axes: Axes) -> None:
    turn = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 181)
    for side in (-1.0, 1.0):
        half = np.stack([side * np.cos(turn), np.zeros_like(turn), np.sin(turn)], axis=-1)
        axes.plot(*hammer_projection(half).T, **_CIRCLE_LINE)
