"""The bound on many spots at once: how strong a pattern any light of unit power can write.

M at the spots is linear in the coherency matrix W of the pupil, for one exposure or several, so that the
largest strength of a pattern has a dual: vectors v_n, one a spot. Any choice of them proves a bound, and the
best choice is a convex problem.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Complex128, Float64
from scipy.linalg import LinAlgError, cho_factor, cho_solve, cholesky, eigh, eigvalsh, solve_triangular

MARGIN = 1e-9
"""Added to the bound, relative: couplings are integrated to 1e-12, eigenvalues rounded to 1e-13."""

GAP = 1e-4
"""Relative distance from the best bound of this kind at which the search for better vectors ends."""

LARGEST_SEARCH = 300
"""Spots up to which better vectors are searched for; each step takes the cube of their number."""

MOST_STEPS = 40
"""Newton steps at most; some fifteen are needed."""

HARDER = 20.0
"""Factor by which the pull of the pattern beside the barrier grows."""

CENTRED = 0.3
"""Newton decrement below which it does."""

NEAR = 0.9
"""Largest eigenvalue at the start; the barrier stands at 1."""

ENOUGH, SMALLEST_PART = 0.1, 1e-4
"""Part of what the slope promises that a step must gain, and the least part of a step that is tried."""

RIDGE = 1e-7
"""Added to the curvature, relative: spots closer than light resolves leave it singular, to rounding
indefinite, and the search would end where it starts. Of others it changes the bound by less than `GAP`."""

SPIN = -1j * np.cross(np.eye(3)[:, None], np.eye(3))
"""v.(i E x E*) = E^H (v . SPIN) E; complex128 (3, 3, 3)."""

Vectors = Float64[np.ndarray, "n 3"]
Matrix = Complex128[np.ndarray, "equations equations"]
Curvature = Float64[np.ndarray, "equations equations"]


class ArrayBound(NamedTuple):
    """Strength that no light of unit power exceeds.

    Attributes
    ----------
    strength : float
        M_n = s m_n at all spots only for s <= strength.
    vectors : float64, shape (n, 3)
        The v_n that prove it, with sum v_n.m_n = 1: light of unit power has sum v_n.M_n <= strength.
    """

    strength: float
    vectors: Vectors


def array_bound(pattern: Vectors, coupling: Matrix) -> ArrayBound:
    """Largest strength s at which light of unit power can write M_n = s m_n at all spots.

    Parameters
    ----------
    pattern : float64, shape (n, 3)
        Wanted m_n, none of them zero.
    coupling : complex128, shape (3n, 3n)
        G of the spots, as of `mutual_coupling`.

    Returns
    -------
    ArrayBound
        Strict, for any amplitude of the pupil, and for one exposure or several that share the power.

    Notes
    -----
    With v.M = E^H S(v) E and H(v) = G^1/2 [blockdiag S(v_n)] G^1/2, light of unit power has
    sum v_n.M_n <= lambda_max(H(v)). So s <= lambda_max(H(v))/sum v_n.m_n for every v whose sum is positive:
    the search may stop anywhere, and what is returned is the quotient for the v that it ended with. Up to 300
    spots it is Newton's method on -log det(1 - H(v)) - tau sum v_n.m_n with a growing pull tau (S. Boyd and
    L. Vandenberghe, Convex Optimization (2004), section 11.3). Larger arrays keep its start, the best v of
    spots that share no light; so may dense lattices of a fraction of what light resolves, where rounding ends
    the search.

    Examples
    --------
    >>> from optomag.optics.mutual_coupling import mutual_coupling
    >>> from optomag.optics.objective import Objective
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> two = mutual_coupling(np.array([[0.0, 0.0, 0.0], [1e-3, 0.0, 0.0]]), lens)
    >>> round(array_bound(np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]), two).strength, 2)
    1.59
    """
    values, basis = eigh(coupling)
    root = (basis * np.sqrt(np.maximum(values, 0.0))) @ basis.conj().T
    start = _best_alone(pattern, coupling)
    largest = _largest_eigenvalue(start, root)
    proof = _proof(start, largest, pattern)
    if not 1 < len(pattern) <= LARGEST_SEARCH:
        return proof
    found = _search(start * (NEAR / largest), pattern, root)
    return min(proof, _proof(found, _largest_eigenvalue(found, root), pattern), key=lambda p: p.strength)


def _best_alone(pattern: Vectors, coupling: Matrix) -> Vectors:
    """v_n = K^-2 m_n/|K^-1 m_n| with |K v| the largest eigenvalue of one block alone, which is 1: then
    v_n.m_n is |m_n| over the bound of a single spot."""
    gx, _, gz = np.real(coupling.diagonal()).reshape(-1, 3).T
    square = np.stack([gx * gz, gx * gz, gx**2], axis=-1)
    return pattern / square / np.sqrt(np.sum(pattern**2 / square, axis=-1, keepdims=True))


def _proof(vectors: Vectors, largest: float, pattern: Vectors) -> ArrayBound:
    total = float(np.sum(vectors * pattern))
    return ArrayBound(largest / total * (1 + MARGIN), vectors / total)


def _form(vectors: Vectors, root: Matrix) -> Matrix:
    """H(v)."""
    blocks = np.einsum("na,abc->nbc", vectors, SPIN)
    return root @ (blocks @ root.reshape(len(vectors), 3, -1)).reshape(root.shape)


def _largest_eigenvalue(vectors: Vectors, root: Matrix) -> float:
    last = len(root) - 1
    return float(eigvalsh(_form(vectors, root), subset_by_index=(last, last))[0])


def _search(v: Vectors, pattern: Vectors, root: Matrix) -> Vectors:
    """Minimise -log det(1 - H(v)) - tau sum v.m for a growing tau, from v with lambda_max(H) < 1.

    In the minimum sum v.m falls short of its largest value, the inverse of the bound, by at most 3n/tau.
    """
    barrier = _barrier(np.eye(len(root)) - _form(v, root))
    pull = pattern * (pattern.size / np.sum(v * pattern))
    for _ in range(MOST_STEPS):
        push, curvature = _derivatives(barrier, root)
        try:
            factor = cho_factor(curvature)
        except LinAlgError:  # rounding: the spots are closer than light resolves
            break
        step, decrement = _newton(pull - push, factor)
        if decrement < CENTRED:
            if pattern.size < GAP * np.sum(pull * v):
                break
            pull = HARDER * pull
            step, decrement = _newton(pull - push, factor)
        there = _there(step, decrement, barrier, pull, root)
        if there is None:
            break
        v, barrier = v + there[0] * step, there[1]
    return v


class _Barrier(NamedTuple):
    """1 - H(v), its Cholesky factor, which exists while its eigenvalues are positive, and -log det."""

    room: Matrix
    factor: Matrix
    height: float


def _barrier(room: Matrix) -> _Barrier:
    """Raises LinAlgError behind the barrier."""
    factor = cholesky(room, lower=True)
    return _Barrier(room, factor, -2 * float(np.log(np.real(factor.diagonal())).sum()))


def _derivatives(barrier: _Barrier, root: Matrix) -> tuple[Vectors, Curvature]:
    """Gradient and Hessian of -log det(1 - H(v)) from P = G^1/2 (1 - H)^-1 G^1/2: tr(P S_na) and
    tr(P S_na P S_mb), of which only the blocks of P are needed."""
    half = solve_triangular(barrier.factor, root, lower=True)
    count = len(root) // 3
    P = (half.conj().T @ half).reshape(count, 3, count, 3).swapaxes(1, 2)
    push = np.einsum("nnbc,acb->na", P, SPIN).real
    turned = np.einsum("abc,nmcd->nmabd", SPIN, P)
    curvature = np.einsum("nmacd,mnbdc->namb", turned, turned).real.reshape(root.shape)
    curvature[np.diag_indices_from(curvature)] *= 1 + RIDGE
    return push, curvature


def _newton(slope: Vectors, factor: tuple[Curvature, bool]) -> tuple[Vectors, float]:
    """Newton's step, and its length in the metric of the curvature."""
    step = cho_solve(factor, slope.ravel()).reshape(slope.shape)
    return step, float(np.sqrt(max(np.sum(step * slope), 0.0)))


def _there(
    step: Vectors, decrement: float, barrier: _Barrier, pull: Vectors, root: Matrix
) -> tuple[float, _Barrier] | None:
    """The part of a step, halved until it stays in front of the barrier and gains enough, and where it ends;
    None if no part does."""
    change, part = _form(step, root), 1.0
    while part > SMALLEST_PART:
        try:
            there = _barrier(barrier.room - part * change)
        except LinAlgError:
            part *= 0.5
            continue
        gained = barrier.height - there.height + part * np.sum(pull * step)
        if gained > ENOUGH * part * decrement**2:
            return part, there
        part *= 0.5
    return None
