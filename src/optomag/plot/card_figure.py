"""A card's stripe, coloured by direction, and counted scores of genuine cards and forgeries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from optomag.errors import refuse, require_finite_array
from optomag.plot.direction_colours import direction_colours
from optomag.plot.direction_key import draw_direction_key
from optomag.plot.style import LINE_COLOURS, REFERENCE_COLOUR, new_figure, styled, tag_panel

WIDTH, STRIPE_HEIGHT, PANEL_HEIGHT = 7.6, 2.2, 2.65
"""Of the figure and its two rows [inch]."""

MICRO = 1e6
BINS = 80


@dataclass(frozen=True)
class Histogram:
    """One panel of scores.

    Attributes
    ----------
    name : str
        What the scores are; the label of the axis.
    title : str
        What else is to be known.
    scores : mapping of str to float64 (n,)
        By who wrote the cards.
    threshold : float
        From which on a card is accepted.
    """

    name: str
    title: str
    scores: Mapping[str, np.ndarray]
    threshold: float


@styled
def stripe_figure(x: ArrayLike, y: ArrayLike, magnetization: ArrayLike) -> Figure:
    """A stripe by itself.

    Parameters
    ----------
    x, y : array_like, shapes (nx,) and (ny,) [m]
    magnetization : array_like, shape (nx, ny, 3)

    Returns
    -------
    Figure
        Hue for the azimuth, towards white for +z and black for -z, on grey where |M| is small.

    Raises
    ------
    InvalidInputError
        If an array is not finite or the shapes do not fit.
    """
    figure = new_figure(WIDTH, STRIPE_HEIGHT)
    _draw_stripe(figure, x, y, magnetization, STRIPE_HEIGHT)
    return figure


@styled
def card_figure(x: ArrayLike, y: ArrayLike, magnetization: ArrayLike, panels: Sequence[Histogram]) -> Figure:
    """A stripe above histograms of scores.

    Parameters
    ----------
    x, y, magnetization
        As for `stripe_figure`.
    panels : sequence of Histogram
        Counts on a logarithmic axis, thresholds as dashed lines.

    Returns
    -------
    Figure

    Raises
    ------
    InvalidInputError
        As `stripe_figure`, or if there is no panel.
    """
    if not panels:
        refuse("panels", "at least one Histogram", panels)
    height = STRIPE_HEIGHT + PANEL_HEIGHT
    figure = new_figure(WIDTH, height)
    tag_panel(_draw_stripe(figure, x, y, magnetization, height), "a", "direction of $M$ in the stripe")
    names = list(dict.fromkeys(name for panel in panels for name in panel.scores))
    colours = dict(zip(names, LINE_COLOURS, strict=False))
    width = (WIDTH - 0.62 - 0.12) / len(panels)
    for number, panel in enumerate(panels):
        left = 0.62 + number * width
        box = (left / WIDTH, 0.95 / height, (width - 0.3) / WIDTH, (PANEL_HEIGHT - 1.2) / height)
        axes = figure.add_axes(box)
        _draw_histogram(axes, panel, colours)
        tag_panel(axes, "bcdefgh"[number], panel.title)
        if number == 0:
            axes.set_ylabel("cards in a bin")
    handles = [figure.axes[-1].plot([], [], color=colours[name], label=name)[0] for name in names]
    figure.legend(handles=handles, loc="lower center", ncols=3, bbox_to_anchor=(0.5, 0.01))
    return figure


def _draw_stripe(figure: Figure, x: ArrayLike, y: ArrayLike, magnetization: ArrayLike, height: float) -> Axes:
    x = require_finite_array("x", x, shape="(nx,)", ndim=1)
    y = require_finite_array("y", y, shape="(ny,)", ndim=1)
    M = require_finite_array("magnetization", magnetization, shape="(nx, ny, 3)", ndim=3, last=3)
    if M.shape[:2] != (len(x), len(y)):
        refuse("magnetization", f"of shape ({len(x)}, {len(y)}, 3)", f"an array of shape {M.shape}")
    top = (height - 0.3) / height
    low = (height - STRIPE_HEIGHT + 0.45) / height
    axes = figure.add_axes((0.5 / WIDTH, low, (WIDTH - 1.9) / WIDTH, top - low))
    length = np.linalg.norm(M, axis=-1)
    colours = direction_colours(M, length / (float(length.max()) or 1.0))
    extent = (x[0] * MICRO, x[-1] * MICRO, y[0] * MICRO, y[-1] * MICRO)
    axes.imshow(np.swapaxes(colours, 0, 1), origin="lower", extent=extent)
    axes.set(xlabel="$x$ [µm]", ylabel="$y$ [µm]")
    for number, side in enumerate((+1, -1)):
        box = ((WIDTH - 1.15) / WIDTH, (height - 0.9 - 0.95 * number) / height, 0.6 / WIDTH, 0.6 / height)
        draw_direction_key(figure.add_axes(box), side)
    return axes


def _draw_histogram(axes: Axes, panel: Histogram, colours: Mapping[str, str]) -> None:
    every = np.concatenate([np.append(values, panel.threshold) for values in panel.scores.values()])
    edges = np.linspace(float(every.min()) - 0.02, float(every.max()) + 0.02, BINS + 1)
    for name, values in panel.scores.items():
        counts, _ = np.histogram(values, edges)
        axes.stairs(counts, edges, color=colours[name], linewidth=1.1)
    axes.axvline(panel.threshold, color=REFERENCE_COLOUR, linestyle="--", linewidth=0.9)
    axes.set(yscale="log", xlim=(edges[0], edges[-1]), xlabel=panel.name)
    axes.set_ylim(0.5, None)
