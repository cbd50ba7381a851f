"""The figure of a whole scan: of any shape, nothing outside of it, and the part framed where it lies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.patches import Polygon

from optomag.plot.direction_colours import direction_colours
from optomag.plot.scan_overview import WholeScan, scan_overview
from optomag.plot.style import render_png

STEP = 100e-9
PART = np.arange(21) * STEP


def whole(nx=100, ny=80, **changes):
    """A pattern of nx x ny points, all along +x, and a spot for every five of them."""
    edges = (-0.5 * STEP, (nx - 0.5) * STEP, -0.5 * STEP, (ny - 0.5) * STEP)
    errors = np.full((max(nx // 5, 1), max(ny // 5, 1)), 0.02)
    errors[0, 0] = np.nan
    made = WholeScan(
        vectors=np.broadcast_to([1.0, 0, 0], (nx, ny, 3)),
        extent=edges,
        edges=edges,
        points=(nx, ny),
        errors=errors,
        errors_extent=edges,
        pooled=False,
        usual=0.03,
        worst=0.04,
        worst_at=(5 * STEP, 10 * STEP),
    )
    return replace(made, **changes)


def part(nx=21, ny=21):
    M = np.zeros((nx, ny, 3))
    M[..., 2] = 1.0
    return PART[:nx], PART[:ny], M


def panels(figure):
    return {axes.get_title(loc="left"): axes for axes in figure.axes if axes.get_title(loc="left")}


def panel(figure, letter):
    return next(axes for title, axes in panels(figure).items() if f"({letter})" in title)


def test_the_whole_is_drawn_in_its_colours_the_right_way_up():
    vectors = np.broadcast_to([0.0, 0, 1.0], (4, 3, 3)).copy()
    vectors[3, 0] = [1.0, 0, 0]  # lower right
    figure = scan_overview(*part(), whole(vectors=vectors))
    image = panel(figure, "a").images[0]
    assert image.origin == "lower"
    shown = np.asarray(image.get_array())
    np.testing.assert_allclose(shown[0, 3], direction_colours(np.array([1.0, 0, 0]), np.array(1.0)))
    np.testing.assert_allclose(shown[2, 3], [1, 1, 1])
    errors = panel(figure, "b").images[0]
    assert np.ma.getmaskarray(errors.get_array())[0, 0], "no spot there"
    assert errors.get_array()[1, 1] == pytest.approx(np.degrees(0.02))


def test_a_frame_shows_where_the_part_lies():
    figure = scan_overview(*part(), whole())
    for letter in "ab":
        (frame,) = (shape for shape in panel(figure, letter).patches if isinstance(shape, Polygon))
        low, high = frame.get_xy().min(axis=0), frame.get_xy().max(axis=0)
        np.testing.assert_allclose(
            [low, high], [[-0.0125] * 2, [2.0125] * 2], atol=1e-9
        )  # of the finer points


def test_a_part_that_is_the_whole_is_drawn_once():
    figure = scan_overview(*part(), whole(21, 21))
    assert len(panels(figure)) == 3
    assert not any(axes.patches and isinstance(axes.patches[0], Polygon) for axes in figure.axes)


def test_errors_beyond_those_of_nearly_all_do_not_set_the_scale():
    figure = scan_overview(*part(), whole(usual=0.01, worst=1.0))
    assert panel(figure, "b").images[0].get_clim() == pytest.approx((0.0, np.degrees(0.03)))
    figure = scan_overview(*part(), whole(usual=0.0, worst=0.0))
    assert panel(figure, "b").images[0].get_clim()[1] > 0


@pytest.mark.parametrize(
    ("nx", "ny", "angle"),
    [
        pytest.param(100, 80, 0.0, marks=pytest.mark.long),  # the same that is turned sees it
        (100, 80, 0.4),
        (4000, 21, 0.0),
        (21, 4000, 0.0),
        pytest.param(400, 60, 0.0, marks=pytest.mark.long),  # narrower and wider ones see it
        (1, 300, 0.0),
        (1, 1, 0.0),
    ],
)
def test_nothing_is_cut_off_and_no_panel_covers_another(nx, ny, angle):
    x, y, M = part(min(nx, 21), min(ny, 21))
    figure = scan_overview(x, y, M, whole(nx, ny, angle=angle, worst_at=(0.0, 0.0)))
    assert render_png(figure).startswith(b"\x89PNG")
    renderer = figure.canvas.get_renderer()
    boxes = [axes.get_tightbbox(renderer) for axes in panels(figure).values()]
    wide, high = figure.bbox.size
    for box in boxes:
        assert box.x0 >= 0
        assert box.x1 <= wide
        assert box.y0 >= 0
        assert box.y1 <= high
    bars = [axes for axes in figure.axes if axes.get_ylabel() and not axes.get_title(loc="left")]
    assert len(bars) == 2
    for axes in bars:
        assert axes.get_tightbbox(renderer).x1 <= wide
    inner = [axes.get_window_extent(renderer) for axes in panels(figure).values()]
    for i, one in enumerate(inner):
        for other in inner[i + 1 :]:
            assert not one.overlaps(other)


def test_maps_have_the_shape_of_the_scan():
    figure = scan_overview(*part(), whole(100, 50))
    box = panel(figure, "a").get_window_extent()
    assert box.width / box.height == pytest.approx(2.0, rel=1e-6)
