"""The tolerance figure: every bar has its numbers beside it."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.plot.tolerance import ErrorBar, RandomSetUps, angle_text, tolerance_figure

BARS = [
    ErrorBar("coma x, +0.05 waves rms", 158.2, 3.0, 0.951, (2.84, -5.2, -15.61), 97.1),
    ErrorBar("defocus, ±0.05 waves rms", 2.93, float("nan"), 0.872, (0.0, 0.0, 135.6), 0.144),
]
DRAWS = 12


def random_set_ups(number=float("nan")):
    angles = np.linspace(1.0, 20.0, DRAWS)
    shifts = np.linspace(-50.0, 50.0, 3 * DRAWS).reshape(DRAWS, 3)
    numbers = np.full(DRAWS, number)
    return RandomSetUps(angles, 0.5 * angles, np.linspace(1.2, 0.3, DRAWS), shifts, numbers, number)


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_every_bar_has_angle_strength_shift_and_distortion_beside_it():
    found = texts(tolerance_figure(BARS, random_set_ups()))
    for number in ("158°", "0.951", "+2.8", "−5.2", "−15.6", "97°", "2.9°", "0.872", "+135.6", "0.14°"):
        assert number in found
    assert "$N$" not in found


def test_textures_have_their_number_too():
    bars = [ErrorBar("coma", 3.0, 3.0, 0.95, (0.0, 0.0, 0.0), 2.0, 0.98)]
    figure = tolerance_figure(bars, random_set_ups(0.97))
    assert {"$N$", "0.98"} <= set(texts(figure))
    assert len(figure.axes) == 4


def test_no_text_leaves_the_figure():
    figure = tolerance_figure(BARS, random_set_ups())
    figure.draw_without_rendering()
    for axes in figure.axes:
        box = axes.get_tightbbox()
        assert box is not None
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1
        assert box.y0 >= 0
        assert box.y1 <= figure.bbox.y1


@pytest.mark.parametrize(
    ("degrees", "text"), [(158.2, "158°"), (99.4, "99°"), (9.71, "9.7°"), (0.0123, "0.012°")]
)
def test_angles_in_two_digits_or_whole_degrees(degrees, text):
    assert angle_text(degrees) == text


def test_nothing_to_draw_is_refused(refusal):
    refusal(tolerance_figure, [], random_set_ups())
