"""The magnetization of the four beams anywhere, as a quadratic form of their weights.

The field is linear in the four real weights, E(r) = sum_i w_i E_i(r), so that M = i E x E* is

    M(r) = sum over the ten pairs i <= j of w_i w_j K_ij(r),   K_ij = (2 - delta_ij) Re(i E_i x E_j*).

The kernels belong to the lens and the grid: made once, they turn any number of samples into one matrix
product.
"""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from optomag.errors import require_finite_array
from optomag.grid import Grid
from optomag.optics.elementary import four_beam
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.objective import Objective

PAIRS = tuple(combinations_with_replacement(range(4), 2))
"""Which two of (E_ax, E_ay1, E_ay2, E_rho) each kernel belongs to."""


def basis_fields(lens: Objective, where: Grid | Any) -> np.ndarray:
    """Focal fields of the four beams, each of unit weight.

    Parameters
    ----------
    lens : Objective
    where : Grid, or array_like of shape (n, 3) [m]

    Returns
    -------
    complex128, shape (4, nx, ny, nz, 3) on a grid or (4, n, 3) at points
        Dimensionless fields of unit power; times `field_scale(lens)` in V/m at 1 W.
    """
    beams = (four_beam(*one) for one in np.eye(4))
    return np.stack([np.asarray(focus_field(beam, lens, where)) for beam in beams]) / field_scale(lens)


def four_beam_kernels(fields: np.ndarray) -> np.ndarray:
    """Kernels K_ij of the fields that `basis_fields` returns.

    Parameters
    ----------
    fields : complex128, shape (4, ..., 3)

    Returns
    -------
    float64, shape (10, ..., 3)
        In the order of `PAIRS`; dimensionless, gamma = 1. 240 bytes a point.
    """
    kernels = []
    for i, j in PAIRS:
        spin = np.cross(fields[i], fields[j].conj())
        kernels.append(-(1 if i == j else 2) * np.imag(spin))
    return np.stack(kernels)


def magnetization_of(weights: Any, kernels: np.ndarray) -> np.ndarray:
    """Magnetization that weights write, wherever the kernels are known.

    Parameters
    ----------
    weights : array_like, shape (n, 4)
        (E_ax, E_ay1, E_ay2, E_rho).
    kernels : float64, shape (10, ..., 3)
        As `four_beam_kernels` returns them.

    Returns
    -------
    float64, shape (n, ..., 3)
        M for gamma = 1 and the dimensionless field of unit power.

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> kernels = four_beam_kernels(basis_fields(lens, [[0.0, 0.0, 0.0]]))
    >>> magnetization_of([[0.398, -0.611, 0.467, 0.5006]], kernels).round(3).tolist()
    [[[-0.833, -0.71, -0.831]]]
    """
    weights = require_finite_array("weights", weights, shape="(n, 4)", ndim=2, last=4)
    first, second = np.array(PAIRS).T
    products = weights[:, first] * weights[:, second]
    return (products @ kernels.reshape(len(PAIRS), -1)).reshape(-1, *kernels.shape[1:])
