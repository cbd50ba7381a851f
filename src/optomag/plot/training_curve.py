"""Figure 3: the mean squared error while the network learns."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import ArrayLike

from optomag.errors import refuse, require_finite_array
from optomag.plot.style import PREDICTED_COLOUR, REFERENCE_COLOUR, TRUE_COLOUR, headed, new_figure, styled

PAPER_MSE = 2e-3
"""The test loss that the paper converges to: "about 0.2 %"."""

LONG_RUN = 200
"""Epochs from which the epoch axis is logarithmic, because most is learned in the first few per cent."""

MARKED_EPOCHS = 60
"""Up to so many epochs, each is marked by a dot."""


@styled
def training_curve_figure(
    epochs: ArrayLike,
    train_mse: ArrayLike,
    test_mse: ArrayLike,
    *,
    paper_mse: float | None = PAPER_MSE,
    heading: str = "",
) -> Figure:
    """Training and test loss against the epoch on a logarithmic scale, with the paper's final value.

    Parameters
    ----------
    epochs : array_like, shape (n,)
        Number of passes over the training samples after which the losses were taken.
    train_mse, test_mse : array_like, shape (n,)
        Mean squared error of the three weights (dimensionless), positive.
    paper_mse : float or None
        Height of the reference line; None leaves it out.
    heading : str
        Over the figure: lens, and what is drawn.

    Returns
    -------
    Figure
        One panel; the right-hand axis gives the same loss in per cent, the unit that the paper uses.

    Raises
    ------
    InvalidInputError
        If an array is empty, not finite, not positive, or the lengths differ.

    Notes
    -----
    The layout follows Fig. 3 of the paper (arXiv 2103.13592).
    """
    epochs = require_finite_array("epochs", epochs, shape="(n,)", ndim=1)
    losses = []
    for name, values in (("train_mse", train_mse), ("test_mse", test_mse)):
        loss = require_finite_array(name, values, shape="(n,)", ndim=1)
        if loss.shape != epochs.shape or np.any(loss <= 0):
            refuse(name, f"{len(epochs)} positive numbers, one for each epoch", values)
        losses.append(loss)
    figure = new_figure(4.6, 3.0)
    axes = figure.add_axes((0.125, 0.145, 0.755, 0.825))
    _draw_losses(axes, epochs, losses[0], losses[1])
    levels = np.concatenate(losses)
    if paper_mse is not None:
        # Named in the legend: beside the line, the name would meet the curves in one run or another.
        name = f"paper, about {_percent(paper_mse)}"
        axes.axhline(paper_mse, color=REFERENCE_COLOUR, ls=(0, (4, 2)), lw=0.9, label=name)
        levels = np.append(levels, paper_mse)
    axes.set_yscale("log")
    axes.set_ylim(levels.min() / 1.8, levels.max() * 1.8)
    _set_epoch_axis(axes, epochs)
    axes.set_ylabel("mean squared error of the weights")
    axes.grid(which="major")
    axes.legend(loc="upper right")
    _add_percent_axis(axes)
    return headed(figure, heading) if heading else figure


def _draw_losses(axes: Axes, epochs: np.ndarray, train_mse: np.ndarray, test_mse: np.ndarray) -> None:
    marker = "o" if len(epochs) <= MARKED_EPOCHS else ""
    for name, loss, colour, fill in (
        ("training set", train_mse, PREDICTED_COLOUR, PREDICTED_COLOUR),
        ("test set", test_mse, TRUE_COLOUR, "white"),
    ):
        label = f"{name}, last epoch {_percent(loss[-1])}"
        axes.plot(epochs, loss, color=colour, marker=marker, ms=2.6, mfc=fill, label=label)


def _set_epoch_axis(axes: Axes, epochs: np.ndarray) -> None:
    first, last = epochs.min(), epochs.max()
    axes.set_xlabel("epoch")
    if last >= LONG_RUN:
        axes.set_xscale("log")
        axes.set_xlim(max(first, 1), last * 1.05)
    else:
        margin = 0.02 * max(last - first, 1)
        axes.set_xlim(first - margin, last + margin)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _add_percent_axis(axes: Axes) -> None:
    axes.tick_params(right=False, which="both")
    percent = axes.secondary_yaxis("right", functions=(lambda mse: 100.0 * mse, lambda value: 0.01 * value))  # pyright: ignore[reportOperatorIssue]
    percent.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    percent.set_ylabel("mean squared error [%]")


def _percent(mse: float) -> str:
    return f"{100 * mse:.2g} %"
