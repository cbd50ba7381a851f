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
    assert "xy plane at z = 0 nm" in words(figure)
    assert "NA 0.95 in n = 1, 532 nm, 1 W" in words(figure)
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
