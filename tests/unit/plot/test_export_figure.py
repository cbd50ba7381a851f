"""The picture of an export: planes of cells in their layers, whole at its edges whatever is exported."""

from __future__ import annotations

import io

import matplotlib.image
import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle
from matplotlib.quiver import Quiver

from optomag.errors import InvalidInputError
from optomag.plot.cells import Cells, Quantity
from optomag.plot.export_figure import MOST_FIELDS, SAMPLES, export_figure
from optomag.plot.film_stack import MAGNET_COLOUR, Surroundings
from optomag.plot.style import render_png

FILM = Surroundings(
    interfaces=np.array([0.0, 20e-9, 25e-9]),
    media=("n = 1", "n = 2\n20 nm", "n = 2.9 + 3i\n5 nm, magnet", "n = 1.46"),
    magnet=2,
    points=np.array([[0.0, 0.0, 22.5e-9]]),
    wanted=np.array([[1.0, 0.0, 1.0]]),
    heading="a set-up\na pulse",
)
NO_FILM = Surroundings(interfaces=np.empty(0), media=("n = 1",), magnet=None, points=np.zeros((1, 3)))


def box_of(shape=(24, 16, 1), cell=(20e-9, 20e-9, 5e-9), at=(0.0, 0.0, 22.5e-9)):
    corner = np.array(at) - 0.5 * np.multiply(cell, shape)
    return Cells((corner[0], corner[1], corner[2]), cell, shape)


def spot(box, name="B_eff", scale=1e-3, unit="T"):
    x, y, z = np.meshgrid(*(box.centres(axis) for axis in range(3)), indexing="ij")
    profile = scale * np.exp(-(x**2 + 2 * y**2) / 1e-14) * (1 + z / 1e-6)
    if name in ("heat", "T"):
        return Quantity(box, profile, name, unit)
    return Quantity(box, profile[..., None] * np.array([1.0, 0.0, -0.5]), name, unit)


def everything(box):
    return [spot(box), spot(box, "spin", 1e-12, "J*s/m^3"), spot(box, "heat", 1e20, "W/m^3")]


def heights_of(panel):
    return [np.asarray(line.get_ydata()) for line in panel.lines]


def test_each_quantity_has_two_panels_and_a_scale_with_its_unit():
    figure = export_figure(everything(box_of(shape=(24, 16, 4))), FILM)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert sum("$xy$ at" in title for title in titles) == 3
    assert sum("$xz$ at" in title for title in titles) == 3
    labels = [child.get_ylabel() for axes in figure.axes for child in axes.child_axes]
    assert labels.count(r"$B_{\mathrm{eff},z}$ [mT]") == 2
    assert any("J s/m³" in label for label in labels)
    assert any("W/m³" in label for label in labels)


def test_colours_are_the_z_component_with_symmetric_limits_in_the_plane_of_the_design_s_point():
    field = spot(box_of(shape=(24, 16, 4)))
    upper = export_figure([field], FILM).axes[1]
    image = upper.images[0]
    k = int(np.argmin(np.abs(field.cells.centres(2) - 22.5e-9 - 1e-12)))
    np.testing.assert_allclose(np.asarray(image.get_array()).T, field.values[:, :, k, 2] / 1e-3)
    low, high = image.get_clim()
    assert low == -high
    assert high == pytest.approx(np.abs(field.values[..., 2]).max() / 1e-3)
    assert image.get_extent() == pytest.approx([-240.0, 240.0, -160.0, 160.0])


def test_arrows_point_along_the_part_in_the_plane():
    upper = export_figure([spot(box_of())], FILM).axes[1]
    arrows = next(c for c in upper.collections if isinstance(c, Quiver))
    np.testing.assert_allclose(np.asarray(arrows.U), 1 / np.hypot(1, 0.5))
    np.testing.assert_allclose(np.asarray(arrows.V), 0.0, atol=1e-12)


def test_one_layer_of_cells_has_curves_in_place_of_an_empty_plane():
    field = spot(box_of())
    lower = export_figure([field], FILM).axes[2]
    assert not lower.images
    np.testing.assert_allclose(np.transpose(heights_of(lower)[:3]), field.values[:, 8, 0] / 1e-3)


def test_layers_are_drawn_to_scale_and_the_magnet_is_shaded():
    stack = export_figure([spot(box_of())], FILM).axes[0]
    bands = [patch for patch in stack.patches if isinstance(patch, Rectangle)]
    shaded = {(round(p.get_y(), 9), round(p.get_height(), 9)): p.get_facecolor() for p in bands}
    magnet = to_rgba(MAGNET_COLOUR)
    assert shaded[20.0, 5.0] == magnet
    assert list(shaded.values()).count(magnet) == 1
    assert (0.0, 20.0) in shaded
    outline = next(heights for heights in heights_of(stack) if len(heights) == 5)
    assert (outline.min(), outline.max()) == pytest.approx((20.0, 25.0))


def test_many_cells_are_sampled_at_the_middle_of_equal_parts():
    box = box_of(shape=(4 * SAMPLES, 3, 1))
    field = spot(box)
    upper = export_figure([field], FILM).axes[1]
    shown = np.asarray(upper.images[0].get_array()).T
    assert shown.shape == (SAMPLES, 3)
    np.testing.assert_allclose(shown, field.values[2::4, :, 0, 2] / 1e-3)
    assert np.ptp(upper.images[0].get_extent()[:2]) == pytest.approx(4 * SAMPLES * 20e-9 / 1e-6)


def test_more_quantities_than_there_is_room_for_are_named():
    box = box_of()
    fields = [spot(box, f"B_eff_{i}", 1e-3, "T") for i in range(MOST_FIELDS + 2)]
    figure = export_figure(fields, FILM)
    assert "not drawn: B_eff_6, B_eff_7" in figure.texts[0].get_text()
    assert sum("$xy$ at" in axes.get_title(loc="left") for axes in figure.axes) == MOST_FIELDS


def test_a_point_in_another_layer_is_seen_at_the_nearest_height():
    field = spot(box_of(shape=(24, 16, 4)))
    cap = Surroundings(
        interfaces=FILM.interfaces, media=FILM.media, magnet=2, points=np.array([[1e-8, 5e-8, 10e-9]])
    )
    figure = export_figure([field], cap)
    assert f"at $z$ = {field.cells.centres(2)[0] / 1e-9:g} nm" in figure.axes[1].get_title(loc="left")
    assert "$y$ = 50 nm" in figure.axes[2].get_title(loc="left")


def test_planes_go_through_the_strongest_cell_where_the_point_is_elsewhere():
    field = spot(box_of(shape=(24, 16, 4), at=(100e-9, 0.0, 22.5e-9)))
    away = Surroundings(
        interfaces=FILM.interfaces, media=FILM.media, magnet=2, points=np.array([[9e-6, 0.0, 0.0]])
    )
    i, j, k = field.strongest_cell()
    lengths = np.linalg.norm(field.values, axis=-1)
    assert lengths[i, j, k] == lengths.max()
    title = export_figure([field], away).axes[1].get_title(loc="left")
    assert f"{round(field.cells.centres(2)[k] / 1e-9, 2):g} nm" in title


@pytest.mark.parametrize(
    ("fields", "around"),
    [
        (everything(box_of(shape=(24, 16, 4))), FILM),
        ([spot(box_of(shape=(3, 2, 1), at=(0.0, 0.0, 0.0)))], NO_FILM),
        ([spot(box_of(shape=(1, 1, 1)), "T", 300.0, "K")], FILM),
        ([spot(box_of(shape=(300, 40, 30), cell=(40e-9, 40e-9, 100e-9)), scale=0.0)], FILM),
        ([spot(box_of(), f"B_eff_{i}", 1e-3, "T") for i in range(5)], FILM),
    ],
)
def test_the_figure_is_whole(fields, around):
    pixels = matplotlib.image.imread(io.BytesIO(render_png(export_figure(fields, around))))[..., :3]
    rim = [pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:]]
    assert all(np.all(side == 1.0) for side in rim), "ink at the edge: something is cut off"


def test_quantities_on_several_boxes_are_refused():
    for fields in ([], [spot(box_of()), spot(box_of(shape=(8, 8, 1)))]):
        with pytest.raises(InvalidInputError, match="same cells"):
            export_figure(fields, FILM)
