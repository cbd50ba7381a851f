"""What all cells of a film write above it together, by products of spectra.

The field and its slopes are sums over cells of M_j times derivatives of G (`optomag.magnetism.prism_kernel`),
for a film by itself, or products with waves, for one that repeats itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.fft import fftfreq, irfft2, next_fast_len, rfft2, rfftfreq

from optomag.errors import refuse
from optomag.magnetism.film_cells import FilmCells
from optomag.magnetism.prism_kernel import Orders, prism_kernel

MOST_BYTES = 2**33
"""That spectra and results may take together."""

FIELD: tuple[Orders, ...] = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
"""H_x, H_y, H_z: how often the potential is differentiated along each axis."""

SLOPES: tuple[Orders, ...] = ((2, 0, 0), (0, 2, 0), (0, 0, 2), (1, 1, 0), (1, 0, 1), (0, 1, 1))
"""d_x H_x, ... d_y H_z; without currents d_l H_i is d_i H_l."""


@dataclass(frozen=True)
class PrismKernels:
    """Cells that are magnetized prisms, with nothing around them: exact at their centres.

    Parameters
    ----------
    shape : pair of int
        Cells along x and y.
    steps : pair of float [m]
    """

    shape: tuple[int, int]
    steps: tuple[float, float]

    @property
    def points(self) -> tuple[int, int]:
        """So many that no cell meets its own image."""
        nx, ny = (int(next_fast_len(2 * n - 1, real=True) or 0) for n in self.shape)
        return nx, ny

    def spectrum(self, orders: Orders, height: float, thickness: float) -> np.ndarray:
        """Transform of the prism's kernel, of which one quadrant is computed."""
        (nx, ny), (dx, dy) = self.shape, self.steps
        x, y = np.arange(nx) * dx, np.arange(ny) * dy
        quadrant = prism_kernel(orders, x, y, height, edges=(dx, dy, thickness))
        placed = np.zeros(self.points)
        placed[:nx, :ny] = quadrant
        if nx > 1:
            placed[1 - nx :, :ny] = (-1) ** orders[0] * quadrant[:0:-1]
        if ny > 1:
            placed[:, 1 - ny :] = (-1) ** orders[1] * placed[:, ny - 1 : 0 : -1]
        return np.asarray(rfft2(placed))


@dataclass(frozen=True)
class WaveKernels:
    """A film that repeats itself: the waves through its cells' centres.

    G of a wave exp(i k r) in a layer is 2 pi/k^2 exp(-k height) (1 - exp(-k thickness)) times this wave.
    """

    shape: tuple[int, int]
    steps: tuple[float, float]

    @property
    def points(self) -> tuple[int, int]:
        """Those of the cells."""
        return self.shape

    @cached_property
    def wave_numbers(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """k_x (nx, 1), k_y (1, ny // 2 + 1) and |k|, 1 in place of 0 [rad/m]."""
        (nx, ny), (dx, dy) = self.shape, self.steps
        kx = 2 * np.pi * np.asarray(fftfreq(nx, dx))[:, None]
        ky = 2 * np.pi * np.asarray(rfftfreq(ny, dy))[None, :]
        k = np.hypot(kx, ky)
        k[0, 0] = 1.0
        return kx, ky, k

    def spectrum(self, orders: Orders, height: float, thickness: float) -> np.ndarray:
        """Each derivative along x is a factor i k_x, along z -k; a uniform film has no field."""
        (nx, ny), (p, q, r) = self.shape, orders
        kx, ky, k = self.wave_numbers
        decay = np.exp(-k * height) * -np.expm1(-k * thickness) / (2 * k**2)
        found = (1j * kx) ** p * (1j * ky) ** q * (-k) ** r * decay
        found[0, 0] = 0.0
        # the fastest wave of an even number of points is a cosine: what is odd in it has no place there
        if p % 2 and nx % 2 == 0:
            found[nx // 2] = 0.0
        if q % 2 and ny % 2 == 0:
            found[:, -1] = 0.0
        return found


def film_sums(
    cells: FilmCells, heights: list[float], outputs: tuple[Orders, ...], *, periodic: bool
) -> np.ndarray:
    """H, or its slopes, above the centres of all cells.

    Parameters
    ----------
    cells : FilmCells
    heights : list of float [m]
        Above the film's top face.
    outputs : tuple of triples of int
        `FIELD`, `SLOPES`, or both: how often the potential is differentiated along x, y and z.
    periodic : bool

    Returns
    -------
    float64, shape (nx, ny, nh, outputs) [A/m, or A/m^2 for slopes]
    """
    nx, ny, layers = cells.magnetization.shape[:3]
    kernels = (WaveKernels if periodic else PrismKernels)((nx, ny), cells.steps)
    _require_room(kernels.points, layers, len(outputs), nx * ny * len(heights))
    spectra = [
        [np.asarray(rfft2(cells.magnetization[:, :, n, j], kernels.points)) for j in range(3)]
        for n in range(layers)
    ]
    found = np.empty((nx, ny, len(heights), len(outputs)))
    for place, height in enumerate(heights):
        for column, whole in enumerate(_spectra_at(height, cells, kernels, spectra, outputs)):
            found[:, :, place, column] = np.asarray(irfft2(whole, kernels.points))[:nx, :ny]
    return found


def _spectra_at(
    height: float,
    cells: FilmCells,
    kernels: PrismKernels | WaveKernels,
    spectra: list[list[np.ndarray]],
    outputs: tuple[Orders, ...],
) -> list[np.ndarray]:
    """Sums over layers and components; each kernel is computed once, for all that it is a factor of."""
    thickness = cells.thickness / len(spectra)
    needed = sorted({_once_more(orders, j) for orders in outputs for j in range(3)})
    sums = [np.zeros_like(spectra[0][0]) for _ in outputs]
    for depth, layer in enumerate(reversed(spectra)):
        for orders in needed:
            kernel = kernels.spectrum(orders, height + depth * thickness, thickness)
            for j in range(3):
                for total, output in zip(sums, outputs, strict=True):
                    if _once_more(output, j) == orders:
                        total += kernel * layer[j]
    return sums


def _once_more(orders: Orders, axis: int) -> Orders:
    """Orders with one derivative more along an axis."""
    x, y, z = (order + (number == axis) for number, order in enumerate(orders))
    return x, y, z


def _require_room(points: tuple[int, int], layers: int, outputs: int, places: int) -> None:
    """M of all layers, the sums, a kernel with what it is made of, and the outputs at all places."""
    needed = 16 * points[0] * (points[1] // 2 + 1) * (3 * layers + outputs + 6) + 8 * places * outputs
    if needed > MOST_BYTES:
        rule = f"small enough for {MOST_BYTES / 2**30:g} GiB of spectra and results"
        advice = "Take a part, coarser cells or fewer heights."
        refuse("M", rule, f"one that takes {needed / 2**30:.3g} GiB", advice)
