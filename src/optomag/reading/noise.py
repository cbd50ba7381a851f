"""What blurs a reading: photons, grains of the medium, and places that are not met exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optomag.conventions import PLANCK_CONSTANT, SPEED_OF_LIGHT
from optomag.displayed import Displayed
from optomag.errors import require_real
from optomag.plausible import DWELL, LENGTH, POWER, WAVELENGTH, require_plausible

LEVELS = (-200.0, 400.0)
"""Levels [dB] between which a signal over noise lies, and far more."""

FARTHEST_JITTER = 1e-5
"""Metres: more than any focus, so a number meant in another unit."""


@dataclass(frozen=True)
class Noise(Displayed):
    """Noise of every single reading.

    Parameters
    ----------
    rotation : float [rad], default 0
        Standard deviation of each of the three readings; `shot_noise` gives that of photons.
    medium : float, default 0
        Standard deviation of each component of m from grain to grain, over full scale.
    grain : float [m], default 20e-9
        Side of a square grain, much smaller than the light's focus.
    jitter : float [m], default 0
        Standard deviation of the place of a reading, along x and along y; less than 10 um.

    Raises
    ------
    InvalidInputError
        If a value is negative or not finite, the grain's side is not > 0, or the jitter so large that no spot
        is found again.

    Examples
    --------
    >>> import optomag as om
    >>> sigma = om.shot_noise(100e-6, 1e-6, 532e-9)
    >>> om.Noise(rotation=sigma, jitter=5e-9).grain, om.Noise().rotation
    (2e-08, 0.0)
    """

    rotation: float = 0.0
    medium: float = 0.0
    grain: float = 20e-9
    jitter: float = 0.0

    def __post_init__(self) -> None:
        for name in ("rotation", "medium", "jitter"):
            object.__setattr__(self, name, _not_negative(name, getattr(self, name)))
        object.__setattr__(self, "grain", require_plausible(LENGTH, "grain", self.grain))
        require_real("jitter", self.jitter, below=FARTHEST_JITTER)

    @classmethod
    def at_level(cls, decibels: float, rotation: float) -> Noise:
        """Noise S0 = 20 log10(theta_F t/sigma) decibels below a full rotation.

        Parameters
        ----------
        decibels : float [dB]
            S0.
        rotation : float [rad]
            theta_F t of the film.

        Examples
        --------
        >>> round(Noise.at_level(54.0, 13.6e-3).rotation, 7)
        2.71e-05
        """
        full = require_real("rotation", rotation, above=0.0)
        return cls(rotation=full * 10 ** (-require_level("decibels", decibels) / 20))


def require_level(name: str, decibels: float) -> float:
    """Return a level [dB] of noise that a float holds."""
    return require_real(name, decibels, above=LEVELS[0], below=LEVELS[1])


def shot_noise(power: float, dwell: float, wavelength: float) -> float:
    """Standard deviation [rad] of a rotation that N photons measure, 1/(2 sqrt N).

    Parameters
    ----------
    power : float [W]
        Of the light that reads, on the film.
    dwell : float [s]
        Of each of the three readings of a spot.
    wavelength : float [m]
        Vacuum wavelength, which gives the energy of a photon.

    Returns
    -------
    float [rad]
        Of a rotation of the polarisation.

    Raises
    ------
    InvalidInputError
        If a value is not > 0.

    Notes
    -----
    Balanced detection by ideal detectors, against reference light that is much stronger than what is read.

    Examples
    --------
    >>> round(shot_noise(100e-6, 1e-6, 635e-9) * 1e6, 1)  # microradians
    28.0
    """
    given = {"power": power, "dwell": dwell, "wavelength": wavelength}
    kinds = (POWER, DWELL, WAVELENGTH)
    watts, seconds, length = (
        require_plausible(kind, name, value) for kind, (name, value) in zip(kinds, given.items(), strict=True)
    )
    photons = watts * seconds * length / (PLANCK_CONSTANT * SPEED_OF_LIGHT)
    return float(0.5 / np.sqrt(photons))


def _not_negative(name: str, value: float) -> float:
    number = require_real(name, value)
    return number if number == 0 else require_real(name, number, above=0.0)
