"""The sheet of a measured pupil."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.plot.style import render_png
from optomag.plot.wavefront_figure import PupilMap, Terms, wavefront_figure

AXIS = (np.arange(32) + 0.5) / 16 - 1
TILT = np.broadcast_to(AXIS[:, None], (32, 32))
"""Grows along x, the first axis."""

ORDERS = [(2, -2), (2, 2), (3, -1), (3, 1), (4, 0)]
TERMS = Terms(
    ORDERS, ["a", "b", "coma y", "c", "d"], np.array([0.01, 0.0, -0.05, 0.02, 0.0]), np.full(5, 0.001)
)


def figure(count=1, terms=TERMS):
    maps = [PupilMap("$E_x$" if count > 1 else "", TILT, np.ones((32, 32)))] * count
    return wavefront_figure(maps, terms, heading="NA 0.95\nand a second line")


@pytest.mark.parametrize("count", [1, 2])
def test_each_component_has_a_wavefront_and_an_amplitude_with_scales_and_the_first_its_terms(count):
    drawn = figure(count)
    assert len(drawn.axes) == 4 * count + 1
    assert render_png(drawn).startswith(b"\x89PNG")


def test_x_points_to_the_right():
    shown = np.asarray(figure().axes[0].images[0].get_array())
    assert shown[16, 30] > 0.5 > shown[16, 1]
    assert abs(shown[30, 16]) < 0.1


def test_a_perfect_pupil_is_white_and_not_noise():
    maps = [PupilMap("", 1e-16 * TILT, np.ones((32, 32)))]
    drawn = wavefront_figure(maps, Terms(ORDERS, [""] * 5, np.zeros(5), np.full(5, np.nan)), heading="")
    assert drawn.axes[0].images[0].get_clim() == (-1e-4, 1e-4)
    assert render_png(drawn)


def test_a_bar_for_each_term_with_its_error_and_the_largest_is_named():
    axes = figure().axes[-1]
    assert [bar.get_height() for bar in axes.patches] == list(TERMS.waves)
    named = [text.get_text() for text in axes.texts]
    assert "coma y" in named
    assert {"b", "d"} & set(named) == set(), "nothing is not called by a name"


def test_the_second_component_has_bars_of_its_own():
    both = Terms(ORDERS, TERMS.names, TERMS.waves, TERMS.errors, np.array([0.0, 0.06, 0.0, 0.0, 0.0]))
    axes = figure(2, both).axes[-1]
    assert len(axes.patches) == 10
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["$E_x$", "$E_x$"]
    assert "b" in [text.get_text() for text in axes.texts], "by the larger of both"
