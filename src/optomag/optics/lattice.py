"""The lattice of square pixels over the pupil."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.errors import require_room

NO_AREA = 1e-15
"""Squared pupil radii: what rounding leaves of a cell that lies outside."""


class PixelLattice(NamedTuple):
    """Geometry of N x N pixels over the square around the unit pupil; axis 0 is x, axis 1 is y."""

    axis: Float64[np.ndarray, " N"]
    radius: Float64[np.ndarray, "N N"]
    azimuth: Float64[np.ndarray, "N N"]
    area: Float64[np.ndarray, "N N"]


LARGEST_MAP = 2.0**31
"""Bytes of a map of pixels of two complex components."""


def require_pixels(count: int) -> None:
    """Refuse more pixels along the pupil than a map in memory can have."""
    require_room("pixels", 32 * count**2, LARGEST_MAP, largest="The largest that fits is 8,192.")


@lru_cache(maxsize=8)
def pixel_lattice(count: int) -> PixelLattice:
    """Centres, radii (at most 1), azimuths and areas inside the pupil of `count` x `count` pixels."""
    require_pixels(count)
    axis = (2 * np.arange(count) + 1) / count - 1
    x, y = axis[:, None], axis[None, :]
    edges = 2 * np.arange(count + 1) / count - 1
    radius = np.minimum(np.hypot(x, y), 1.0)
    return PixelLattice(axis, radius, np.mod(np.arctan2(y, x), 2 * np.pi), areas_in_pupil(edges, edges))


def coarser(jones: Complex128[np.ndarray, "N N 2"], fewest: int) -> Complex128[np.ndarray, "M M 2"]:
    """A pixel map on larger pixels, at least `fewest` along the pupil: means over those that they hold.

    Of all whole numbers of pixels that divide the map the largest is taken.
    """
    count = len(jones)
    together = max(n for n in range(1, max(1, count // fewest) + 1) if count % n == 0)
    area = pixel_lattice(count).area[..., None]
    blocks = (count // together, together, count // together, together, -1)
    amount, weight = ((part.reshape(blocks)).sum(axis=(1, 3)) for part in (area * jones, area))
    return np.divide(amount, weight, out=np.zeros_like(amount), where=weight > 0)


def areas_in_pupil(x: Float64[np.ndarray, " a"], y: Float64[np.ndarray, " b"]) -> Float64[np.ndarray, "_ _"]:
    """Areas inside the unit disc, (a - 1, b - 1), of the rectangles between edges that rise."""
    corner = (
        _quadrant_area(np.abs(x)[:, None], np.abs(y)[None, :]) * np.sign(x)[:, None] * np.sign(y)[None, :]
    )
    area = np.diff(np.diff(corner, axis=0), axis=1)
    return np.where(area > NO_AREA, area, 0.0)


def _quadrant_area(
    x: Float64[np.ndarray, "a 1"], y: Float64[np.ndarray, "1 b"]
) -> Float64[np.ndarray, "a b"]:
    """Area of the part of the unit disc within [0, x] x [0, y]."""
    x, y = np.broadcast_arrays(np.minimum(x, 1.0), np.minimum(y, 1.0))
    flat = np.minimum(np.sqrt(1 - y**2), x)

    def under_arc(t: np.ndarray) -> np.ndarray:
        return 0.5 * (t * np.sqrt(1 - t**2) + np.arcsin(t))

    return y * flat + under_arc(x) - under_arc(flat)
