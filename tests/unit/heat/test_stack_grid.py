"""Cells of a stack: none is cut by an interface, cosine series are exact, and values between cells are right."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.heat.stack_grid import cosine_values, height_values, second_derivative, stack_grid

ROUNDING = 1e-9
METAL = om.ThermalMedium(name="metal", heat_capacity=3e6, conductivity=15.0)
GLASS = om.ThermalMedium(name="glass", heat_capacity=1.65e6, conductivity=1.4)
WATER = om.ThermalMedium(name="water", heat_capacity=4.2e6, conductivity=0.6)
TIMES = (1e-12, 1e-9)


def grid_of(**changed):
    settings = {"x": (-1e-7, 1e-7), "y": (0.0, 0.0), "structure": 5e-7, "times": TIMES}
    return stack_grid((METAL, GLASS), [5e-9, 25e-9], skins=[12e-9, np.inf], **(settings | changed))


def test_interfaces_are_faces_and_heat_does_not_reach_the_bottom():
    grid = grid_of(front=WATER)
    for interface in (5e-9, 25e-9):
        assert np.abs(grid.faces - interface).min() < 1e-15
    middles = 0.5 * (grid.faces[1:] + grid.faces[:-1])
    np.testing.assert_array_equal(grid.medium, np.searchsorted([5e-9, 25e-9], middles))
    assert grid.faces[-1] - 25e-9 > 6 * np.sqrt(GLASS.diffusivity * 1e-9)
    assert 5e-9 - grid.faces[0] > 6 * np.sqrt(WATER.diffusivity * 1e-9)
    assert np.all(grid.heights > 0)
    spread = np.sqrt(METAL.diffusivity * 1e-9)
    assert grid.x[0] < -1e-7 - 3.9 * spread
    assert grid.x[-1] > 1e-7 + 3.9 * spread


def test_without_a_front_the_first_cell_begins_at_the_film():
    assert grid_of().faces[0] == 5e-9


def test_cosine_series_are_exact_for_cosines():
    x = grid_of().x
    spacing = x[1] - x[0]
    wave = 3 * np.pi / (len(x) * spacing)
    start = x[0] - 0.5 * spacing
    points = np.linspace(x[0], x[-1], 17)
    values = np.cos(wave * (x - start))
    np.testing.assert_allclose(
        cosine_values(x, points) @ values, np.cos(wave * (points - start)), atol=ROUNDING
    )
    np.testing.assert_allclose(second_derivative(x) @ values / wave**2, -values, atol=ROUNDING)


def test_values_between_cells_are_linear_and_nothing_outside():
    grid = grid_of()
    middles = 0.5 * (grid.faces[1:] + grid.faces[:-1])
    half = 0.5 * grid.heights / grid.of("conductivity")
    conductance = 1 / (half[1:] + half[:-1])
    # a steady flux through both media: linear in each, with slopes as 1/k
    column = -np.concatenate([[0.0], np.cumsum(1 / conductance)])
    at = np.array([10e-9, 15e-9, 24.9e-9, 25e-9, 30e-9])
    resistance = np.where(
        at < 25e-9, (at - middles[0]) / 15.0, (25e-9 - middles[0]) / 15.0 + (at - 25e-9) / 1.4
    )
    found = height_values(grid, at, grid.of("conductivity"), conductance) @ column
    np.testing.assert_allclose(found, -resistance, rtol=1e-9)
    outside = height_values(grid, np.array([0.0, 1.0]), grid.of("conductivity"), conductance)
    np.testing.assert_array_equal(outside, 0.0)


@pytest.mark.parametrize("finer", [2.0, 4.0])
def test_finer_grids_are_finer_everywhere(finer):
    usual, fine = grid_of(), grid_of(finer=finer)
    assert fine.heights.min() < 1.2 * usual.heights.min() / finer
    assert fine.x[1] - fine.x[0] < 1.2 * (usual.x[1] - usual.x[0]) / finer
