"""A picture of exported cells: each quantity on two planes, within the layers that it was computed in."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.patheffects as effects
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from optomag.errors import refuse
from optomag.plot.arrows import draw_arrows
from optomag.plot.cells import Cells, Quantity
from optomag.plot.film_stack import BOX_COLOUR, Surroundings, draw_media, draw_stack
from optomag.plot.quantity_text import scaled_unit, symbol_of
from optomag.plot.structure_plane import colour_bar
from optomag.plot.style import (
    INTENSITY_MAP,
    LETTERS,
    LINE_COLOURS,
    PREDICTED_COLOUR,
    new_figure,
    styled,
    tag_panel,
)

MOST_FIELDS, PER_ROW = 6, 3
"""Quantities that are drawn, and how many stand side by side where they are more than four."""

COLUMN, LEFT, RIGHT = 3.0, 2.4, 0.05
"""Width of a quantity's panels with their scale, and what stands left of the first and right of the last."""

SIDE, LOW_SIDE = 1.85, 1.35
"""Edge of an upper panel, and height of a lower one [inch]."""

LINE = 0.145
"""Height of a line of the heading [inch]."""

BOTTOM, BETWEEN = 0.42, 0.6
"""Below the lower panels, and between lower and upper ones [inch]."""

SAMPLES = 360
"""Along a side of a picture at most: more cells are drawn at every so many, and written all."""

ARROWS = 15
"""Along the longer side of a plane."""

FAINTEST_ARROW = 0.05
"""Where a vector is below this fraction of the largest no arrow is drawn."""

SMALLEST_CELL = 0.035
"""Edge of a cell in a panel from which its outline is drawn [inch]."""

ENLARGED = 6
"""Cells along the side of the inset where they are too small to be told apart."""

MOST_MARKS = 400
"""Points of the design that are marked."""

WANTED_COLOUR = "#009E73"

_OUTLINE = [effects.withStroke(linewidth=1.6, foreground="white")]


@dataclass(frozen=True)
class _Axis:
    """Unit in which lengths are written."""

    unit: float
    name: str


@styled
def export_figure(quantities: Sequence[Quantity], around: Surroundings) -> Figure:
    """Draw exported quantities on a plane of cells across the light and on one along it.

    Parameters
    ----------
    quantities : sequence of Quantity
        On the same cells, vectors or numbers. The first `MOST_FIELDS` are drawn, the others named.
    around : Surroundings
        The layers, the design's points and the heading.

    Returns
    -------
    Figure
        Both planes go through the design's point, of several through the one nearest to the middle of all,
        at the nearest height in the box; or through the cell with the first quantity's largest value, where
        there is no point or it is elsewhere. Colour is the z component of a vector, arrows the part of the
        unit vector that lies in the plane. Along z the box has its own scale; one cell thick, it is drawn as
        curves along x instead. Left, the layers to scale.

    Raises
    ------
    InvalidInputError
        If there is none, or they are not on the same cells.
    """
    boxes = {quantity.cells for quantity in quantities}
    if len(boxes) != 1:
        refuse("quantities", "one or more on the same cells", f"{len(quantities)} on {len(boxes)} boxes")
    box = boxes.pop()
    drawn, left_out = quantities[:MOST_FIELDS], [one.name for one in quantities[MOST_FIELDS:]]
    columns = len(drawn) if len(drawn) <= PER_ROW + 1 else PER_ROW
    rows = -(-len(drawn) // columns)
    block = BOTTOM + LOW_SIDE + BETWEEN + SIDE
    width = LEFT + COLUMN * columns + RIGHT
    told = [*around.heading.splitlines(), *([f"not drawn: {', '.join(left_out)}"] if left_out else [])]
    lines = [part for line in told for part in textwrap.wrap(line, int(LETTERS * width))]
    height = 0.3 + LINE * len(lines) + block * rows + 0.3 * (rows - 1)
    figure = new_figure(width, height)
    heading = "\n".join(lines)
    figure.text(0.1 / width, 1 - 0.08 / height, heading, ha="left", va="top", fontsize=8, linespacing=1.25)

    def place(x: float, y: float, w: float, h: float) -> Axes:
        return figure.add_axes((x / width, y / height, w / width, h / height))

    cell = _middle_one(box, around.points) or drawn[0].strongest_cell()
    axis = _Axis(1e-6, "µm") if max(box.sides) > 3e-6 else _Axis(1e-9, "nm")
    base = block * (rows - 1) + 0.3 * (rows - 1) + BOTTOM
    layers = min(box.shape[2], SAMPLES)
    edges = np.linspace(box.corner[2], box.far_corner[2], layers + 1)
    stack = place(0.6, base, LEFT - 1.15, LOW_SIDE + BETWEEN + SIDE)
    along = _Axis(1e-6, "µm") if np.ptp([*around.interfaces, *edges[[0, -1]]]) > 3e-6 else _Axis(1e-9, "nm")
    draw_stack(stack, around, edges, unit=along.unit, unit_name=along.name)
    tag_panel(stack, "a", "layers to scale" if len(around.interfaces) else "box along $z$")
    for number, field in enumerate(drawn):
        row, column = divmod(number, columns)
        x, y = LEFT + COLUMN * column, base - (block + 0.3) * row
        upper, lower = place(x, y + LOW_SIDE + BETWEEN, SIDE, SIDE), place(x, y, SIDE, LOW_SIDE)
        scale = _Scale.of(field)
        _across(upper, field, scale, cell[2], around, axis, enlarge=number == 0)
        letters = "bcdefghijklm"[2 * number : 2 * number + 2]
        height_text = f"{round(box.centres(2)[cell[2]] / 1e-9, 2):g} nm"
        tag_panel(upper, letters[0], f"{symbol_of(field.name)}, $xy$ at $z$ = {height_text}")
        y_text = f"$y$ = {round(box.centres(1)[cell[1]] / 1e-9, 2):g} nm"
        if box.shape[2] == 1:
            _curves(lower, field, scale, cell, around, axis)
            tag_panel(lower, letters[1], f"along $x$ at {y_text}")
        else:
            stretched = _along(lower, field, scale, cell[1], around, axis)
            tag_panel(lower, letters[1], rf"$xz$ at {y_text}, $z \times$ {stretched:.2g}")
    return figure


def _middle_one(box: Cells, points: np.ndarray) -> tuple[int, int, int] | None:
    """Indices of the cell nearest in height to the point in the middle of all, if that is over the box."""
    if len(points) == 0:
        return None
    middle = 0.5 * (points.min(axis=0) + points.max(axis=0))
    x, y, z = points[np.argmin(np.linalg.norm(points - middle, axis=-1))]
    # a design for another layer is judged by what it does above or below its point
    return box.cell_at(np.array([x, y, np.clip(z, box.corner[2], box.far_corner[2])]))


@dataclass(frozen=True)
class _Scale:
    """Colours of a quantity, and what its values are divided by."""

    factor: float
    unit: str
    low: float
    high: float
    colours: str
    largest: float

    @classmethod
    def of(cls, field: Quantity) -> _Scale:
        vector = field.is_vector
        place = field.strongest_cell()
        largest = float(np.linalg.norm(np.atleast_1d(field.values[place])))
        factor, unit = scaled_unit(field.unit, largest)
        if vector:
            most = float(np.abs(field.values[..., 2]).max()) or largest or 1.0
            return cls(factor, unit, -most / factor, most / factor, "RdBu_r", largest or 1.0)
        low, high = float(field.values.min()), float(field.values.max())
        # A temperature starts at that of the room, a density of energy at zero.
        low = low if low < 0 or low > 0.3 * high else 0.0
        high = high if high > low else low + 1.0
        return cls(factor, unit, low / factor, high / factor, INTENSITY_MAP, largest or 1.0)

    def label(self, field: Quantity) -> str:
        component = "z" if field.is_vector else ""
        return (
            f"{symbol_of(field.name, component)} [{self.unit}]"
            if self.unit
            else symbol_of(field.name, component)
        )


def _across(
    panel: Axes,
    field: Quantity,
    scale: _Scale,
    k: int,
    around: Surroundings,
    axis: _Axis,
    *,
    enlarge: bool,
) -> None:
    """The plane of cells number k along z."""
    box, values = field.cells, field.values[:, :, k]
    (x0, y0), (x1, y1) = ((np.array(c[:2]) / axis.unit) for c in (box.corner, box.far_corner))
    _image(panel, values, scale, (x0, x1, y0, y1), label=scale.label(field))
    margin = 0.03 * max(x1 - x0, y1 - y0)
    panel.set(xlim=(x0 - margin, x1 + margin), ylim=(y0 - margin, y1 + margin), aspect="equal", anchor="NW")
    _outline(panel, (x0, x1, y0, y1))
    cells = np.array(box.cell[:2]) / axis.unit
    inch = SIDE / (max(x1 - x0, y1 - y0) + 2 * margin)
    if min(cells) * inch > SMALLEST_CELL:
        _mesh(panel, (x0, x1, y0, y1), box.shape[:2])
    elif enlarge:
        _enlarged(panel, field, scale, k, around.points)
    if field.is_vector:
        _arrows(panel, values[..., :2], values[..., 2], (x0, x1, y0, y1), scale.largest)
    _marks(panel, around, box, axis, k)
    panel.set_xlabel(f"$x$ [{axis.name}]")
    panel.set_ylabel(f"$y$ [{axis.name}]", labelpad=0)
    _few_ticks(panel)


def _along(panel: Axes, field: Quantity, scale: _Scale, j: int, around: Surroundings, axis: _Axis) -> float:
    """The plane of cells number j along y, within the layers; how many times z is drawn larger than x."""
    box, values = field.cells, field.values[:, j]
    along = _Axis(1e-6, "µm") if box.shape[2] * box.cell[2] > 3e-6 else _Axis(1e-9, "nm")
    x0, x1 = box.corner[0] / axis.unit, box.far_corner[0] / axis.unit
    z0, z1 = box.corner[2] / along.unit, box.far_corner[2] / along.unit
    extent = (x0, x1, z0, z1)
    side, rise = 0.06 * (x1 - x0), 0.2 * (z1 - z0)
    draw_media(panel, around, (z0 - rise) * along.unit, (z1 + rise) * along.unit, unit=along.unit)
    _image(panel, values, scale, extent, label=scale.label(field))
    panel.set(xlim=(x0 - side, x1 + side), ylim=(z0 - rise, z1 + rise), aspect="auto")
    _outline(panel, extent)
    across, high = SIDE / (x1 - x0 + 2 * side), LOW_SIDE / (z1 - z0 + 2 * rise)
    fine = box.cell[0] / axis.unit * across > SMALLEST_CELL, box.cell[2] / along.unit * high > SMALLEST_CELL
    _mesh(panel, extent, (box.shape[0] if fine[0] else 1, box.shape[2] if fine[1] else 1))
    if field.is_vector:
        _arrows(panel, values[..., ::2], values[..., 1], extent, scale.largest)
    near = np.abs(around.points[:, 1] - box.centres(1)[j]) <= max(box.cell[1], 0.03 * box.sides[1])
    places = around.points[near][:, [0, 2]] / [axis.unit, along.unit]
    shown = _thinned(places, extent)
    panel.plot(*places[shown].T, "o", ms=3.2, mfc="white", mec=PREDICTED_COLOUR, mew=0.9, zorder=6)
    panel.set_xlabel(f"$x$ [{axis.name}]")
    panel.set_ylabel(f"$z$ [{along.name}]", labelpad=0)
    _few_ticks(panel)
    return high / along.unit / (across / axis.unit)


def _curves(
    panel: Axes,
    field: Quantity,
    scale: _Scale,
    cell: tuple[int, int, int],
    around: Surroundings,
    axis: _Axis,
) -> None:
    """Components, or the number, along x through a cell, where there is but one layer of cells."""
    x = field.cells.centres(0) / axis.unit
    values = field.values[:, cell[1], cell[2]] / scale.factor
    few = len(x) <= SIDE / SMALLEST_CELL
    style: dict[str, Any] = {"lw": 1.1, "marker": "." if few else None, "ms": 3.0}
    if field.is_vector:
        for i, name in enumerate("xyz"):
            panel.plot(x, values[:, i], color=LINE_COLOURS[i], label=symbol_of(field.name, name), **style)
        panel.axhline(0, color="0.6", lw=0.5, zorder=0)
        panel.legend(loc="best", fontsize=6, handlelength=1.0, labelspacing=0.2, borderaxespad=0.2)
    else:
        panel.plot(x, values, color=PREDICTED_COLOUR, **style)
    near = np.abs(around.points[:, 1] - field.cells.centres(1)[cell[1]]) <= field.cells.cell[1]
    for at in np.unique(np.round(around.points[near, 0] / axis.unit, 6))[:MOST_MARKS]:
        panel.axvline(at, color=PREDICTED_COLOUR, lw=0.6, ls=":", zorder=0)
    low, high = field.cells.corner[0] / axis.unit, field.cells.far_corner[0] / axis.unit
    panel.set(xlim=(low, high))
    panel.set_xlabel(f"$x$ [{axis.name}]")
    panel.set_ylabel(f"[{scale.unit}]" if scale.unit else symbol_of(field.name), labelpad=4)
    _few_ticks(panel)


def _image(
    panel: Axes, values: np.ndarray, scale: _Scale, extent: tuple[float, float, float, float], *, label: str
) -> None:
    """Colour of the z component or of the number; of many cells every so many."""
    shown = values[np.ix_(*(_some(n, SAMPLES) for n in values.shape[:2]))]
    numbers = (shown[..., 2] if values.ndim == 3 else shown) / scale.factor
    image = panel.imshow(
        numbers.T,
        origin="lower",
        extent=extent,
        cmap=scale.colours,
        vmin=scale.low,
        vmax=scale.high,
        interpolation="nearest",
        zorder=1,
    )
    colour_bar(panel, image, label)


def _arrows(
    panel: Axes,
    vectors: np.ndarray,
    normal: np.ndarray,
    extent: tuple[float, float, float, float],
    largest: float,
) -> None:
    """Part of the unit vector in the plane, at cells that are evenly spaced on the page."""
    x0, x1, y0, y1 = extent
    counts = vectors.shape[:2]
    wide, high = panel.bbox.width / np.ptp(panel.get_xlim()), panel.bbox.height / np.ptp(panel.get_ylim())
    spacing = max((x1 - x0) * wide, (y1 - y0) * high) / ARROWS
    i = _every(counts[0], spacing / wide / (x1 - x0))
    j = _every(counts[1], spacing / high / (y1 - y0))
    x = x0 + (i + 0.5) * (x1 - x0) / counts[0]
    y = y0 + (j + 0.5) * (y1 - y0) / counts[1]
    chosen, across = vectors[np.ix_(i, j)], normal[np.ix_(i, j)]
    lengths = np.sqrt(np.sum(chosen**2, axis=-1) + across**2)
    visible = lengths > FAINTEST_ARROW * largest
    x, y = (mesh[visible] for mesh in np.meshgrid(x, y, indexing="ij"))
    directions = chosen[visible] / lengths[visible][:, None]
    draw_arrows(panel, x, y, directions, spacing=0.95 * spacing / wide, outline=0.25, on_page=True)


def _marks(panel: Axes, around: Surroundings, box: Cells, axis: _Axis, k: int) -> None:
    """Rings at the design's points near the plane, and what is wanted there."""
    points = around.points
    if len(points) == 0:
        return
    heights = np.abs(points[:, 2] - box.centres(2)[k])
    near = np.flatnonzero(heights <= heights.min() + 0.5 * box.cell[2])
    places = points[near, :2] / axis.unit
    x0, x1, y0, y1 = *panel.get_xlim(), *panel.get_ylim()
    chosen = _thinned(places, (x0, x1, y0, y1))
    few = len(chosen) <= 12
    size = 4.2 if few else 1.5
    if around.wanted is not None:
        wanted = around.wanted[near][chosen]
        directions = wanted / np.linalg.norm(wanted, axis=-1, keepdims=True)
        length = (0.16 if few else 0.9 / ARROWS) * (x1 - x0)
        for (x, y), (mx, my, _) in zip(places[chosen], directions, strict=True):
            if np.hypot(mx, my) * length < 0.02 * (x1 - x0):
                continue
            panel.annotate(
                "",
                xy=(x + length * mx, y + length * my),
                xytext=(x, y),
                arrowprops={
                    "arrowstyle": "-|>,head_width=0.16,head_length=0.3",
                    "color": WANTED_COLOUR,
                    "lw": 1.3 if few else 0.7,
                    "shrinkA": 0,
                    "shrinkB": 0,
                    "path_effects": _OUTLINE,
                },
                zorder=7,
            )
    panel.plot(*places[chosen].T, "o", ms=size, mfc="white", mec=PREDICTED_COLOUR, mew=0.9, zorder=8)


def _enlarged(panel: Axes, field: Quantity, scale: _Scale, k: int, points: np.ndarray) -> None:
    """The cells around the strongest one of the plane, large enough to be told apart."""
    box = field.cells
    values = field.values[:, :, k]
    numbers = values[..., 2] if field.is_vector else values
    lengths = np.linalg.norm(values, axis=-1) if field.is_vector else np.abs(values)
    i, j = np.unravel_index(int(lengths.argmax()), lengths.shape)
    low = [
        int(np.clip(c - ENLARGED // 2, 0, max(n - ENLARGED, 0)))
        for c, n in zip((i, j), box.shape[:2], strict=True)
    ]
    part = numbers[low[0] : low[0] + ENLARGED, low[1] : low[1] + ENLARGED] / scale.factor
    wide, high = (n * d for n, d in zip(part.shape, box.cell[:2], strict=True))
    share, tall = 0.27, 0.27 * min(high / wide, 1.6)
    right, up = _free_corner(lengths, (points[:, :2] - box.corner[:2]) / box.sides[:2], share)
    x, y = (0.985 - share if right else 0.015), (0.9 - tall if up else 0.015)
    inset = panel.inset_axes((x, y, share, tall), zorder=9)
    inset.imshow(
        part.T,
        origin="lower",
        extent=(0, part.shape[0], 0, part.shape[1]),
        cmap=scale.colours,
        vmin=scale.low,
        vmax=scale.high,
        interpolation="nearest",
        aspect="auto",
    )
    _mesh(inset, (0, part.shape[0], 0, part.shape[1]), part.shape)
    inset.set(xticks=[], yticks=[])
    for spine in inset.spines.values():
        spine.set(color=BOX_COLOUR, lw=0.8)
    edges = " × ".join(f"{d / 1e-9:.3g}" for d in dict.fromkeys(box.cell[:2]))
    inset.set_title(
        f"cells of {edges} nm",
        fontsize=5.5,
        pad=1.5,
        color=BOX_COLOUR,
        path_effects=_OUTLINE,
        x=1.0 if right else 0.0,
        ha="right" if right else "left",
    )


def _free_corner(lengths: np.ndarray, points: np.ndarray, share: float) -> tuple[bool, bool]:
    """The corner, right and upper or not, with fewest points of the design and the weakest field."""
    nx, ny = (max(1, int(share * n)) for n in lengths.shape)
    corners = {}
    for right in (True, False):
        for up in (False, True):
            near = [
                c > 1 - 1.3 * share if far else c < 1.3 * share
                for c, far in zip(points.T, (right, up), strict=True)
            ]
            part = lengths[-nx:] if right else lengths[:nx]
            part = part[:, -ny:] if up else part[:, :ny]
            corners[right, up] = int(np.sum(near[0] & near[1])), float(part.max())
    return min(corners, key=lambda corner: corners[corner])


def _mesh(panel: Axes, extent: tuple[float, float, float, float], counts: Sequence[int]) -> None:
    """Edges between cells."""
    x0, x1, y0, y1 = extent
    style: dict[str, Any] = {"colors": "#333333", "lw": 0.25, "alpha": 0.55, "zorder": 2}
    if counts[0] > 1:
        panel.vlines(np.linspace(x0, x1, counts[0] + 1)[1:-1], y0, y1, **style)
    if counts[1] > 1:
        panel.hlines(np.linspace(y0, y1, counts[1] + 1)[1:-1], x0, x1, **style)


def _outline(panel: Axes, extent: tuple[float, float, float, float]) -> None:
    x0, x1, y0, y1 = extent
    panel.plot([x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0], color=BOX_COLOUR, lw=0.9, zorder=4)


def _thinned(places: np.ndarray, extent: tuple[float, float, float, float]) -> np.ndarray:
    """Indices of points within the extent of which no two would cover each other."""
    x0, x1, y0, y1 = extent
    inside = np.flatnonzero(
        (places[:, 0] > x0) & (places[:, 0] < x1) & (places[:, 1] > y0) & (places[:, 1] < y1)
    )
    squares = np.floor((places[inside] - [x0, y0]) / [(x1 - x0) / ARROWS, (y1 - y0) / ARROWS])
    return inside[np.sort(np.unique(squares, axis=0, return_index=True)[1])][:MOST_MARKS]


def _some(count: int, most: int) -> np.ndarray:
    """At most so many of `count` indices: the middle one of each of as many equal parts."""
    kept = min(count, most)
    return ((np.arange(kept) + 0.5) * count / kept).astype(int)


def _every(count: int, share: float) -> np.ndarray:
    """Indices of cells whose distance is about this share of all, as far from one edge as from the other."""
    step = max(1, round(share * count))
    kept = max(1, count // step)
    return (count - 1 - step * (kept - 1)) // 2 + step * np.arange(kept)


def _few_ticks(panel: Axes) -> None:
    for side in (panel.xaxis, panel.yaxis):
        side.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
