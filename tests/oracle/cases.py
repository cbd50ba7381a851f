"""Every elementary beam, every mask and some sums, each written twice: for the oracle and for the library.

The library's version is a function of the module, so that reference values can be made without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import pupils
from .pupils import Pupil


@dataclass(frozen=True)
class Case:
    """One pupil: `pupil` for the oracle, `beam(om)` for the library."""

    pupil: Pupil
    beam: Callable


def _bent(r, phi):
    """A pupil without any symmetry that jumps at r = 0.45 and at phi = 0.8 and 2.9."""
    inside = r < 0.45
    between = (phi > 0.8) & (phi < 2.9)
    e_rho = np.where(inside, 0.7 - 0.2j * r, 0.3j + r**2 * np.cos(phi))
    e_phi = np.where(between, 1.0 + 0.5j * r * np.sin(2 * phi), -0.4 + r**3)
    return e_rho + 0j, e_phi + 0j


_ABERRATION = {(2, 0): 0.1, (2, 2): 0.05, (3, -1): -0.12, (4, 0): 0.07, (5, 3): 0.04, (6, -6): 0.06}
_FOUR = (0.398, -0.611, 0.467, 0.5006)

CASES: dict[str, Case] = {
    "linear x": Case(pupils.linear(), lambda om: om.linear()),
    "linear 0.7 rad": Case(pupils.linear(0.7), lambda om: om.linear(angle=0.7)),
    "circular +": Case(pupils.circular(+1), lambda om: om.circular(+1)),
    "circular -": Case(pupils.circular(-1), lambda om: om.circular(-1)),
    "radial": Case(pupils.radial(), lambda om: om.radial()),
    "azimuthal": Case(pupils.azimuthal(), lambda om: om.azimuthal()),
    "azimuthal vortex": Case(
        pupils.azimuthal() * pupils.vortex(1), lambda om: om.azimuthal() * om.vortex(charge=1)
    ),
    "radial vortex -3": Case(
        pupils.radial() * pupils.vortex(-3), lambda om: om.radial() * om.vortex(charge=-3)
    ),
    "azimuthal step x": Case(
        pupils.azimuthal() * pupils.phase_step("x"), lambda om: om.azimuthal() * om.phase_step("x")
    ),
    "azimuthal step y": Case(
        pupils.azimuthal() * pupils.phase_step("y"), lambda om: om.azimuthal() * om.phase_step("y")
    ),
    "linear both steps": Case(
        pupils.linear(0.3) * pupils.phase_step("x") * pupils.phase_step("y"),
        lambda om: om.linear(angle=0.3) * om.phase_step("x") * om.phase_step("y"),
    ),
    "radial annulus": Case(
        pupils.radial() * pupils.annulus(0.5, 0.8), lambda om: om.radial() * om.annulus(inner=0.5, outer=0.8)
    ),
    "needle": Case(
        pupils.azimuthal() * pupils.vortex(1) * pupils.annulus(0.98, 1.0),
        lambda om: om.azimuthal() * om.vortex(charge=1) * om.annulus(inner=0.98, outer=1.0),
    ),
    "circular rings": Case(
        pupils.circular(1) * pupils.binary_rings([0.3, 0.6, 0.85]),
        lambda om: om.circular(+1) * om.binary_rings([0.3, 0.6, 0.85]),
    ),
    "linear gaussian": Case(
        pupils.linear() * pupils.gaussian(0.6), lambda om: om.linear() * om.gaussian(fill=0.6)
    ),
    "circular aberrated": Case(
        pupils.circular(1) * pupils.zernike(_ABERRATION), lambda om: om.circular(+1) * om.zernike(_ABERRATION)
    ),
    "linear sector": Case(
        pupils.linear(0.2) * pupils.sector(0.0, np.pi),
        lambda om: om.linear(angle=0.2) * om.sector(0.0, np.pi),
    ),
    "radial sector through phi = 0": Case(
        pupils.radial() * pupils.sector(-0.6, 1.1), lambda om: om.radial() * om.sector(-0.6, 1.1)
    ),
    "all masks": Case(
        pupils.azimuthal()
        * pupils.vortex(2)
        * pupils.binary_rings([0.55])
        * pupils.zernike({(3, 1): 0.1})
        * pupils.sector(1.0, 4.5)
        * pupils.phase_step("x")
        * pupils.gaussian(1.3)
        * pupils.annulus(0.2, 0.9),
        lambda om: (
            om.azimuthal()
            * om.vortex(charge=2)
            * om.binary_rings([0.55])
            * om.zernike({(3, 1): 0.1})
            * om.sector(1.0, 4.5)
            * om.phase_step("x")
            * om.gaussian(fill=1.3)
            * om.annulus(inner=0.2, outer=0.9)
        ),
    ),
    "the paper's example": Case(
        (1j * _FOUR[0]) * (pupils.azimuthal() * pupils.phase_step("x"))
        + (_FOUR[1] + 1j * _FOUR[2]) * (pupils.azimuthal() * pupils.phase_step("y"))
        + _FOUR[3] * pupils.radial(),
        lambda om: (
            (1j * _FOUR[0]) * om.azimuthal() * om.phase_step("x")
            + (_FOUR[1] + 1j * _FOUR[2]) * om.azimuthal() * om.phase_step("y")
            + _FOUR[3] * om.radial()
        ),
    ),
    "sum of unlike beams": Case(
        (0.5 - 0.2j) * (pupils.linear(1.1) * pupils.annulus(0.0, 0.7))
        + (-0.3j) * (pupils.circular(-1) * pupils.sector(0.5, 2.0))
        + 0.8 * (pupils.radial() * pupils.vortex(1)),
        lambda om: (
            (0.5 - 0.2j) * om.linear(angle=1.1) * om.annulus(inner=0.0, outer=0.7)
            + (-0.3j) * om.circular(-1) * om.sector(0.5, 2.0)
            + 0.8 * om.radial() * om.vortex(charge=1)
        ),
    ),
    "pupil function with jumps": Case(
        Pupil(_bent, r_breaks=(0.45,), phi_breaks=(0.8, 2.9)),
        lambda om: om.pupil_function(_bent, r_breaks=(0.45,), phi_breaks=(0.8, 2.9)),
    ),
}

LENSES: dict[str, tuple[float, float]] = {
    "air 0.95": (0.95, 1.0),
    "air 0.99": (0.99, 1.0),
    "oil 1.4": (1.4, 1.515),
    "oil 0.99 n": (0.99 * 1.515, 1.515),
    "air 0.2": (0.2, 1.0),
}
"""Numerical aperture and index; the second and the fourth lie at 0.99 of the index."""

STEP = 0.075
"""Near points are multiples of this, so that they lie on planes of 201 and cubes of 81 points over +-1.5."""

NEAR_POINTS = STEP * np.array(
    [[0, 0, 0], [4, -3, 2], [-9, 5, -12], [14, 17, 8], [-20, -1, 0], [1, 19, -20], [6, 6, 0], [-13, 20, 15]]
)
FAR_POINTS = np.array(
    [
        [6.3, -4.2, 5.6],
        [0.0, 0.0, -10.0],
        [-7.0, 7.0, 0.35],
        [0.0, 9.8, -1.05],
        [-2.1, -3.5, 7.7],
        [0.7, 0.35, 9.9],
    ]
)
"""Points between 8 and 10 vacuum wavelengths from the focus, on the axis and off it."""
