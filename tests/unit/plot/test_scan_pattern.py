"""The figure of a pattern, and the colours of its directions."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.plot.direction_colours import GREY, direction_colours
from optomag.plot.scan_pattern import scan_figure
from optomag.plot.style import render_png

DRAWN = 0.01
"""Less than a step of the colours; the windowed sinc leaves 0.002."""


def test_colours_of_the_axes():
    m = np.array([[0.0, 0, 1], [0, 0, -1], [1, 0, 0], [0, 0, 0]])
    strength = np.array([1.0, 1, 1, 0])
    assert np.allclose(direction_colours(m, strength), [[1, 1, 1], [0, 0, 0], [1, 0, 0], GREY])


def test_the_figure_is_drawn(tmp_path):
    x, y = np.linspace(0, 2e-6, 12), np.linspace(0, 1e-6, 9)
    M = np.random.default_rng(0).normal(size=(12, 9, 3))
    figure = scan_figure(x, y, M)
    assert render_png(figure).startswith(b"\x89PNG")
    right, bar = figure.axes[1].get_position(), figure.axes[2].get_position()
    assert (bar.y0, bar.y1) == pytest.approx((right.y0, right.y1)), "as high as the map"
    image = figure.axes[0].get_images()[0]
    assert np.asarray(image.get_array()).shape[:2] == (4 * 8 + 1, 4 * 11 + 1)
    # the outermost points are squares around the ends of the axes
    half_x, half_y = 2.0 / 44 / 2, 1.0 / 32 / 2
    assert image.get_extent() == pytest.approx([-half_x, 2.0 + half_x, -half_y, 1.0 + half_y])


def test_what_is_drawn_between_the_points_is_the_band_limited_pattern():
    """A spot that a raster misses by half a step is drawn with its full height, at its place."""
    step = 112e-9
    x = (np.arange(41) - 20.5) * step
    peak = np.sinc(x / 400e-9) ** 2  # a band of 0.56 of what the raster holds
    M = np.zeros((41, 41, 3))
    M[..., 2] = np.outer(peak, peak)
    assert M.max() < 0.95
    image = scan_figure(x, x, M).axes[1].get_images()[0].get_array()
    fine = np.linspace(x[0], x[-1], 161)
    exact = np.outer(np.sinc(fine / 400e-9) ** 2, np.sinc(fine / 400e-9) ** 2)
    assert np.abs(image - exact).max() < DRAWN


def test_refusals(refusal):
    M = np.ones((3, 4, 3))
    assert "magnetization" in refusal(scan_figure, np.arange(3.0), np.arange(3.0), M)
    M[0, 0, 0] = np.nan
    assert "magnetization" in refusal(scan_figure, np.arange(3.0), np.arange(4.0), M)
