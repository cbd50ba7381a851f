"""Heat flows as Fourier's law says: closed forms, an independent solution of layers, and no joule lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import erfc

import optomag as om
from optomag.heat.evolve import evolve
from optomag.heat.stack_grid import height_values, stack_grid

pytestmark = pytest.mark.slow

CLOSED_FORM = 1e-3
"""Of the largest rise at that time; the cells' error, second order in their heights, is below 7e-4."""
LAYERS = 1e-3
"""The same, against cells that are several times finer."""
CONSERVED = 1e-5
"""Of the absorbed energy; the pulse is sampled in time."""
ROUNDING = 1e-9
"""Fluxes are differences of temperatures that are equal to eight digits."""

AMBIENT = 300.0
TWO = np.array([0.0, 1e-6])
"""Columns, where all are the same."""
SHORT = om.Pulse(energy=1e-9, duration=10e-15)
METAL = om.ThermalMedium(name="metal", heat_capacity=3e6, conductivity=15.0)
GLASS = om.ThermalMedium(name="glass", heat_capacity=1.65e6, conductivity=1.4, interface_conductance=1e8)
CAP = om.ThermalMedium(name="cap", heat_capacity=2.2e6, conductivity=3.0)
PEAK, SKIN, WAIST = 1e20, 20e-9, 300e-9


def exponential_depth(faces):
    """Means over cells of exp(-z/SKIN)."""
    return -SKIN * np.diff(np.exp(-faces / SKIN)) / np.diff(faces)


def half_space(x, y, z, time):
    """Rise after instantaneous heating PEAK exp(-(x^2 + y^2)/WAIST^2 - z/SKIN) per second of pulse; insulated.

    H. S. Carslaw and J. C. Jaeger, Conduction of Heat in Solids: an exponential profile and its image, spread
    by the heat kernel, times the spread Gaussian.
    """
    spread = 2 * np.sqrt(METAL.diffusivity * time)
    shift = spread / (2 * SKIN)
    into, out = np.exp(shift**2 - z / SKIN), np.exp(shift**2 + z / SKIN)
    depth = 0.5 * (into * erfc(shift - z / spread) + out * erfc(shift + z / spread))
    wide = WAIST**2 + spread**2
    across = WAIST**2 / wide * np.exp(-(x**2) / wide)[:, None] * np.exp(-(y**2) / wide)
    return PEAK * SHORT.effective_duration / METAL.heat_capacity * depth[:, None, None] * across


def followed(grid, heat, times, pulse=SHORT):
    return [rise for _, rise in evolve(grid, heat, pulse, np.array(times), ambient=AMBIENT)]


def test_a_half_space_spreads_heat_as_the_closed_form_says():
    times = [1e-12, 30e-12, 1e-9]
    span = (-100e-9, 100e-9)
    grid = stack_grid(
        (METAL,), [0.0], x=span, y=span, structure=1.2e-6, times=(times[0], times[-1]), skins=[SKIN]
    )
    spot = np.exp(-((grid.x / WAIST) ** 2))[:, None] * np.exp(-((grid.y / WAIST) ** 2))
    heat = PEAK * exponential_depth(grid.faces)[:, None, None] * spot
    middles = 0.5 * (grid.faces[1:] + grid.faces[:-1])
    given = SHORT.effective_duration * np.sum(heat * grid.volumes[:, None, None])
    near = middles < 10 * SKIN  # beyond, the closed form multiplies 0 and infinity
    for time, rise in zip(times, followed(grid, heat, times), strict=True):
        expected = half_space(grid.x, grid.y, middles[near], time)
        assert np.abs(rise[near, 0] - expected).max() < CLOSED_FORM * expected.max()
        kept = METAL.heat_capacity * np.sum(rise[:, 0] * grid.volumes[:, None, None])
        assert kept == pytest.approx(given, rel=CONSERVED)


def layered(finer=1.0, times=(1e-12, 1e-9)):
    """Cap, metal and glass, 5 and 20 nm on a substrate, with heat in the metal, the same in all columns."""
    grid = stack_grid(
        (CAP, METAL, GLASS),
        [0.0, 5e-9, 25e-9],
        x=(0.0, 0.0),
        y=(0.0, 0.0),
        structure=1e-6 / 4,
        times=times,
        skins=[np.inf, SKIN, np.inf],
        finer=finer,
    )
    grid = replace(grid, x=TWO, y=TWO)
    middles = 0.5 * (grid.faces[1:] + grid.faces[:-1])
    depth = np.where(grid.medium == 1, np.exp(-(middles - 5e-9) / SKIN), 0.0)
    return grid, middles, PEAK * np.broadcast_to(depth[:, None, None], (len(middles), *grid.shape[:2]))


def fine_layers(times):
    """The same stack on cells of 0.1 nm in the film, by SciPy's BDF, heated at once: heights and rises."""
    edges = np.concatenate([np.arange(0, 30e-9, 0.1e-9), np.geomspace(30e-9, 500e-9, 300)])
    middles, heights = 0.5 * (edges[1:] + edges[:-1]), np.diff(edges)
    medium = np.searchsorted([5e-9, 25e-9], middles)
    k = np.array([CAP.conductivity, METAL.conductivity, GLASS.conductivity])[medium]
    c = np.array([CAP.heat_capacity, METAL.heat_capacity, GLASS.heat_capacity])[medium]
    half = 0.5 * heights / k
    contact = np.where((medium[1:] == 2) & (medium[:-1] == 1), 1 / GLASS.interface_conductance, 0.0)
    link = 1 / (half[1:] + half[:-1] + contact)
    matrix = np.zeros((len(middles), len(middles)))
    for i, g in enumerate(link):
        matrix[i, [i, i + 1]] += np.array([-g, g]) / (c[i] * heights[i])
        matrix[i + 1, [i, i + 1]] += np.array([g, -g]) / (c[i + 1] * heights[i + 1])
    start = np.where(medium == 1, np.exp(-(middles - 5e-9) / SKIN), 0.0) * PEAK * SHORT.effective_duration / c
    found = solve_ivp(
        lambda t, y: matrix @ y,
        (0, times[-1]),
        start,
        method="BDF",
        jac=matrix,
        t_eval=times,
        rtol=1e-8,
        atol=1e-8 * start.max(),
    )
    return middles, found.y.T


def test_layers_with_a_bad_contact_agree_with_finer_cells_of_another_solver():
    times = [3e-12, 10e-12, 100e-12, 1e-9]
    grid, middles, heat = layered(times=(1e-12, 1e-9))
    fine, expected = fine_layers(times)
    medium = np.searchsorted([5e-9, 25e-9], fine)
    for rise, truth in zip(followed(grid, heat, times), expected, strict=True):
        for number in range(3):
            here, there = grid.medium == number, medium == number
            z, ours = middles[here], rise[here, 0, 0, 0]
            inside = (z > fine[there][0]) & (z < min(fine[there][-1], 300e-9))
            apart = np.abs(ours - np.interp(z, fine[there], truth[there]))[inside]
            assert apart.max() < LAYERS * truth.max()


def test_heat_leaves_one_medium_as_it_enters_the_next_and_a_bad_contact_makes_a_step():
    grid, _, heat = layered()
    flow, rise = next(iter(evolve(grid, heat, SHORT, np.array([20e-12]), ambient=AMBIENT)))
    column = rise[:, 0, 0, 0]
    tiny = 1e-13
    for interface, first, second, conductance in ((5e-9, CAP, METAL, np.inf), (25e-9, METAL, GLASS, 1e8)):
        z = interface + np.array([-6e-11, -3e-11, -tiny, tiny, 3e-11, 6e-11])
        T = height_values(grid, z, np.asarray(flow.conductivity[0]), np.asarray(flow.conductance[0])) @ column
        before = -first.conductivity * (T[1] - T[0]) / 3e-11
        behind = -second.conductivity * (T[5] - T[4]) / 3e-11
        assert before == pytest.approx(behind, rel=1e-6)
        # from points 1e-13 m on either side of the interface, extrapolated to it
        slopes = before * tiny * (1 / first.conductivity + 1 / second.conductivity)
        assert T[2] - T[3] - slopes == pytest.approx(before / conductance, abs=ROUNDING * abs(T).max())


def test_errors_fall_with_the_square_of_the_cells_heights():
    times = [20e-12]
    fine, truth = fine_layers(times)
    errors = []
    for finer in (0.5, 1.0):
        grid, middles, heat = layered(finer, times=(20e-12, 20e-12))
        (rise,) = followed(grid, heat, times)
        metal, there = grid.medium == 1, (fine > 8e-9) & (fine < 22e-9)
        ours = np.interp(fine[there], middles[metal], rise[metal, 0, 0, 0])
        errors.append(np.abs(ours - truth[0, there]).max())
    assert errors[0] > 2.5 * errors[1]
