"""The sheet of a hologram."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.plot.hologram_figure import Picture, hologram_figure
from optomag.plot.style import render_png

SINE = 0.47
RNG = np.random.default_rng(0)


def panels(count):
    return [Picture(f"view {n}", RNG.random((16, 16))) for n in range(count)]


@pytest.mark.parametrize("count", [2, 7])
def test_each_picture_and_the_spots_have_a_panel(count):
    figure = hologram_figure(panels(count), SINE, RNG.normal(size=(20, 20, 3)), 5e-7)
    assert len(figure.axes) == count + 1
    assert render_png(figure).startswith(b"\x89PNG")


def test_the_middle_pixel_lies_at_zero_and_the_top_row_above():
    image = np.zeros((16, 16))
    image[7, 8] = 1  # k = l = 0: eight pixels from the left edge, eight above the lower
    axes = hologram_figure([Picture("dot", image)], SINE, np.ones((16, 16, 3)), 5e-7).axes[0]
    left, right, low, high = axes.images[0].get_extent()
    pixel = (right - left) / 16
    assert left + 8.5 * pixel == pytest.approx(0, abs=1e-12)
    assert high - 7.5 * pixel == pytest.approx(0, abs=1e-12)
    assert left + 0.5 * pixel == pytest.approx(-SINE)
    assert low == pytest.approx(left)


def test_half_a_field_of_view_is_its_upper_half():
    axes = hologram_figure([Picture("half", np.ones((7, 16)))], SINE, np.ones((16, 16, 3)), 5e-7).axes[0]
    *_, low, high = axes.images[0].get_extent()
    assert low == pytest.approx(SINE / 16), "half a pixel above zero"
    assert axes.get_ylim()[1] == pytest.approx(high)
