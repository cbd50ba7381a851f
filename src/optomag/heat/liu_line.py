"""Liu's line: squared diameter against the logarithm of the energy, for a Gaussian spot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64

from optomag.displayed import Displayed
from optomag.errors import refuse, require_finite_array, require_numbers
from optomag.plausible import ENERGY, LENGTH, require_plausible


@dataclass(frozen=True, kw_only=True)
class LiuLine(Displayed):
    """D^2 = 2 w^2 ln(E/E_th).

    Parameters
    ----------
    waist : float [m]
        Radius w at which the fluence of the Gaussian is exp(-2) of that in its middle.
    threshold : float [J]
        Energy E_th at which the first of it switches.

    Raises
    ------
    InvalidInputError
        If a number is not finite and positive, or of no possible size.

    Notes
    -----
    J. M. Liu, Opt. Lett. 7, 196 (1982), doi:10.1364/OL.7.000196.

    Examples
    --------
    >>> line = LiuLine(waist=10e-6, threshold=1e-6)
    >>> round(float(line.diameter(np.e * 1e-6)) * 1e6, 3)
    14.142
    """

    waist: float
    threshold: float

    def __post_init__(self) -> None:
        for name, quantity in (("waist", LENGTH), ("threshold", ENERGY)):
            object.__setattr__(self, name, require_plausible(quantity, name, getattr(self, name)))

    @classmethod
    def fitted(cls, energies: Any, diameters: Any) -> LiuLine:
        """The line through measured diameters, by least squares of D^2 against ln E.

        Parameters
        ----------
        energies : array_like, shape (n,) [J]
        diameters : array_like, shape (n,) [m]
            Those that are 0 are left out: nothing was switched.

        Raises
        ------
        InvalidInputError
            If fewer than two energies have a diameter, or diameters do not grow with the energy.

        Examples
        --------
        >>> line = LiuLine.fitted([1e-6, 2e-6, 4e-6], [0.0, 10e-6, 20e-6])
        >>> round(line.waist * 1e6, 3), round(line.threshold * 1e6, 3)
        (14.711, 1.587)
        """
        E = require_finite_array("energies", energies, shape="(n,)", ndim=1)
        D = require_finite_array("diameters", diameters, shape="(n,)", ndim=1)
        if E.shape != D.shape or np.any(E <= 0) or np.any(D < 0):
            refuse("energies and diameters", "equally many, positive and >= 0", f"{E.shape} and {D.shape}")
        here = D > 0
        if np.any(here):
            require_plausible(LENGTH, "diameters", float(D.max()))
        if len(np.unique(E[here])) < 2:
            refuse("diameters", "those of two energies or more", f"{np.count_nonzero(here)} above 0")
        logarithm, square = np.log(E[here]), D[here] ** 2
        centred = logarithm - logarithm.mean()
        slope = float(centred @ square / (centred @ centred))
        if slope <= 0:
            refuse("diameters", "larger for larger energies", diameters)
        threshold = np.exp(logarithm.mean() - square.mean() / slope)
        return cls(waist=(0.5 * slope) ** 0.5, threshold=float(threshold))

    @property
    def fluence(self) -> float:
        """Fluence [J/m^2] in the middle of the Gaussian at its threshold, 2 E_th/(pi w^2)."""
        return 2 * self.threshold / (np.pi * self.waist**2)

    def diameter(self, energy: Any) -> Float64[np.ndarray, "*shape"]:
        """Diameter [m] at an energy [J], or several; 0 up to the threshold.

        Parameters
        ----------
        energy : array_like, any shape [J]
        """
        E = require_numbers("energy", energy)
        if np.any(E <= 0):
            refuse("energy", "> 0", energy)
        return np.asarray(self.waist * np.sqrt(2 * np.log(np.maximum(E / self.threshold, 1.0))))
