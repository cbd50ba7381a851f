"""The medium of one card: no spot takes exactly what is written, and each medium in its own way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import refuse, require_integer, require_real


@dataclass(frozen=True)
class Medium(Displayed):
    """Fixed variations from spot to spot.

    Parameters
    ----------
    seed : int
        Which medium: the same variations every time.
    length : float, default 0.1
        Standard deviation of the length of a spot's magnetization, relative.
    direction : float, default 0.05
        Standard deviation of each component that is added to it.

    Raises
    ------
    InvalidInputError
        If a value is negative or not finite.

    Examples
    --------
    >>> vectors = Medium(seed=1).vectors(np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]))
    >>> bool(np.all(vectors == Medium(seed=1).vectors(np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]))))
    True
    """

    seed: int
    length: float = 0.1
    direction: float = 0.05

    def __post_init__(self) -> None:
        require_integer("seed", self.seed, at_least=0)
        for name in ("length", "direction"):
            if require_real(name, getattr(self, name)) < 0:
                refuse(name, "a number >= 0", getattr(self, name))

    def vectors(self, written: np.ndarray) -> np.ndarray:
        """What becomes of vectors that are written, float64 (..., n, 3): of every card its own medium.

        Parameters
        ----------
        written : float64, shape (..., n, 3)
        """
        return self.varied(written, np.random.default_rng(self.seed))

    def varied(self, written: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """The same with random numbers from elsewhere.

        Parameters
        ----------
        written : float64, shape (..., n, 3)
        generator : numpy.random.Generator
        """
        factors = 1 + self.length * generator.normal(size=(*written.shape[:-1], 1))
        return written * factors + self.direction * generator.normal(size=written.shape)
