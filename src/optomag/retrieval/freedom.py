"""What a fit may change: free numbers, how they move the unknowns, and what is known beforehand."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int

from optomag.retrieval.pupil_polynomials import Order
from optomag.retrieval.unknowns import Unknown

POSITION = ("x", "y", "z", "brightness", "background", "blur")
"""Free numbers of an ideal pupil."""

SCALES = ("pixel", "step")
"""Logarithms of scales, which are free only to see whether lengths are right."""

Values = dict[Hashable, float]
"""Free numbers by their names."""


@dataclass(frozen=True, eq=False)
class Freedom:
    """Which free numbers move an unknown.

    Attributes
    ----------
    numbers : int, shape (frames,)
        Of the frames among all that were given, so that fits to parts of them use the same names.
    heights : float64, shape (frames,) [m]
    amplitudes : tuple of (n, m)
        Orders of the amplitude.
    wander : float [m]
        By how much (rms) the stage stands elsewhere in each frame.
    flicker : float
        By how much (rms, relative) the light differs in each frame.
    """

    numbers: Int[np.ndarray, " frames"]
    heights: Float64[np.ndarray, " frames"]
    amplitudes: tuple[Order, ...]
    wander: float
    flicker: float

    def __call__(self, unknown: Unknown) -> dict[Hashable, float]:
        """What moves an unknown, and by how much for one unit of it."""
        kind, part, order = unknown
        if kind in ("waves", "nepers"):
            return {unknown: 1.0} if self._is_free(kind, part, order) else {}
        moves: dict[Hashable, float] = {kind: 1.0}
        if kind == "z":
            moves["step"] = float(self.heights[part])
        if (kind in "xyz" and self.wander) or (kind == "brightness" and self.flicker):
            moves[(kind, int(self.numbers[part]))] = 1.0
        return moves

    def _is_free(self, kind: str, part: int, order: Order) -> bool:
        """The first field's piston is nothing or brightness; its tilts and defocus are the light's place."""
        if kind == "nepers":
            return order in self.amplitudes if order != (0, 0) else part > 0
        return part > 0 or (order[0] > 1 and order != (2, 0))

    def spread(self, name: Hashable) -> float:
        """Standard deviation of a free number that is known beforehand, about 0; infinite where it is not."""
        if isinstance(name, tuple) and not isinstance(name, Unknown):
            return self.flicker if name[0] == "brightness" else self.wander
        return np.inf


def anything(name: Hashable) -> bool:
    """Everything but scales may move."""
    return name not in SCALES


def position(name: Hashable) -> bool:
    """The pupil is held."""
    return name in POSITION


def of_frames(name: Hashable) -> bool:
    """What only a frame itself can tell."""
    return isinstance(name, tuple) and not isinstance(name, Unknown)


def low_orders(degree: int) -> Callable[[Hashable], bool]:
    """Zernike orders of small degree, and all but scales."""
    return lambda name: name.order[0] <= degree if isinstance(name, Unknown) else anything(name)


def with_scales(name: Hashable) -> bool:
    """Everything."""
    return True
