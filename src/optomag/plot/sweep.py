"""How batch size, learning rate and length of training change what the network learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from optomag.errors import refuse, require_finite_array
from optomag.plot.style import REFERENCE_COLOUR, headed, new_figure, styled, tag_panel
from optomag.plot.training_curve import PAPER_MSE

PAPER_LINE_REACH = 3.0
"""The paper's loss is drawn when a run comes within this factor of it; else it would flatten the curves."""

LEAST_LOG_RANGE = 5.0
"""Ratio of the largest to the smallest loss from which a logarithmic scale shows more than a linear one."""


@dataclass(frozen=True, eq=False)
class SweepRun:
    """The test loss of one training run of a sweep.

    Parameters
    ----------
    value : float
        The setting that the panel varies, such as the batch size.
    epochs : ndarray, shape (n,)
        Passes over the training samples after which the loss was taken; empty if the first one diverged.
    test_mse : ndarray, shape (n,)
        Mean squared error of the weights on the test samples (dimensionless).
    diverged : bool
        Whether the loss overflowed before the last epoch.
    """

    value: float
    epochs: np.ndarray
    test_mse: np.ndarray
    diverged: bool = False


@styled
def sweep_figure(
    batch_size: Sequence[SweepRun],
    learning_rate: Sequence[SweepRun],
    epochs: Sequence[SweepRun],
    *,
    paper_mse: float = PAPER_MSE,
    heading: str = "",
) -> Figure:
    """Test loss while learning, for several batch sizes, learning rates and lengths of training.

    Parameters
    ----------
    batch_size, learning_rate, epochs : sequence of SweepRun
        The runs of each panel, which differ in nothing else; a setting without runs has no panel.
    paper_mse : float
        Height of the reference line, drawn where some run comes near it.
    heading : str
        Over the figure: lens, and what is drawn.

    Returns
    -------
    Figure
        Panels side by side on one scale. A ring marks the end of each run, a cross where it diverged.

    Raises
    ------
    InvalidInputError
        If there is no run at all, or a run's arrays are not finite, not positive or of different lengths.

    Notes
    -----
    The paper (arXiv 2103.13592, section 3) describes the three trends in words.
    """
    settings = {"batch size": batch_size, "learning rate": learning_rate, "epochs": epochs}
    panels = {title: sorted(runs, key=lambda run: run.value) for title, runs in settings.items() if runs}
    if not panels:
        refuse("sweep", "at least one training run", "none")
    for title, runs in panels.items():
        _require_losses(title, runs)
    width = 0.75 + 2.15 * len(panels)
    figure = new_figure(width, 2.75)
    grid = figure.add_gridspec(
        1, len(panels), left=0.62 / width, right=1 - 0.1 / width, bottom=0.165, top=0.9, wspace=0.09
    )
    losses = np.concatenate([run.test_mse for runs in panels.values() for run in runs])
    near_paper = losses.min(initial=np.inf) < PAPER_LINE_REACH * paper_mse
    shared = None
    for column, (title, runs) in enumerate(panels.items()):
        axes = figure.add_subplot(grid[0, column], sharey=shared)
        shared = shared or axes
        tag_panel(axes, "abc"[column], title)
        _draw_runs(axes, runs)
        axes.tick_params(labelleft=column == 0, which="both")
        if near_paper:
            axes.axhline(paper_mse, color=REFERENCE_COLOUR, ls=(0, (4, 2)), lw=0.9, label="paper")
        axes.legend(loc="upper right")
    if near_paper or losses.max(initial=0.0) > LEAST_LOG_RANGE * losses.min(initial=np.inf):
        figure.axes[0].set_yscale("log")
    figure.axes[0].set_ylabel("test mean squared error")
    return headed(figure, heading) if heading else figure


def _draw_runs(axes: Axes, runs: Sequence[SweepRun]) -> None:
    # Settings are ordered quantities, so their colours come from one sequential map, dark to light.
    colours = mpl.colormaps["viridis"](np.linspace(0.0, 0.85, len(runs)))
    for run, colour in zip(runs, colours, strict=True):
        label = f"{run.value:g}, diverged" if run.diverged else f"{run.value:g}"
        axes.plot(run.epochs, run.test_mse, color=colour, label=label)
        end = "x" if run.diverged else "o"
        axes.plot(
            run.epochs[-1:], run.test_mse[-1:], end, ms=3.8, mfc="white", mec=colour, clip_on=False, zorder=4
        )
    axes.set_xlabel("epoch")
    axes.grid(which="major")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlim(left=0)


def _require_losses(title: str, runs: Sequence[SweepRun]) -> None:
    for run in runs:
        if run.diverged and len(run.epochs) == 0:
            continue
        epochs = require_finite_array(f"{title} epochs", run.epochs, shape="(n,)", ndim=1)
        losses = require_finite_array(f"{title} test_mse", run.test_mse, shape="(n,)", ndim=1)
        if losses.shape != epochs.shape or np.any(losses <= 0):
            refuse(f"{title} test_mse", f"{len(epochs)} positive numbers, one for each epoch", losses)
