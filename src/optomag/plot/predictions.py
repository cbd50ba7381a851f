"""Figure 2: the weights that the network predicts beside the true ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from optomag.errors import refuse, require_finite_array
from optomag.plot.style import (
    PREDICTED_COLOUR,
    REFERENCE_COLOUR,
    TRUE_COLOUR,
    headed,
    new_figure,
    styled,
    tag_panel,
)

WEIGHT_NAMES = (r"$E_{ax}$", r"$E_{ay1}$", r"$E_{ay2}$")
WEIGHT_LIMIT = np.sqrt(0.5)
"""Largest weight of the paper's samples; the panels show a little more than [-limit, limit]."""


@styled
def predictions_figure(
    true: ArrayLike, predicted: ArrayLike, *, names: Sequence[str] = WEIGHT_NAMES, heading: str = ""
) -> Figure:
    """True and predicted weights against the sample's number, with the differences beneath.

    Parameters
    ----------
    true, predicted : array_like, shape (n, 3)
        Amplitude weights (E_ax, E_ay1, E_ay2) of test samples, as fractions of the pupil's amplitude; the
        paper shows n = 100.
    names : sequence of 3 str
        Axis labels.
    heading : str
        Over the figure: lens, and what is drawn.

    Returns
    -------
    Figure
        Three panels (a)-(c), one for each weight.

    Raises
    ------
    InvalidInputError
        If an array is not finite or not (n, 3), or the two shapes differ.

    Notes
    -----
    The layout follows Fig. 2 of the paper (arXiv 2103.13592); the lower panels are added, because markers
    that cover each other do not show how far apart they are.
    """
    true = require_finite_array("true", true, shape="(n, 3)", ndim=2, last=3)
    predicted = require_finite_array("predicted", predicted, shape="(n, 3)", ndim=2, last=3)
    if true.shape != predicted.shape:
        refuse("predicted", f"an array of the shape of true, {true.shape}", f"shape {predicted.shape}")
    figure = new_figure(7.2, 3.0)
    grid = figure.add_gridspec(
        2, 3, height_ratios=(3, 1), left=0.075, right=0.985, bottom=0.13, top=0.875, hspace=0.09, wspace=0.24
    )
    error = predicted - true
    # One scale for all three differences, wide enough for the largest, so that the panels compare fairly.
    error_limit = max(1.15 * np.abs(error).max(), 1e-6)
    # Thousandths and so on keep the tick labels short, whatever the size of the errors.
    exponent = 3 * int(np.floor(np.log10(error_limit / 0.1) / 3))
    for column, name in enumerate(names):
        upper = figure.add_subplot(grid[0, column])
        lower = figure.add_subplot(grid[1, column], sharex=upper)
        tag_panel(upper, "abc"[column], f"{name}  (rms difference {_rms(error[:, column]):.2g})")
        _draw_values(upper, true[:, column], predicted[:, column])
        _draw_errors(lower, error[:, column] / 10.0**exponent, error_limit / 10.0**exponent)
        lower.set_xlabel("test sample")
    figure.axes[0].set_ylabel("weight")
    figure.axes[1].set_ylabel(rf"diff. / $10^{{{exponent}}}$" if exponent else "difference")
    figure.align_ylabels(figure.axes[:2])
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper right", ncols=2, bbox_to_anchor=(0.99, 1.01))
    return headed(figure, heading) if heading else figure


def _draw_values(axes: Axes, true: np.ndarray, predicted: np.ndarray) -> None:
    number = np.arange(1, len(true) + 1)
    axes.plot(number, true, "o", ms=4.4, mfc="none", mec=TRUE_COLOUR, mew=0.9, label="true")
    axes.plot(number, predicted, "x", ms=2.8, mec=PREDICTED_COLOUR, mew=0.9, label="predicted")
    axes.axhline(0, color=REFERENCE_COLOUR, lw=0.5, zorder=0)
    limit = max(1.12 * WEIGHT_LIMIT, 1.05 * np.abs([true, predicted]).max())
    axes.set_ylim(-limit, limit)
    axes.set_xlim(0, len(true) + 1)
    axes.tick_params(labelbottom=False)


def _draw_errors(axes: Axes, error: np.ndarray, limit: float) -> None:
    number = np.arange(1, len(error) + 1)
    axes.vlines(number, 0, error, color=PREDICTED_COLOUR, lw=0.9)
    axes.axhline(0, color=REFERENCE_COLOUR, lw=0.5)
    axes.set_ylim(-limit, limit)
    axes.locator_params(axis="y", nbins=3)
    axes.grid(axis="y")


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
