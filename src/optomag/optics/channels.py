"""Pupil functions whose x and y components take different ways: a diagonal Jones matrix over the pupil."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Complex128

from optomag.optics.arrays import PupilAmplitude, PupilCoordinate
from optomag.optics.lattice import pixel_lattice
from optomag.optics.mode import PupilFunction
from optomag.optics.transmission import Transmission


@dataclass(frozen=True)
class InChannels(PupilFunction):
    """A pupil function whose E_x and E_y are transmitted differently; `in_channels` makes it."""

    function: PupilFunction
    x: Transmission
    y: Transmission

    @property
    def r_breaks(self) -> tuple[float, ...]:
        """Those of the function: transmissions are smooth."""
        return self.function.r_breaks

    @property
    def phi_breaks(self) -> tuple[float, ...]:
        """Those of the function."""
        return self.function.phi_breaks

    @property
    def r_roots(self) -> tuple[float, ...]:
        """Those of the function."""
        return self.function.r_roots

    def field(self, r: PupilCoordinate, phi: PupilCoordinate) -> tuple[PupilAmplitude, PupilAmplitude]:
        """(E_rho, E_phi) of (E_x, E_y), each times its transmission."""
        rho, azimuthal = self.function.field(r, phi)
        cosine, sine = np.cos(phi), np.sin(phi)
        x = (rho * cosine - azimuthal * sine) * self.x.transmission(r, phi)
        y = (rho * sine + azimuthal * cosine) * self.y.transmission(r, phi)
        return x * cosine + y * sine, y * cosine - x * sine


def in_channels(function: PupilFunction, x: Transmission, y: Transmission) -> PupilFunction:
    """The function behind transmissions of its x and y components.

    Transmissions one behind the other become one, and the function comes back where they cancel.
    """
    if isinstance(function, InChannels):
        x, y, function = function.x.followed_by(x), function.y.followed_by(y), function.function
    return function if x.is_identity and y.is_identity else InChannels(function, x, y)


def channels_on_pixels(x: Transmission, y: Transmission, count: int) -> Complex128[np.ndarray, "N N 2"]:
    """Factors of (E_x, E_y) at the centres of count x count pixels, as `optomag.pixels` lays them."""
    lattice = pixel_lattice(count)
    along_x = x.transmission(lattice.radius, lattice.azimuth)
    along_y = along_x if x == y else y.transmission(lattice.radius, lattice.azimuth)
    return np.stack([along_x, along_y], axis=-1)
