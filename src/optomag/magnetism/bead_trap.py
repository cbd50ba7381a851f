"""A small superparamagnetic bead above a magnetic film: its energy, the force, and how deep it is held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.interpolate import make_interp_spline

from optomag.conventions import BOLTZMANN_CONSTANT, VACUUM_PERMEABILITY
from optomag.errors import refuse, require_real
from optomag.magnetism.labelled_plane import plane_of
from optomag.magnetism.stray_field import stray_field

DEGREE = 5
"""Of the splines that are differentiated."""

CLOSE = 1e-2
"""Of the height, by which the bead is lifted and lowered for the vertical force."""


@dataclass(frozen=True)
class Bead:
    """A sphere that is magnetized along the field.

    Parameters
    ----------
    radius : float [m]
    susceptibility : float
        chi of its material in SI units; the sphere's own is 3 chi/(3 + chi).

    Raises
    ------
    InvalidInputError
        If a value is not > 0.
    """

    radius: float
    susceptibility: float

    def __post_init__(self) -> None:
        for name in ("radius", "susceptibility"):
            object.__setattr__(self, name, require_real(name, getattr(self, name), above=0.0))

    def energy(self, B: np.ndarray) -> np.ndarray:
        """U = -3 chi/(3 + chi) V B^2/(2 mu0) in fields (..., 3) [T], float64 (...) [J]: a point dipole's."""
        volume = 4 / 3 * np.pi * self.radius**3
        effective = 3 * self.susceptibility / (3 + self.susceptibility)
        return -0.5 * effective * volume / VACUUM_PERMEABILITY * (B**2).sum(axis=-1)


@dataclass(frozen=True, eq=False)
class BeadTrap:
    """What a film does to a bead in a plane above it.

    Attributes
    ----------
    field : float64, shape (nx, ny, 3) [T]
        At the bead's centre.
    energy : float64, shape (nx, ny) [J]
    force : float64, shape (nx, ny, 3) [N]
    steps : pair of float [m]
        Sides of a cell.
    """

    field: np.ndarray
    energy: np.ndarray
    force: np.ndarray
    steps: tuple[float, float]

    @property
    def depth(self) -> float:
        """Highest energy of the plane less the lowest [J]."""
        return float(np.ptp(self.energy))

    def thermal_depth(self, temperature: float = 293.0) -> float:
        """The depth in k_B T, at a temperature [K]."""
        return self.depth / (BOLTZMANN_CONSTANT * require_real("temperature", temperature, above=0.0))


def bead_trap(
    M: Any, thickness: float, height: float, bead: Bead, *, step: Any = None, periodic: bool = False
) -> BeadTrap:
    """Energy and force of a bead whose centre is at a height above a film.

    Parameters
    ----------
    M, thickness, step, periodic
        As for `stray_field`.
    height : float [m]
        Of the bead's centre above the film's top face, more than its radius.
    bead : Bead

    Returns
    -------
    BeadTrap

    Raises
    ------
    InvalidInputError
        If a value cannot be used, or the bead would touch the film.

    Notes
    -----
    The bead is a point dipole at its centre: right as long as the field changes little across it. The film's
    own magnetization does not answer.

    Examples
    --------
    >>> M = np.zeros((9, 9, 3))
    >>> M[3:6, 3:6, 2] = 1.1e5
    >>> trap = bead_trap(M, 80e-9, 100e-9, Bead(50e-9, 3.0), step=60e-9)
    >>> trap.energy.shape, bool(trap.force[4, 4, 2] < 0)  # it is pulled down
    ((9, 9), True)
    """
    if not isinstance(bead, Bead):
        refuse("bead", "an optomag Bead", bead)
    z = require_real("height", height)
    if z <= bead.radius:
        refuse("height", f"more than the bead's radius, {bead.radius:.3g} m", height)
    values, steps = plane_of(M, step)
    around = z * np.array([1 - CLOSE, 1, 1 + CLOSE])
    fields = stray_field(values, thickness, around, step=steps, periodic=periodic)
    energies = bead.energy(fields)
    force = np.empty((*energies.shape[:2], 3))
    for axis, length in enumerate(steps):
        force[..., axis] = -_slope(energies[..., 1], length, axis)
    force[..., 2] = -(energies[..., 2] - energies[..., 0]) / (2 * CLOSE * z)
    return BeadTrap(fields[:, :, 1], energies[..., 1], force, steps)


def _slope(values: np.ndarray, step: float, axis: int) -> np.ndarray:
    """Derivative along an axis, by a spline through all values."""
    count = values.shape[axis]
    places = np.arange(count) * step
    degree = min(DEGREE, count - 1)
    if degree < 1:
        return np.zeros_like(values)
    spline = make_interp_spline(places, values, k=degree - (1 - degree % 2), axis=axis)
    return spline.derivative()(places)
