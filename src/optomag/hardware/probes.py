"""Probes: known phases and defocus, which tell what the optics do to light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optomag.optics.arrays import PupilAmplitude, PupilCoordinate
from optomag.optics.mode import Mask
from optomag.optics.objective import Objective
from optomag.optics.transmission import Transmission


@dataclass(frozen=True)
class FocusMove(Mask):
    """Phase e^{i k z cos theta}: the focus then holds what the plane at z [m] held without it.

    As exact as a stage, and the only way where there is none.
    """

    lens: Objective
    height: float

    def transmission(self, r: PupilCoordinate, phi: PupilCoordinate) -> PupilAmplitude:
        """e^{i k z cos theta}."""
        return np.exp(1j * self.lens.wavenumber * self.height * np.cos(self.lens.polar_angle(np.asarray(r))))


@dataclass(frozen=True)
class Probe:
    """One frame to take: a phase beside the light, and the plane [m] that is looked at."""

    phase: Transmission
    height: float


def random_probes(
    count: int, *, waves: float, highest: int, reach: float, random: np.random.Generator
) -> tuple[Probe, ...]:
    """Probes of random phases, heights spread evenly over -reach ... reach in random order.

    Parameters
    ----------
    count : int
    waves : float [waves rms]
        Of each phase; its Zernike terms from n = 2 to `highest` are drawn alike.
    highest : int
    reach : float [m]
    random : numpy Generator

    Notes
    -----
    Phases of the same size in every term tell terms apart that a mere stack confuses: signs of even orders,
    and defocus from spherical aberration (phase diversity, R. A. Gonsalves, Opt. Eng. 21, 829 (1982),
    doi:10.1117/12.7972989).
    """
    orders = [(n, m) for n in range(2, highest + 1) for m in range(-n, n + 1, 2)]
    heights = random.permutation(np.linspace(-reach, reach, count)) if count > 1 else np.zeros(1)
    found = []
    for height in heights:
        terms = random.normal(size=len(orders))
        terms *= waves / np.linalg.norm(terms)
        found.append(Probe(Transmission(dict(zip(orders, terms.tolist(), strict=True))), float(height)))
    return tuple(found)
