"""What two beams of a basis write together around a spot, and how spots weigh it.

The field is linear in the weights, E(r) = sum_i w_i E_i(r). With K_ij = i E_i x E_j* and K_ji = K_ij*,

    M(r) = sum_i |w_i|^2 K_ii + sum over i < j of 2 Re(w_i w_j*) Re K_ij - 2 Im(w_i w_j*) Im K_ij,

k^2 real products of k weights times as many real kernels: nine for three beams with complex weights.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

VANISHING = 1e-11
"""Part of the largest value below which a kernel, or a part of its spectrum, is zero by symmetry."""


def weight_products(rows: np.ndarray) -> np.ndarray:
    """The k^2 real products of complex weights: (n, k) to (n, k^2), in the order of `pair_kernels`."""
    rows = np.asarray(rows, dtype=np.complex128)
    first, second = np.triu_indices(rows.shape[1], 1)
    mixed = 2 * rows[:, first] * rows[:, second].conj()
    return np.concatenate([np.abs(rows) ** 2, np.real(mixed), np.imag(mixed)], axis=1)


def pair_kernels(fields: np.ndarray) -> np.ndarray:
    """Kernels of the fields of k beams: complex (k, ..., 3) to real (k^2, ..., 3), gamma = 1."""
    pairs = pairs_of(len(fields))
    return np.stack([-take(np.cross(fields[i], fields[j].conj())) for i, j, take in pairs])


def pairs_of(count: int) -> list[tuple[int, int, Callable[[np.ndarray], np.ndarray]]]:
    """Which two beams make each kernel, and which part of -E_i x E_j* it is."""
    first, second = (part.tolist() for part in np.triu_indices(count, 1))
    lines = [(range(count), range(count), np.imag), (first, second, np.imag), (first, second, np.real)]
    return [(i, j, take) for left, right, take in lines for i, j in zip(left, right, strict=True)]
