"""The figure of a pattern, and the colours of its directions."""

from __future__ import annotations

import numpy as np

from optomag.plot.scan_pattern import GREY, direction_colours, scan_figure
from optomag.plot.style import render_png


def test_colours_of_the_axes():
    m = np.array([[0.0, 0, 1], [0, 0, -1], [1, 0, 0], [0, 0, 0]])
    strength = np.array([1.0, 1, 1, 0])
    assert np.allclose(direction_colours(m, strength), [[1, 1, 1], [0, 0, 0], [1, 0, 0], GREY])


def test_the_figure_is_drawn(tmp_path):
    x, y = np.linspace(0, 2e-6, 12), np.linspace(0, 1e-6, 9)
    M = np.random.default_rng(0).normal(size=(12, 9, 3))
    figure = scan_figure(x, y, M)
    assert render_png(figure).startswith(b"\x89PNG")
    assert figure.axes[0].get_images()[0].get_extent() == [0.0, 2.0, 0.0, 1.0]


def test_refusals(refusal):
    M = np.ones((3, 4, 3))
    assert "magnetization" in refusal(scan_figure, np.arange(3.0), np.arange(3.0), M)
    M[0, 0, 0] = np.nan
    assert "magnetization" in refusal(scan_figure, np.arange(3.0), np.arange(4.0), M)
