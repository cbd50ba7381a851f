"""The field above a magnetic film: what a bead feels, and what a diamond tip or a force microscope maps."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.fft import fft2, fftfreq, ifft2, irfft2, next_fast_len, rfft2

from optomag.conventions import VACUUM_PERMEABILITY
from optomag.errors import refuse, require_finite_array, require_real

LARGEST = 2**33
"""Bytes that the spectra may take."""


def stray_field(
    M: Any, thickness: float, height: Any, *, step: Any = None, periodic: bool = False
) -> np.ndarray:
    """Magnetic field above a film, B = mu0 H.

    Parameters
    ----------
    M : array_like, shape (nx, ny, 3) [A/m], or xarray.Dataset
        Magnetization of the cells, uniform through the film; or a labelled plane of M, as `to_dataset` makes
        it, from whose coordinates the step is taken.
    thickness : float [m]
        Of the film.
    height : float, or array_like of shape (nh,) [m]
        Above the film's top face, > 0.
    step : float or pair of float [m]
        Sides of a cell along x and y; needed for an array.
    periodic : bool, default False
        Whether the film repeats itself; else nothing is magnetized around it.

    Returns
    -------
    float64, shape (nx, ny, 3), or (nx, ny, nh, 3) for several heights [T]
        Above the centres of the cells.

    Raises
    ------
    InvalidInputError
        If a value cannot be used, the step is missing, or the spectra would take more than 8 GiB.

    Notes
    -----
    A film by itself is a sum of uniformly magnetized prisms: exact for such cells, by a convolution with
    the closed form of one, H_i = 1/(4 pi) sum_j M_j d_i d_j integral of dV'/|r - r'| (R. Engel-Herbert and
    T. Hesjedal, J. Appl. Phys. 97, 074504 (2005), doi:10.1063/1.1883308). A periodic one is the sum of waves
    through its cells' centres: of k > 0, with charges of both faces and of the volume,

        H = -grad phi,  phi(k, z) = exp(-k z) (1 - exp(-k t))/(2 k) [M_z - i (k . M)/k],

    and nothing for k = 0: a uniform film has no field outside. Inside of it, and below, nothing is given: by
    symmetry B below is that of M with M_z reversed, mirrored.

    Examples
    --------
    >>> M = np.zeros((5, 5, 3))
    >>> M[2, 2, 2] = 1e5
    >>> round(float(stray_field(M, 20e-9, 100e-9, step=20e-9)[2, 2, 2] * 1e3), 4)  # mT, above the middle
    0.1202
    """
    from optomag.magnetism.labelled_plane import plane_of

    values, steps = plane_of(M, step)
    t = require_real("thickness", thickness, above=0.0)
    single = np.ndim(height) == 0
    heights = require_finite_array("height", np.atleast_1d(height), shape="(nh,)", ndim=1)
    if heights.min() <= 0:
        refuse("height", "> 0, above the film's top face", height)
    if not isinstance(periodic, (bool, np.bool_)):
        refuse("periodic", "True or False", periodic)
    field = _of_waves if periodic else _of_prisms
    found = np.stack([field(values, steps, t, z) for z in heights.tolist()], axis=2)
    return found[:, :, 0] if single else found


def _of_prisms(M: np.ndarray, steps: tuple[float, float], t: float, height: float) -> np.ndarray:
    """Of cells that are magnetized prisms, float64 (nx, ny, 3) [T]."""
    nx, ny = M.shape[:2]
    shape = [int(next_fast_len(2 * n - 1, real=True) or 0) for n in (nx, ny)]
    size = 16 * 10 * shape[0] * (shape[1] // 2 + 1)
    if size > LARGEST:
        refuse("M", f"small enough for {LARGEST / 2**30:g} GiB of spectra", f"{size / 2**30:.3g} GiB")
    lags = [np.arange(-n + 1, n) * step for n, step in zip((nx, ny), steps, strict=True)]
    around = np.ix_(*(np.arange(-n + 1, n) % m for n, m in zip((nx, ny), shape, strict=True)))
    spectra = [np.asarray(rfft2(M[..., axis], shape)) for axis in range(3)]
    sums: list[Any] = [0.0, 0.0, 0.0]
    placed = np.zeros(shape)
    for i, j in ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)):
        placed[around] = prism(lags[0], lags[1], height, steps=steps, thickness=t, pair=(i, j))
        kernel = np.asarray(rfft2(placed))
        sums[i] = sums[i] + kernel * spectra[j]
        if i != j:
            sums[j] = sums[j] + kernel * spectra[i]
    parts = [np.asarray(irfft2(whole, shape))[:nx, :ny] for whole in sums]
    return VACUUM_PERMEABILITY * np.stack(parts, axis=-1)


def prism(
    x: np.ndarray,
    y: np.ndarray,
    height: float,
    *,
    steps: tuple[float, float],
    thickness: float,
    pair: tuple[int, int],
) -> np.ndarray:
    """H_i per M_j of a prism around the origin of x and y, a height above its top face: (nx, ny)."""
    corners = [
        [x + 0.5 * steps[0], x - 0.5 * steps[0]],
        [y + 0.5 * steps[1], y - 0.5 * steps[1]],
        [np.float64(height + thickness), np.float64(height)],
    ]
    # the axis or the two that are differentiated come first
    first, second = pair
    total = np.zeros((len(x), len(y)))
    for a, signed_x in enumerate(corners[0]):
        for b, signed_y in enumerate(corners[1]):
            for c, z in enumerate(corners[2]):
                place = [signed_x[:, None], signed_y[None, :], z]
                r = np.sqrt(place[0] ** 2 + place[1] ** 2 + z**2)
                if first == second:
                    others = [place[n] for n in range(3) if n != first]
                    # cells' faces lie between their centres, and the plane above: no zero
                    value = -np.arctan(others[0] * others[1] / (place[first] * r))
                else:
                    third = place[3 - first - second]
                    value = np.arcsinh(third / np.hypot(place[first], place[second]))
                total += (-1) ** (a + b + c) * value
    return total / (4 * np.pi)


def _of_waves(M: np.ndarray, steps: tuple[float, float], t: float, height: float) -> np.ndarray:
    """Of a film that repeats itself, float64 (nx, ny, 3) [T]."""
    kx, ky = (2 * np.pi * fftfreq(n, step) for n, step in zip(M.shape[:2], steps, strict=True))
    kx, ky = np.meshgrid(kx, ky, indexing="ij")
    k = np.hypot(kx, ky)
    k[0, 0] = 1.0  # a mean that has no field
    waves = np.stack([np.asarray(fft2(M[..., axis])) for axis in range(3)])
    volume = 1j * (kx * waves[0] + ky * waves[1]) / k
    potential = np.exp(-k * height) * -np.expm1(-k * t) / (2 * k) * (waves[2] - volume)
    potential[0, 0] = 0.0
    parts = [-1j * kx * potential, -1j * ky * potential, k * potential]
    return VACUUM_PERMEABILITY * np.stack([np.real(np.asarray(ifft2(part))) for part in parts], axis=-1)
