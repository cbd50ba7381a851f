"""What errors of a set-up do to a design: bars with their numbers, worst first, and random set-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from optomag.errors import refuse
from optomag.plot.angle_text import angle_text
from optomag.plot.style import LINE_COLOURS, REFERENCE_COLOUR, new_figure, styled, tag_panel

SMALLEST_BAR = 1e-2
"""Left end of the bars [degree]."""

WIDTH, BAR, HEAD, FOOT, GAP, BELOW = 7.4, 0.2, 0.62, 0.48, 0.38, 1.9
"""Of the figure, of one bar with its row, above the bars, for an axis' label, between the panels, and the
height of the lower ones [inch]."""

BARS_FROM, BARS_WIDE = 1.95, 1.75
"""Of the bars [inch]; numbers stand to the right of them."""

IN_PLACE, MOVED = LINE_COLOURS[0], LINE_COLOURS[4]


@dataclass(frozen=True)
class ErrorBar:
    """One row of the figure.

    Parameters
    ----------
    label : str
        What is wrong and by how much.
    angle : float [degree]
        Direction error, simulated.
    first_order : float [degree]
        What the slope alone predicts; NaN where there is none.
    strength : float
        |M| over that of the ideal one.
    shift : (x, y, z) [nm]
        Of the whole pattern.
    distortion : float [degree]
        Direction error that remains where the pattern has gone.
    skyrmion_number : float, default NaN
        Of a texture.
    """

    label: str
    angle: float
    first_order: float
    strength: float
    shift: tuple[float, float, float]
    distortion: float
    skyrmion_number: float = float("nan")


@dataclass(frozen=True, eq=False)
class RandomSetUps:
    """All errors together.

    Parameters
    ----------
    angles, distortions : float64, shape (n,) [degree]
        Direction error in place, and where the pattern has gone.
    strengths : float64, shape (n,)
        |M| over that of the ideal one.
    shifts : float64, shape (n, 3) [nm]
    skyrmion_numbers : float64, shape (n,)
        Of a texture, else NaN.
    ideal_skyrmion_number : float
        Without errors.
    """

    angles: Float64[np.ndarray, " n"]
    distortions: Float64[np.ndarray, " n"]
    strengths: Float64[np.ndarray, " n"]
    shifts: Float64[np.ndarray, "n 3"]
    skyrmion_numbers: Float64[np.ndarray, " n"]
    ideal_skyrmion_number: float


@styled
def tolerance_figure(bars: Sequence[ErrorBar], random: RandomSetUps) -> Figure:
    """Direction error, |M| and shift of each disturbance alone, and of all together.

    Parameters
    ----------
    bars : sequence of ErrorBar
        In the order in which they are drawn, from above.
    random : RandomSetUps

    Returns
    -------
    Figure

    Raises
    ------
    InvalidInputError
        If there is no bar or no random set-up.
    """
    if not bars or not len(random.angles):
        refuse("bars and angles", "one or more of each", (len(bars), len(random.angles)))
    rows = BAR * len(bars)
    height = HEAD + rows + FOOT + GAP + BELOW + FOOT
    figure = new_figure(WIDTH, height)
    above = figure.add_axes(
        (BARS_FROM / WIDTH, (FOOT + BELOW + GAP + FOOT) / height, BARS_WIDE / WIDTH, rows / height)
    )
    _draw_bars(above, bars)
    _write_numbers(above, bars)
    figure.text(
        0.08 / WIDTH,
        1 - 0.2 / height,
        r"$\bf{(a)}$  each alone;  + or −: the worse of both signs, ±: both alike",
        va="center",
    )
    panels = [_draw_strengths, _draw_shifts]
    if np.any(np.isfinite(random.skyrmion_numbers)):
        panels.append(_draw_numbers)
    wide = (WIDTH - 0.15) / len(panels)
    for place, (draw, letter) in enumerate(zip(panels, "bcd", strict=False)):
        left = place * wide + 0.58
        axes = figure.add_axes((left / WIDTH, FOOT / height, (wide - 0.68) / WIDTH, BELOW / height))
        tag_panel(axes, letter, draw(axes, random))
    return figure


def _draw_bars(axes: Axes, bars: Sequence[ErrorBar]) -> None:
    places = np.arange(len(bars))[::-1]
    axes.barh(places, [bar.angle for bar in bars], height=0.62, color=IN_PLACE, label="in place")
    axes.plot(
        [bar.first_order for bar in bars],
        places,
        "|",
        color=LINE_COLOURS[1],
        markersize=8,
        markeredgewidth=1.6,
        label="slope × size",
    )
    axes.plot(
        [bar.distortion for bar in bars],
        places,
        "D",
        color=MOVED,
        markersize=3.5,
        markeredgecolor="black",
        markeredgewidth=0.5,
        label="where it has gone",
    )
    largest = max(max(bar.angle, bar.distortion) for bar in bars)
    axes.set_xscale("log")
    axes.set_xlim(SMALLEST_BAR, 2 * max(largest, 10 * SMALLEST_BAR))
    axes.xaxis.set_minor_formatter(NullFormatter())  # within a decade, matplotlib numbers them all
    axes.set_ylim(-0.6, len(bars) - 0.4)
    axes.set_yticks(places, [bar.label for bar in bars])
    axes.tick_params(axis="y", which="both", length=0)
    axes.set_xlabel("direction error [°]")
    axes.legend(loc="upper left", bbox_to_anchor=(1.04, -0.02), ncols=3, borderaxespad=0.4, columnspacing=1.2)


def _write_numbers(axes: Axes, bars: Sequence[ErrorBar]) -> None:
    """Columns of numbers beside the bars."""
    textures = any(np.isfinite(bar.skyrmion_number) for bar in bars)
    columns = [
        (0.5, "in place", [angle_text(bar.angle) for bar in bars]),
        (1.05, r"$|M|$/ideal", [f"{bar.strength:.3f}" for bar in bars]),
        (1.52, "shift x", [f"{bar.shift[0]:+z.1f}" for bar in bars]),
        (1.9, "y", [f"{bar.shift[1]:+z.1f}" for bar in bars]),
        (2.42, "z [nm]", [f"{bar.shift[2]:+z.1f}" for bar in bars]),
        (3.05, "where it\nhas gone", [angle_text(bar.distortion) for bar in bars]),
    ]
    if textures:
        columns.append((3.42, "$N$", [f"{bar.skyrmion_number:.2f}" for bar in bars]))
    for right, title, numbers in columns:
        across = 1 + right / BARS_WIDE
        axes.text(
            across, len(bars) - 0.3, title, transform=axes.get_yaxis_transform(), ha="right", va="bottom"
        )
        for place, number in zip(np.arange(len(bars))[::-1], numbers, strict=True):
            axes.text(
                across,
                place,
                number.replace("-", "−"),
                transform=axes.get_yaxis_transform(),
                ha="right",
                va="center",
                fontsize=7,
            )


def _draw_strengths(axes: Axes, random: RandomSetUps) -> str:
    dots = {"s": 7, "alpha": 0.55, "linewidths": 0}
    axes.scatter(random.angles, random.strengths, color=IN_PLACE, **dots)
    for share, style in ((50, "-"), (95, "--")):
        value = float(np.percentile(random.angles, share))
        axes.axvline(
            value,
            color=REFERENCE_COLOUR,
            linewidth=0.9,
            linestyle=style,
            label=f"{share} %: {angle_text(value)}",
        )
    middle = float(np.median(random.strengths))
    axes.axhline(
        middle, color=REFERENCE_COLOUR, linewidth=0.9, linestyle=":", label=rf"50 %: $|M|$ × {middle:.2f}"
    )
    axes.set_xlim(0, 1.05 * max(random.angles.max(), SMALLEST_BAR))
    axes.set_ylim(0, 1.5 * max(1.0, random.strengths.max()))  # room for the legend
    axes.set_xlabel("direction error in place [°]")
    axes.set_ylabel(r"$|M|$ / ideal")
    axes.legend(loc="upper right", frameon=True, framealpha=0.85, edgecolor="none")  # lines may cross it
    return f"all together, {len(random.angles)} random set-ups"


def _draw_shifts(axes: Axes, random: RandomSetUps) -> str:
    aside, along = np.hypot(random.shifts[:, 0], random.shifts[:, 1]), random.shifts[:, 2]
    middle = float(np.median(random.distortions))
    axes.scatter(along, aside, color=MOVED, s=7, alpha=0.7, linewidths=0)
    reach = 1.05 * max(float(np.abs(along).max()), 1.0)
    axes.set_xlim(-reach, reach)
    axes.set_ylim(0, 1.3 * max(float(aside.max()), 1.0))
    axes.set_xlabel("shift along the axis [nm]")
    axes.set_ylabel("shift aside [nm]")
    axes.text(0.97, 0.96, f"direction error\nwhere it has gone\n50 %: {angle_text(middle)}", **_corner(axes))
    return "shift of the pattern"


def _draw_numbers(axes: Axes, random: RandomSetUps) -> str:
    found = random.skyrmion_numbers[np.isfinite(random.skyrmion_numbers)]
    axes.hist(found, bins=24, color=MOVED)
    ideal = random.ideal_skyrmion_number
    axes.axvline(ideal, color=REFERENCE_COLOUR, linewidth=0.9, label=f"ideal: {ideal:.2f}")
    axes.set_xlabel("skyrmion number $N$")
    axes.set_ylabel("set-ups")
    axes.set_ylim(0, 1.25 * axes.get_ylim()[1])
    axes.legend(loc="upper left")
    return "topology"


def _corner(axes: Axes) -> dict[str, Any]:
    return {"transform": axes.transAxes, "ha": "right", "va": "top", "fontsize": 7}
