"""A closed loop, round by round: how far off M is, and how far the images are from what should be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from optomag.plot.style import LINE_COLOURS, REFERENCE_COLOUR, headed, new_figure, styled, tag_panel

BEFORE, AFTER, WITHOUT = LINE_COLOURS[1], LINE_COLOURS[0], REFERENCE_COLOUR
WIDTH, HEIGHT, LINE = 3.5, 2.5, 0.155
"""Of a panel, and the height of a line of the legend below [inch]."""


@dataclass(frozen=True, eq=False)
class LoopHistory:
    """What a loop found in each of its rounds.

    Parameters
    ----------
    before, after, uncertainty : float64, shape (rounds,) [rad]
        Direction error of M before and after each round's correction, as the loop finds it, and its
        uncertainty.
    true_before, true_after, true_without : float64, shape (rounds,) [rad]
        As it is, and without any correction since the beginning; NaN where nobody knows.
    seen_before, seen_after, seen_noise : float64, shape (rounds,)
        Relative difference of images, and what noise alone leaves; NaN where none were taken.
    bound : float [rad] or None
    heading : str
    """

    before: Float64[np.ndarray, " rounds"]
    after: Float64[np.ndarray, " rounds"]
    uncertainty: Float64[np.ndarray, " rounds"]
    true_before: Float64[np.ndarray, " rounds"]
    true_after: Float64[np.ndarray, " rounds"]
    true_without: Float64[np.ndarray, " rounds"]
    seen_before: Float64[np.ndarray, " rounds"]
    seen_after: Float64[np.ndarray, " rounds"]
    seen_noise: Float64[np.ndarray, " rounds"]
    bound: float | None
    heading: str


@styled
def loop_figure(history: LoopHistory) -> Figure:
    """Angles round by round, and beside them the images' difference, where it was looked at.

    Parameters
    ----------
    history : LoopHistory

    Returns
    -------
    Figure
    """
    looked = bool(np.any(np.isfinite(history.seen_after)))
    width = WIDTH * (2 if looked else 1.35)
    figure = new_figure(width, HEIGHT)
    panels = figure.subplots(1, 2 if looked else 1, squeeze=False)[0]
    _angles(panels[0], history)
    if looked:
        _images(panels[1], history)
        tag_panel(panels[0], "a", "magnetization")
        tag_panel(panels[1], "b", "fresh images, against those wanted")
    handles, labels = panels[0].get_legend_handles_labels()
    columns = 3 if looked else 2
    legend = LINE * int(np.ceil(len(labels) / columns)) + 0.1
    height = HEIGHT + legend
    figure.set_figheight(height)
    figure.legend(handles, labels, loc="lower center", ncols=columns, borderaxespad=0.3)
    above = 1 - (0.26 if looked else 0.1) / height
    below = (legend + 0.4) / height
    figure.subplots_adjust(left=0.5 / width, right=1 - 0.1 / width, bottom=below, top=above, wspace=0.25)
    return headed(figure, history.heading)


def _angles(axes: Axes, history: LoopHistory) -> None:
    rounds, bound = np.arange(1, len(history.after) + 1), history.bound
    lines: tuple[tuple[str, np.ndarray, dict[str, Any]], ...] = (
        ("never corrected, in truth", history.true_without, {"color": WITHOUT, "ls": "--"}),
        ("before each correction, in truth", history.true_before, {"color": BEFORE, "ls": "-"}),
        ("after it, in truth", history.true_after, {"color": AFTER, "ls": "-"}),
    )
    for label, values, look in lines:
        if np.any(np.isfinite(values)):
            axes.plot(rounds, np.degrees(values), label=label, **look)
    before, spread = np.degrees(history.before), np.degrees(history.uncertainty)
    bars = {"lw": 0.0, "elinewidth": 0.8, "capsize": 1.5, "mfc": "white", "ms": 3.5}
    low = np.minimum(spread, 0.5 * before)  # no bar reaches zero on this axis
    axes.errorbar(
        rounds, before, yerr=(low, spread), color=BEFORE, marker="s", label="before it, as found", **bars
    )
    limit = np.degrees(history.after) + spread
    axes.plot(
        rounds,
        limit,
        color=AFTER,
        marker="v",
        ms=4.0,
        mfc="white",
        lw=0.0,
        label="after it, at most as found",
    )
    if bound is not None:
        axes.axhline(np.degrees(bound), color="black", lw=0.8, ls=":", label="to be kept within")
    _rounds_below(axes, rounds)
    axes.set_ylabel("direction error of $M$ [°]")


def _images(axes: Axes, history: LoopHistory) -> None:
    rounds = np.arange(1, len(history.after) + 1)
    look = {"ms": 3.5, "mfc": "white"}
    axes.plot(rounds, 100 * history.seen_before, color=BEFORE, marker="s", **look)
    axes.plot(rounds, 100 * history.seen_after, color=AFTER, marker="o", **look)
    axes.plot(rounds, 100 * history.seen_noise, color=WITHOUT, ls=":")
    axes.annotate(
        "noise alone",
        (rounds[-1], 100 * history.seen_noise[-1]),
        (0, -3),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=7,
        color=WITHOUT,
    )
    _rounds_below(axes, rounds)
    axes.set_ylim(bottom=axes.get_ylim()[0] / 1.5)
    axes.set_ylabel("relative difference [%]")


def _rounds_below(axes: Axes, rounds: np.ndarray) -> None:
    """A logarithmic axis upwards, whole numbers along."""
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, place: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("round")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlim(0.5, len(rounds) + 0.5)
