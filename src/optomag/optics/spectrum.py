"""The angular spectrum of pupil modes behind the lens, sampled on just enough plane waves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise

import numpy as np

from optomag.optics.beam import Mode
from optomag.optics.objective import Objective
from optomag.optics.resolution import Degrees, PupilPanels
from optomag.quadrature import (
    SMALLEST_TOLERANCE,
    degree_on_panel,
    plane_wave_degree,
)

SAFETY = 1e-3
"""Expansion coefficients are kept down to this fraction of the requested relative error."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Plane waves on a polar tensor grid.

    Attributes
    ----------
    theta, phi : float64, shapes (t,) and (p,) [rad]
        Pupil angles; the wave at (theta, phi) travels along
        s = (-sin theta cos phi, -sin theta sin phi, cos theta).
    amplitudes : complex128, shape (modes, t, p, 3)
        sqrt(cos theta) sin theta P E_in / sin(alpha) times the quadrature weights, for each mode: the
        dimensionless focal field is their sum times exp(i k s.r).
    """

    theta: np.ndarray
    phi: np.ndarray
    amplitudes: np.ndarray


def coefficient_tolerance(rtol: float) -> float:
    """Relative size at which expansion coefficients may be dropped to keep the field within `rtol`."""
    return max(SAFETY * rtol, SMALLEST_TOLERANCE)


@lru_cache(maxsize=64)
def sample_spectrum(
    modes: tuple[Mode, ...], lens: Objective, reach: tuple[float, float], rtol: float
) -> Spectrum:
    """Sample the modes so that the field is within `rtol` out to (k rho, k |z|) = `reach` [rad]."""
    tolerance = coefficient_tolerance(rtol)
    panels = PupilPanels.of(modes).in_polar_angle(lens.sine)
    refracted = partial(_refracted_modes, modes, lens)
    pupil = panels.resolve(refracted, tolerance)
    (theta, theta_weights), (phi, phi_weights) = panels.rules(
        pupil, _kernel_degrees(panels, lens, reach, tolerance)
    )
    amplitudes = np.moveaxis(refracted(theta, phi), -1, 0)
    return Spectrum(theta, phi, amplitudes * (theta_weights[:, None] * phi_weights)[..., None])


def _refracted_modes(
    modes: tuple[Mode, ...], lens: Objective, theta: np.ndarray, phi: np.ndarray
) -> np.ndarray:
    """sqrt(cos theta) sin theta P E_in / sin(alpha), shape (t, p, 3, modes)."""
    sine, cosine = np.sin(theta)[:, None], np.cos(theta)[:, None]
    field = np.stack([mode.field(sine / lens.sine, phi[None, :]) for mode in modes], axis=-1)
    rho_part, phi_part = field[..., 0, :], field[..., 1, :]
    cos_phi, sin_phi = np.cos(phi)[:, None], np.sin(phi)[:, None]
    meridional = cosine[..., None] * rho_part
    cartesian = np.stack(
        [
            meridional * cos_phi - phi_part * sin_phi,
            meridional * sin_phi + phi_part * cos_phi,
            sine[..., None] * rho_part,
        ],
        axis=2,
    )
    return cartesian * (np.sqrt(cosine) * sine / lens.sine)[..., None, None]


def _kernel_degrees(
    panels: PupilPanels, lens: Objective, reach: tuple[float, float], tolerance: float
) -> Degrees:
    """Degrees of exp(i k s.r) on each panel, for the farthest r in the worst directions."""
    k_rho, k_z = reach
    radial = []
    edges = panels.radial_edges
    for left, right in pairwise(edges):
        middle, half = 0.5 * (left + right), 0.5 * (right - left)

        def along_theta(t: np.ndarray, middle: float = middle, half: float = half) -> np.ndarray:
            theta = middle + half * t
            across, along = k_rho * np.sin(theta), k_z * (np.cos(theta) - np.cos(middle))
            return np.exp(1j * np.stack([across, across + along, across - along, along], axis=-1))

        radial.append(degree_on_panel(along_theta, int(half * (k_rho + k_z)), tolerance))
    steepest = k_rho * np.sin(edges[-1])
    if panels.is_periodic:
        return Degrees(tuple(radial), (plane_wave_degree(steepest, tolerance),))
    azimuthal = []
    directions = np.pi / 8 * np.arange(16)
    around = panels.azimuthal_edges
    for left, right in pairwise(around):
        middle, half = 0.5 * (left + right), 0.5 * (right - left)

        def along_phi(t: np.ndarray, middle: float = middle, half: float = half) -> np.ndarray:
            return np.exp(1j * steepest * np.cos((middle + half * t)[:, None] - directions))

        azimuthal.append(degree_on_panel(along_phi, int(half * steepest), tolerance))
    return Degrees(tuple(radial), tuple(azimuthal))
