"""The stripe is drawn in its own shape, and every card of a histogram is in a bin."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.plot.card_figure import Histogram, card_figure, stripe_figure
from optomag.plot.style import render_png

X, Y = np.linspace(-2e-6, 2e-6, 40), np.linspace(-5e-7, 5e-7, 10)
M = np.random.default_rng(0).normal(size=(40, 10, 3))


def test_a_stripe_is_as_long_as_it_is():
    figure = stripe_figure(X, Y, M)
    (image,) = figure.axes[0].images
    assert image.get_extent() == [-2.0, 2.0, -0.5, 0.5]
    assert render_png(figure).startswith(b"\x89PNG")


def test_histograms_count_all_cards_and_show_the_threshold():
    scores = {"genuine": np.array([0.6, 0.7, 0.71]), "guess": np.array([0.0, 0.1])}
    figure = card_figure(X, Y, M, [Histogram("score", "15 dB", scores, 0.4)])
    axes = next(axes for axes in figure.axes if axes.get_xlabel() == "score")
    assert axes.get_yscale() == "log"
    counted = [float(patch.get_data().values.sum()) for patch in axes.patches]
    assert counted == [3.0, 2.0]
    assert [line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == "--"] == [0.4]


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(InvalidInputError):
        stripe_figure(X, Y[:-1], M)
    with pytest.raises(InvalidInputError):
        card_figure(X, Y, M, [])
