"""What panels show: grey levels with their pixels, the phases that levels stand for, and details."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.ticker import MaxNLocator

from optomag.plot.style import PREDICTED_COLOUR

SHOWN_PIXELS = 1000
"""Panel columns that the picture keeps; the images have them all."""

PALE = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.8}

DETAIL = 40
"""Pixels along the side of a detail."""

STEPS = (0.25, 0.5, 1.0, 2.0)
"""Of the phases named beside a scale [pi]."""

MOST_TICKS, ROUNDED = 5, 1e-9


@dataclass(frozen=True)
class PupilCircle:
    """The image of the pupil on a panel.

    Attributes
    ----------
    name : str
    centre : (float, float) [pixel]
        Column and row.
    radius : float [pixel]
    """

    name: str
    centre: tuple[float, float]
    radius: float


@dataclass(frozen=True, eq=False)
class GreyScale:
    """What the levels of some sections stand for.

    Attributes
    ----------
    names : tuple of str
        Sections that answer alike.
    phases : ndarray, shape (levels,) [rad], or None
        Of each level; None for mirrors.
    levels : int
    """

    names: tuple[str, ...]
    phases: np.ndarray | None
    levels: int


def draw_panel(axes: Axes, image: np.ndarray, circles: Sequence[PupilCircle], *, levels: int) -> None:
    """Draw a panel's image (height, width) with its pixels as axes, and the pupils on it."""
    height, width = image.shape
    every = max(1, width // SHOWN_PIXELS)
    axes.imshow(
        image[::every, ::every],
        cmap="gray",
        vmin=0,
        vmax=levels - 1,
        extent=(-0.5, width - 0.5, height - 0.5, -0.5),
        interpolation="nearest",
    )
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    axes.tick_params(direction="out", top=False, right=False, length=2.5)
    axes.set_xlabel("column [pixel]", labelpad=1)
    axes.set_ylabel("row [pixel]", labelpad=1)
    for circle in circles:
        column, row = circle.centre
        axes.add_patch(
            Circle(circle.centre, circle.radius, fill=False, color=PREDICTED_COLOUR, linewidth=0.9)
        )
        axes.plot(column, row, "+", color=PREDICTED_COLOUR, markersize=5, markeredgewidth=0.8)
        above = row - circle.radius > 0.13 * height
        axes.annotate(
            f"{circle.name}\n({column:.6g}, {row:.6g}), r {circle.radius:.6g}",
            (column, row - (1.04 if above else 0.96) * circle.radius),
            ha="center",
            va="bottom" if above else "top",
            fontsize=6,
            linespacing=1.1,
            color="#7a3500",
            bbox=PALE,
        )


def draw_scale(axes: Axes, scale: GreyScale) -> None:
    """Draw all grey levels in a row, with their numbers below and their phases above."""
    last = scale.levels - 1
    shown = min(scale.levels, 256)
    axes.imshow(
        np.linspace(0, 1, shown)[None],
        cmap="gray",
        vmin=0,
        vmax=1,
        aspect="auto",
        extent=(-0.5, last + 0.5, 0, 1),
        interpolation="nearest",
    )
    axes.set(yticks=[], xticks=np.unique(np.round(np.linspace(0, last, MOST_TICKS)).astype(int)))
    axes.tick_params(direction="out", top=False, length=2.5, pad=1.5)
    axes.set_xlabel("grey level", labelpad=1)
    above = axes.secondary_xaxis("top")
    above.tick_params(direction="out", length=2.5, pad=1)
    names = ", ".join(scale.names)
    if scale.phases is None:
        above.set_xticks([0, last], labels=["away", "on"])
        axes.set_title(f"mirrors send the light ({names})", loc="left", pad=13)
        return
    places, texts = phase_ticks(scale.phases)
    above.set_xticks(places, labels=texts)
    axes.set_title(f"phase ({names})", loc="left", pad=13)


def phase_ticks(phases: np.ndarray) -> tuple[list[float], list[str]]:
    """Levels, interpolated, at which a table passes round phases, and these as text.

    >>> phase_ticks(np.linspace(0, 2 * np.pi, 5))
    ([0.0, 1.0, 2.0, 3.0, 4.0], ['0', '0.5π', 'π', '1.5π', '2π'])
    """
    order = np.argsort(phases, kind="stable")
    low, high = phases.min() / np.pi, phases.max() / np.pi
    step = next((one for one in STEPS if (high - low) / one <= MOST_TICKS), STEPS[-1])
    turns = step * np.arange(np.ceil(low / step - ROUNDED), np.floor(high / step + ROUNDED) + 1)
    places = np.interp(turns * np.pi, phases[order], order.astype(float))
    return places.tolist(), [{0.0: "0", 1.0: "π"}.get(float(turn), f"{turn:g}π") for turn in turns]


def draw_detail(axes: Axes, image: np.ndarray, circle: PupilCircle, *, levels: int) -> None:
    """Draw the pixels around the middle of a pupil, each as it is."""
    (row_from, row_to), (column_from, column_to) = (
        _around(middle, length)
        for middle, length in ((circle.centre[1], image.shape[0]), (circle.centre[0], image.shape[1]))
    )
    axes.imshow(
        image[row_from:row_to, column_from:column_to],
        cmap="gray",
        vmin=0,
        vmax=levels - 1,
        interpolation="nearest",
    )
    axes.set(xticks=[], yticks=[])
    axes.set_title(circle.name, fontsize=7, pad=2)
    axes.set_xlabel(f"{column_to - column_from} × {row_to - row_from} px", fontsize=6, labelpad=1)


def _around(middle: float, length: int) -> tuple[int, int]:
    first = int(np.clip(round(middle) - DETAIL // 2, 0, max(0, length - DETAIL)))
    return first, min(first + DETAIL, length)


def axes_at(figure: Figure, left: float, bottom: float, wide: float, tall: float) -> Axes:
    """Axes at a place in a figure [inch]."""
    width, height = figure.get_size_inches()
    return figure.add_axes((left / width, bottom / height, wide / width, tall / height))
