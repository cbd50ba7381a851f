"""Focal fields on rasters of millions of points: one fast Fourier transform of the angular spectrum.

The engine's sum of plane waves on a tensor grid costs the fourth power of the distance from the axis. Here
the waves are spread by the stencil onto a raster of wave vectors and transformed: the square of the distance.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.fft import ifft, next_fast_len

from optomag.optics.beam import Beam
from optomag.optics.elementary import stack_beams
from optomag.optics.setup import Setup
from optomag.optics.spectrum import Region, axial_response, sample_spectrum
from optomag.scanning.stencil import OVERSAMPLING, SPREAD_AT_ONCE, Stencil

RTOL = 1e-10
"""Error of fields over the largest one, as the engine's default."""


def plane_fields(beams: Sequence[Beam], setup: Setup, step: float, count: int) -> np.ndarray:
    """Dimensionless fields of beams on a square raster around the point of the set-up, in its plane.

    Parameters
    ----------
    beams : sequence of Beam, length k
        Without pixel maps.
    setup : Setup
        Lens, film and the height of the plane.
    step : float [m]
        Of the raster; shorter than wavelength/(4 NA).
    count : int
        Points on either side of the middle one.

    Returns
    -------
    complex128, shape (k, 3, 2 count + 1, 2 count + 1)
        Components before points; 1e-10 of the largest field.

    Raises
    ------
    InvalidInputError
        If the raster reaches too far for the number of plane waves.

    Notes
    -----
    A. H. Barnett, J. Magland and L. af Klinteberg, SIAM J. Sci. Comput. 41, C479 (2019),
    doi:10.1137/18M120885X, type 1, with the waves in the place of the sources.
    """
    stencil = Stencil.of_tolerance(RTOL)
    size = int(next_fast_len(OVERSAMPLING * (2 * count + 1)) or 0)
    waves_x, waves_y, amplitudes = _plane_waves(beams, setup, step * count)
    places = np.stack([waves_x, waves_y], axis=-1) * step * size / (2 * np.pi)
    highest = int(np.abs(places).max()) + stencil.width
    spread = np.zeros(((2 * highest + 1) ** 2, len(amplitudes)), dtype=np.complex128)
    for start in range(0, len(places), SPREAD_AT_ONCE):
        part = slice(start, start + SPREAD_AT_ONCE)
        matrix = stencil.spreading(places[part] + highest, 2 * highest + 1)
        spread += matrix @ np.ascontiguousarray(amplitudes[:, part].T)
    line = np.arange(-count, count + 1)
    blur = stencil.transform(line / size)
    found = np.empty((len(amplitudes), len(line), len(line)), dtype=np.complex128)
    for field, waves in zip(found, spread.T.reshape(-1, 2 * highest + 1, 2 * highest + 1), strict=True):
        field[:] = _synthesised(_synthesised(waves, size, line).T, size, line).T
        field /= np.outer(blur, blur)
    return found.reshape(len(beams), 3, *found.shape[1:])


def _plane_waves(
    beams: Sequence[Beam], setup: Setup, half: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Transverse wave vectors (n,) [1/m] and amplitudes (3 k, n) of the beams in the plane of the set-up."""
    stacked, lens, z = stack_beams(beams), setup.lens, setup.at[2]
    # rounded up as the engine does, so that rasters that differ by rounding share their pupil samples
    k_rho, k_z = (float(np.ceil(16 * lens.wavenumber * r) / 16) for r in (np.sqrt(2) * half, abs(z)))
    region = Region(k_rho, k_z, () if setup.film is None else (z, z))
    spectrum = sample_spectrum(stacked.modes, lens, setup.film, region, RTOL)
    axial = axial_response(lens, setup.film, spectrum.theta, np.array([z]))
    whole = sum(
        part * response[:, 0][:, None] for part, response in zip(spectrum.amplitudes, axial, strict=True)
    )
    weighted = np.tensordot(np.asarray(stacked.weight_vector), whole, 1)
    across = -lens.wavenumber * np.sin(spectrum.theta)[:, None]
    x, y = (across * turn for turn in (np.cos(spectrum.phi), np.sin(spectrum.phi)))
    return x.ravel(), y.ravel(), np.moveaxis(weighted, -1, 1).reshape(3 * len(beams), -1)


def _synthesised(waves: np.ndarray, size: int, line: np.ndarray) -> np.ndarray:
    """Sum along the first axis of waves (2 h + 1, n) of indices -h to h: values (len(line), n)."""
    highest = len(waves) // 2
    padded = np.zeros((size, waves.shape[1]), dtype=np.complex128)
    padded[np.arange(-highest, highest + 1) % size] = waves
    return np.asarray(ifft(padded, axis=0, norm="forward", overwrite_x=True))[line % size]
