"""The equations of heat in a stack, on its cells.

With electrons (temperature T_e, heat capacity gamma T_e) and lattice (T_l, C_l):

    gamma T_e dT_e/dt = div(k_e grad T_e) - G (T_e - T_l) + q(r) P(t)/P_peak
    C_l       dT_l/dt = div(k_l grad T_l) + G (T_e - T_l)

and with one temperature, where a medium has no electrons of its own or theirs have come to the lattice's:

    (C_l + gamma T) dT/dt = div(k grad T) + q(r) P(t)/P_peak.

S. I. Anisimov, B. L. Kapeliovich and T. L. Perel'man, Sov. Phys. JETP 39, 375 (1974). State arrays are rises
over the ambient temperature, of shape (nz, fields, nx, ny), lattice first.
"""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float64

from optomag.conventions import double_precision
from optomag.heat.stack_grid import StackGrid, second_derivative

double_precision()  # a stack has no lens

PICOSECOND = 1e-12
"""Unit of time of the equations, so that rates are of order 1."""


class HeatFlow(eqx.Module):
    """Rates of change [K/ps] of the rises of temperature on the cells.

    Attributes
    ----------
    capacity, gamma : float64, shape (nz,)
        C_l [J/(m^3 K)] and gamma [J/(m^3 K^2)].
    coupling : float64, shape (nz,) [W/(m^3 K)]
    conductivity : float64, shape (fields, nz) [W/(m K)]
    conductance : float64, shape (fields, nz - 1) [W/(m^2 K)]
        Between the middles of neighbouring cells.
    heights : float64, shape (nz,) [m]
    across_x, across_y : float64 [1/m^2]
        Matrices of the second derivatives.
    heat : float64, shape (nz, fields, nx, ny) [W/m^3]
        Absorbed power at the peak of the pulse, for the field that takes it.
    power_times, power : float64
        Power over its peak, at times [ps].
    ambient : float [K]
    """

    capacity: Array
    gamma: Array
    coupling: Array
    conductivity: Array
    conductance: Array
    heights: Array
    across_x: Array
    across_y: Array
    heat: Array
    power_times: Array
    power: Array
    ambient: float

    @property
    def fields(self) -> int:
        """2 where electrons and lattice differ, else 1."""
        return self.conductivity.shape[0]

    def capacities(self, rise: Float64[Array, "nz f nx ny"]) -> Float64[Array, "nz f nx ny"]:
        """Heat capacities [J/(m^3 K)] of the fields; 1 for electrons where there are none."""
        lattice = jnp.broadcast_to(_on_cells(self.capacity), rise[:, 0].shape)
        electrons = _on_cells(self.gamma) * (self.ambient + rise[:, -1])
        if self.fields == 1:
            return (lattice + electrons)[:, None]
        return jnp.stack([lattice, jnp.where(_on_cells(self.gamma) > 0, electrons, 1.0)], axis=1)

    def lateral(self, t: Any, rise: Array, args: Any = None) -> Array:
        """What flows across the stack, from column to column."""
        along_x = jnp.einsum("ij,zfjk->zfik", self.across_x, rise)
        along_y = jnp.einsum("kj,zfij->zfik", self.across_y, rise)
        flow = self.conductivity.T[:, :, None, None] * (along_x + along_y)
        return PICOSECOND * flow / self.capacities(rise)

    def vertical(self, t: Any, rise: Array, args: Any = None) -> Array:
        """What flows along z, goes from electrons to lattice, and comes from the light."""
        flux = self.conductance.T[:, :, None, None] * (rise[1:] - rise[:-1])
        none = jnp.zeros_like(rise[:1])
        flow = jnp.diff(jnp.concatenate([none, flux, none]), axis=0) / self.heights[:, None, None, None]
        power = jnp.interp(t, self.power_times, self.power, left=0.0, right=0.0)
        flow = flow + self.heat * power
        if self.fields == 2:
            passed = _on_cells(self.coupling) * (rise[:, 1] - rise[:, 0])
            flow = flow + jnp.stack([passed, -passed], axis=1)
        return PICOSECOND * flow / self.capacities(rise)

    def energy_density(self, rise: Array) -> Array:
        """Energy over that at the ambient temperature [J/m^3], shape (nz, nx, ny)."""
        T = rise[:, -1]
        electrons = _on_cells(self.gamma) * T * (self.ambient + 0.5 * T)
        return _on_cells(self.capacity) * rise[:, 0] + electrons

    def common(self, rise: Array) -> Array:
        """One temperature of the same energy in each cell, shape (nz, 1, nx, ny)."""
        energy = self.energy_density(rise)
        first = _on_cells(self.capacity + self.gamma * self.ambient)
        # of the two roots of first T + gamma T^2/2 = energy, in a form without cancellation
        root = jnp.sqrt(first**2 + 2 * _on_cells(self.gamma) * energy)
        return (2 * energy / (first + root))[:, None]


def _on_cells(values: Array) -> Array:
    return values[:, None, None]


def conductances(grid: StackGrid, *, two: bool) -> tuple[np.ndarray, np.ndarray]:
    """Conductivities (fields, nz) and conductances between cells (fields, nz - 1).

    With two temperatures a contact between two metals conducts through both, each its share; where a metal
    meets a medium without electrons, heat leaves its electrons through its lattice.
    With one temperature that is a resistance of the interface, share_e^(3/2)/sqrt(G k_l) with the electrons'
    share of k: A. Majumdar and P. Reddy, Appl. Phys. Lett. 84, 4768 (2004).
    """
    k, G = grid.of("conductivity"), grid.of("coupling")
    contact = grid.of("interface_conductance")[1:]
    resistance = np.where(grid.interfaces & (contact > 0), 1 / np.where(contact > 0, contact, 1.0), 0.0)
    share = np.where(G > 0, grid.of("lattice_share"), 1.0)
    metals, mixed = (G[1:] > 0) & (G[:-1] > 0), (G[1:] > 0) != (G[:-1] > 0)
    if not two:
        own = (1 - share) ** 1.5 / np.sqrt(np.where(G > 0, G * share * k, 1.0))  # 0 without electrons
        return k[None], _in_series(grid, k, resistance + np.where(mixed, own[1:] + own[:-1], 0.0))[None]
    through_lattice = 0.5 * (share[1:] + share[:-1])
    lattice = _in_series(grid, share * k, resistance / np.where(metals, through_lattice, 1.0))
    with np.errstate(divide="ignore"):
        electrons = _in_series(grid, (1 - share) * k, resistance / np.where(metals, 1 - through_lattice, 1.0))
    return np.stack([share * k, (1 - share) * k]), np.stack([lattice, electrons])


def _in_series(grid: StackGrid, k: np.ndarray, resistance: np.ndarray) -> np.ndarray:
    half = 0.5 * grid.heights / k
    return 1 / (half[1:] + resistance + half[:-1])


def heat_flow(
    grid: StackGrid,
    heat: np.ndarray,
    *,
    power_times: np.ndarray,
    power: np.ndarray,
    ambient: float,
    two: bool,
) -> HeatFlow:
    """The equations for absorbed power (nz, nx, ny) [W/m^3], with one temperature or two."""
    conductivity, conductance = conductances(grid, two=two)
    lattice = np.array([one.lattice_heat_capacity(ambient) for one in grid.media])
    takes = np.zeros((len(heat), 2 if two else 1))
    takes[:, 0] = np.where(grid.of("coupling") > 0, 0.0, 1.0) if two else 1.0
    takes[:, -1] = 1.0 - takes[:, 0] if two else 1.0
    return HeatFlow(
        capacity=jnp.asarray(lattice[grid.medium]),
        gamma=jnp.asarray(grid.of("electron_heat_capacity")),
        coupling=jnp.asarray(grid.of("coupling")),
        conductivity=jnp.asarray(conductivity),
        conductance=jnp.asarray(conductance),
        heights=jnp.asarray(grid.heights),
        across_x=jnp.asarray(second_derivative(grid.x)),
        across_y=jnp.asarray(second_derivative(grid.y)),
        heat=jnp.asarray(takes[:, :, None, None] * heat[:, None]),
        power_times=jnp.asarray(power_times / PICOSECOND),
        power=jnp.asarray(power),
        ambient=ambient,
    )
