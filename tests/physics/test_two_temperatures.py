"""Electrons and lattice: the equations against another solver, where they end, and what the light gave."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

import optomag as om
from optomag.heat.evolve import evolve
from optomag.heat.heat_on_cells import absorbed_power, skin_depths
from optomag.heat.stack_grid import stack_grid
from optomag.light.exposures import Exposures

pytestmark = pytest.mark.slow

ANOTHER_SOLVER = 2e-4
"""Of the rise; every step of ours may err by 3e-5."""
CONSERVED = 1e-5
"""Of the absorbed energy."""
MEANS = 1e-5
"""Of the absorbed power: Gauss' rule in each cell."""

AMBIENT = 300.0
TWO = np.array([0.0, 1e-6])
"""Columns, where all are the same."""
METAL = om.ThermalMedium(
    name="metal", heat_capacity=3e6, conductivity=12.0, electron_heat_capacity=700.0, coupling=1e18
)
GLASS = om.ThermalMedium(name="glass", heat_capacity=1.65e6, conductivity=1.4)
PULSE = om.Pulse(energy=1e-9, duration=100e-15)
HEAT = 3e21


def one_medium(times):
    """Cells of a metal with the same heat everywhere, in which nothing flows."""
    grid = stack_grid(
        (METAL,),
        [0.0],
        x=(0.0, 0.0),
        y=(0.0, 0.0),
        structure=1e-7,
        times=(times[0], times[-1]),
        skins=[np.inf],
    )
    grid = replace(grid, x=TWO, y=TWO)
    return grid, np.full((grid.shape[2], *grid.shape[:2]), HEAT)


def test_electrons_and_lattice_agree_with_another_solver_and_end_where_energy_says():
    times = np.array([0.0, 5e-14, 1e-13, 2e-13, 5e-13, 1e-12, 20e-12])
    grid, heat = one_medium(times[1:])
    lattice = METAL.lattice_heat_capacity(AMBIENT)
    gamma, G = METAL.electron_heat_capacity, METAL.coupling

    def rates(t, y):
        passed = G * (y[1] - y[0])
        power = HEAT * float(PULSE.power_at(t)) / PULSE.peak_power
        return [passed / lattice, (power - passed) / (gamma * (AMBIENT + y[1]))]

    truth = solve_ivp(
        rates, (-4e-13, times[-1]), [0, 0], "LSODA", times, rtol=1e-10, atol=1e-8, max_step=1e-14
    ).y.T
    found = [rise for _, rise in evolve(grid, heat, PULSE, times, ambient=AMBIENT)]
    for rise, expected in zip(found, truth, strict=True):
        pair = rise[[0, -1], :, 0, 0]
        np.testing.assert_allclose(
            pair, np.broadcast_to(expected[: pair.shape[1]], pair.shape), atol=ANOTHER_SOLVER * expected.max()
        )
    # lattice T + gamma (T^2 + 2 T AMBIENT)/2 = energy
    energy = HEAT * PULSE.effective_duration
    first = lattice + gamma * AMBIENT
    common = (np.sqrt(first**2 + 2 * gamma * energy) - first) / gamma
    assert found[-1][0, 0, 0, 0] == pytest.approx(common, rel=1e-4)
    hottest = max(rise[0, -1, 0, 0] for rise in found)
    assert hottest > 3 * common  # electrons overshoot


def test_no_energy_is_lost_between_electrons_lattice_and_glass():
    times = np.array([1e-13, 1e-12, 1e-11, 3e-9])
    grid = stack_grid(
        (METAL, GLASS),
        [0.0, 20e-9],
        x=(0.0, 0.0),
        y=(0.0, 0.0),
        structure=1e-6,
        times=(times[0], times[-1]),
        skins=[12e-9, np.inf],
    )
    grid = replace(grid, x=1e-7 * np.arange(6), y=TWO)
    spot = np.exp(-((grid.x / 2e-7) ** 2))[:, None] * np.exp(-((grid.y / 2e-6) ** 2))
    heat = np.where(grid.medium == 0, HEAT, 0.0)[:, None, None] * spot
    given = np.sum(heat * grid.volumes[:, None, None])
    last = PULSE.effective_duration * given
    moments = np.linspace(-4e-13, 1e-13, 20001)
    sooner = given * np.trapezoid(PULSE.power_at(moments) / PULSE.peak_power, moments)
    fields = []
    for time, (flow, rise) in zip(times, evolve(grid, heat, PULSE, times, ambient=AMBIENT), strict=True):
        held = np.sum(np.asarray(flow.energy_density(jnp.asarray(rise))) * grid.volumes[:, None, None])
        assert held == pytest.approx(sooner if time < 4e-13 else last, rel=CONSERVED)
        fields.append(flow.fields)
    assert fields == [2, 2, 2, 1]


def test_the_heat_on_the_cells_is_what_light_leaves_in_the_film():
    """Sum over cells against the engine's heat on many heights; that it is Poynting's flux, test_film says."""
    film = om.Film([(2.0, 10e-9), (2.9 + 3.6j, 20e-9)], substrate=1.46)
    lens = om.Objective(na=0.9, wavelength=532e-9)
    parts = [om.Light(om.circular(+1), lens, film=film), om.Light(om.radial(), lens, film=film)]
    exposures = Exposures(parts, [0.7, 0.3])
    cap = om.ThermalMedium(name="cap", heat_capacity=2e6, conductivity=3.0)
    span = (-200e-9, 200e-9)
    times = (1e-12, 1e-11)
    grid = stack_grid(
        (cap, METAL, GLASS),
        film.interfaces,
        x=span,
        y=span,
        structure=591e-9,
        times=times,
        skins=skin_depths(film, 532e-9),
    )
    ours = np.sum(absorbed_power(exposures, grid, 2.0) * grid.volumes[:, None, None])
    nodes, weights = np.polynomial.legendre.leggauss(16)
    where = om.Grid(grid.x, grid.y, 20e-9 + 10e-9 * nodes)
    area = (grid.x[1] - grid.x[0]) * (grid.y[1] - grid.y[0])
    total = 0.0
    for light, part in zip(parts, exposures.energies, strict=True):
        E = light.field(where, power=2.0 * part)
        q = np.asarray(om.heat_density(E, index=2.9 + 3.6j, wavelength=532e-9))
        total += area * 10e-9 * np.sum(q @ weights)
    assert ours == pytest.approx(total, rel=MEANS)
    assert 0 < ours < 2.0
