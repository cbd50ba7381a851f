"""The figure of a closed loop."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.plot.loop_figure import LoopHistory, loop_figure


def history(rounds, *, looked=True, told=True, bound=None):
    falling = np.radians(10.0 / np.arange(1, rounds + 1))
    nothing = np.full(rounds, np.nan)
    truth = falling if told else nothing
    images = np.linspace(0.9, 0.1, rounds) if looked else nothing
    return LoopHistory(
        falling,
        0.1 * falling,
        0.2 * falling,
        truth,
        0.1 * truth,
        truth,
        images,
        images,
        images,
        bound,
        "NA 0.95",
    )


@pytest.mark.parametrize(
    ("rounds", "looked", "told"),  # every pair of them is met
    [(1, True, True), (1, False, False), (12, True, False), (12, False, True)],
)
def test_it_shows_what_there_is_and_nothing_leaves_the_paper(rounds, looked, told):
    figure = loop_figure(history(rounds, looked=looked, told=told, bound=0.03))
    figure.canvas.draw()
    assert len(figure.axes) == 1 + looked
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "to be kept within" in labels
    assert ("after it, in truth" in labels) is told
    width, height = figure.get_size_inches() * figure.dpi
    for part in (*figure.legends, *(axes.yaxis.label for axes in figure.axes), *figure.texts):
        box = part.get_window_extent()
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= width
        assert box.y1 <= height


def test_angles_are_in_degrees_and_images_in_percent():
    figure = loop_figure(history(3))
    angles, images = figure.axes
    np.testing.assert_allclose(angles.lines[0].get_ydata(), 10.0 / np.arange(1, 4))
    np.testing.assert_allclose(images.lines[0].get_ydata(), [90.0, 50.0, 10.0])
    assert "°" in angles.get_ylabel()
    assert "%" in images.get_ylabel()
