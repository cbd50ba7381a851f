"""The media along z, to scale, light from below: interfaces, what lies between, the magnet, and the cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from scipy.optimize import isotonic_regression

from optomag.plot.style import PREDICTED_COLOUR

MAGNET_COLOUR, MEDIUM_COLOURS = "#f6cf9c", ("#eef1f4", "#dfe5ea")
"""Of the magnetic layer, and in turns of the others."""

BOX_COLOUR = "#0072B2"
INTERFACE = {"color": "#444444", "lw": 0.7}
LEADER = {"arrowstyle": "-", "lw": 0.4, "color": "0.3", "shrinkA": 0, "shrinkB": 0}
"""From a medium to its name."""

MOST_LABELS = 9
"""Layers that are named; of more only the magnet, the first and the last."""

CLOSEST_LABELS = 0.075
"""Between two labels, over the height of the panel."""

AROUND = 0.22
"""Of the thickness of all, shown of the media on both sides."""


@dataclass(frozen=True, eq=False)
class MediaAlongZ:
    """Layers and half-spaces, from the light's side.

    Parameters
    ----------
    interfaces : float64, shape (k,) [m]
        Heights of the interfaces, rising; light comes from below.
    media : tuple of str, length k + 1
        What the media are called.
    magnet : int, optional
        Which of them is magnetic; None where nobody says.
    """

    interfaces: np.ndarray
    media: tuple[str, ...]
    magnet: int | None

    def bands(self, low: float, high: float) -> list[tuple[int, float, float]]:
        """Number, lower and upper end [m] of the media between two heights."""
        edges = [-np.inf, *self.interfaces, np.inf]
        return [
            (i, max(low, edges[i]), min(high, edges[i + 1]))
            for i in range(len(self.media))
            if min(high, edges[i + 1]) > max(low, edges[i])
        ]


@dataclass(frozen=True, eq=False)
class Surroundings(MediaAlongZ):
    """What lies around exported cells.

    Parameters
    ----------
    points : float64, shape (n, 3) [m]
        Where the design wants its magnetization.
    wanted : float64, shape (n, 3), optional
        Along what.
    heading : str
        Over the figure, of three lines at most.
    """

    points: np.ndarray
    wanted: np.ndarray | None = None
    heading: str = ""


def draw_media(panel: Axes, stack: MediaAlongZ, low: float, high: float, *, unit: float) -> None:
    """Shade the media between two heights [m] and draw their interfaces, lengths over `unit`."""
    for i, bottom, top in stack.bands(low, high):
        magnetic = i == stack.magnet
        colour = MAGNET_COLOUR if magnetic else MEDIUM_COLOURS[i % 2]
        panel.axhspan(bottom / unit, top / unit, facecolor=colour, edgecolor="none", zorder=0)
    for height in stack.interfaces:
        if low < height < high:
            panel.axhline(height / unit, zorder=3, **INTERFACE)


def name_media(
    panel: Axes, stack: MediaAlongZ, low: float, high: float, *, unit: float, at: tuple[float, float]
) -> None:
    """Name the media between two heights [m], with lines where a name is not beside its medium.

    Parameters
    ----------
    panel : matplotlib Axes
        Of width 1.
    stack : MediaAlongZ
    low, high : float [m]
        Ends of the panel.
    unit : float [m]
        Of its axis.
    at : tuple of float
        Where lines begin and where names do, along the panel's width.
    """
    bands = stack.bands(low, high)
    if len(bands) > MOST_LABELS + 1:
        bands = [each for each in bands if each[0] in (0, 1, stack.magnet, len(stack.interfaces))]
    middles = np.array([0.5 * (bottom + top) for _, bottom, top in bands])
    places = apart(middles, CLOSEST_LABELS * (high - low), low, high)
    for (i, _, _), middle, place in zip(bands, middles, places, strict=True):
        beside = at[1] < 1 and abs(place - middle) < 1e-3 * (high - low)
        panel.annotate(
            stack.media[i],
            xy=(at[0], middle / unit),
            xytext=(at[1], place / unit),
            va="center",
            fontsize=6.5,
            weight="bold" if i == stack.magnet else "normal",
            annotation_clip=False,
            arrowprops=None if beside else LEADER,
            zorder=5,
        )


def draw_light(panel: Axes, at: float) -> None:
    """Show from where light comes, at that part of the panel's width."""
    panel.annotate(
        "",
        xy=(at, 0.13),
        xytext=(at, 0.02),
        xycoords="axes fraction",
        arrowprops={"arrowstyle": "->", "lw": 0.9},
    )
    panel.text(at - 0.04, 0.05, "light", transform=panel.transAxes, ha="right", va="center", fontsize=6.5)


def draw_stack(
    panel: Axes, around: Surroundings, edges: np.ndarray, *, unit: float, unit_name: str, cells: bool = True
) -> None:
    """Draw all media to scale, with the box and the design's points.

    Parameters
    ----------
    panel : matplotlib Axes
    around : Surroundings
    edges : float64, shape (nz + 1,) [m]
        Of the box's cells along z.
    unit : float [m]
        Of the axis, called `unit_name`.
    cells : bool
        Whether the cells can be told apart.
    """
    heights = np.concatenate([around.interfaces, edges[[0, -1]]])
    reach = np.ptp(heights)
    low, high = heights.min() - AROUND * reach, heights.max() + AROUND * reach
    draw_media(panel, around, low, high, unit=unit)
    left, right = 0.04, 0.24
    bottom, top = edges[[0, -1]] / unit
    if cells and len(edges) > 2:
        panel.hlines(edges[1:-1] / unit, left, right, colors=BOX_COLOUR, lw=0.35, zorder=4)
    panel.plot(
        [left, right, right, left, left],
        [bottom, bottom, top, top, bottom],
        color=BOX_COLOUR,
        lw=1.0,
        zorder=4,
    )
    inside = around.points[:, 2][(around.points[:, 2] > low) & (around.points[:, 2] < high)]
    shown = np.unique(np.round(inside / reach, 3)) * reach / unit
    panel.plot(
        np.full(len(shown), 0.14), shown, "o", ms=3.6, mfc="white", mec=PREDICTED_COLOUR, mew=1.0, zorder=6
    )
    name_media(panel, around, low, high, unit=unit, at=(0.26, 0.32))
    draw_light(panel, 0.92)
    panel.set(xlim=(0, 1), ylim=(low / unit, high / unit), xticks=[])
    panel.set_ylabel(f"$z$ [{unit_name}]", labelpad=1)


def apart(wanted: np.ndarray, gap: float, low: float, high: float) -> np.ndarray:
    """Places nearest to those wanted, in order and a gap apart, or as far as there is room in the panel."""
    gap = min(gap, (high - low) / len(wanted))
    steps = gap * np.arange(len(wanted))
    rising = isotonic_regression(wanted - steps).x
    return np.clip(rising, low + 0.5 * gap, high - 0.5 * gap - steps[-1]) + steps
