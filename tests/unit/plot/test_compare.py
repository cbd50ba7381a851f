"""The figure of the comparison: what it draws, what it lists, what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.plot.compare import ANGLE_LIMITS, ComparedMethod, comparison_figure
from optomag.plot.style import render_png
from optomag.quadrature import sphere_directions

DIRECTIONS = sphere_directions(400)


def method(label, kind, degrees, efficiency):
    ones = np.ones(len(DIRECTIONS))
    return ComparedMethod(label, kind, np.radians(degrees) * ones, efficiency * ones)


METHODS = [
    method("paper's", "paper", np.geomspace(0.1, 90, 400), np.abs(DIRECTIONS[:, 1])),
    method("ours", "network", 0.02, 0.6),
    method("formula", "closed form", 1e-14, 0.61),
]


@pytest.fixture(scope="module")
def axes():
    figure = comparison_figure(DIRECTIONS, METHODS)
    assert render_png(figure).startswith(b"\x89PNG")
    return figure.axes


def curves(panel):
    return [line for line in panel.lines if line.get_linestyle() != "None"]


def test_an_exact_method_is_listed_and_the_others_are_drawn(axes):
    errors, _ = axes
    assert len(curves(errors)) == 2
    (listed,) = errors.texts
    assert listed.get_text().splitlines()[1:] == ["formula"]
    assert "10^{-13}" in listed.get_text()


def test_a_curve_gives_the_share_of_directions_with_a_larger_error(axes):
    error, share = curves(axes[0])[0].get_data()
    assert (error[0], share[0]) == (ANGLE_LIMITS[0], 1.0)
    median = np.interp(0.5, share[::-1], error[::-1])
    assert median == pytest.approx(np.sqrt(0.1 * 90), rel=0.02)  # the middle of a geometric sequence
    assert error[-1] == pytest.approx(90)
    assert share[-1] == pytest.approx(1 / len(DIRECTIONS))


def test_the_smallest_efficiency_is_drawn_where_it_differs_from_the_median(axes):
    _, strengths = axes
    dotted = [line for line in strengths.lines if line.get_linestyle() == ":"]
    assert len(strengths.lines) == len(METHODS) + 1
    assert len(dotted) == 1
    assert dotted[0].get_ydata().max() < 0.3  # |y| comes near zero on every ring


def test_what_cannot_be_drawn_is_refused(refusal):
    assert "methods must be" in refusal(comparison_figure, DIRECTIONS, [])
    assert "400 numbers" in refusal(
        comparison_figure, DIRECTIONS, [ComparedMethod("a", "paper", np.zeros(3), np.zeros(3))]
    )
    bad = ComparedMethod("a", "paper", np.full(400, np.nan), np.zeros(400))
    assert "angle_error" in refusal(comparison_figure, DIRECTIONS, [bad])
