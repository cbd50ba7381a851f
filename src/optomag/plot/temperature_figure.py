"""Temperatures after a pulse: the hottest cell through time, and lines through it."""

from __future__ import annotations

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure

from optomag.plot.style import headed, new_figure, styled, tag_panel

WIDTH, HEIGHT = 7.0, 2.7
"""Of the figure [inch]."""

MOST_LINES = 6
"""Times whose lines are drawn: more cannot be told apart."""


@styled
def temperature_figure(
    times: np.ndarray,
    lattice: np.ndarray,
    electrons: np.ndarray | None,
    x: np.ndarray,
    profiles: np.ndarray,
    *,
    heading: str = "",
) -> Figure:
    """Largest temperatures over time, and the lattice's along x.

    Parameters
    ----------
    times : float64, shape (times,) [s]
    lattice, electrons : float64, shape (times,) [K]
        Largest at each time; None where electrons have no temperature of their own.
    x : float64, shape (nx,) [m]
    profiles : float64, shape (times, nx) [K]
        Of the lattice.
    heading : str
        Above the figure.

    Returns
    -------
    Figure
    """
    figure = new_figure(WIDTH, HEIGHT)
    over_time, along_x = figure.subplots(1, 2)
    figure.subplots_adjust(left=0.09, right=0.86, bottom=0.19, top=0.87, wspace=0.32)
    picoseconds = times * 1e12
    marker = {"marker": "o", "markersize": 2.5}
    if electrons is not None:
        over_time.plot(picoseconds, electrons, color="C3", label="electrons", **marker)
    over_time.plot(picoseconds, lattice, color="C0", label="lattice", **marker)
    if times[0] > 0:
        over_time.set_xscale("log")
    over_time.set_xlabel("time after the pulse [ps]")
    over_time.set_ylabel("temperature [K]")
    over_time.legend(frameon=False)
    tag_panel(over_time, "a", "hottest cell")
    count = min(MOST_LINES, len(times))
    chosen = np.unique(np.linspace(0, len(times) - 1, count).round().astype(int))
    for place, number in enumerate(chosen):
        colour = colormaps["viridis"](0.9 * place / max(1, len(chosen) - 1))
        along_x.plot(x * 1e9, profiles[number], color=colour, label=f"{picoseconds[number]:.6g} ps")
    along_x.set_xlabel("$x$ [nm]")
    along_x.set_ylabel("temperature of the lattice [K]")
    along_x.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.03))
    tag_panel(along_x, "b", "along x through it")
    return headed(figure, heading) if heading else figure
