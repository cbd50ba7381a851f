"""Kernels of |E|^2, which heats, as those of M: sums over pairs of beams, weighed by the same products.

With the weights w of a spot, the components of |E|^2 = |E_x|^2 + |E_y|^2 + |E_z|^2 are

    |E_c|^2 = sum_i |w_i|^2 |E_ic|^2 + sum over i < j of 2 Re(w_i w_j*) Re(E_ic E_jc*)
              - 2 Im(w_i w_j*) Im(E_ic E_jc*).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optomag.inverse.orientation.beam_basis import BeamBasis
from optomag.optics.objective import Objective
from optomag.scanning.kernels import ScanKernels, fading_of
from optomag.scanning.pair_kernels import VANISHING
from optomag.scanning.plane_field import plane_fields
from optomag.scanning.reach import Round


@dataclass(frozen=True, eq=False)
class IntensityKernels:
    """Kernels of the three parts of |E|^2 within the window of those of M.

    Parameters
    ----------
    magnetic : ScanKernels
        Those of M, of the same beams and window.
    """

    magnetic: ScanKernels

    @property
    def basis(self) -> BeamBasis:
        """The beams."""
        return self.magnetic.basis

    @property
    def lens(self) -> Objective:
        """That of writing."""
        return self.magnetic.lens

    @property
    def products(self) -> int:
        """How many real products of weights, and kernels, there are."""
        return self.magnetic.products

    @property
    def radius(self) -> float:
        """Beyond which a kernel is zero [m], along x and along y."""
        return self.magnetic.radius

    @property
    def band(self) -> float:
        """Highest spatial frequency [1/m]: |E|^2 has the band of M."""
        return self.magnetic.band

    @property
    def coarsest_step(self) -> float:
        """Largest step [m] of a raster that holds the kernels."""
        return self.magnetic.coarsest_step

    def faded(
        self, steps: np.ndarray, counts: tuple[int, int] | None = None, angle: float = 0.0
    ) -> Iterator[tuple[int, int, np.ndarray]]:
        """Product, component and values on a raster around the spot (`ScanKernels.faded`)."""
        window = self.magnetic.window
        within = int(self.radius / steps[0]), int(self.radius / steps[1])
        wanted = (min(counts[0], within[0]), min(counts[1], within[1])) if counts else within
        held = within if isinstance(window, Round) else wanted
        lines = [
            np.arange(-n, n + 1) * step / self.lens.wavelength for n, step in zip(held, steps, strict=True)
        ]
        fade = fading_of(window, *lines)
        part = tuple(slice(n - m, n + m + 1) for n, m in zip(held, wanted, strict=True))
        sides = (plane_fields(side, self.lens, steps, held, angle) for side in self.basis.sides)
        fields = np.concatenate(list(sides))
        vanishing = VANISHING * max(np.abs(field).max() for field in fields) ** 2
        first, second = (each.tolist() for each in np.triu_indices(len(fields), 1))
        own = range(len(fields))
        takes = ((own, own, np.real), (first, second, np.real), (first, second, _minus_imaginary))
        pairs = [(i, j, take) for left, right, take in takes for i, j in zip(left, right, strict=True)]
        for product, (i, j, take) in enumerate(pairs):
            for component in range(3):
                values = np.array(take(fields[i, component] * np.conj(fields[j, component])))
                if np.abs(values).max() >= vanishing:
                    fade(values)
                    yield product, component, values[part]


def _minus_imaginary(values: np.ndarray) -> np.ndarray:
    return -np.imag(values)
