"""Measured images beside their model."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.plot.stack_figure import ComparedImages, evenly_chosen, stack_figure
from optomag.plot.style import render_png

PIXEL = 100e-9
MEASURED = np.random.default_rng(0).uniform(100, 200, size=(7, 12, 16))
MEASURED[3, 2, 9] = 900.0  # the focus: high up, and to the right


def images(measured=MEASURED, heights=None, sigma=10.0):
    labels = [str(number) for number in range(len(measured))]
    return ComparedImages(measured, measured - 20, np.full(measured.shape, sigma), labels, PIXEL, heights)


def test_planes_are_spread_evenly_in_three_rows_with_two_scales():
    figure = stack_figure(images(), heading="two\nlines")
    assert len(figure.axes) == 3 * 5 + 2
    assert [axes.get_title() for axes in figure.axes[:5]] == ["0", "2", "3", "4", "6"]
    assert render_png(figure).startswith(b"\x89PNG")


def test_the_top_row_is_above_and_residuals_are_in_standard_deviations():
    figure = stack_figure(images(), heading="")
    first, last = figure.axes[2], figure.axes[12]
    assert first.get_ylim()[0] > first.get_ylim()[1], "rows grow downwards"
    np.testing.assert_allclose(last.images[0].get_array(), 2.0)


def test_measured_and_model_have_one_scale():
    figure = stack_figure(images(), heading="")
    assert figure.axes[0].images[0].get_clim() == figure.axes[5].images[0].get_clim()


@pytest.mark.parametrize("heights", [np.arange(7) * 3e-7, -np.arange(7) * 3e-7])
def test_heights_give_cuts_with_z_to_the_right_whatever_the_order(heights):
    figure = stack_figure(images(heights=heights), heading="")
    assert len(figure.axes) == 3 * 6 + 2
    cut = figure.axes[5]
    counts = np.asarray(cut.collections[0].get_array()).reshape(16, 7)
    assert np.unravel_index(counts.argmax(), counts.shape) == (9, 3)
    assert cut.get_xlim()[0] < cut.get_xlim()[1]
    assert render_png(figure)


def test_few_planes_have_no_cut():
    figure = stack_figure(images(MEASURED[:2], heights=np.array([0.0, 1e-7])), heading="")
    assert len(figure.axes) == 3 * 2 + 2


def test_a_uniform_image_can_be_drawn():
    assert render_png(stack_figure(images(np.full((1, 4, 4), 5.0)), heading=""))


def test_the_scale_bar_is_as_long_as_it_says():
    axes = stack_figure(images(), heading="").axes[0]
    (line,) = axes.lines
    (text,) = [each.get_text() for each in axes.texts]
    share = np.diff(line.get_xdata())[0]
    assert share * 16 * PIXEL == pytest.approx(float(text.split()[0]) * 1e-6)


def test_all_of_few_are_chosen():
    assert evenly_chosen(1) == [0]
    assert evenly_chosen(6) == [0, 1, 2, 4, 5]
