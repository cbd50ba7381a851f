"""The elementary beams and masks, written out again from the wording of the contract.

Nothing here is imported from the library: a wrong sign there must not be able to hide here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np

TURN = 2 * np.pi


@dataclass(frozen=True)
class Mask:
    """A complex factor on the pupil, with the places where it jumps."""

    factor: Callable
    r_breaks: tuple[float, ...] = ()
    phi_breaks: tuple[float, ...] = ()


@dataclass(frozen=True)
class Pupil:
    """The field (E_rho, E_phi) at pupil points (r, phi), with the places where it jumps."""

    jones: Callable
    r_breaks: tuple[float, ...] = ()
    phi_breaks: tuple[float, ...] = ()

    def __mul__(self, mask: Mask) -> Pupil:
        def jones(r, phi):
            e_rho, e_phi = self.jones(r, phi)
            factor = mask.factor(r, phi)
            return factor * e_rho, factor * e_phi

        return Pupil(jones, self.r_breaks + mask.r_breaks, self.phi_breaks + mask.phi_breaks)

    def __rmul__(self, weight: complex) -> Pupil:
        def jones(r, phi):
            e_rho, e_phi = self.jones(r, phi)
            return weight * e_rho, weight * e_phi

        return Pupil(jones, self.r_breaks, self.phi_breaks)

    def __add__(self, other: Pupil) -> Pupil:
        def jones(r, phi):
            e_rho, e_phi = self.jones(r, phi)
            f_rho, f_phi = other.jones(r, phi)
            return e_rho + f_rho, e_phi + f_phi

        return Pupil(jones, self.r_breaks + other.r_breaks, self.phi_breaks + other.phi_breaks)


def _uniform(e_x: complex, e_y: complex) -> Pupil:
    """Uniform field (e_x, e_y), carried over to (E_rho, E_phi) by projection on the two unit vectors."""

    def jones(r, phi):
        amplitude = np.ones_like(r) / np.sqrt(np.pi)
        e_rho = amplitude * (e_x * np.cos(phi) + e_y * np.sin(phi))
        e_phi = amplitude * (-e_x * np.sin(phi) + e_y * np.cos(phi))
        return e_rho, e_phi

    return Pupil(jones)


def linear(angle: float = 0.0) -> Pupil:
    return _uniform(np.cos(angle), np.sin(angle))


def circular(handedness: int) -> Pupil:
    return _uniform(1 / np.sqrt(2), handedness * 1j / np.sqrt(2))


def radial() -> Pupil:
    return Pupil(lambda r, phi: (np.ones_like(r) / np.sqrt(np.pi), 0 * r))


def azimuthal() -> Pupil:
    return Pupil(lambda r, phi: (0 * r, np.ones_like(r) / np.sqrt(np.pi)))


def vortex(charge: int) -> Mask:
    return Mask(lambda r, phi: np.cos(charge * phi) + 1j * np.sin(charge * phi))


def phase_step(axis: str) -> Mask:
    """Minus one below the x axis (step line along x), or left of the y axis (step line along y)."""
    if axis == "x":
        return Mask(lambda r, phi: np.where(np.sin(phi) > 0, 1.0, -1.0), phi_breaks=(0.0, np.pi))
    return Mask(lambda r, phi: np.where(np.cos(phi) > 0, 1.0, -1.0), phi_breaks=(np.pi / 2, 3 * np.pi / 2))


def annulus(inner: float, outer: float) -> Mask:
    return Mask(lambda r, phi: np.where((r >= inner) & (r <= outer), 1.0, 0.0), r_breaks=(inner, outer))


def binary_rings(radii: Sequence[float]) -> Mask:
    def factor(r, phi):
        crossed = sum((r > radius).astype(int) for radius in radii)
        return np.where(crossed % 2 == 0, 1.0, -1.0)

    return Mask(factor, r_breaks=tuple(radii))


def gaussian(fill: float) -> Mask:
    return Mask(lambda r, phi: np.exp(-(r**2) / fill**2))


def zernike_polynomial(n: int, m: int, r, phi):
    """Rms-normalised Zernike polynomial: its mean square over the unit disk is 1."""
    order = abs(m)
    radial_part = 0 * r
    for s in range((n - order) // 2 + 1):
        coefficient = (-1) ** s * factorial(n - s)
        coefficient /= factorial(s) * factorial((n + order) // 2 - s) * factorial((n - order) // 2 - s)
        radial_part = radial_part + coefficient * r ** (n - 2 * s)
    if m == 0:
        return np.sqrt(n + 1) * radial_part
    angular = np.cos(order * phi) if m > 0 else np.sin(order * phi)
    return np.sqrt(2 * (n + 1)) * radial_part * angular


def zernike(waves: Mapping[tuple[int, int], float]) -> Mask:
    def factor(r, phi):
        path = sum(rms * zernike_polynomial(n, m, r, phi) for (n, m), rms in waves.items())
        return np.exp(1j * TURN * path)

    return Mask(factor)


def sector(start: float, stop: float) -> Mask:
    return Mask(
        lambda r, phi: np.where((phi - start) % TURN < stop - start, 1.0, 0.0),
        phi_breaks=(start % TURN, stop % TURN),
    )
