"""How phases between two grey levels are brought to one of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float64

from optomag.displayed import Displayed

TILE = 8
"""Side of the dither pattern [pixel]."""


class Rounding(Displayed, ABC):
    """Which of the two levels a section shows whose phases enclose the wanted one.

    Only these two are ever shown, in the order of the phases, and never the last and the first one across
    the wrap: see `optomag.slm.gray_levels.Response.levels`.
    """

    @abstractmethod
    def nudge(self, shape: tuple[int, int], order: int) -> Float64[np.ndarray, "_ _"]:
        """What is added to the place between two levels [steps], within (-1/2, 1/2), before it is rounded.

        For the section of that order; broadcasts to `shape`. A phase that lies on a level stays there.
        """


@dataclass(frozen=True)
class Nearest(Rounding):
    """The nearest level: at most half a level off, but equally so wherever the phase is equal."""

    def nudge(self, shape: tuple[int, int], order: int) -> Float64[np.ndarray, "_ _"]:
        """Nothing."""
        return np.zeros((1, 1))


@dataclass(frozen=True)
class OrderedDither(Rounding):
    """One of the two enclosing levels, such that their mean over 8 x 8 pixels is right to 1/128 of the step.

    Beams that write magnetization have wide areas of equal phase, where rounding is one systematic error.
    Dithered, it becomes light scattered far from the focus, some 1e-4 of the power at 8 bit. The patterns
    (B. E. Bayer, IEEE Int. Conf. Commun. 1, 11 (1973)) of different sections are independent.
    """

    def nudge(self, shape: tuple[int, int], order: int) -> Float64[np.ndarray, "_ _"]:
        """The section's pattern, tiled over the window."""
        tile = np.roll(_bayer(), (order, 3 * order), axis=(0, 1))
        tile = tile.T if order % 2 else tile
        columns, rows = shape
        return np.tile(tile, (columns // TILE + 1, rows // TILE + 1))[:columns, :rows]


ROUNDINGS = {kind.__name__: kind for kind in (Nearest, OrderedDither)}


@lru_cache(maxsize=1)
def _bayer() -> Float64[np.ndarray, "8 8"]:
    """Every multiple of 1/TILE^2 once, evenly spread at each scale, centred on 0."""
    order = np.zeros((1, 1))
    while len(order) < TILE:
        order = np.block([[4 * order, 4 * order + 2], [4 * order + 3, 4 * order + 1]])
    return (order + 0.5) / order.size - 0.5
