"""Beams that are sums of reversed dipoles, as one mode however many dipoles there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from optomag.errors import refuse, require_finite_array
from optomag.optics.beam import Beam, single_mode
from optomag.optics.dipole import FlatDipoles, require_complex_vectors, require_point, reversed_light
from optomag.optics.film import Film
from optomag.optics.objective import Objective


@dataclass(frozen=True)
class DipoleSum(FlatDipoles):
    """Several reversed dipoles' light as it is, amplitude included."""

    @property
    def known_power(self) -> None:
        """It takes the integral."""
        return None

    def field(self, r: np.ndarray, phi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(E_rho, E_phi) = (h(alpha)/a) sum of P^H p_n e^{-i k s.r_n}."""
        return reversed_light(self.lens, self.film, self.at, np.array(self.moments), r, phi)


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
    places = require_finite_array("at", at, shape="(n, 3)", ndim=2, last=3)
    vectors = require_complex_vectors("moments", moments, ndim=2)
    if len(places) != len(vectors):
        refuse("at", f"as many points as moments, {len(vectors)}", len(places))
    if not np.any(vectors):
        refuse("moments", "different from zero", moments)
    rows = tuple((complex(x), complex(y), complex(z)) for x, y, z in vectors)
    return single_mode(DipoleSum(lens, film, tuple(require_point("at", p) for p in places), rows))
