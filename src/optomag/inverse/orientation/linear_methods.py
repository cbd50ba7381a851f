"""Closed forms: the strongest beam for every direction, of all beams or of a few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optomag.errors import refuse, require_members, require_yes_or_no
from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.inverse.orientation.method import Answer, Method
from optomag.inverse.orientation.strongest_field import strongest_field
from optomag.optics.beam import Beam
from optomag.optics.dipole import dipole
from optomag.optics.elementary import azimuthal, linear, radial
from optomag.optics.film import Film
from optomag.optics.masks import phase_step
from optomag.optics.setup import Setup

PAPER_BEAM_NAMES = ("azimuthal_step_x", "azimuthal_step_y", "radial")
"""What tables call the beams of `paper_beams`."""


@dataclass(frozen=True)
class Optimal(Method):
    """The physical optimum: the largest |M| that unit power can write exactly along each direction.

    Amplitude, phase and polarisation of the pupil are free; E_in = (h/a) P^H G^-1 E with the strongest field
    E (`optomag.inverse.orientation.strongest_field`). Efficiency 1 by definition, in closed form.

    Notes
    -----
    The point may lie anywhere, in a film, and between two lenses. The least power for a field E at the point
    is E^H G^-1 E (`optomag.dipole`), and its largest spin along a direction is
    `optomag.magnetization_bound`.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> found = om.design([1, 0, 1], lens, method=om.Optimal())
    >>> round(float(found.efficiency), 9), bool(found.angle_error < 1e-9)
    (1.0, True)
    """

    beam_names: ClassVar = ("dipole_x", "dipole_y", "dipole_z")

    @property
    def label(self) -> str:
        """What the others are measured against."""
        return "optimum (the bound)"

    def family(self, setup: Setup) -> BeamBasis:
        """Three reversed dipoles at the point; six with a second lens."""
        return dipole_basis(setup)

    def solve(self, directions: np.ndarray, family: BeamBasis) -> Answer:
        """Weights of the dipoles."""
        return Answer(np.asarray(family.strongest(directions)))


@dataclass(frozen=True)
class LinearBasis(Method):
    """Complex sums of a few beams; by default linear x, linear y and radial, which write every direction.

    Parameters
    ----------
    beams : sequence of Beam, optional
        Any beams without pixel maps that together reach all three components of the field.

    Raises
    ------
    InvalidInputError
        If the beams are no Beams; on use, if they leave a component of the field dark.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> found = om.design([1, 0, 1], lens, method=om.LinearBasis())
    >>> bool(found.angle_error < 1e-9), round(float(found.efficiency), 3)
    (True, 0.903)
    """

    beam_names: ClassVar = ("linear_x", "linear_y", "radial")
    beams: Sequence[Beam] | None = None

    def __post_init__(self) -> None:
        if self.beams is None:
            return
        rule = "a sequence of optomag Beams without pixel maps"
        object.__setattr__(self, "beams", require_members("beams", self.beams, Beam, rule))
        if any(beam.pixel_maps for beam in self.beams):
            refuse("beams", rule, self.beams)

    def family(self, setup: Setup) -> BeamBasis:
        """The beams, for each lens there is."""
        return two_sided(self.beams or (linear(), linear(0.5 * np.pi), radial()), setup)

    def solve(self, directions: np.ndarray, family: BeamBasis) -> Answer:
        """Complex weights of the beams."""
        return Answer(np.asarray(family.strongest(directions)))


@dataclass(frozen=True)
class CompletedBasis(Method):
    """The paper's families and one beam more: the x family also without its quarter-wave delay.

    E(0) = (k (a2 - i a), k (b1 + i b2), kz c) with five real weights reaches every direction; their complex
    form is a weight each for azimuthal times the steps V_x and V_y, and for radial. On the axis only.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> found = om.design([1, 0, 1], lens, method=om.CompletedBasis())  # m_y = 0: out of reach of four beams
    >>> bool(found.angle_error < 1e-9), round(float(found.efficiency), 3)
    (True, 0.6)
    """

    beam_names: ClassVar = PAPER_BEAM_NAMES

    def family(self, setup: Setup) -> BeamBasis:
        """The two stepped azimuthal beams and the radial one, for each lens there is."""
        return two_sided(paper_beams(), setup)

    def solve(self, directions: np.ndarray, family: BeamBasis) -> Answer:
        """Complex weights, that of the first radial beam real and >= 0."""
        rows = np.asarray(family.strongest(directions))
        return Answer(rows * np.exp(-1j * np.angle(rows[:, 2:3])))


@dataclass(frozen=True)
class ReversedDipoles(Method):
    """The time-reversed light of a circular dipole across the direction, plain or corrected.

    Parameters
    ----------
    corrected : bool, default False
        Plain, p = e1 + i e2 writes cof(G) m, which is tilted from m by up to arctan[(1 - q)/(2 sqrt q)],
        q = gz/gx: 9.3 degrees at NA 0.95. Corrected, p = G^-1 E with E = e1 + i e2 writes along m.

    Raises
    ------
    InvalidInputError
        If `corrected` is neither True nor False.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> for corrected in (False, True):
    ...     found = om.design([1, 0, 1], lens, method=om.ReversedDipoles(corrected))
    ...     print(round(float(np.degrees(found.angle_error)), 1), "degrees")
    9.2 degrees
    0.0 degrees
    """

    corrected: bool = False

    def __post_init__(self) -> None:
        require_yes_or_no("corrected", self.corrected)

    @property
    def label(self) -> str:
        """Plain or corrected."""
        return f"{super().label}, corrected" if self.corrected else super().label

    def family(self, setup: Setup) -> BeamBasis:
        """Three reversed dipoles at the point; six with a second lens."""
        return dipole_basis(setup)

    def solve(self, directions: np.ndarray, family: BeamBasis) -> Answer:
        """Weights of the dipoles, moments p that both lenses see alike."""
        wanted = np.asarray(strongest_field(directions, np.eye(3))[0])  # circular across the direction
        fields = wanted if self.corrected else wanted @ family.coupling.T
        rows = fields @ family.cheapest.T
        power = np.einsum("ni,ij,nj->n", rows.conj(), family.overlaps, rows).real
        return Answer(rows / np.sqrt(power)[:, None])


def dipole_basis(setup: Setup) -> BeamBasis:
    """Reversed dipoles along x, y and z at the point, for each lens."""
    back = _dipoles(setup, *setup.back) if setup.four_pi else ()
    return BeamBasis(setup, _dipoles(setup, setup.film, setup.at), back)


def two_sided(beams: Sequence[Beam], setup: Setup) -> BeamBasis:
    """The same beams for each lens there is."""
    return BeamBasis(setup, beams, beams if setup.four_pi else ())


def paper_beams() -> tuple[Beam, Beam, Beam]:
    """The paper's families: azimuthal with a phase step along x, along y, and radial."""
    return azimuthal() * phase_step("x"), azimuthal() * phase_step("y"), radial()


def _dipoles(setup: Setup, film: Film | None, at: tuple[float, float, float]) -> tuple[Beam, ...]:
    return tuple(dipole(moment, setup.lens, at=at, film=film) for moment in np.eye(3))
