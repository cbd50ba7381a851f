"""The figure of a grid: its outline and points beside the focus, on the planes in which it extends."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from optomag.grid import Grid
from optomag.plot.style import PREDICTED_COLOUR, TRUE_COLOUR, new_figure, styled

SIDE, LEFT, BELOW, TOP = 1.9, 0.62, 0.5, 0.42
"""Of a panel, and the space around it [inch]."""

MOST_POINTS = 21
"""Along an axis that are drawn; of more every so-manieth, the first and the last among them."""

NANOMETRES = 1e9


@styled
def grid_figure(grid: Grid) -> Figure:
    """Outline and points of a grid seen along z and along y, with the focus and the way of the light."""
    planes = [("x", "y"), ("z", "x")]
    width, height = 0.1 + len(planes) * (SIDE + LEFT), SIDE + BELOW + TOP
    figure = new_figure(width, height)
    count = " x ".join(str(number) for number in grid.shape)
    figure.text(0.1 / width, 1 - 0.1 / height, f"grid of {count} points along x, y, z", ha="left", va="top")
    for column, names in enumerate(planes):
        left = LEFT + column * (SIDE + LEFT)
        axes = figure.add_axes((left / width, BELOW / height, SIDE / width, SIDE / height))
        _draw(axes, *(getattr(grid, name) * NANOMETRES for name in names))
        axes.set_xlabel(f"${names[0]}$ [nm]")
        axes.set_ylabel(f"${names[1]}$ [nm]", labelpad=1)
    along = figure.axes[1]
    along.annotate(
        *("", (0.24, 0.95), (0.05, 0.95)),
        xycoords="axes fraction",
        arrowprops={"arrowstyle": "->", "lw": 0.9},
    )
    along.text(0.27, 0.95, "light", transform=along.transAxes, va="center", fontsize=6.5)
    return figure


def _draw(axes: Axes, first: np.ndarray, second: np.ndarray) -> None:
    across, up = np.meshgrid(_some(first), _some(second))
    axes.plot(across.ravel(), up.ravel(), ".", ms=1.6, color=TRUE_COLOUR)
    corners = (first[[0, -1, -1, 0, 0]], second[[0, 0, -1, -1, 0]])
    axes.plot(*corners, color=TRUE_COLOUR, lw=0.9)
    axes.plot(0, 0, "+", ms=8, mew=1.2, color=PREDICTED_COLOUR)
    low, high = (np.array([end(line) for line in (first, second)]) for end in (np.min, np.max))
    low, high = np.minimum(low, 0.0), np.maximum(high, 0.0)
    reach = 0.66 * max(np.max(high - low), 1.0)
    middle = 0.5 * (low + high)
    axes.set(xlim=(middle[0] - reach, middle[0] + reach), ylim=(middle[1] - reach, middle[1] + reach))
    axes.locator_params(nbins=4)


def _some(line: np.ndarray) -> np.ndarray:
    return line[np.unique(np.linspace(0, len(line) - 1, min(len(line), MOST_POINTS)).round().astype(int))]
