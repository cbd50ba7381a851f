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

        Parameters
        ----------
        shape : tuple of int
            Of the section's window.
        order : int
            Number of the section, so that patterns differ.
        """


@dataclass(frozen=True)
class Nearest(Rounding):
    """The nearest level: at most half a level off, but equally so wherever the phase is equal.

    Examples
    --------
    >>> import optomag as om
    >>> from optomag.slm.device import Panel, Section
    >>> parts = [Section(name=n, radius=25, centre=(29.5 + 60 * k, 29.5)) for k, n in enumerate("xy")]
    >>> how = {"name": "small", "scheme": "two-modulators", "carrier_period": 6.3, "carrier_angle_deg": 21.0}
    >>> panel = Panel(width=120, height=60, pitch_um=8.0, bits=8)
    >>> device = om.Device(panel=panel, section=tuple(parts), **how)
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> made = om.masks(om.design([0, 0, 1], lens), device, rounding=om.Nearest())
    >>> made.rounding, bool(made.verified.angle_error < np.radians(1.0))
    (Nearest(), True)
    """

    def nudge(self, shape: tuple[int, int], order: int) -> Float64[np.ndarray, "_ _"]:
        """Nothing."""
        return np.zeros((1, 1))


@dataclass(frozen=True)
class OrderedDither(Rounding):
    """One of the two enclosing levels, such that their mean over 8 x 8 pixels is right to 1/128 of the step.

    Beams that write magnetization have wide areas of equal phase, where rounding is one systematic error.
    Dithered, it becomes light scattered far from the focus, some 1e-4 of the power at 8 bit. The patterns
    (B. E. Bayer, IEEE Int. Conf. Commun. 1, 11 (1973)) of different sections are independent.

    Examples
    --------
    >>> import optomag as om
    >>> from optomag.slm.device import Panel, Section
    >>> parts = [Section(name=n, radius=25, centre=(29.5 + 60 * k, 29.5)) for k, n in enumerate("xy")]
    >>> how = {"name": "small", "scheme": "two-modulators", "carrier_period": 6.3, "carrier_angle_deg": 21.0}
    >>> panel = Panel(width=120, height=60, pitch_um=8.0, bits=8)
    >>> device = om.Device(panel=panel, section=tuple(parts), **how)
    >>> lens = om.Objective(na=0.95, wavelength=532e-9)
    >>> dithered = om.masks(om.design([0, 0, 1], lens), device, rounding=om.OrderedDither())
    >>> nearest = om.masks(om.design([0, 0, 1], lens), device, rounding=om.Nearest())
    >>> int(np.abs(dithered.levels[0].astype(int) - nearest.levels[0]).max()) in (1, 255)  # or one turn
    True
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
