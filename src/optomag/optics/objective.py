"""The lens: a high-aperture objective."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float64

from optomag.conventions import double_precision
from optomag.displayed import Displayed, drawn
from optomag.errors import refuse, require_kind, require_real
from optomag.optics.apodization import AbbeSine, Apodization
from optomag.optics.lens_words import lens_words
from optomag.plausible import INDEX, WAVELENGTH, require_plausible

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True)
class Objective(Displayed):
    """Objective that focuses in a medium of index `index`.

    Parameters
    ----------
    na : float
        Numerical aperture n sin(alpha), 0 < na < index.
    index : float, default 1
        Refractive index n of the immersion medium, in which the focus lies.
    wavelength : float [m]
        Vacuum wavelength.
    apodization : Apodization, default AbbeSine()
        How the pupil maps onto the converging sphere; an aplanatic lens obeys the Abbe sine condition.

    Raises
    ------
    InvalidInputError
        If a value is not finite, not positive, of the wrong kind, or na >= index.

    Examples
    --------
    >>> lens = Objective(na=0.95, index=1.0, wavelength=532e-9)
    >>> round(float(np.degrees(lens.alpha)), 2)
    71.81
    """

    na: float
    index: float = 1.0
    wavelength: float
    apodization: Apodization = field(default_factory=AbbeSine)

    def __post_init__(self) -> None:
        index = require_plausible(INDEX, "index", self.index)
        na = require_aperture(self.na, index)
        wavelength = require_plausible(WAVELENGTH, "wavelength", self.wavelength)
        if not isinstance(self.apodization, Apodization):
            refuse("apodization", "AbbeSine(), Herschel(), ParabolicMirror() or your own", self.apodization)
        for name, value in (("na", na), ("index", index), ("wavelength", wavelength)):
            object.__setattr__(self, name, value)
        double_precision()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)  # pickled lenses reach processes in which none was made
        double_precision()

    def _table_(self) -> dict[str, str] | None:
        return lens_words(self)

    def _preview_(self) -> Any:
        return self.plot()

    def plot(self) -> Figure:
        """Draw the cone of rays, the amplitude over it, and what the lens can resolve.

        Returns
        -------
        matplotlib.figure.Figure
        """
        return drawn("optomag.plot.lens_figure:lens_figure", self, words=lens_words(self))

    @property
    def sine(self) -> float:
        """sin(alpha) of the steepest ray."""
        return self.na / self.index

    @property
    def alpha(self) -> float:
        """Angle of the steepest ray to the axis [rad]."""
        return float(np.arcsin(self.sine))

    @property
    def wavenumber(self) -> float:
        """k = 2 pi n / wavelength in the immersion medium [rad/m]."""
        return 2 * np.pi * self.index / self.wavelength

    @property
    def rim(self) -> float:
        """Ray height of the steepest ray [focal lengths]: the radius of the pupil."""
        return float(self.apodization.height(np.array([self.alpha]))[0])

    def polar_angle(self, r: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """Polar angle theta [rad] of rays through the pupil.

        Parameters
        ----------
        r : float64, shape (...) [pupil radii]
            In [0, 1].
        """
        return self.apodization.angle(self.rim * np.asarray(r))

    def pupil_radius(self, theta: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """Pupil radius r of rays [pupil radii], at most 1.

        Parameters
        ----------
        theta : float64, shape (...) [rad]
            Polar angle behind the lens.
        """
        return np.minimum(self.apodization.height(theta) / self.rim, 1.0)


def require_lens(lens: Any) -> Objective:
    """Return what is a lens."""
    return require_kind("lens", lens, Objective, "an optomag Objective", "Make one with Objective(na=, ...).")


def require_aperture(na: Any, index: float) -> float:
    """Return the numerical aperture as a float, if it is one in a medium of that index."""
    found = require_real("na", na, above=0.0)
    if found >= index:
        refuse("na", f"< index = {index:g}", found, _steeper(found, index))
    return found


def _steeper(na: float, index: float) -> str:
    """Advice for an aperture above the index, which may have been meant as an angle."""
    if index < na < 90 and na >= 5:
        return f"{na:g} looks like degrees: na={index * np.sin(np.radians(na)):.4g}."
    return "No propagating ray is steeper than 90 degrees."
