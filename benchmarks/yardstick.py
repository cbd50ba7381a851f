"""The yardstick: what a careful physicist writes in plain NumPy in an afternoon.

Gauss-Legendre nodes in theta and, on panels that end at the multiples of pi/2, in phi; then, since
exp(i k s.r) = exp(i kx x) exp(i ky y) exp(i kz z), one complex matrix product per plane and component:
E_c(x, y; z) = sum over nodes of exp(i kx x) * [w A_c exp(i kz z)] exp(i ky y).
Fields are those of unit pupil power in the dimensionless scale; lengths are in vacuum wavelengths.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Jones = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class NodeCount:
    """Nodes in theta, and nodes on each of the four quarter turns in phi."""

    theta: int
    quarter: int

    @property
    def total(self) -> int:
        """All nodes of the pupil."""
        return 4 * self.theta * self.quarter


def linear_x(r: np.ndarray, phi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x polarisation at unit power."""
    return np.cos(phi) / np.sqrt(np.pi), -np.sin(phi) / np.sqrt(np.pi)


def stepped_azimuthal(r: np.ndarray, phi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Azimuthal beam times sign(sin phi) at unit power."""
    return np.zeros_like(phi), np.sign(np.sin(phi)) / np.sqrt(np.pi)


def yardstick_field(jones: Jones, na: float, index: float, axes, count: NodeCount) -> np.ndarray:
    """Complex field (nx, ny, nz, 3) on the tensor grid of `axes` = (x, y, z)."""
    x, y, z = axes
    theta, theta_weight = _gauss_legendre(0.0, np.arcsin(na / index), count.theta)
    quarters = [_gauss_legendre(q * np.pi / 2, (q + 1) * np.pi / 2, count.quarter) for q in range(4)]
    phi = np.concatenate([nodes for nodes, _ in quarters])
    phi_weight = np.concatenate([weights for _, weights in quarters])
    theta, phi = (a.ravel() for a in np.meshgrid(theta, phi, indexing="ij"))
    weight = np.outer(theta_weight, phi_weight).ravel()

    sin_t, cos_t, sin_p, cos_p = np.sin(theta), np.cos(theta), np.sin(phi), np.cos(phi)
    e_rho, e_phi = jones(sin_t * index / na, phi)
    weight = weight * np.sqrt(cos_t) * sin_t * index / na
    amplitude = weight * np.stack(
        [cos_t * cos_p * e_rho - sin_p * e_phi, cos_t * sin_p * e_rho + cos_p * e_phi, sin_t * e_rho]
    )
    k = 2 * np.pi * index
    along_x = np.exp(-1j * k * np.outer(x, sin_t * cos_p))
    along_y = np.exp(-1j * k * np.outer(sin_t * sin_p, y))
    along_z = np.exp(1j * k * np.outer(z, cos_t))
    planes = np.empty((len(z), 3, len(x), len(y)), complex)
    for plane, phase in enumerate(along_z):
        for component in range(3):
            weighted = (amplitude[component] * phase)[:, None] * along_y
            np.matmul(along_x, weighted, out=planes[plane, component])
    return planes.transpose(2, 3, 0, 1)


def smallest_count(jones: Jones, na: float, index: float, axes, error: float) -> NodeCount:
    """Fewest nodes whose relative L2 error does not exceed `error`.

    The error is measured against far more nodes than that, on a grid thinned evenly, so that its border
    weighs as much as in the whole grid.
    """
    thinned = tuple(_thinned(axis, keep) for axis, keep in zip(axes, (41, 41, 9), strict=True))
    converged = yardstick_field(jones, na, index, thinned, NodeCount(96, 48))

    def is_enough(count: NodeCount) -> bool:
        return relative_error(yardstick_field(jones, na, index, thinned, count), converged) <= error

    # Far too many nodes in one direction leave the error to the other one.
    theta = next((n for n in range(4, 65) if is_enough(NodeCount(n, 48))), 64)
    quarter = next((n for n in range(3, 33) if is_enough(NodeCount(64, n))), 32)
    around = [NodeCount(theta + i, quarter + j) for i in range(3) for j in range(3)]
    return next((c for c in sorted(around, key=lambda c: c.total) if is_enough(c)), around[-1])


def relative_error(field: np.ndarray, reference: np.ndarray) -> float:
    """Relative L2 error of the whole complex vector field."""
    return float(np.linalg.norm(field - reference) / np.linalg.norm(reference))


def _thinned(axis: np.ndarray, keep: int) -> np.ndarray:
    if len(axis) <= keep:
        return axis
    return axis[((np.arange(keep) + 0.5) * len(axis) / keep).astype(int)]


def _gauss_legendre(start: float, stop: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return start + (stop - start) * (nodes + 1) / 2, (stop - start) / 2 * weights
