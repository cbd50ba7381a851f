"""Planes through a magnetic film, as the lens that reads and the one that collects see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from optomag.errors import refuse
from optomag.inverse.orientation.beam_basis import Side
from optomag.optics.film import Film
from optomag.optics.focus import MIRROR
from optomag.optics.objective import Objective
from optomag.reading.mode_pair import ModePair

DEPTHS_PER_WAVE = 12
"""Nodes through the film per wavelength in it, where two waves there and back are one standing wave of half
a period; and as many more at the least."""
FEWEST_DEPTHS = 6


MOST_WAVES = 40
"""Through the magnet: what is thicker is out of focus for the most part, or a mistake in the units."""


class Depths(NamedTuple):
    """Planes through the magnet, as both lenses see them."""

    heights: np.ndarray
    """z (d,) [m] for the lens that reads."""
    weights: np.ndarray
    """Of each plane in the mean, (d,)."""
    read_film: Film | None
    detect_film: Film | None
    detect_heights: np.ndarray
    """The planes' z for the lens that collects, reversed where it stands behind."""
    mirror: np.ndarray
    """Signs (3,) of its fields."""

    def sides(self, pairs: Sequence[ModePair]) -> list[tuple[Side, Side]]:
        """In each plane, what reads and what is detected."""
        read, detect = ([pair[n] for pair in pairs] for n in (0, 1))
        return [
            (Side(read, self.read_film, one, np.ones(3)), Side(detect, self.detect_film, other, self.mirror))
            for one, other in zip(self.heights.tolist(), self.detect_heights.tolist(), strict=True)
        ]


def depths_of(film: Film | None, lens: Objective, *, behind: bool) -> Depths:
    """Planes through the magnet of a film, or the focal plane without one.

    Parameters
    ----------
    film : Film, optional
    lens : Objective
        That reads.
    behind : bool
        Whether the light is collected behind the substrate, by a lens immersed in it.
    """
    heights, weights = np.zeros(1), np.ones(1)
    if film is not None:
        index, thickness = film.layers[film.magnet_layer - 1]
        waves = abs(index) * thickness / lens.wavelength
        if waves > MOST_WAVES:
            rule = f"at most {MOST_WAVES} wavelengths thick inside, in m"
            refuse("magnet of the film", rule, f"{thickness:.4g} m")
        nodes, parts = np.polynomial.legendre.leggauss(FEWEST_DEPTHS + int(DEPTHS_PER_WAVE * waves))
        heights = film.magnet_span[0] + 0.5 * thickness * (nodes + 1)
        weights = 0.5 * parts
    if not behind:
        return Depths(heights, weights, film, film, heights, np.ones(3))
    reversed_film = film and Film(film.layers[::-1], lens.index, -float(film.interfaces[-1]))
    return Depths(heights, weights, film, reversed_film, -heights, MIRROR)
