"""The lens: an aplanatic microscope objective."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optomag.errors import refuse, require_real


@dataclass(frozen=True, kw_only=True)
class Objective:
    """Aplanatic objective that obeys the Abbe sine condition and focuses in a medium of index `index`.

    Parameters
    ----------
    na : float
        Numerical aperture n sin(alpha), 0 < na < index.
    index : float, default 1
        Refractive index n of the immersion medium, in which the focus lies.
    wavelength : float [m]
        Vacuum wavelength.

    Raises
    ------
    InvalidInputError
        If a value is not finite, not positive, or na >= index.

    Examples
    --------
    >>> lens = Objective(na=0.95, index=1.0, wavelength=532e-9)
    >>> round(float(np.degrees(lens.alpha)), 2)
    71.81
    """

    na: float
    index: float = 1.0
    wavelength: float

    def __post_init__(self) -> None:
        index = require_real("index", self.index, above=0.0)
        na = require_real("na", self.na, above=0.0)
        wavelength = require_real("wavelength", self.wavelength, above=0.0)
        if na >= index:
            refuse("na", f"< index = {index:g}", na, "No propagating ray is steeper than 90 degrees.")
        for name, value in (("na", na), ("index", index), ("wavelength", wavelength)):
            object.__setattr__(self, name, value)

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
