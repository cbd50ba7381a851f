"""A small superparamagnetic bead above a magnetic film: its energy, the force, and how deep it is held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optomag.conventions import BOLTZMANN_CONSTANT, VACUUM_PERMEABILITY
from optomag.displayed import Displayed, drawn
from optomag.errors import (
    dimensions,
    refuse,
    require_finite_array,
    require_integer,
    require_real,
    require_yes_or_no,
)
from optomag.magnetism.film_cells import FilmCells
from optomag.magnetism.film_sums import FIELD, SLOPES, film_sums
from optomag.plausible import LENGTH, PLACE, TEMPERATURE, require_plausible

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Bead(Displayed):
    """A sphere that is magnetized along the field.

    Parameters
    ----------
    radius : float [m]
        Of the sphere.
    susceptibility : float
        chi of its material in SI units; the sphere's own is 3 chi/(3 + chi).

    Raises
    ------
    InvalidInputError
        If a value is not > 0.

    Examples
    --------
    >>> import optomag as om
    >>> bead = om.Bead(radius=50e-9, susceptibility=3.0)
    >>> round(bead.volume * 1e27), round(bead.polarizability(), 12)  # [nm^3], 3 chi/(3 + chi)
    (523599, 1.5)
    """

    radius: float
    susceptibility: float

    def __post_init__(self) -> None:
        for name in ("radius", "susceptibility"):
            object.__setattr__(self, name, require_real(name, getattr(self, name), above=0.0))
        require_plausible(LENGTH, "radius", self.radius)

    @property
    def volume(self) -> float:
        """4 pi a^3/3 [m^3]."""
        return 4 / 3 * np.pi * self.radius**3

    def polarizability(self, degree: int = 1) -> float:
        """chi_l = (2 l + 1) chi/(l chi + 2 l + 1): of a dipole, l = 1, 3 chi/(3 + chi).

        Parameters
        ----------
        degree : int, default 1
            l of the multipole.
        """
        degree = require_integer("degree", degree, at_least=1)
        odd = 2 * degree + 1
        return self.susceptibility / (self.susceptibility * (degree / odd) + 1)

    def energy(self, B: np.ndarray) -> np.ndarray:
        """U = -3 chi/(3 + chi) V B^2/(2 mu0) of a point dipole [J], float64 (...).

        Parameters
        ----------
        B : float64, shape (..., 3) [T]
            Field at the bead's centre.
        """
        field = require_finite_array("B", B, shape="(..., 3)", ndim=max(1, dimensions(B)), last=3)
        return -0.5 * self.polarizability() * self.volume / VACUUM_PERMEABILITY * (field**2).sum(axis=-1)


@dataclass(frozen=True, eq=False)
class BeadTrap(Displayed):
    """What a film does to a bead in a plane above it.

    Attributes
    ----------
    field : float64, shape (nx, ny, 3) [T]
        At the bead's centre.
    energy : float64, shape (nx, ny) [J]
        Of a point dipole at the bead's centre.
    quadrupole : float64, shape (nx, ny) [J]
        What the next multipole adds to this energy: small where the point dipole is right.
    force : float64, shape (nx, ny, 3) [N]
        On the point dipole, -grad of its energy.
    steps : pair of float [m]
        Sides of a cell.
    bead : Bead
    height : float [m]
        Of the bead's centre above the film's top face.

    Examples
    --------
    >>> import optomag as om
    >>> M = np.zeros((9, 9, 3))
    >>> M[3:6, 3:6, 2] = 1.1e5  # [A/m]
    >>> trap = om.bead_trap(M, 80e-9, 100e-9, om.Bead(50e-9, 3.0), step=60e-9)
    >>> trap.field.shape, trap.depth > 0
    ((9, 9, 3), True)
    >>> round(trap.thermal_depth(293.0) / (trap.depth / (1.380649e-23 * 293.0)), 9)  # in k_B T
    1.0
    """

    field: np.ndarray
    energy: np.ndarray
    quadrupole: np.ndarray
    force: np.ndarray
    steps: tuple[float, float]
    bead: Bead
    height: float

    def _facts_(self) -> dict[str, str]:
        return {
            "": " x ".join(map(str, self.energy.shape)) + " cells",
            "depth": f"{self.depth:.3g} J, {self.thermal_depth():.3g} k_B T at 293 K",
            "largest force": f"{np.linalg.norm(self.force, axis=-1).max():.3g} N",
        }

    def _preview_(self) -> Any:
        return self.plot()

    def plot(self, *, temperature: float = 293.0, heading: str = "") -> Figure:
        """Draw B_z with the field in the plane, and the energy with the force in the plane.

        Parameters
        ----------
        temperature : float [K], default 293
            Of k_B T, the unit of the energy.
        heading : str, optional
            Over the figure, above what the bead is: what wrote the film.

        Returns
        -------
        matplotlib.figure.Figure
        """
        maps = (self.field, self.energy, self.force, self.steps)
        bead = (
            f"bead of {1e9 * self.bead.radius:.4g} nm radius, χ = {self.bead.susceptibility:g}, "
            f"its centre {1e9 * self.height:.4g} nm above the film; {temperature:g} K"
        )
        told = f"{heading}\n{bead}".strip()
        figure = "optomag.plot.bead_trap_figure:bead_trap_figure"
        return drawn(figure, *maps, temperature=temperature, heading=told)

    @property
    def depth(self) -> float:
        """Highest energy of the plane less the lowest [J]."""
        return float(np.ptp(self.energy))

    def thermal_depth(self, temperature: float = 293.0) -> float:
        """The depth in k_B T.

        Parameters
        ----------
        temperature : float [K], default 293
        """
        return self.depth / (BOLTZMANN_CONSTANT * require_plausible(TEMPERATURE, "temperature", temperature))


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
    A linear sphere in a field without sources in it answers each multipole of the field by itself,

        U = -sum_l chi_l integral of |B_l|^2 dV/(2 mu0),  chi_l = (2 l + 1) chi/(l chi + 2 l + 1),

    with the integral over the sphere: V |B|^2 at its centre for l = 1, the point dipole, and V (a^2/5) sum of
    (d_l B_i)^2 for l = 2 (solid harmonics of different degrees are orthogonal over a sphere, and the inside
    of a permeable one has the textbook's field: J. D. Jackson, Classical Electrodynamics, section 5.11). Each
    term is some (k a)^2 of the former, with k of the pattern. Forces are sums of the kernel's own third
    derivatives, exact for the cells, F = (3 chi/(3 + chi)) (V/mu0) sum_i B_i grad B_i.

    The film's own magnetization does not answer, and the bead's is proportional to the field.

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
    z = require_plausible(PLACE, "height", height, above=None)
    if z <= bead.radius:
        refuse("height", f"more than the bead's radius, {bead.radius:.3g} m", height)
    cells = FilmCells.of(M, thickness, step)
    require_yes_or_no("periodic", periodic)
    found = film_sums(cells, [z], (*FIELD, *SLOPES), periodic=periodic)[:, :, 0]
    B, slopes = np.split(VACUUM_PERMEABILITY * found, [len(FIELD)], axis=-1)
    gradient = slopes[..., _MATRIX]
    strength = bead.volume / VACUUM_PERMEABILITY
    force = bead.polarizability() * strength * np.einsum("...i,...li->...l", B, gradient)
    share = 0.5 * bead.polarizability(2) * strength * bead.radius**2 / 5
    quadrupole = -share * np.einsum("...li,...li->...", gradient, gradient)
    return BeadTrap(B, bead.energy(B), quadrupole, force, cells.steps, bead, z)


_MATRIX = np.array([[0, 3, 4], [3, 1, 5], [4, 5, 2]])
"""Which of `SLOPES` is d_l B_i."""
