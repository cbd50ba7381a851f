"""The sweep's figure: a panel for each setting, a curve for each value, trainings that diverged included."""

from __future__ import annotations

import numpy as np
import pytest

from optomag import InvalidInputError
from optomag.plot.sweep import SweepRun, sweep_figure
from optomag.plot.training_curve import PAPER_MSE


def run(value, *, epochs=5, start=0.1, power=1.0):
    numbers = np.arange(1, epochs + 1)
    return SweepRun(value, numbers, start / numbers**power)


GONE = SweepRun(10.0, np.array([]), np.array([]), diverged=True)


def labels(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_settings_get_a_panel_and_values_a_curve_in_their_order():
    figure = sweep_figure([run(1000), run(100)], [run(1e-3)], [run(2), run(4), run(8)])
    assert [axes.get_title(loc="left").split("  ")[1] for axes in figure.axes] == [
        "batch size",
        "learning rate",
        "epochs",
    ]
    assert [labels(axes) for axes in figure.axes] == [["100", "1000"], ["0.001"], ["2", "4", "8"]]


def test_a_setting_that_was_not_varied_has_no_panel():
    assert len(sweep_figure([], [run(1e-3)], []).axes) == 1


def test_divergence_is_said_even_where_nothing_can_be_drawn():
    broke = SweepRun(1.0, np.array([1, 2]), np.array([0.1, 0.3]), diverged=True)
    axes = sweep_figure([], [run(1e-3), broke, GONE], []).axes[0]
    assert labels(axes) == ["0.001", "1, diverged", "10, diverged"]
    ends = [line.get_marker() for line in axes.get_lines() if line.get_marker() != "None"]
    assert ends[:2] == ["o", "x"]


def test_a_sweep_in_which_all_diverged_can_be_drawn():
    assert labels(sweep_figure([], [GONE], []).axes[0]) == ["10, diverged"]


@pytest.mark.parametrize(("last", "shown"), [(2 * PAPER_MSE, True), (0.05, False)])
def test_the_papers_line_is_drawn_where_a_run_comes_near(last, shown):
    axes = sweep_figure([], [SweepRun(1.0, np.array([1, 2]), np.array([0.1, last]))], []).axes[0]
    heights = [line.get_ydata()[0] for line in axes.get_lines() if len(line.get_ydata()) == 2]
    assert (PAPER_MSE in heights) == shown


@pytest.mark.parametrize(("power", "scale"), [(0.1, "linear"), (2.0, "log")])
def test_the_loss_axis_is_logarithmic_where_losses_span_a_range(power, scale):
    assert sweep_figure([run(1, power=power)], [], []).axes[0].get_yscale() == scale


def test_unfit_sweeps_are_refused():
    with pytest.raises(InvalidInputError, match="sweep must be at least one"):
        sweep_figure([], [], [])
    with pytest.raises(InvalidInputError, match="epochs test_mse must be"):
        sweep_figure([], [], [SweepRun(1.0, np.array([1, 2]), np.array([0.1]))])
    with pytest.raises(InvalidInputError, match="batch size epochs must be"):
        sweep_figure([SweepRun(1.0, np.array([]), np.array([]))], [], [])
