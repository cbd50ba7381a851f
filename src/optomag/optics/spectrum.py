"""The angular spectrum of pupil modes behind the lens, sampled on just enough plane waves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.errors import refuse
from optomag.optics.film import Film
from optomag.optics.mode import Mode
from optomag.optics.objective import Objective
from optomag.optics.resolution import Degrees, PupilPanels
from optomag.quadrature import (
    SMALLEST_TOLERANCE,
    degree_on_panel,
    panel_map,
    plane_wave_degree,
)

SAFETY = 1e-1
"""Expansion coefficients are kept down to this fraction of the requested relative error."""


GRAZING_SINE = 0.98
"""NA/n beyond which the square root of cos(theta), at 90 degrees, is felt at the rim."""

MOST_WAVES = 2**23
"""Plane waves beyond which a point counts as out of reach: some 400 wavelengths from the axis."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Plane waves on a polar tensor grid.

    Attributes
    ----------
    theta, phi : float64, shapes (t,) and (p,) [rad]
        Pupil angles; the wave at (theta, phi) travels along
        s = (-sin theta cos phi, -sin theta sin phi, cos theta).
    amplitudes : tuple of complex128, shapes (modes, t, p, 3)
        Apodised field vectors times the quadrature weights, for each mode. In a homogeneous medium one
        array, the whole vector. In a film two, the s and the p part, which meet different reflections.
    """

    theta: Float64[np.ndarray, " t"]
    phi: Float64[np.ndarray, " p"]
    amplitudes: tuple[Complex128[np.ndarray, "modes t p 3"], ...]


@dataclass(frozen=True, eq=False)
class AzimuthalSpectrum:
    """Azimuthal orders exp(i m phi) of the pupil on a rule in the polar angle.

    Attributes
    ----------
    theta : float64, shape (t,) [rad]
    orders : int64, shape (m,)
    amplitudes : tuple of complex128, shapes (modes, t, m, 3)
        Integrals over phi of exp(-i m phi) times the apodised field vectors, times the weights in theta; one
        array, or the s and the p part in a film, as in `Spectrum`.
    """

    theta: Float64[np.ndarray, " t"]
    orders: np.ndarray
    amplitudes: tuple[Complex128[np.ndarray, "modes t m 3"], ...]


@dataclass(frozen=True)
class Region:
    """What part of space the sampling must serve.

    Attributes
    ----------
    k_rho, k_z : float [rad]
        Largest distance from the axis and from the focal plane, times the wavenumber.
    heights : tuple of float [m]
        In a film, heights z that include the ends of what is asked for in each medium; else empty.
    """

    k_rho: float
    k_z: float
    heights: tuple[float, ...] = ()


def coefficient_tolerance(rtol: float) -> float:
    """Relative size at which expansion coefficients may be dropped to keep the field within `rtol`."""
    return max(SAFETY * rtol, SMALLEST_TOLERANCE)


@lru_cache(maxsize=32)
def sample_spectrum(
    modes: tuple[Mode, ...], lens: Objective, film: Film | None, region: Region, rtol: float
) -> Spectrum:
    """Sample the modes so that the field is within `rtol` all over the region."""
    panels, spherical = _pupil(modes, lens, film)
    tolerance = coefficient_tolerance(rtol)
    pupil = panels.resolve(spherical, tolerance)
    kernel = _kernel_degrees(panels, lens, film, region, tolerance)
    (theta, theta_weights), (phi, phi_weights) = panels.rules(pupil, kernel)
    if len(theta) * len(phi) > MOST_WAVES:
        refuse(
            "distance from the focus",
            f"small enough for {MOST_WAVES:,} plane waves",
            f"one that takes {len(theta) * len(phi):,} of them",
            "Lengths are in metres.",
        )
    weighted = spherical(theta, phi) * (theta_weights[:, None] * phi_weights)[..., None, None]
    parts = np.moveaxis(weighted, -1, 0)
    return Spectrum(theta, phi, tuple(np.split(parts, parts.shape[-1] // 3, axis=-1)))


def sample_orders(
    modes: tuple[Mode, ...], lens: Objective, film: Film | None, region: Region, rtol: float
) -> AzimuthalSpectrum | None:
    """Sample the modes' azimuthal orders so that the field is within `rtol` all over the region.

    The waves of an order, exp(i m phi), sum up to a Bessel function, so that only the polar angle is sampled
    for the distance. None where the pupil jumps in azimuth, and orders never end.
    """
    panels, spherical = _pupil(modes, lens, film)
    if not panels.is_periodic:
        return None
    tolerance = coefficient_tolerance(rtol)
    pupil = panels.resolve(spherical, tolerance)
    radial = _kernel_degrees(panels, lens, film, region, tolerance).radial
    highest = pupil.azimuthal[0]
    (theta, theta_weights), (phi, phi_weights) = panels.rules(pupil, Degrees(radial, (highest,)))
    orders = np.arange(-highest, highest + 1)
    onto = np.exp(-1j * phi[:, None] * orders) * phi_weights[:, None]
    weighted = spherical(theta, phi) * theta_weights[:, None, None, None]
    parts = np.einsum("tpcn,pm->ntmc", weighted, onto, optimize=True)
    return AzimuthalSpectrum(theta, orders, tuple(np.split(parts, parts.shape[-1] // 3, axis=-1)))


def _pupil(
    modes: tuple[Mode, ...], lens: Objective, film: Film | None
) -> tuple[PupilPanels, Callable[[np.ndarray, np.ndarray], np.ndarray]]:
    """Panels of the pupil in the polar angle, and the field vectors (t, p, components, modes) on it."""
    critical = () if film is None else film.critical_angles(lens)
    if lens.sine > GRAZING_SINE:
        critical = (*critical, lens.alpha)

    def spherical(
        theta: Float64[np.ndarray, " t"], phi: Float64[np.ndarray, " p"]
    ) -> Complex128[np.ndarray, "t p components modes"]:
        return _on_the_sphere(modes, lens, theta, phi, split=film is not None)

    return PupilPanels.of(modes).in_polar_angle(lens, critical), spherical


def axial_response(
    lens: Objective, film: Film | None, theta: Float64[np.ndarray, " t"], z: Float64[np.ndarray, " z"]
) -> tuple[Complex128[np.ndarray, "t z _"], ...]:
    """How each part of `Spectrum.amplitudes` goes with height: one array (t, z, 1 or 3) for each part."""
    if film is None:
        return (np.exp(1j * lens.wavenumber * np.cos(theta)[:, None] * z)[..., None],)
    response = film.axial_response(lens, theta, z)
    return response[..., [0]], response[..., [1, 1, 2]]


def _on_the_sphere(
    modes: tuple[Mode, ...],
    lens: Objective,
    theta: Float64[np.ndarray, " t"],
    phi: Float64[np.ndarray, " p"],
    *,
    split: bool,
) -> Complex128[np.ndarray, "t p components modes"]:
    """Apodised field vectors of all modes, (t, p, 3 or 6, modes); times sin(theta) of the solid angle.

    Split, the last three components are the p part without its cos(theta) and sin(theta), which in a film
    depend on the medium.
    """
    radius = lens.pupil_radius(theta)[:, None]
    field = np.stack([mode.field(radius, phi[None, :]) for mode in modes], axis=-1)
    measure = lens.apodization.amplitude(theta) * np.sin(theta) / lens.rim
    rho_part, phi_part = np.moveaxis(field * measure[:, None, None, None], 2, 0)
    cos_phi, sin_phi = np.cos(phi)[:, None], np.sin(phi)[:, None]
    s_part = [-phi_part * sin_phi, phi_part * cos_phi, np.zeros_like(phi_part)]
    if split:
        return np.stack([*s_part, rho_part * cos_phi, rho_part * sin_phi, rho_part], axis=2)
    cosine, sine = np.cos(theta)[:, None, None], np.sin(theta)[:, None, None]
    p_part = [rho_part * cos_phi * cosine, rho_part * sin_phi * cosine, rho_part * sine]
    return np.stack([s + p for s, p in zip(s_part, p_part, strict=True)], axis=2)


def _kernel_degrees(
    panels: PupilPanels, lens: Objective, film: Film | None, region: Region, tolerance: float
) -> Degrees:
    """Degrees of the waves on each panel, for the farthest points in the worst directions."""
    radial = []
    for (left, right), graded in zip(pairwise(panels.radial_edges), panels.graded, strict=True):

        def along_theta(
            t: Float64[np.ndarray, " t"], left: float = left, right: float = right, graded: bool = graded
        ) -> Complex128[np.ndarray, "t waves"]:
            theta, _ = panel_map(left, right, t, graded=graded)
            across = np.exp(1j * region.k_rho * np.sin(theta))[:, None]
            if film is None:
                # A common phase of the panel carries no degree; without it the coefficients are cleaner.
                along = np.exp(1j * region.k_z * (np.cos(theta) - np.cos(left)))[:, None]
                return np.concatenate([across, along, across * along, across * along.conj()], axis=1)
            response = film.axial_response(lens, theta, np.array(region.heights)).reshape(len(t), -1)
            return np.concatenate([response, across * response, across.conj() * response], axis=1)

        guess = int(0.5 * (right - left) * (region.k_rho + region.k_z))
        radial.append(degree_on_panel(along_theta, guess, tolerance))
    steepest = region.k_rho * np.sin(panels.radial_edges[-1])
    if panels.is_periodic:
        return Degrees(tuple(radial), (plane_wave_degree(steepest, tolerance),))
    azimuthal = []
    directions = np.pi / 8 * np.arange(16)
    for left, right in pairwise(panels.azimuthal_edges):

        def along_phi(
            t: Float64[np.ndarray, " t"], left: float = left, right: float = right
        ) -> Complex128[np.ndarray, "t directions"]:
            phi, _ = panel_map(left, right, t, graded=False)
            return np.exp(1j * steepest * np.cos(phi[:, None] - directions))

        azimuthal.append(degree_on_panel(along_phi, int(0.5 * (right - left) * steepest), tolerance))
    return Degrees(tuple(radial), tuple(azimuthal))
