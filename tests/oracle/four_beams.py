"""max |M| of the four beams over the focal plane, by looking everywhere and climbing: slow, no tricks."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from .focal_integral import plane_waves
from .pupils import TURN, azimuthal, phase_step, radial

THETA_NODES, QUARTER_NODES = 20, 12
"""Exact to 1e-10 within one wavelength/NA of the focus: phases up to 2 pi, cos(theta)^(1/2) at the rim."""

HALF_WIDTH = 1.0
"""Of the plane that is looked at [wavelength/NA]."""

CANDIDATES = 8
"""So many local maxima on the grid are climbed; the four beams have at most four lobes and a flat ring."""


class FourBeams:
    """The plane z = 0 for one lens; lengths in vacuum wavelengths, dimensionless fields of unit power."""

    def __init__(self, na: float, index: float = 1.0, *, points: int = 61):
        self.na = na
        theta, theta_weights = _gauss_legendre(0.0, np.arcsin(na / index), THETA_NODES)
        quarters = [_gauss_legendre(q * np.pi / 2, (q + 1) * np.pi / 2, QUARTER_NODES) for q in range(4)]
        phi, phi_weights = (np.concatenate(part) for part in zip(*quarters, strict=True))
        theta, phi = (nodes.ravel() for nodes in np.meshgrid(theta, phi, indexing="ij"))
        measure = np.outer(theta_weights, phi_weights).ravel() * np.sin(theta) * index / na
        beams = (
            1j * (azimuthal() * phase_step("x")),
            azimuthal() * phase_step("y"),
            1j * (azimuthal() * phase_step("y")),
            radial(),
        )
        waves = [plane_waves(theta, phi, beam, na, index) for beam in beams]
        self._amplitudes = measure[:, None, None] * np.stack([amplitude for amplitude, _ in waves], axis=1)
        self._across = TURN * index * waves[0][1][:, :2]
        line = np.linspace(-HALF_WIDTH, HALF_WIDTH, points) / na
        self._places = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1)
        self._fields = self._sum(self._places, self._amplitudes)

    def peak(self, weights) -> float:
        """max |M| over the plane."""
        weights = np.asarray(weights, dtype=float)
        field = np.einsum("i,xyic->xyc", weights, self._fields)
        lengths = np.linalg.norm(np.cross(field, field.conj()), axis=-1)
        starts = [self._places[place] for place in _local_maxima(lengths)[:CANDIDATES]]
        return max(self._climb(weights, start) for start in starts)

    def _climb(self, weights, start) -> float:
        amplitudes = np.einsum("i,nic->nc", weights, self._amplitudes)
        slopes = [1j * k[:, None] * amplitudes for k in self._across.T]
        everything = np.concatenate([amplitudes, *slopes], axis=1)
        field = self._sum(start, amplitudes)
        unit = np.linalg.norm(np.cross(field, field.conj()))

        def minus_squared(place):
            field, *derivatives = self._sum(place / self.na, everything).reshape(3, 3) / np.sqrt(unit)
            spin = (1j * np.cross(field, field.conj())).real
            slope = [2 * spin @ (2j * np.cross(d, field.conj())).real for d in derivatives]
            return -(spin @ spin), -np.array(slope) / self.na

        # Places in wavelengths/NA and |M| over its start: numbers of order one for the optimiser.
        found = minimize(minus_squared, start * self.na, jac=True, method="BFGS", options={"gtol": 1e-10})
        return float(unit * np.sqrt(-found.fun))

    def _sum(self, places, amplitudes):
        phases = np.exp(1j * (places.reshape(-1, 2) @ self._across.T))
        total = phases @ amplitudes.reshape(len(amplitudes), -1)
        return total.reshape(*places.shape[:-1], *amplitudes.shape[1:])


def _local_maxima(values):
    """Indices of grid points that none of their eight neighbours exceeds, the highest first."""
    padded = np.pad(values, 1, constant_values=-np.inf)
    rows, columns = values.shape
    shifted = [padded[1 + i : 1 + i + rows, 1 + j : 1 + j + columns] for i in (-1, 0, 1) for j in (-1, 0, 1)]
    found = [tuple(place) for place in np.argwhere(values >= np.max(shifted, axis=0))]
    return sorted(found, key=lambda place: -values[place])


def _gauss_legendre(start: float, stop: float, count: int):
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return start + (stop - start) * (nodes + 1) / 2, (stop - start) / 2 * weights
