"""Modes: what beams are made of, pupil functions behind masks, which know where they jump."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.displayed import Displayed
from optomag.optics.arrays import PupilAmplitude, PupilCoordinate


class PupilFunction(ABC):
    """A vector field over the pupil, analytic in r and phi between its declared jumps."""

    @property
    def r_breaks(self) -> tuple[float, ...]:
        """Radii in (0, 1) at which the field or its derivatives jump."""
        return ()

    @property
    def phi_breaks(self) -> tuple[float, ...]:
        """Azimuths [rad] at which they jump."""
        return ()

    @property
    def r_roots(self) -> tuple[float, ...]:
        """Those of `r_breaks` at which the field has a square root, as light from a film has."""
        return ()

    @property
    def known_power(self) -> float | None:
        """Its power where that is known without an integral."""
        return None

    @abstractmethod
    def field(self, r: PupilCoordinate, phi: PupilCoordinate) -> tuple[PupilAmplitude, PupilAmplitude]:
        """(E_rho, E_phi) at pupil points 0 <= r <= 1, 0 <= phi < 2 pi."""


class Mask(Displayed, ABC):
    """A complex transmission over the pupil, analytic in r and phi between its declared jumps.

    Masks multiply each other and beams; they absorb or delay, and never renormalise.

    Examples
    --------
    >>> import optomag as om
    >>> mask = om.vortex(1) * om.annulus(0.5, 1.0)  # made by functions; one behind the other
    >>> isinstance(mask, om.Mask), mask.r_breaks
    (True, (0.5, 1.0))
    >>> round((om.circular(+1) * mask).power, 12)
    0.75
    """

    __array_ufunc__ = None

    @property
    def r_breaks(self) -> tuple[float, ...]:
        """Radii in (0, 1) at which the field or its derivatives jump."""
        return ()

    @property
    def phi_breaks(self) -> tuple[float, ...]:
        """Azimuths [rad] at which they jump."""
        return ()

    @abstractmethod
    def transmission(self, r: PupilCoordinate, phi: PupilCoordinate) -> PupilAmplitude:
        """Complex amplitude transmission at pupil points 0 <= r <= 1, 0 <= phi < 2 pi.

        Parameters
        ----------
        r : float64, shape (...) [pupil radii]
        phi : float64, shape (...) [rad]
        """

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Mask):
            return MaskProduct((*_factors(self), *_factors(other)))
        return NotImplemented


@dataclass(frozen=True)
class MaskProduct(Mask):
    """Several masks one behind the other."""

    factors: tuple[Mask, ...]

    @property
    def r_breaks(self) -> tuple[float, ...]:
        """Radial jumps of all factors."""
        return tuple(b for mask in self.factors for b in mask.r_breaks)

    @property
    def phi_breaks(self) -> tuple[float, ...]:
        """Azimuthal jumps of all factors."""
        return tuple(b for mask in self.factors for b in mask.phi_breaks)

    def transmission(self, r: PupilCoordinate, phi: PupilCoordinate) -> PupilAmplitude:
        """Product of the factors' transmissions."""
        product: Any = 1.0
        for mask in self.factors:
            product = product * mask.transmission(r, phi)
        return product


@dataclass(frozen=True)
class Mode:
    """One pupil function behind masks: a basis vector of the space of beams."""

    function: PupilFunction
    masks: tuple[Mask, ...] = ()

    @property
    def r_breaks(self) -> tuple[float, ...]:
        """Radii in (0, 1) at which the mode jumps."""
        return tuple(b for part in (self.function, *self.masks) for b in part.r_breaks)

    @property
    def r_roots(self) -> tuple[float, ...]:
        """Those of them at which it has a square root."""
        return self.function.r_roots

    @property
    def known_power(self) -> float | None:
        """Its power where that is known without an integral."""
        return None if self.masks else self.function.known_power

    @property
    def phi_breaks(self) -> tuple[float, ...]:
        """Azimuths in [0, 2 pi) [rad] at which the mode jumps."""
        return tuple(b for part in (self.function, *self.masks) for b in part.phi_breaks)

    def behind(self, mask: Mask) -> Mode:
        """The mode with one more mask, which may be a product of several."""
        return Mode(self.function, _ordered((*self.masks, *_factors(mask))))

    def field(
        self, r: Float64[np.ndarray, ...], phi: Float64[np.ndarray, ...]
    ) -> Complex128[np.ndarray, "*pupil 2"]:
        """Complex (..., 2): (E_rho, E_phi) at pupil points that broadcast against each other."""
        shape = np.broadcast_shapes(np.shape(r), np.shape(phi))
        # At least one axis: NumPy turns arrays without axes into numbers on their way through a formula.
        r, phi = (np.broadcast_to(part, shape or (1,)) for part in (r, np.mod(phi, 2 * np.pi)))
        value = np.stack(np.broadcast_arrays(*self.function.field(r, phi)), axis=-1).astype(np.complex128)
        for mask in self.masks:
            value *= np.asarray(mask.transmission(r, phi))[..., None]
        return value.reshape(*shape, 2)


def _factors(mask: Mask) -> tuple[Mask, ...]:
    return mask.factors if isinstance(mask, MaskProduct) else (mask,)


def _ordered(masks: tuple[Mask, ...]) -> tuple[Mask, ...]:
    # Masks commute, so one order for all lets equal modes be recognised.
    return tuple(sorted(masks, key=repr))
