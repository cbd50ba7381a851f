"""Focal fields on rasters of millions of points: one fast Fourier transform of the angular spectrum.

The engine's sum of plane waves on a tensor grid costs the fourth power of the distance from the axis. Here
the waves, which lie anywhere, are transformed to the raster at once: the square of the distance.
"""

from __future__ import annotations

import numpy as np

from optomag.inverse.orientation.beam_basis import Side
from optomag.optics.elementary import stack_beams
from optomag.optics.objective import Objective
from optomag.optics.spectrum import Region, axial_response, sample_spectrum
from optomag.scanning.fourier import to_raster

RTOL = 1e-10
"""Error of fields over the largest one, as the engine's default."""


def plane_fields(
    side: Side,
    lens: Objective,
    steps: np.ndarray,
    counts: tuple[int, int],
    angle: float = 0.0,
) -> np.ndarray:
    """Dimensionless fields of beams on a raster around the axis, in the plane of a height.

    Parameters
    ----------
    side : Side
        k beams without pixel maps, with the film and the height of the plane.
    lens : Objective
    steps : float64, shape (2,) [m]
        Of the raster along its two axes; shorter than wavelength/(2 NA).
    counts : pair of int
        Points on either side of the middle one.
    angle : float [rad]
        By which the raster's axes are turned from x and y.

    Returns
    -------
    complex128, shape (k, 3, 2 counts[0] + 1, 2 counts[1] + 1)
        Components, along x, y and z, before points; 1e-10 of the largest field.

    Raises
    ------
    InvalidInputError
        If the raster reaches too far for the number of plane waves.
    """
    half = float(np.hypot(*(np.array(steps) * counts)))
    x, y, amplitudes = _plane_waves(side, lens, half)
    turned = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    found = to_raster(turned[0] * steps[0], turned[1] * steps[1], amplitudes, counts, RTOL)
    return found.reshape(-1, 3, *found.shape[1:]) * side.factors[:, None, None]


def _plane_waves(side: Side, lens: Objective, half: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Transverse wave vectors (n,) [1/m] and amplitudes (3 k, n) of the beams in a plane."""
    stacked, film, z = stack_beams(side.beams), side.film, side.height
    # rounded up as the engine does, so that rasters that differ by rounding share their pupil samples
    k_rho, k_z = (float(np.ceil(16 * lens.wavenumber * r) / 16) for r in (half, abs(z)))
    region = Region(k_rho, k_z, () if film is None else (z, z))
    spectrum = sample_spectrum(stacked.modes, lens, film, region, RTOL)
    axial = axial_response(lens, film, spectrum.theta, np.array([z]))
    whole = sum(
        part * response[:, 0][:, None] for part, response in zip(spectrum.amplitudes, axial, strict=True)
    )
    weighted = np.tensordot(np.asarray(stacked.weight_vector), whole, 1)
    across = -lens.wavenumber * np.sin(spectrum.theta)[:, None]
    x, y = (across * turn for turn in (np.cos(spectrum.phi), np.sin(spectrum.phi)))
    return x.ravel(), y.ravel(), np.moveaxis(weighted, -1, 1).reshape(3 * len(weighted), -1)
