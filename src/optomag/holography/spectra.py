"""Fourier transforms of what single spots write, and of a written pattern."""

from __future__ import annotations

import numpy as np

from optomag.holography.patch import Patch
from optomag.scanning.kernels import ScanKernels


def plane_transform(
    values: np.ndarray, x: np.ndarray, y: np.ndarray, waves_x: np.ndarray, waves_y: np.ndarray
) -> np.ndarray:
    """Integral of f exp(-i G . r) d^2r by the sum over a raster, which holds what is band-limited.

    Parameters
    ----------
    values : float64, shape (nx, ny)
    x, y : float64, shapes (nx,) and (ny,) [m]
        Evenly spaced.
    waves_x, waves_y : float64, shapes (kx,) and (ky,) [rad/m]

    Returns
    -------
    complex128, shape (kx, ky)
        In units of `values` times m^2.
    """
    cell = (x[-1] - x[0]) / (len(x) - 1) * (y[-1] - y[0]) / (len(y) - 1)
    return cell * (np.exp(-1j * np.outer(waves_x, x)) @ values @ np.exp(-1j * np.outer(y, waves_y)))


def kernel_spectra(kernels: ScanKernels, patch: Patch) -> np.ndarray:
    """Spectra of the pair kernels at the waves of all pixels, complex128 (products, 3, side, side) [m^2]."""
    waves_x, waves_y = patch.waves(patch.sines, patch.sines)
    found = np.zeros((kernels.products, 3, patch.side, patch.side), dtype=np.complex128)
    steps = np.full(2, kernels.coarsest_step)
    for product, component, values in kernels.faded(steps):
        x, y = ((np.arange(n) - n // 2) * step for n, step in zip(values.shape, steps.tolist(), strict=True))
        found[product, component] = plane_transform(values, x, y, waves_x, waves_y)
    return found
