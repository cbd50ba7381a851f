"""Sums of reversed dipoles, as one mode however many dipoles there are.

They are all the pupils of least power for fields wanted at several points, and their polarisation and phase
are those of the best pupils of uniform amplitude.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.optics.arrays import PupilAmplitude, PupilCoordinate
from optomag.optics.beam import Beam, single_mode
from optomag.optics.dipole import (
    ORIGIN,
    Point,
    ReversedLight,
    require_point,
    require_setup,
    require_vectors_at,
    reversed_light,
)
from optomag.optics.film import Film
from optomag.optics.objective import Objective

Vector = tuple[complex, complex, complex]


@dataclass(frozen=True)
class DipoleSum(ReversedLight):
    """Several reversed dipoles' light as it is, amplitude included."""

    at: tuple[Point, ...]
    moments: tuple[Vector, ...]

    def field(self, r: PupilCoordinate, phi: PupilCoordinate) -> tuple[PupilAmplitude, PupilAmplitude]:
        """(E_rho, E_phi) = (h(alpha)/a) sum of P^H p_n e^{-i k s.r_n}."""
        return reversed_light(self.lens, self.film, self.at, np.array(self.moments), r, phi)


@dataclass(frozen=True)
class FlatDipoles(ReversedLight):
    """Several reversed dipoles' phase and polarisation on uniform amplitude, at unit power."""

    at: tuple[Point, ...]
    moments: tuple[Vector, ...]

    @property
    def known_power(self) -> float:
        """1: uniform amplitude has no need of an integral, which many dipoles would make hard."""
        return 1.0

    def field(self, r: PupilCoordinate, phi: PupilCoordinate) -> tuple[PupilAmplitude, PupilAmplitude]:
        """(E_rho, E_phi) = v/(|v| sqrt(pi)), v = sum of P^H p_n e^{-i k s.r_n}."""
        parts = reversed_light(self.lens, self.film, self.at, np.array(self.moments), r, phi)
        length = np.sqrt(np.pi) * np.hypot(*map(np.abs, parts))
        rho_part, phi_part = (part / np.where(length > 0, length, 1.0) for part in parts)
        return rho_part, phi_part


def summed_dipoles(moments: Any, lens: Objective, *, at: Any, film: Film | None = None) -> Beam:
    """Beam of the light that dipoles send back, not normalised: the sum of `dipole` over all of them.

    Parameters
    ----------
    moments : complex array_like, shape (n, 3)
        Dipole moments p_n.
    lens : Objective
    at : array_like, shape (n, 3) [m]
        Where they lie.
    film : Film, optional
        Layered medium that the light has to cross.

    Raises
    ------
    InvalidInputError
        If moments or points are not finite, not as many of one as of the other, or all moments are zero.
    """
    return single_mode(DipoleSum(lens, film, *_checked(moments, lens, at, film)))


def flat_dipoles(moments: Any, lens: Objective, *, at: Any = (ORIGIN,), film: Film | None = None) -> Beam:
    """Beam of uniform amplitude with the phase and polarisation of the reversed light of dipoles.

    Parameters
    ----------
    moments : complex array_like, shape (n, 3)
        Dipole moments p_n; only their ratios matter.
    lens : Objective
    at : array_like, shape (n, 3) [m], default one at the focus
        Where they lie.
    film : Film, optional
        Layered medium that the light has to cross.

    Returns
    -------
    Beam
        E_in = v/(|v| sqrt(pi)) with v = sum_n P^H p_n e^{-i k s.r_n}: unit power, nothing absorbed. A pupil
        of uniform amplitude that is stationary for a merit of the fields E_n = E(r_n) has this form, with
        p_n the derivative of the merit with respect to E_n*.

    Raises
    ------
    InvalidInputError
        If moments or points are not finite, not as many of one as of the other, or all moments are zero.

    Examples
    --------
    >>> beam = flat_dipoles([[1, 1j, 0]], Objective(na=0.95, wavelength=532e-9))
    >>> bool(abs(np.linalg.norm(beam.evaluate(0.3, 1.0)) ** 2 - 1 / np.pi) < 1e-12)
    True
    """
    return single_mode(FlatDipoles(lens, film, *_checked(moments, lens, at, film)))


def _checked(moments: Any, lens: Any, at: Any, film: Any) -> tuple[tuple[Point, ...], tuple[Vector, ...]]:
    """Points and moments as the modes keep them."""
    require_setup(lens, film)
    vectors, places = require_vectors_at("moments", moments, at)
    rows = tuple((complex(x), complex(y), complex(z)) for x, y, z in vectors)
    return tuple(require_point("at", place) for place in places), rows
