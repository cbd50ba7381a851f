"""Superpositions of a few fixed beams: everything about them is linear algebra at the focus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from optomag.errors import refuse
from optomag.inverse.orientation.method import BeamFamily
from optomag.inverse.orientation.strongest_field import strongest_field
from optomag.optics.arrays import in_jax
from optomag.optics.beam import Beam
from optomag.optics.elementary import stack_beams
from optomag.optics.film import Film
from optomag.optics.focus import MIRROR
from optomag.optics.overlap import overlap_matrix
from optomag.optics.setup import Setup

DEPENDENT = 1e-12
"""Relative singular value at which the fields of a basis count as linearly dependent."""

FEW = 1000
"""Directions up to which NumPy is done before JAX has compiled."""


class Side(NamedTuple):
    """What one lens sees of a set-up."""

    beams: Sequence[Beam]
    film: Film | None
    height: float
    """z of the point [m], reversed for a second lens."""
    factors: np.ndarray
    """Of the components of its field, (3,): its share, and the mirror of a second lens."""


@dataclass(frozen=True, eq=False)
class BeamBasis(BeamFamily):
    """Sums of beams with complex weights.

    Attributes
    ----------
    setup : Setup
    front : sequence of Beam
        Basis beams of the first lens.
    back : sequence of Beam
        Those of the second lens, written as mirror images; empty without one.

    Notes
    -----
    With B the fields of the beams at the point and O their power products, weights w bring E = B w at the
    power w^H O w; the cheapest weights for a wanted E are w = O^-1 B^H G^-1 E with G = B O^-1 B^H.
    """

    setup: Setup
    front: Sequence[Beam]
    back: Sequence[Beam] = ()

    @cached_property
    def fields(self) -> np.ndarray:
        """Dimensionless field of each basis beam at the point, complex128, shape (k, 3)."""
        parts = [self.setup.fields(self.front)]
        if self.back:
            parts.append(self.setup.fields(self.back, back=True))
        return np.concatenate(parts)

    @property
    def sides(self) -> list[Side]:
        """Each lens with its beams."""
        setup = self.setup
        sides = [Side(self.front, setup.film, setup.at[2], np.full(3, setup.share))]
        if self.back:
            film, at = setup.back
            sides.append(Side(self.back, film, at[2], setup.share * MIRROR))
        return sides

    @cached_property
    def overlaps(self) -> np.ndarray:
        """Power products O of the basis beams, complex128, shape (k, k)."""
        parts = [_overlaps(self.front)] + ([_overlaps(self.back)] if self.back else [])
        sizes = np.cumsum([0, *map(len, parts)])
        whole = np.zeros((sizes[-1], sizes[-1]), dtype=np.complex128)
        for part, start, stop in zip(parts, sizes, sizes[1:], strict=False):
            whole[start:stop, start:stop] = part / len(parts)  # two lenses get half the power each
        return whole

    @cached_property
    def cheapest(self) -> np.ndarray:
        """Matrix from a wanted field to the cheapest weights, complex128, shape (k, 3)."""
        adjoint = np.linalg.solve(self.overlaps, self.fields.conj())
        return adjoint @ np.linalg.inv(self.coupling)

    @cached_property
    def coupling(self) -> np.ndarray:
        """G = B O^-1 B^H of the basis, complex128, shape (3, 3).

        Raises
        ------
        InvalidInputError
            If the beams do not reach all three components of the field.
        """
        found = self.fields.T @ np.linalg.solve(self.overlaps, self.fields.conj())
        singular = np.linalg.svd(found, compute_uv=False)
        if singular[-1] <= DEPENDENT * singular[0]:
            advice = "Add a beam with the missing component."
            refuse("basis beams", "able to reach E_x, E_y and E_z at the point", singular, advice)
        return found

    def strongest(self, directions: Any) -> jax.Array:
        """Weights of unit power that write the most exactly along unit vectors: (n, 3) to (n, k)."""
        if len(directions) <= FEW:
            return in_jax(_weights(np.asarray(directions), self.coupling, self.cheapest))
        return _strongest(jnp.asarray(directions), self.coupling, self.cheapest)

    def focal_field(self, rows: Any) -> jax.Array:
        """Dimensionless field at the point: weights (n, k) to complex (n, 3)."""
        if isinstance(rows, np.ndarray) and len(rows) <= FEW:
            return in_jax(rows.astype(np.complex128) @ self.fields)
        return jnp.asarray(rows, jnp.complex128) @ self.fields

    def beams(self, rows: np.ndarray) -> tuple[Beam, Beam | None]:
        """The beams that the weights (k,) or (n, k) stand for."""
        count = len(self.front)
        front = _superpose(self.front, rows[..., :count])
        return front, _superpose(self.back, rows[..., count:]) if self.back else None


def _weights(directions: Any, coupling: Any, cheapest: Any) -> Any:
    return strongest_field(directions, coupling)[0] @ cheapest.T


_strongest = jax.jit(_weights)


def _overlaps(beams: Sequence[Beam]) -> np.ndarray:
    stacked = stack_beams(beams)
    weights = np.asarray(stacked.weight_vector)
    return weights.conj() @ overlap_matrix(stacked.modes) @ weights.T


def _superpose(beams: Sequence[Beam], weights: np.ndarray) -> Beam:
    stacked = stack_beams(beams)
    columns = np.moveaxis(np.asarray(weights) @ stacked.weight_vector, -1, 0)
    return Beam(tuple(columns), stacked.modes)
