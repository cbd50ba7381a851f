"""Figure 2 shows the numbers it is given, on scales that compare, and nothing is cut off."""

from __future__ import annotations

import numpy as np
import pytest

from optomag import InvalidInputError
from optomag.plot.predictions import predictions_figure

RNG = np.random.default_rng(1)
TRUE = RNG.uniform(-0.7, 0.7, (100, 3))
PREDICTED = TRUE + RNG.normal(scale=(0.01, 0.02, 0.1), size=(100, 3))


def test_each_panel_shows_its_weight_of_every_sample():
    axes = predictions_figure(TRUE, PREDICTED).axes
    for column, panel in enumerate(axes[::2]):
        circles, crosses = panel.get_lines()[:2]
        np.testing.assert_array_equal(circles.get_ydata(), TRUE[:, column])
        np.testing.assert_array_equal(crosses.get_ydata(), PREDICTED[:, column])
        np.testing.assert_array_equal(circles.get_xdata(), np.arange(1, 101))
        rms = np.sqrt(np.mean((PREDICTED - TRUE)[:, column] ** 2))
        assert f"{rms:.2g}" in panel.get_title(loc="left")


def test_all_differences_share_one_scale_that_holds_the_largest():
    limits = [panel.get_ylim() for panel in predictions_figure(TRUE, PREDICTED).axes[1::2]]
    assert len(set(limits)) == 1
    assert limits[0][1] > np.abs(PREDICTED - TRUE).max()


def test_values_outside_the_papers_range_stay_in_view():
    far = PREDICTED.copy()
    far[3, 1] = 1.7
    assert predictions_figure(TRUE, far).axes[2].get_ylim()[1] > 1.7


def test_a_perfect_network_can_be_drawn():
    low, high = predictions_figure(TRUE, TRUE).axes[1].get_ylim()
    assert low < 0 < high


@pytest.mark.parametrize("predicted", [PREDICTED[:5], PREDICTED[:, :2], np.full((100, 3), np.nan), []])
def test_unfit_arrays_are_refused(predicted):
    with pytest.raises(InvalidInputError, match="predicted must be"):
        predictions_figure(TRUE, predicted)
