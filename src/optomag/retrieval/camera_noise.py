"""What a camera adds to the mean of an image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from optomag.displayed import Displayed
from optomag.errors import refuse, require_real


@dataclass(frozen=True)
class CameraNoise(Displayed):
    """Variance of a pixel: gain (m - offset) + read^2 + (model (m - offset))^2 for the mean m [counts].

    Parameters
    ----------
    gain : float [counts/photon], default 1
    read : float [counts rms], default 0
        Of the camera's electronics.
    offset : float [counts], default 0
        What it gives in the dark.
    model : float, default 0.02
        Relative error of the model itself, such as uneven pixels: without it the brightest pixels of a good
        camera would decide everything.

    Raises
    ------
    InvalidInputError
        If a number is not finite or out of range.

    Examples
    --------
    >>> camera = CameraNoise(gain=2.0, read=3.0, offset=100.0, model=0.0)
    >>> camera.variance(np.array([100.0, 150.0])).tolist()
    [13.0, 109.0]
    """

    gain: float = 1.0
    read: float = 0.0
    offset: float = 0.0
    model: float = 0.02

    def __post_init__(self) -> None:
        require_real("gain", self.gain, above=0.0)
        require_real("offset", self.offset)
        if require_real("read", self.read) < 0:
            refuse("read", ">= 0", self.read)
        if not 0 <= require_real("model", self.model) < 1:
            refuse("model", "from 0 to below 1", self.model)

    def variance(self, mean: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
        """Variance of pixels of these means [counts^2]; never below that of one photon.

        Parameters
        ----------
        mean : float64, shape (...) [counts]
        """
        light = np.maximum(mean - self.offset, self.gain)
        return self.gain * light + self.read**2 + (self.model * light) ** 2
