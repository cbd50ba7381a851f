"""How design methods compare: how often each misses by how much, and how strong it is at each polar angle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator
from numpy.typing import ArrayLike

from optomag.errors import refuse, require_finite_array
from optomag.plot.style import headed, new_figure, styled, tag_panel

ANGLE_LIMITS = (1e-7, 180.0)
"""Ends of the axis of angle errors [degree]."""

EXACT = 1e-9
"""Worst angle error [degree] below which only rounding is left: such methods are listed, not drawn."""

SPREAD = 0.02
"""Difference of median and smallest efficiency in a ring from which the smallest is drawn too."""

POLAR_BINS = 36
"""Rings of the sphere over which the efficiency is gathered, 5 degrees each."""

Kind = Literal["paper", "network", "closed form"]

_CLOSED_COLOURS = ("#000000", "#009E73", "#CC79A7", "#E69F00", "#8C6D31", "#7F7F7F", "#666699")


@dataclass(frozen=True, eq=False)
class ComparedMethod:
    """What one method writes for every direction.

    Parameters
    ----------
    label : str
        Name in the legend.
    kind : "paper", "network" or "closed form"
        Chooses colour and line.
    angle_error : ndarray, shape (n,) [rad]
        Between the written and the wanted direction.
    efficiency : ndarray, shape (n,)
        |M| at the focus over the physical bound, 0 to 1.
    """

    label: str
    kind: Kind
    angle_error: np.ndarray
    efficiency: np.ndarray


@styled
def comparison_figure(
    directions: ArrayLike, methods: Sequence[ComparedMethod], *, heading: str = ""
) -> Figure:
    """Angle errors and efficiencies of several methods over the sphere.

    Parameters
    ----------
    directions : array_like, shape (n, 3)
        Wanted directions, unit vectors spread evenly over the sphere.
    methods : sequence of ComparedMethod
    heading : str
        Over the figure: lens, and what is drawn.

    Returns
    -------
    Figure
        (a) The share of directions with a larger angle error; a curve ends at the worst one. (b) The median
        efficiency at each polar angle and, dotted where it is another, the smallest.

    Raises
    ------
    InvalidInputError
        If there is no method, an array is not finite or the lengths differ.
    """
    directions = require_finite_array("directions", directions, shape="(n, 3)", ndim=2, last=3)
    if not methods:
        refuse("methods", "at least one ComparedMethod", methods)
    for method in methods:
        for name in ("angle_error", "efficiency"):
            values = require_finite_array(name, getattr(method, name), shape="(n,)", ndim=1)
            if len(values) != len(directions):
                refuse(name, f"{len(directions)} numbers, one for each direction", f"{len(values)}")
    legend_rows = -(-len(methods) // 3)
    height = 3.1 + 0.17 * legend_rows
    figure = new_figure(6.9, height)
    grid = figure.add_gridspec(
        1, 2, left=0.085, right=0.985, bottom=(0.42 + 0.17 * legend_rows) / height, top=0.94, wspace=0.24
    )
    errors, strengths = (figure.add_subplot(grid[0, column]) for column in range(2))
    polar = np.degrees(np.arccos(np.clip(directions[:, 2], -1, 1)))
    lines = _lines(methods)
    for method, line in zip(methods, lines, strict=True):
        if not _is_exact(method):
            _draw_exceedance(errors, np.degrees(method.angle_error), line)
        _draw_rings(strengths, polar, method.efficiency, {**line, "label": method.label})
    _list_exact(errors, [method for method in methods if _is_exact(method)])
    _finish(errors, strengths, len(directions))
    figure.legend(loc="lower center", ncols=3, bbox_to_anchor=(0.53, 0.0))
    return headed(figure, heading) if heading else figure


def _lines(methods: Sequence[ComparedMethod]) -> list[dict[str, Any]]:
    """Look of each method: the paper's in reds, networks in blues on top, closed forms broad beneath."""
    maps = {"paper": mpl.colormaps["Oranges"], "network": mpl.colormaps["Blues"]}
    counts = {kind: sum(method.kind == kind for method in methods) for kind in maps}
    seen = dict.fromkeys([*maps, "closed form"], 0)
    lines = []
    for method in methods:
        place, kind = seen[method.kind], method.kind
        seen[kind] += 1
        if kind == "closed form":
            colour = _CLOSED_COLOURS[place % len(_CLOSED_COLOURS)]
            lines.append({"color": colour, "lw": 1.9, "alpha": 0.75, "zorder": 2})
        else:
            colour = maps[kind](np.linspace(0.9, 0.5, max(counts[kind], 2))[place])
            dashes = (0, (4, 1.5)) if kind == "network" else "-"
            lines.append({"color": colour, "lw": 1.2, "ls": dashes, "zorder": 3})
    return lines


def _is_exact(method: ComparedMethod) -> bool:
    return bool(np.degrees(method.angle_error).max() < EXACT)


def _draw_exceedance(axes: Axes, errors: np.ndarray, line: dict[str, Any]) -> None:
    ordered = np.sort(np.clip(errors, *ANGLE_LIMITS))
    share = 1 - np.arange(len(ordered)) / len(ordered)
    axes.plot(np.append(ANGLE_LIMITS[0], ordered), np.append(1.0, share), **line)
    end = {"color": line["color"], "zorder": line["zorder"], "clip_on": False}
    axes.plot(ordered[-1:], share[-1:], "o", ms=3.2, **end)


def _list_exact(axes: Axes, methods: Sequence[ComparedMethod]) -> None:
    if methods:
        worst = max(np.degrees(method.angle_error).max() for method in methods)
        text = "\n".join([rf"worst error below {_power_of_ten(worst)}°:", *(m.label for m in methods)])
        axes.text(0.03, 0.04, text, transform=axes.transAxes, fontsize=6.5, linespacing=1.35, va="bottom")


def _power_of_ten(value: float) -> str:
    return rf"$10^{{{int(np.floor(np.log10(max(value, 1e-300)))) + 1}}}$"


def _draw_rings(axes: Axes, polar: np.ndarray, efficiency: np.ndarray, line: dict[str, Any]) -> None:
    edges = np.linspace(0, 180, POLAR_BINS + 1)
    ring = np.clip(np.digitize(polar, edges) - 1, 0, POLAR_BINS - 1)
    filled = np.unique(ring)
    lowest, median = np.array([np.percentile(efficiency[ring == number], [0, 50]) for number in filled]).T
    middle = 0.5 * (edges[1:] + edges[:-1])[filled]
    axes.plot(middle, median, **line)
    if np.any(median - lowest > SPREAD):
        axes.plot(middle, lowest, ls=":", lw=0.9, color=line["color"], zorder=line["zorder"])


def _finish(errors: Axes, strengths: Axes, count: int) -> None:
    tag_panel(errors, "a", "angle errors")
    errors.set_xscale("log")
    errors.set_yscale("log")
    errors.set_xlim(*ANGLE_LIMITS)
    errors.set_ylim(0.7 / count, 1.3)
    errors.xaxis.set_major_locator(LogLocator(numticks=6))
    errors.xaxis.set_minor_locator(NullLocator())
    errors.set_xlabel("angle error [°]")
    errors.set_ylabel("share of directions with a larger error")
    errors.grid(which="major")
    tag_panel(strengths, "b", "efficiency")
    strengths.set_xlim(0, 180)
    strengths.set_xticks(range(0, 181, 30))
    strengths.set_ylim(0, 1.06)
    strengths.set_xlabel("polar angle of the wanted direction [°]")
    strengths.set_ylabel(r"$|M|\,/\,$bound")
    strengths.grid(which="major")
