"""What two beams of a basis write together around a spot, and how spots weigh it.

The field is linear in the weights, E(r) = sum_i w_i E_i(r). With K_ij = i E_i x E_j* and K_ji = K_ij*,

    M(r) = sum_i |w_i|^2 K_ii + sum over i < j of 2 Re(w_i w_j*) Re K_ij - 2 Im(w_i w_j*) Im K_ij,

k^2 real products of k weights times as many real kernels: nine for three beams with complex weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optomag.errors import refuse
from optomag.grid import Grid
from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.optics.elementary import stack_beams
from optomag.optics.focus import field_scale, focus_field
from optomag.scanning.plane_field import plane_fields
from optomag.scanning.reach import Round, Window, coarsest_step, faded_band, require_reach, scaled

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
    pairs = _pairs(len(fields))
    return np.stack([-take(np.cross(fields[i], fields[j].conj())) for i, j, take in pairs])


def _pairs(count: int) -> list[tuple[int, int, Callable[[np.ndarray], np.ndarray]]]:
    """Which two beams make each kernel, and which part of -E_i x E_j* it is."""
    first, second = (part.tolist() for part in np.triu_indices(count, 1))
    lines = [(range(count), range(count), np.imag), (first, second, np.imag), (first, second, np.real)]
    return [(i, j, take) for left, right, take in lines for i, j in zip(left, right, strict=True)]


@dataclass(frozen=True, eq=False)
class ScanKernels:
    """Kernels of a basis in the plane of its point, faded out at a radius.

    Parameters
    ----------
    basis : BeamBasis
        Of one lens.
    window : Round or Square
        Up to where the kernels are exact, and beyond what distance a spot writes nothing.

    Raises
    ------
    InvalidInputError
        If the basis has a second lens, or the reach is too small or too large for the lens.

    Notes
    -----
    Kernels fall with r^-3, so that what lies beyond the reach is small at every point but, summed over a
    dense area, falls with 1/reach only. What fading takes away of a kernel's integral is therefore put back,
    spread over the faded zone: large areas of one direction keep their mean exactly.
    """

    basis: BeamBasis
    window: Window

    def __post_init__(self) -> None:
        if self.basis.back:
            refuse("basis of a scan", "of one lens", "one of two lenses", "Scan without four_pi.")
        require_reach(self.window, self.basis.setup.lens)

    @property
    def products(self) -> int:
        """How many real products of weights, and kernels, there are."""
        return len(self.basis.front) ** 2

    @property
    def radius(self) -> float:
        """The reach [m], along x and along y."""
        return self.window.reach * self.basis.setup.lens.wavelength

    @property
    def band(self) -> float:
        """Highest spatial frequency [1/m] of the faded kernels: 2 NA/wavelength and what fading adds."""
        return faded_band(self.window, self.basis.setup.lens)

    @property
    def coarsest_step(self) -> float:
        """Largest step [m] of a raster onto which spots can be spread."""
        return coarsest_step(self.window, self.basis.setup.lens)

    def plain(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Kernels on a tensor grid around the spot, not faded, float64 (k^2, nx, ny, 3)."""
        setup = self.basis.setup
        beam = stack_beams(self.basis.front)
        found = focus_field(beam, setup.lens, Grid(x, y, setup.at[2]), film=setup.film)
        return pair_kernels(np.asarray(found)[:, :, :, 0] / field_scale(setup.lens))

    def faded(self, step: float, count: int | None = None) -> Iterator[np.ndarray]:
        """Faded kernels on a raster around the spot, one after the other.

        Parameters
        ----------
        step : float [m]
            Of the raster, which has a point at the spot.
        count : int, optional
            Steps around the spot that are wanted; by default, and at most, all within the reach.

        Yields
        ------
        float64, shape (3, 2 n + 1, 2 n + 1)
            Components of one kernel, with n steps to each side. Those that vanish by symmetry are zero.
        """
        within = int(self.radius / step)
        wanted = within if count is None else min(count, within)
        # what is folded back depends on the whole kernel
        count = within if isinstance(self.window, Round) else wanted
        fields = plane_fields(self.basis.front, self.basis.setup, step, count)
        vanishing = VANISHING * max(np.abs(part).max() for field in fields for part in field) ** 2
        distances = np.arange(-count, count + 1) * step / self.basis.setup.lens.wavelength
        inside = self.window.values(distances)
        # a square is as large as the pattern: whatever lies beyond meets no other spot
        fold = _Folding(self.window, distances) if isinstance(self.window, Round) else None
        # fresh memory for every product would take longer than the product
        one, two = np.empty_like(fields[0, 0]), np.empty_like(fields[0, 0])
        for i, j, take in _pairs(len(fields)):
            kernel = np.empty((3, *inside.shape))
            for c in range(3):
                part, a, b = kernel[c], (c + 1) % 3, (c + 2) % 3
                np.multiply(fields[i, a], np.conjugate(fields[j, b], out=one), out=one)
                np.multiply(fields[i, b], np.conjugate(fields[j, a], out=two), out=two)
                np.negative(take(np.subtract(one, two, out=one)), out=part)
                if max(part.max(), -part.min()) < vanishing:
                    part[:] = 0.0
                elif fold is None:
                    part *= inside
                else:
                    fold(part)
            yield kernel[:, count - wanted : count + wanted + 1, count - wanted : count + wanted + 1]

    @cached_property
    def tail(self) -> tuple[float, float]:
        """What is cut, relative to the largest |K|: at one point, and summed over an area.

        Returns
        -------
        point : float
            Largest kernel in the faded zone.
        area : float [wavelengths^2]
            Integral of the largest kernel's envelope r^-3 beyond the middle of the faded zone; times the
            spots per square wavelength it bounds the error within a pattern that changes over the reach.
        """
        lens = self.basis.setup.lens
        step = self.coarsest_step
        near = np.arange(-8, 9) * step
        peak = np.linalg.norm(self.plain(near, near), axis=-1).max()
        start = self.window.flat
        middle = 0.5 * (start + self.window.reach)
        far = np.arange(start, start + scaled(2.0, lens), step / lens.wavelength) * lens.wavelength
        angles = np.linspace(0.0, 0.5 * np.pi, 3)
        rays = [self._along(far, angle) for angle in angles]
        point = max(np.linalg.norm(ray, axis=-1).max() for ray in rays) / peak
        return float(point), float(2 * np.pi * point * start**3 / middle)

    def _along(self, distances: np.ndarray, angle: float) -> np.ndarray:
        setup = self.basis.setup
        points = np.stack(
            [distances * np.cos(angle), distances * np.sin(angle), np.full_like(distances, setup.at[2])], -1
        )
        found = focus_field(stack_beams(self.basis.front), setup.lens, points, film=setup.film)
        return pair_kernels(np.asarray(found) / field_scale(setup.lens))


class _Folding:
    """Fades a kernel out and puts what that takes from its integral back into the faded zone."""

    def __init__(self, window: Round, distances: np.ndarray) -> None:
        self._ladder = [window.values(distances * 2**n) for n in range(3)]
        ring = self._ladder[0] * (1 - self._ladder[0])
        self._ring = ring / ring.sum()

    def __call__(self, kernel: np.ndarray) -> None:
        """Change a component (n, n) in place.

        The spectrum of a kernel has a cone at zero, so that its integrals over windows of R, R/2 and R/4
        approach that over the whole plane with R^-1 and R^-3; even powers are absent, as the window is flat
        at zero (Richardson).
        """
        sums = [float(np.vdot(window, kernel)) for window in self._ladder]
        orders = np.array([[1.0, 2.0**n, 8.0**n] for n in range(3)])
        whole = float(np.linalg.inv(orders)[0] @ sums)
        kernel *= self._ladder[0]
        kernel += (whole - sums[0]) * self._ring
