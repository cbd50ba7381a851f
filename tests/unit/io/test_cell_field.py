"""Boxes of cells: where the centres are, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.io.cell_field import CellBox, CellField, from_file_order

ROUNDING = 1e-15
"""Of a few additions."""

CELL = [10e-9, 10e-9, 5e-9]
BOX = CellBox.centred(cell=CELL, shape=(4, 3, 2))


def test_centres_lie_half_a_cell_inside():
    box = CellBox((0.0, 0.0, 0.0), CELL, (4, 3, 2))
    np.testing.assert_allclose(box.grid.x, [5e-9, 15e-9, 25e-9, 35e-9], rtol=ROUNDING)
    assert box.first_centre == (5e-9, 5e-9, 2.5e-9)
    assert box.far_corner == (40e-9, 30e-9, 10e-9)


def test_a_box_around_the_focus_is_symmetric_to_the_last_bit():
    box = CellBox.centred(cell=[3.7e-9, 10e-9, 1e-9], shape=(101, 6, 1))
    for line in (box.grid.x, box.grid.y):
        np.testing.assert_array_equal(line, -line[::-1])
    assert box.grid.z.tolist() == [0.0]


def test_edges_are_counted_as_people_write_them():
    """In binary, 3 x 1e-8 is 3.0000000000000004e-08; that number would stand in every file."""
    assert CellBox.centred(cell=[1e-8] * 3, shape=(3, 3, 3)).corner == (-1.5e-8, -1.5e-8, -1.5e-8)


def test_planes_run_along_x_first_with_the_components_inside():
    values = np.arange(4 * 3 * 2 * 3, dtype=float).reshape(4, 3, 2, 3)
    first, second = CellField(BOX, values, "M").planes()
    np.testing.assert_array_equal(first.reshape(-1, 3)[:5], values[[0, 1, 2, 3, 0], [0, 0, 0, 0, 1], 0])
    together = np.concatenate([first.ravel(), second.ravel()])
    np.testing.assert_array_equal(from_file_order(together, BOX, 3), values)


def test_the_unit_of_a_magnetization_follows_gamma():
    values = np.ones((4, 3, 2, 3))
    assert CellField(BOX, values, "M").unit == "V^2/m^2"
    assert CellField(BOX, values, "M", gamma=5e-17).unit == "A/m"
    assert CellField(BOX, values, "M", "kA/m").unit == "kA/m"


def test_lengths_of_vectors_and_of_numbers():
    values = np.zeros((4, 3, 2, 3))
    values[1, 2, 0] = [3.0, 0.0, -4.0]
    assert CellField(BOX, values, "M").largest == 5.0
    assert CellField(BOX, values[..., 2], "heat").largest == 4.0


REFUSED = {
    "a cell of no size": lambda: CellBox([0.0] * 3, [1e-8, 0.0, 1e-8], (1, 1, 1)),
    "two edges": lambda: CellBox([0.0] * 3, [1e-8, 1e-8], (1, 1, 1)),
    "a number for three": lambda: CellBox(0.0, [1e-8] * 3, (1, 1, 1)),
    "no cells": lambda: CellBox([0.0] * 3, [1e-8] * 3, (1, 0, 1)),
    "half a cell": lambda: CellBox([0.0] * 3, [1e-8] * 3, (1, 1.5, 1)),
    "a corner nowhere": lambda: CellBox([np.nan, 0.0, 0.0], [1e-8] * 3, (1, 1, 1)),
    "values of another box": lambda: CellField(BOX, np.zeros((4, 3, 1, 3)), "M"),
    "values that are complex": lambda: CellField(BOX, np.zeros((4, 3, 2, 3), complex), "M"),
    "values that are NaN": lambda: CellField(BOX, np.full((4, 3, 2), np.nan), "heat"),
    "a name of two lines": lambda: CellField(BOX, np.zeros((4, 3, 2)), "a\nb", "T"),
    "an unknown name without a unit": lambda: CellField(BOX, np.zeros((4, 3, 2)), "beauty"),
    "a unit with a space": lambda: CellField(BOX, np.zeros((4, 3, 2)), "spin", "J s/m^3"),
    "no box": lambda: CellField([4, 3, 2], np.zeros((4, 3, 2)), "heat"),
}


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_what_is_no_field_on_cells_is_refused(call, refusal):
    refusal(call)
