"""Figure 3 shows both losses on a logarithmic scale beside the value of the paper."""

from __future__ import annotations

import numpy as np
import pytest

from optomag import InvalidInputError
from optomag.plot.training_curve import LONG_RUN, PAPER_MSE, training_curve_figure

EPOCHS = np.arange(1, 26)
TRAIN, TEST = 0.08 / EPOCHS, 0.09 / EPOCHS


def test_both_losses_are_drawn_as_they_are():
    axes = training_curve_figure(EPOCHS, TRAIN, TEST).axes[0]
    train, test = axes.get_lines()[:2]
    np.testing.assert_array_equal(train.get_ydata(), TRAIN)
    np.testing.assert_array_equal(test.get_ydata(), TEST)
    assert axes.get_yscale() == "log"
    assert test.get_label() == "test set, last epoch 0.36 %"


def test_the_papers_loss_is_in_view_even_far_from_ours():
    axes = training_curve_figure(EPOCHS, TRAIN * 1e3, TEST * 1e3).axes[0]
    assert axes.get_ylim()[0] < PAPER_MSE
    assert list(axes.get_lines()[2].get_ydata()) == [PAPER_MSE, PAPER_MSE]


def test_the_papers_line_can_be_left_out():
    figure = training_curve_figure(EPOCHS, TRAIN, TEST, paper_mse=None)
    assert len(figure.axes[0].get_lines()) == 2
    assert len(figure.axes[0].get_legend().get_texts()) == 2


@pytest.mark.parametrize(("last", "scale"), [(LONG_RUN - 1, "linear"), (LONG_RUN, "log")])
def test_long_runs_have_a_logarithmic_epoch_axis(last, scale):
    epochs = np.arange(1, last + 1)
    assert training_curve_figure(epochs, 1 / epochs, 1 / epochs).axes[0].get_xscale() == scale


def test_one_epoch_can_be_drawn():
    low, high = training_curve_figure([1], [0.1], [0.1]).axes[0].get_xlim()
    assert low < 1 < high


@pytest.mark.parametrize("losses", [TEST[:-1], -TEST, TEST * 0, TEST * np.nan, []])
def test_unfit_losses_are_refused(losses):
    with pytest.raises(InvalidInputError, match="test_mse must be"):
        training_curve_figure(EPOCHS, TRAIN, losses)
