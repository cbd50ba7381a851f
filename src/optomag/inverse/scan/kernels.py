"""What two beams of a basis write together around a spot, and how spots weigh it.

The field is linear in the weights, E(r) = sum_i w_i E_i(r). With K_ij = i E_i x E_j* and K_ji = K_ij*,

    M(r) = sum_i |w_i|^2 K_ii + sum over i < j of 2 Re(w_i w_j*) Re K_ij - 2 Im(w_i w_j*) Im K_ij,

k^2 real products of k weights times as many real kernels: nine for three beams with complex weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import erfc

from optomag.errors import refuse, require_real
from optomag.grid import Grid
from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.inverse.scan.stencil import OVERSAMPLING
from optomag.optics.elementary import stack_beams
from optomag.optics.focus import field_scale, focus_field

DEFAULT_REACH = 24.0
"""Radius [wavelengths] beyond which a spot writes nothing."""

FLAT = 0.5
"""Part of that radius within which the kernels are exact; from there on they are faded out."""

STEEPNESS = 4.0
"""Argument of the error function at both ends of the fading: it begins and ends with steps of 1e-8."""

SMEAR = 4.0
"""Fading widens the band by so many cycles over its length."""

SMALLEST_REACH = 8.0
"""Wavelengths; nearer, kernels are not yet small."""


def weight_products(rows: np.ndarray) -> np.ndarray:
    """The k^2 real products of complex weights: (n, k) to (n, k^2), in the order of `pair_kernels`."""
    rows = np.asarray(rows, dtype=np.complex128)
    first, second = np.triu_indices(rows.shape[1], 1)
    mixed = 2 * rows[:, first] * rows[:, second].conj()
    return np.concatenate([np.abs(rows) ** 2, np.real(mixed), np.imag(mixed)], axis=1)


def pair_kernels(fields: np.ndarray) -> np.ndarray:
    """Kernels of the fields of k beams: complex (k, ..., 3) to real (k^2, ..., 3), gamma = 1."""
    count = len(fields)
    first, second = np.triu_indices(count, 1)
    pure = [-np.imag(np.cross(field, field.conj())) for field in fields]
    mixed = [1j * np.cross(fields[i], fields[j].conj()) for i, j in zip(first, second, strict=True)]
    return np.stack([*pure, *(pair.real for pair in mixed), *(-pair.imag for pair in mixed)])


@dataclass(frozen=True, eq=False)
class ScanKernels:
    """Kernels of a basis in the plane of its point, faded out at a radius.

    Parameters
    ----------
    basis : BeamBasis
        Of one lens.
    reach : float, default 24 [wavelengths]
        Radius beyond which a spot writes nothing; up to half of it the kernels are exact.

    Raises
    ------
    InvalidInputError
        If the basis has a second lens or the reach is too small.

    Notes
    -----
    Kernels fall with r^-3, so that what lies beyond the reach is small at every point but, summed over a
    dense area, falls with 1/reach only. What fading takes away of a kernel's integral is therefore put back,
    spread over the faded zone: large areas of one direction keep their mean exactly.
    """

    basis: BeamBasis
    reach: float = DEFAULT_REACH

    def __post_init__(self) -> None:
        if self.basis.back:
            refuse("basis of a scan", "of one lens", "one of two lenses", "Scan without four_pi.")
        require_real("reach", self.reach)
        if self.reach < SMALLEST_REACH:
            refuse("reach", f"at least {SMALLEST_REACH:g} wavelengths", self.reach)

    @property
    def products(self) -> int:
        """How many real products of weights, and kernels, there are."""
        return len(self.basis.front) ** 2

    @property
    def radius(self) -> float:
        """The reach [m]."""
        return self.reach * self.basis.setup.lens.wavelength

    @property
    def band(self) -> float:
        """Highest spatial frequency [1/m] of the faded kernels: 2 NA/wavelength and what fading adds."""
        lens = self.basis.setup.lens
        return 2 * lens.na / lens.wavelength + SMEAR / ((1 - FLAT) * self.radius)

    @property
    def coarsest_step(self) -> float:
        """Largest step [m] of a raster onto which spots can be spread."""
        return 1 / (2 * OVERSAMPLING * self.band)

    def plain(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Kernels on a tensor grid around the spot, not faded, float64 (k^2, nx, ny, 3)."""
        setup = self.basis.setup
        beam = stack_beams(self.basis.front)
        found = focus_field(beam, setup.lens, Grid(x, y, setup.at[2]), film=setup.film)
        return pair_kernels(np.asarray(found)[:, :, :, 0] / field_scale(setup.lens))

    def faded(self, step: float) -> np.ndarray:
        """Faded kernels on a raster around the spot.

        Parameters
        ----------
        step : float [m]
            Of the raster, which has a point at the spot.

        Returns
        -------
        float64, shape (k^2, 2 n + 1, 2 n + 1, 3)
            With n steps within the reach.
        """
        count = int(self.radius / step)
        line = np.arange(-count, count + 1) * step
        kernels = self.plain(line, line)
        distance = np.hypot(line[:, None], line) / self.radius
        window = fading(distance)
        whole = _limit([np.tensordot(kernels, fading(distance * 2**n), ((1, 2), (0, 1))) for n in range(3)])
        kernels *= window[:, :, None]
        ring = window * (1 - window)
        ring /= ring.sum()
        missing = whole - kernels.sum(axis=(1, 2))
        kernels += missing[:, None, None, :] * ring[:, :, None]
        return kernels

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
        start, middle = FLAT * self.reach, 0.5 * (1 + FLAT) * self.reach
        far = np.arange(start, start + 2.0, step / lens.wavelength) * lens.wavelength
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


def fading(distance: np.ndarray) -> np.ndarray:
    """1 up to `FLAT`, 0 beyond 1, with an error function between them."""
    place = np.clip(2 * (distance - FLAT) / (1 - FLAT) - 1, -1.0, 1.0)
    return np.where(np.abs(place) < 1, 0.5 * erfc(STEEPNESS * place), place < 0)


def _limit(sums: list[np.ndarray]) -> np.ndarray:
    """Integral over the whole plane from those faded at R, R/2 and R/4.

    The spectrum of a kernel has a cone at zero, so that the integrals approach their limit with R^-1 and
    R^-3; even powers are absent, as the window is flat at zero (Richardson).
    """
    ladder = np.array([[1.0, 2.0**n, 8.0**n] for n in range(3)])
    return np.tensordot(np.linalg.inv(ladder)[0], np.stack(sums), 1)
