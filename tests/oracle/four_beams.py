"""max |M| of the four beams over the focal plane, by looking everywhere and zooming in: slow, no tricks."""

from __future__ import annotations

import numpy as np

from .focal_integral import plane_waves
from .pupils import TURN, azimuthal, phase_step, radial

NODES = 12
"""Per quarter and direction: exact to 1e-10 within one wavelength/NA of the focus (phases up to 2 pi)."""

HALF_WIDTH = 1.0
"""Of the plane that is looked at [wavelength/NA]."""

CANDIDATES = 4
"""So many local maxima on the grid are followed up; the four beams have at most four lobes."""

SMALLEST_STEP = 1e-5
"""Where zooming in ends [wavelength/NA]: |M| is flat to 1e-8 of it there."""

MOST_PATCHES = 100
"""Twelve patches zoom in; the others may follow the ring of an almost radial beam all the way round."""


class FourBeams:
    """The plane z = 0 for one lens; lengths in vacuum wavelengths, dimensionless fields of unit power."""

    def __init__(self, na: float, index: float = 1.0, *, points: int = 61):
        self.na = na
        theta, theta_weights = _gauss_legendre(0.0, np.arcsin(na / index))
        quarters = [_gauss_legendre(q * np.pi / 2, (q + 1) * np.pi / 2) for q in range(4)]
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
        self._amplitudes = measure[:, None] * np.concatenate([amplitude for amplitude, _ in waves], axis=1)
        self._across = TURN * index * waves[0][1][:, :2]
        self._line = np.linspace(-HALF_WIDTH, HALF_WIDTH, points) / na
        self._basis = self.fields(*np.meshgrid(self._line, self._line, indexing="ij"))

    def fields(self, x, y):
        """Fields of the beams of unit weight, shape (4, ..., 3)."""
        phases = np.exp(1j * (np.stack([np.ravel(x), np.ravel(y)], axis=1) @ self._across.T))
        return np.moveaxis((phases @ self._amplitudes).reshape(*np.shape(x), 4, 3), -2, 0)

    def peak(self, weights) -> tuple[float, float, float]:
        """max |M| and a place (x, y) where it is."""
        places = _local_maxima(magnetization_length(weights, self._basis))[:CANDIDATES]
        return max(self._zoom(weights, self._line[i], self._line[j]) for i, j in places)

    def _zoom(self, weights, x: float, y: float) -> tuple[float, float, float]:
        half = self._line[1] - self._line[0]
        for _ in range(MOST_PATCHES):
            line = np.linspace(-half, half, 7)
            near_x, near_y = np.meshgrid(x + line, y + line, indexing="ij")
            lengths = magnetization_length(weights, self.fields(near_x, near_y))
            i, j = np.unravel_index(lengths.argmax(), lengths.shape)
            x, y = near_x[i, j], near_y[i, j]
            if 0 < i < 6 and 0 < j < 6:  # on the rim the patch only follows
                half /= 3
            if half < SMALLEST_STEP / self.na:
                break
        return float(lengths.max()), float(x), float(y)


def magnetization_length(weights, basis):
    """|M| = |i E x E*| of the weighted sum of the basis fields."""
    field = np.tensordot(np.asarray(weights, dtype=float), basis, axes=1)
    return np.linalg.norm(1j * np.cross(field, field.conj()), axis=-1)


def _local_maxima(values):
    """Indices of grid points that none of their eight neighbours exceeds, the highest first."""
    padded = np.pad(values, 1, constant_values=-np.inf)
    rows, columns = values.shape
    shifted = [padded[1 + i : 1 + i + rows, 1 + j : 1 + j + columns] for i in (-1, 0, 1) for j in (-1, 0, 1)]
    found = [tuple(place) for place in np.argwhere(values >= np.max(shifted, axis=0))]
    return sorted(found, key=lambda place: -values[place])


def _gauss_legendre(start: float, stop: float):
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return start + (stop - start) * (nodes + 1) / 2, (stop - start) / 2 * weights
