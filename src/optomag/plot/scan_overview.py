"""A whole scan on one sheet: where its magnetization points, how far spots are off, and a part close up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D
from numpy.typing import ArrayLike

from optomag.plot.direction_colours import direction_colours
from optomag.plot.direction_key import draw_direction_key
from optomag.plot.scan_pattern import (
    MICRO,
    CloseUp,
    Extent,
    bar_beside,
    close_up,
    draw_directions,
    draw_lengths,
    ends,
    turned_corners,
)
from optomag.plot.style import DOTS_PER_INCH, new_figure, styled, tag_panel

WIDTH, WIDER = 7.6, 11.1
"""Of the figure of a scan with a part close up, and of one whose part is the whole [inch]."""

MAP, MAPS, HIGHEST, THINNEST = 2.8, (0.6, 4.1), 3.3, 0.3
"""Of the maps of the whole side by side: width, left edges, largest height, least of both sides [inch]."""

STRIP, LONG = 6.3, 0.3
"""Width of a map of a strip [inch], and height over width up to which a scan is one: its maps lie one above
the other."""

PANEL, PANELS, ERRORS, KEY = 2.4, (0.6, 4.45), 7.95, 0.62
"""Of the close-ups: side, left edges of both; left edge of the errors beside them; side of a key [inch]."""

BOTTOM, TOP, BETWEEN = 0.42, 0.3, 0.72
"""Below, above and between the rows of panels [inch]."""

TICKS = 0.55, 0.3
"""From tick to tick of a narrow map along x and y, at least [inch]."""

ERROR_MAP, NO_SPOT, WORST = "viridis", "#e4e4e4", "#D55E00"

FAR_OFF = 3.0
"""Times the error below which 99 % of the spots lie: larger ones are beyond the scale of colours."""

LEAST_ERROR = 1e-3
"""End of a scale of errors that are all smaller [degree]."""

LONGEST_BAR, LEAST_BARRED = 0.3, 0.8
"""Of the width of a map; and the least side of one with a scale bar [inch]."""

RIM = [withStroke(linewidth=2.6, foreground="white")]
OUTLINE = [withStroke(linewidth=2.2, foreground="black")]


@dataclass(frozen=True, eq=False)
class WholeScan:
    """What a figure shows of a whole scan; all places along the axes of its raster, which may be turned.

    Attributes
    ----------
    vectors : float64, shape (nx, ny, 3)
        Mean M of cells.
    extent : tuple of float [m]
        Outer edges of these cells along both axes.
    edges : tuple of float [m]
        Of the pattern, which may end within its last cells.
    points : pair of int
        Of its raster along both axes.
    errors : float64, shape (mx, my) [rad]
        Largest angle error of the spots of cells, NaN where there are none.
    errors_extent : tuple of float [m]
    pooled : bool
        Whether cells may hold several spots.
    usual, worst : float [rad]
        What 99 % of the spots stay below, and the largest of all.
    worst_at : pair of float [m]
    angle : float [rad]
        By which the axes are turned from x and y.
    """

    vectors: np.ndarray
    extent: Extent
    edges: Extent
    points: tuple[int, int]
    errors: np.ndarray
    errors_extent: Extent
    pooled: bool
    usual: float
    worst: float
    worst_at: tuple[float, float]
    angle: float = 0.0


@styled
def scan_overview(x: ArrayLike, y: ArrayLike, magnetization: ArrayLike, whole: WholeScan) -> Figure:
    """The whole of a scan and the errors of its spots, and direction and length of M in a part.

    Parameters
    ----------
    x, y : array_like, shapes (nx,) and (ny,) [m]
        Of the part, along the axes of the raster.
    magnetization : array_like, shape (nx, ny, 3)
        M of the part, dimensionless, gamma = 1.
    whole : WholeScan

    Returns
    -------
    Figure
        Directions by the colour sphere, on grey where |M| is small, with its key. A frame in the upper maps
        shows where the part lies; where the part is the whole, there are no upper maps and the errors stand
        beside.

    Raises
    ------
    InvalidInputError
        If an array of the part is not finite or the shapes do not fit.
    """
    part = close_up(x, y, magnetization)
    all_of_it = (len(np.asarray(x)), len(np.asarray(y))) == whole.points
    return _in_a_row(part, whole) if all_of_it else _whole_and_part(part, whole)


def _in_a_row(part: CloseUp, whole: WholeScan) -> Figure:
    """Direction, length and errors of a scan that is small enough for all its details."""
    height = BOTTOM + PANEL + TOP
    figure = new_figure(WIDER, height)
    panels = _close_ups(figure, part, whole, (*PANELS, ERRORS))
    _draw_part(figure, panels, part, whole, "ab", "")
    _draw_errors(figure, panels[2], whole, "c")
    return figure


def _whole_and_part(part: CloseUp, whole: WholeScan) -> Figure:
    """The whole and its errors above, and a part of it below."""
    wide, high = _spans(whole.edges, whole.angle)
    if high < LONG * wide:
        size = STRIP, max(STRIP * high / wide, THINNEST)
        places = [(MAPS[0], size[1] + BETWEEN), (MAPS[0], 0.0)]
    else:
        size = _box(wide, high, MAP, HIGHEST)
        places = [(left, 0.0) for left in MAPS]
    above = BOTTOM + PANEL + BETWEEN
    figure = new_figure(WIDTH, above + places[0][1] + size[1] + TOP)
    upper = [_place(figure, left, above + bottom, *size) for left, bottom in places]
    upper[0].set_ylabel("$y$ [µm]")
    _draw_whole(upper[0], whole)
    _draw_errors(figure, upper[1], whole, "b")
    panels, worst = _close_ups(figure, part, whole, PANELS), np.array(whole.worst_at) * MICRO
    left, right, below, above = part.extent
    inside = left <= worst[0] <= right and below <= worst[1] <= above
    _draw_part(figure, panels, part, whole, "cd", " near the worst spot" if inside else ", close up")
    if inside:
        for axes in panels:
            _ring_worst(axes, whole)
    for axes in upper:
        corners = turned_corners(part.extent, whole.angle)
        frame = Polygon(corners, fill=False, edgecolor="white", linewidth=0.9, path_effects=OUTLINE)
        axes.add_patch(frame)
    return figure


def _close_ups(figure: Figure, part: CloseUp, whole: WholeScan, lefts: Sequence[float]) -> list[Axes]:
    """Panels of the shape of a part, in the middle of a row as high as the keys."""
    wide, high = _box(*_spans(part.extent, whole.angle), PANEL, PANEL)
    panels = [
        _place(figure, left + 0.5 * (PANEL - wide), BOTTOM + 0.5 * (PANEL - high), wide, high)
        for left in lefts
    ]
    panels[0].set_ylabel("$y$ [µm]")
    return panels


def _draw_whole(axes: Axes, whole: WholeScan) -> None:
    length = np.linalg.norm(whole.vectors, axis=-1)
    colours = direction_colours(whole.vectors, length / (float(length.max()) or 1.0))
    axes.imshow(np.swapaxes(colours, 0, 1), origin="lower", extent=_micro(whole.extent))
    _lay(axes, whole.edges, whole.angle)
    _draw_scale_bar(axes)
    tag_panel(axes, "a", "direction of $M$, the whole")


def _draw_errors(figure: Figure, axes: Axes, whole: WholeScan, letter: str) -> None:
    errors, worst, usual = np.degrees(whole.errors), math.degrees(whole.worst), math.degrees(whole.usual)
    end = max(min(worst, FAR_OFF * usual), LEAST_ERROR)
    image = axes.imshow(
        errors.T, origin="lower", extent=_micro(whole.errors_extent), cmap=ERROR_MAP, vmin=0, vmax=end
    )
    axes.set_facecolor(NO_SPOT)
    _lay(axes, whole.edges, whole.angle)
    _ring_worst(axes, whole)
    beyond = "max" if worst > end else "neither"
    bar_beside(figure, axes, image, "angle error [°]", extend=beyond)
    title = "largest errors of the spots" if whole.pooled else "error of each spot"
    tag_panel(axes, letter, f"crosstalk: {title}, the worst circled")


def _ring_worst(axes: Axes, whole: WholeScan) -> None:
    u, v = whole.worst_at
    ((at_x, at_y), *_) = turned_corners((u, u, v, v), whole.angle) * MICRO
    ring = {"markersize": 7, "markerfacecolor": "none", "markeredgecolor": WORST, "markeredgewidth": 1.3}
    axes.plot(at_x, at_y, "o", clip_on=False, scalex=False, scaley=False, path_effects=RIM, **ring)


def _draw_part(
    figure: Figure, panels: list[Axes], part: CloseUp, whole: WholeScan, letters: str, where: str
) -> None:
    """Direction and length of M in a part, with the key to the directions."""
    draw_directions(panels[0], part, whole.angle)
    _fit(panels[0])
    _draw_scale_bar(panels[0])
    tag_panel(panels[0], letters[0], f"direction of $M${where}")
    draw_lengths(figure, panels[1], part, whole.angle)
    _fit(panels[1])
    tag_panel(panels[1], letters[1], f"length of $M${where}")
    for bottom, side in ((BOTTOM + 1.55, +1), (BOTTOM + 0.35, -1)):
        draw_direction_key(_place(figure, PANELS[0] + PANEL + 0.2, bottom, KEY, KEY), side)


def _draw_scale_bar(axes: Axes) -> None:
    """A round length, white on black, in the lower left corner of a map that has room for it."""
    if min(_size(axes)) < LEAST_BARRED:
        return
    left, right = axes.get_xlim()
    most = LONGEST_BAR * (right - left)
    power = 10 ** np.floor(np.log10(most))
    length = power * max(step for step in (1, 2, 5) if step * power <= most)
    first, last = 0.05, 0.05 + length / (right - left)
    (bar,) = axes.plot([first, last], [0.05, 0.05], color="white", linewidth=2.0, transform=axes.transAxes)
    bar.set(path_effects=[withStroke(linewidth=3.4, foreground="black")], solid_capstyle="butt")
    label = {"color": "white", "fontsize": 7, "path_effects": OUTLINE, "ha": "center", "va": "bottom"}
    axes.text(0.5 * (first + last), 0.07, f"{length:g} µm", transform=axes.transAxes, **label)


def _lay(axes: Axes, edges: Extent, angle: float) -> None:
    """Turn the image of an axes as it lies in the plane, and show all of the pattern."""
    if angle:
        axes.images[0].set_transform(Affine2D().rotate(angle) + axes.transData)
    corners = turned_corners(_micro(edges), angle)
    axes.set(xlim=ends(corners[:, 0]), ylim=ends(corners[:, 1]))
    _fit(axes)


def _fit(axes: Axes) -> None:
    """Fill the place, which has the shape of the map or is as thin as can be, and set few ticks along it."""
    axes.set_aspect("auto")
    axes.set_xlabel("$x$ [µm]")
    for axis, size, apart in zip((axes.xaxis, axes.yaxis), _size(axes), TICKS, strict=True):
        if size < 4 * apart:
            axis.set_major_locator(MaxNLocator(max(int(size / apart), 1), min_n_ticks=1))


def _size(axes: Axes) -> tuple[float, float]:
    """Width and height [inch]."""
    return axes.bbox.width / DOTS_PER_INCH, axes.bbox.height / DOTS_PER_INCH


def _spans(extent: Extent, angle: float) -> tuple[float, float]:
    """Width and height of a rectangle along turned axes, as it lies in the plane."""
    wide, high = np.ptp(turned_corners(extent, angle), axis=0).tolist()
    return wide, high


def _box(wide: float, high: float, widest: float, highest: float) -> tuple[float, float]:
    """Size [inch] of a map within bounds: of its own shape, unless that is too thin to be seen."""
    scale = min(widest / wide, highest / high)
    return max(wide * scale, THINNEST), max(high * scale, THINNEST)


def _micro(extent: Extent) -> Extent:
    left, right, below, above = (end * MICRO for end in extent)
    return left, right, below, above


def _place(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at a place given in inches."""
    wide, high = figure.get_size_inches()
    return figure.add_axes((left / wide, bottom / high, width / wide, height / high))
