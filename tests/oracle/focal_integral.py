"""The Richards-Wolf integral by adaptive cubature, one smooth piece of the pupil at a time.

E(r) = (1 / sin alpha) * integral of sqrt(cos theta) P E_in exp(i k s.r) sin theta dtheta dphi over the pupil,
with sin alpha = NA / n. In this scale a pupil of unit power (integral of |E_in|^2 r dr dphi = 1) gives the
dimensionless numbers of the literature; multiply by `si_factor` for V/m.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.integrate import cubature

from .pupils import TURN, Pupil

ORACLE_TOLERANCE = 1e-13
"""Absolute error asked of each smooth piece; focal fields are of order one in this scale."""


def focal_field(pupil: Pupil, na: float, index: float, points, *, tolerance: float = ORACLE_TOLERANCE):
    """Complex field (n, 3) at `points` (n, 3), both in the oracle's units."""
    points = np.asarray(points, dtype=float)
    total = np.zeros((len(points), 3), complex)
    for lower, upper in smooth_pieces(pupil, na, index):
        result = cubature(
            lambda nodes: _integrand(nodes, pupil, na, index, points),
            lower,
            upper,
            rule="gk21",
            rtol=0.0,
            atol=tolerance,
        )
        if result.status != "converged":
            raise ArithmeticError(f"the oracle did not converge on {lower}..{upper}: {result.error}")
        total += result.estimate[0] + 1j * result.estimate[1]
    return total


def smooth_pieces(pupil: Pupil, na: float, index: float):
    """Corners (theta, phi) of the rectangles on which the pupil is smooth."""
    return [
        (np.array([np.arcsin(r_0 * na / index), phi_0]), np.array([np.arcsin(r_1 * na / index), phi_1]))
        for (r_0, phi_0), (r_1, phi_1) in _flat_pieces(pupil)
    ]


def pupil_power(pupil: Pupil) -> float:
    """Integral of |E_rho|^2 + |E_phi|^2 over the unit disk."""

    def density(nodes):
        r, phi = nodes.T
        e_rho, e_phi = pupil.jones(r, phi)
        return r * (np.abs(e_rho) ** 2 + np.abs(e_phi) ** 2)

    pieces = _flat_pieces(pupil)
    return sum(
        float(cubature(density, *piece, rule="gk21", rtol=0.0, atol=1e-13).estimate) for piece in pieces
    )


def plane_waves(theta, phi, pupil: Pupil, na: float, index: float):
    """Amplitude of the plane wave from each pupil point (n, 3), without its measure, and its direction."""
    sin_theta, cos_theta, sin_phi, cos_phi = np.sin(theta), np.cos(theta), np.sin(phi), np.cos(phi)
    e_rho, e_phi = pupil.jones(sin_theta * index / na, phi)
    refracted_rho = np.stack([cos_theta * cos_phi, cos_theta * sin_phi, sin_theta], axis=-1)
    kept_phi = np.stack([-sin_phi, cos_phi, 0 * phi], axis=-1)
    direction = np.stack([-sin_theta * cos_phi, -sin_theta * sin_phi, cos_theta], axis=-1)
    amplitude = e_rho[..., None] * refracted_rho + e_phi[..., None] * kept_phi
    return np.sqrt(cos_theta)[..., None] * amplitude, direction


def _flat_pieces(pupil: Pupil):
    radii = sorted({0.0, 1.0} | {radius for radius in pupil.r_breaks if 0.0 < radius < 1.0})
    phis = sorted({0.0, TURN} | set(pupil.phi_breaks))
    return [((r_0, phi_0), (r_1, phi_1)) for r_0, r_1 in pairwise(radii) for phi_0, phi_1 in pairwise(phis)]


def _integrand(nodes, pupil: Pupil, na: float, index: float, points):
    theta, phi = nodes[:, 0], nodes[:, 1]
    amplitude, direction = plane_waves(theta, phi, pupil, na, index)
    measure = np.sin(theta) / (na / index)
    phase = np.exp(1j * TURN * index * (direction @ points.T))
    value = phase[:, :, None] * (measure[:, None] * amplitude)[:, None, :]
    # scipy's cubature drops imaginary parts, so the two parts travel as one real array.
    return np.stack([value.real, value.imag], axis=1)


def si_factor(wavelength: float, index: float, power: float) -> float:
    """V/m per dimensionless unit: (n/L) sqrt(2 P / (n eps0 c)) for vacuum wavelength L and power P."""
    epsilon_0, speed_of_light = 8.8541878188e-12, 299_792_458.0
    return index / wavelength * np.sqrt(2 * power / (index * epsilon_0 * speed_of_light))
