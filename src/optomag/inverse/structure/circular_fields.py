"""Circular fields: the light of least intensity that writes a given magnetization."""

from __future__ import annotations

import numpy as np
from jaxtyping import Complex128, Float64

OPPOSITE = 1e-9
"""1 + m_z below which a direction counts as -z, which no smallest rotation from z reaches."""


def circular_fields(magnetization: Float64[np.ndarray, "n 3"]) -> Complex128[np.ndarray, "n 3"]:
    """Fields whose spin i E x E* is the given magnetization.

    Parameters
    ----------
    magnetization : float64, shape (n, 3)

    Returns
    -------
    complex128, shape (n, 3)
        sqrt(|M|) (e1 + i e2)/sqrt(2), with e1, e2 the axes x, y carried along by the smallest rotation from z
        to M. Their phase is a choice, and this one is smooth wherever M is and does not point along -z; no
        choice is smooth over the whole sphere.

    Examples
    --------
    >>> circular_fields(np.array([[0.0, 0.0, 2.0]])).tolist()
    [[(1+0j), 1j, (-0+0j)]]
    """
    length = np.linalg.norm(magnetization, axis=-1, keepdims=True)
    m = magnetization / np.where(length > 0, length, 1.0)
    x, y, z = m.T
    near = 1 + z < OPPOSITE
    share = 1 / np.where(near, 1.0, 1 + z)
    first = np.stack([1 - x * x * share, -x * y * share, -x], axis=-1)
    second = np.stack([-x * y * share, 1 - y * y * share, -y], axis=-1)
    first[near], second[near] = (1.0, 0.0, 0.0), (0.0, -1.0, 0.0)
    return np.sqrt(0.5 * length) * (first + 1j * second)
