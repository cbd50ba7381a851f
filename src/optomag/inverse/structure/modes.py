"""The pupils that control points can tell apart: orthonormal modes of unit power each, strongest first.

A pupil u reaches the points only by its part in the span of their reversed dipoles, u = A^H q. With the
eigenvectors V and eigenvalues lambda of A A^H, the pupils A^H V lambda^-1/2 are orthonormal, and a pupil of
coefficients y brings the field B y, B = V lambda^1/2, and has the power |y|^2.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.inverse.structure.plane_waves import PlaneWaves

WEAKEST = 1e-7
"""Eigenvalue, over the largest, below which a mode counts as out of reach."""


class Modes(NamedTuple):
    """Modes of a set of points.

    Attributes
    ----------
    fields : complex128, shape (n, 3, r)
        Field at the points of each mode of unit power: B.
    moments : complex128, shape (n, 3, r)
        Dipole moments at the points whose reversed light is the mode.
    """

    fields: Complex128[np.ndarray, "n 3 r"]
    moments: Complex128[np.ndarray, "n 3 r"]

    @property
    def rank(self) -> int:
        """How many there are."""
        return self.fields.shape[-1]


def pupil_modes(waves: PlaneWaves, *, weakest: float = WEAKEST) -> Modes:
    """Modes of the points that the waves were made for.

    Parameters
    ----------
    waves : PlaneWaves
    weakest : float
        Eigenvalue, over the largest, below which modes are left out.
    """
    values, vectors = np.linalg.eigh(waves.gram())
    kept = values > weakest * values[-1]
    # The strongest first.
    values, vectors = values[kept][::-1], vectors[:, kept][:, ::-1]
    root: Float64[np.ndarray, " r"] = np.sqrt(values)
    shape = (*waves.empty.shape, len(root))
    return Modes((vectors * root).reshape(shape), (vectors / root).reshape(shape))
