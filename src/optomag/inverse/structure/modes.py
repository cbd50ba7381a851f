"""The pupils that control points can tell apart: orthonormal modes of unit power each, strongest first.

A pupil u reaches the points only by its part in the span of their reversed dipoles, u = A^H q. With the
eigenvectors V and eigenvalues lambda of A A^H, the pupils A^H V lambda^-1/2 are orthonormal, and a pupil of
coefficients y brings the field B y, B = V lambda^1/2, and has the power |y|^2.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Complex128, Float64
from scipy.linalg import get_lapack_funcs

from optomag.errors import refuse
from optomag.inverse.structure.plane_waves import PlaneWaves

WEAKEST = 1e-7
"""Eigenvalue, over the largest, below which a mode counts as out of reach."""

MOST_BYTES = 2 * 2**30
MATRICES = 3
"""Memory that the matrices of all pairs of control points may take, and how many a search holds at a time."""

MOST_EQUATIONS = 1500
"""Beyond, all eigenvectors of the matrix would take longer than the search that follows."""

LEFT_OUT = 1e-4
"""Where Cholesky's factor ends, in smallest eigenvalues that count: 2e-5 of these are then wrong."""


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


def require_room(points: int) -> None:
    """Refuse so many control points that matrices of all their pairs do not fit into memory.

    Raises
    ------
    InvalidInputError
        With their number and what they would take.
    """
    needed = MATRICES * 16.0 * (3 * points) ** 2
    if needed > MOST_BYTES:
        refuse(
            "control points of several exposures",
            f"so few that their matrices take {MOST_BYTES / 2**30:.3g} GiB",
            f"{points}, which take {needed / 2**30:.3g} GiB",
            "Ask for a smaller structure; a volume may have a coarser spacing=.",
        )


def pupil_modes(waves: PlaneWaves, *, weakest: float = WEAKEST) -> Modes:
    """Modes of the points that the waves were made for.

    Parameters
    ----------
    waves : PlaneWaves
    weakest : float
        Eigenvalue, over the largest, below which modes are left out.
    """
    values, vectors = _strongest(waves.gram(), weakest)
    root: Float64[np.ndarray, " r"] = np.sqrt(values)
    shape = (*waves.empty.shape, len(root))
    return Modes((vectors * root).reshape(shape), (vectors / root).reshape(shape))


def _strongest(
    gram: Complex128[np.ndarray, "equations equations"], weakest: float
) -> tuple[Float64[np.ndarray, " r"], Complex128[np.ndarray, "equations r"]]:
    """Eigenvalues above `weakest` times the largest, the largest first, and their eigenvectors."""
    if len(gram) <= MOST_EQUATIONS:
        values, vectors = np.linalg.eigh(gram)
        values, vectors = values[::-1], vectors[:, ::-1]
    else:
        # A volume has far fewer modes than equations. Cholesky's factor with pivots ends at their number;
        # its singular vectors are the eigenvectors, and what it leaves out is too little to move them.
        largest = float(np.linalg.norm(gram)) / np.sqrt(len(gram))  # at least, which only makes it longer
        (pivoted_cholesky,) = get_lapack_funcs(("pstrf",), (gram,))
        factor, pivots, rank, _ = pivoted_cholesky(gram, tol=LEFT_OUT * weakest * largest, lower=1)
        factor = np.tril(factor[:, :rank])
        unpivoted = np.empty_like(factor)
        unpivoted[pivots - 1] = factor
        vectors, sizes, _ = np.linalg.svd(unpivoted, full_matrices=False)
        values = sizes**2
    kept = values > weakest * values[0]
    return values[kept], vectors[:, kept]
