"""From wanted magnetizations to spots: each with the beam of its direction, exposed for its length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optomag.errors import refuse
from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.inverse.orientation.linear_methods import LinearBasis
from optomag.inverse.orientation.method import Method
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.setup import Setup
from optomag.scanning.pair_kernels import weight_products
from optomag.scanning.table import Spots

SHORTEST = 1e-9
"""A magnetization that is none: nothing is exposed, but a direction is needed."""


@dataclass(frozen=True, eq=False)
class SpotWriter:
    """Writes magnetizations of any length, a lonely spot's of length 1 with |M| = 1 at its centre.

    Parameters
    ----------
    basis : BeamBasis
    method : Method
        That weighs its beams.
    """

    basis: BeamBasis
    method: Method

    @classmethod
    def of(cls, setup: Setup, method: Method | None = None) -> SpotWriter:
        """By a method of weighted beams, `LinearBasis()` by default.

        Raises
        ------
        InvalidInputError
            If the method's beams are no weighted sums.
        """
        chosen = LinearBasis() if method is None else method
        basis = chosen.family(setup) if isinstance(chosen, Method) else None
        if not isinstance(basis, BeamBasis):
            refuse("method", "one that weights a few beams, such as LinearBasis()", method)
        return cls(basis, chosen)

    def beams(self, magnetizations: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """What writes magnetizations (n, 3): unit vectors, lengths > 0, weights, and M at unit exposure."""
        lengths = np.maximum(np.linalg.norm(magnetizations, axis=1), SHORTEST)
        there = lengths > SHORTEST
        units = np.where(there[:, None], magnetizations, [0.0, 0.0, SHORTEST]) / lengths[:, None]
        rows = np.asarray(self.method.solve(units, self.basis).rows)
        return units, lengths, rows, np.asarray(induced_magnetization(self.basis.focal_field(rows)))

    def products(self, magnetizations: np.ndarray) -> np.ndarray:
        """Products of weights (n, k^2) that write magnetizations (n, 3), each for itself."""
        _, lengths, rows, alone = self.beams(magnetizations)
        return weight_products(rows) * (lengths / np.linalg.norm(alone, axis=1))[:, None]

    def linear_products(self) -> np.ndarray:
        """The part of the products that is odd in the magnetization, and so linear in it: (k^2, 3)."""
        axes = np.eye(3)
        return 0.5 * (self.products(axes) - self.products(-axes)).T

    def spots(self, positions: np.ndarray, magnetizations: np.ndarray) -> Spots:
        """Spots at positions (n, 2) [m] that write magnetizations (n, 3)."""
        units, lengths, rows, alone = self.beams(magnetizations)
        times = lengths / np.linalg.norm(alone, axis=1)
        return Spots(positions, units, rows, times, times[:, None] * alone, np.ones(len(rows), bool))
