"""How a lens maps the flat pupil onto the converging sphere: the ray heights of classical designs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from optomag.displayed import Displayed


class Apodization(Displayed, ABC):
    """Ray height h(theta) [focal lengths] at which the ray of polar angle theta enters the lens.

    Energy conservation between the pupil ring h dh and the cone sin(theta) dtheta then fixes the amplitude
    on the sphere, sqrt(h h'/sin theta) per unit pupil amplitude.
    """

    @abstractmethod
    def height(self, theta: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """Ray height h(theta) [focal lengths] for theta [rad].

        Parameters
        ----------
        theta : float64, shape (...) [rad]
            Polar angle of the ray behind the lens.
        """

    @abstractmethod
    def angle(self, height: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """Polar angle theta [rad] of the ray at height h [focal lengths]: the inverse of `height`.

        Parameters
        ----------
        height : float64, shape (...) [focal lengths]
            Ray height h.
        """

    @abstractmethod
    def amplitude(self, theta: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """Amplitude factor sqrt(h h'/sin theta).

        Parameters
        ----------
        theta : float64, shape (...) [rad]
            Polar angle of the ray behind the lens.
        """


@dataclass(frozen=True)
class AbbeSine(Apodization):
    """Aplanatic lens, h = sin(theta): free of coma, amplitude sqrt(cos theta). Microscope objectives.

    Notes
    -----
    The Abbe sine condition: B. Richards and E. Wolf, Proc. R. Soc. Lond. A 253, 358 (1959),
    doi:10.1098/rspa.1959.0200. For all angles below 90 degrees.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9, apodization=om.AbbeSine())  # the default
    >>> lens.rim, lens.apodization.amplitude(np.array([0.0, lens.alpha])).round(4).tolist()
    (0.95, [1.0, 0.5588])
    """

    def height(self, theta: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """sin(theta)."""
        return np.sin(theta)

    def angle(self, height: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """arcsin(h)."""
        return np.arcsin(height)

    def amplitude(self, theta: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """sqrt(cos theta)."""
        return np.sqrt(np.cos(theta))


@dataclass(frozen=True)
class Herschel(Apodization):
    """Herschel condition, h = 2 sin(theta/2): sharp along the axis, amplitude 1.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9, apodization=om.Herschel())
    >>> round(lens.rim, 4), lens.apodization.amplitude(np.array([0.0, lens.alpha])).tolist()
    (1.1728, [1.0, 1.0])
    """

    def height(self, theta: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """2 sin(theta/2)."""
        return 2 * np.sin(0.5 * theta)

    def angle(self, height: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """2 arcsin(h/2)."""
        return 2 * np.arcsin(0.5 * height)

    def amplitude(self, theta: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """1."""
        return np.ones_like(theta)


@dataclass(frozen=True)
class ParabolicMirror(Apodization):
    """Parabolic mirror, h = 2 tan(theta/2): amplitude 2/(1 + cos theta), strong at the rim.

    Examples
    --------
    >>> import optomag as om
    >>> lens = om.Objective(na=0.95, wavelength=532e-9, apodization=om.ParabolicMirror())
    >>> round(lens.rim, 4), lens.apodization.amplitude(np.array([0.0, lens.alpha])).round(4).tolist()
    (1.4479, [1.0, 1.5241])
    """

    def height(self, theta: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """2 tan(theta/2)."""
        return 2 * np.tan(0.5 * theta)

    def angle(self, height: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """2 arctan(h/2)."""
        return 2 * np.arctan(0.5 * height)

    def amplitude(self, theta: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """2/(1 + cos theta)."""
        return 2 / (1 + np.cos(theta))
