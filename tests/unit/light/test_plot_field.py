"""A field in one call: which plane, what of it, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.quiver import Quiver

import optomag as om
from optomag.light.field_plane import field_plane
from optomag.plot.style import render_png

lens = om.Objective(na=0.95, wavelength=532e-9)
grid = om.Grid(np.linspace(-4e-7, 4e-7, 17), np.linspace(-3e-7, 3e-7, 13), np.linspace(-2e-7, 2e-7, 9))
E = np.asarray(om.focus_field(om.circular(+1), lens, grid))
M = np.asarray(om.induced_magnetization(E))
flat = om.Grid.plane("xz", half_width=4e-7, points=9)


def words(figure) -> str:
    return " ".join(text.get_text() for text in figure.texts)


def mesh(figure) -> QuadMesh:
    (found,) = (each for each in figure.axes[0].collections if isinstance(each, QuadMesh))
    return found


def test_intensity_is_drawn_with_ellipses_and_its_unit():
    figure = om.plot_field(E, grid, lens=lens, power=1.0)
    assert "NA 0.95 in n = 1, 532 nm, 1 W; xy plane at z = 0 nm" in words(figure)
    assert "spin to the reader white" in words(figure)
    assert any(isinstance(each, LineCollection) for each in figure.axes[0].collections)
    bar = figure.axes[0].child_axes[0]
    assert "(V/m)²" in bar.get_ylabel()
    values = np.asarray(mesh(figure).get_array()) * 1e15
    np.testing.assert_allclose(values, (np.abs(E[:, :, 4]) ** 2).sum(-1).T, rtol=1e-12)


def test_the_plane_at_a_height_is_the_nearest_of_the_grid():
    shown = field_plane(M, grid, plane="xz", at=1.4e-7, quantity="strength")
    place = int(np.argmin(np.abs(grid.y - 1.4e-7)))
    assert shown.at == grid.y[place]
    np.testing.assert_array_equal(shown.vectors, M[:, place][..., [0, 2, 1]])


def test_dots_point_to_the_reader():
    """On the xy plane +z does; with x to the right and z up, +y points away from the reader."""
    up = np.zeros((*grid.shape, 3))
    up[..., 2] = 1.0
    aside = np.zeros((*flat.shape, 3))
    aside[..., 1] = 1.0
    for field, where, marker in ((up, grid, "."), (-up, grid, "x"), (aside, flat, "x"), (-aside, flat, ".")):
        lines = om.plot_field(field, where, quantity="strength").axes[0].lines
        drawn = {line.get_marker() for line in lines if len(line.get_xdata())}
        assert drawn == {"o", marker}


def test_arrows_lie_in_the_plane():
    field = np.zeros((*flat.shape, 3))
    field[..., 2] = 2.0
    figure = om.plot_field(field, flat)
    (arrows,) = (each for each in figure.axes[0].collections if isinstance(each, Quiver))
    np.testing.assert_allclose([arrows.U, arrows.V], [0 * arrows.U, 0 * arrows.U + 1])


def test_components_have_signs():
    figure = om.plot_field(M, grid, quantity="Mz", unit="A/m")
    low, high = mesh(figure).get_clim()
    assert low == -high
    assert "A/m" in figure.axes[0].child_axes[0].get_ylabel()


def test_a_component_that_is_zero_but_for_rounding_looks_so():
    field = np.zeros((*flat.shape, 3))
    field[..., 2] = 1.0
    field[..., 0] = 1e-17
    for values in (field, field * 1j):
        name = "Ex" if np.iscomplexobj(values) else "Mx"
        drawn = mesh(om.plot_field(values, flat, quantity=name))
        assert np.abs(np.asarray(drawn.get_array())).max() < 1e-6 * drawn.get_clim()[1]


def test_datasets_and_fields_on_cells_bring_their_grid_and_unit():
    dataset = om.to_dataset(grid, M=M)
    assert "V^2/m^2" in words(om.plot_field(dataset))
    box = om.CellBox.centred(cell=[2e-8] * 3, shape=(9, 7, 3))
    field = om.CellField(box, np.ones((9, 7, 3, 3)), "B_eff")
    assert "1.73 T" in words(om.plot_field(field, plane="yz"))


def test_equal_fields_give_equal_bytes():
    first, second = (render_png(om.plot_field(M, grid, lens=lens)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((M[:5], grid), r"field must be of shape \(17, 13, 9, 3\)"),
        ((M,), "grid must be an optomag Grid"),
        ((np.where(M.max() == M, np.nan, M), grid), "field must be finite; got 1 numbers"),
        ((0 * M, grid), "field must be different from zero"),
        ((np.full((*grid.shape, 3), "a"), grid), "field must be"),
        ((1e-220 * M, grid), "field must be between 1e-150 and 1e.150"),
        ((1e180 * E, grid), "field must be between 1e-150 and 1e.150"),
    ],
)
def test_what_is_no_field_of_the_grid_is_refused(arguments, message):
    with pytest.raises(om.InvalidInputError, match=message):
        om.plot_field(*arguments)


@pytest.mark.parametrize(
    ("field", "options", "message"),
    [
        (M, {"plane": "zx"}, "plane must be one of"),
        (M, {"at": 5e-7}, "at must be where the grid has points, z from -200 to 200 nm"),
        (M, {"quantity": "intensity"}, "Give the complex E for it, not M"),
        (E, {"quantity": "Mz"}, "Take M = induced_magnetization"),
        (E, {"quantity": "phase"}, "quantity must be one of intensity"),
        (E, {"power": -1.0}, "power must be"),
    ],
)
def test_what_cannot_be_drawn_is_refused(field, options, message):
    with pytest.raises(om.InvalidInputError, match=message):
        om.plot_field(field, grid, **options)


def test_a_flat_grid_has_one_plane():
    values = np.ones((*flat.shape, 3))
    assert "xz plane" in words(om.plot_field(values, flat))
    with pytest.raises(om.InvalidInputError, match="grid for the xy plane must be of two or more points"):
        om.plot_field(values, flat, plane="xy")
    with pytest.raises(om.InvalidInputError, match="grid must be left out"):
        om.plot_field(om.to_dataset(grid, M=M), grid)


@pytest.mark.parametrize(
    ("across", "up"), [(17, 13), (2, 2), (81, 21), (9, 101)], ids=lambda count: str(count)
)
def test_what_is_oriented_lies_inside_and_apart(across, up):
    """Ellipses neither leave the frame nor lie upon one another, and no plane is without any."""
    where = om.Grid(np.linspace(-1e-6, 1e-6, across), np.linspace(-1e-6, 1e-6, up), 0.0)
    ones = np.broadcast_to(np.array([1.0, 1j, 0.0]), (*where.shape, 3))
    axes = om.plot_field(ones, where).axes[0]
    (ellipses,) = (each for each in axes.collections if isinstance(each, LineCollection))
    paths = np.array([path.vertices for path in ellipses.get_paths()])
    low, high = paths.min(axis=1), paths.max(axis=1)
    limits = np.array([axes.get_xlim(), axes.get_ylim()])
    assert np.all((limits[:, 0] < low) & (high < limits[:, 1]))
    middles = np.unique(np.round(0.5 * (low + high)[:, 0], 3))
    assert np.all(np.diff(middles) > (high - low)[0, 0])
    assert np.ptp(limits[0]) == pytest.approx(2000.0 * across / (across - 1))


def test_a_plane_longer_than_the_panel_has_ellipses_and_its_whole_heading():
    where = om.Grid(0.0, np.linspace(-1e-7, 1e-7, 9), np.linspace(-5e-6, 5e-6, 101))
    figure = om.plot_field(np.ones((*where.shape, 3), complex), where, lens=lens, power=1e-3)
    (ellipses,) = (each for each in figure.axes[0].collections if isinstance(each, LineCollection))
    assert len(ellipses.get_paths()) > 5
    figure.canvas.draw()
    assert all(text.get_window_extent().x1 < figure.bbox.x1 for text in figure.texts)
