"""Which sites of a lattice control a texture: every so many inside, and as close together along its surface.

Between control points as close as these M has no freedom. Beyond the last ones it has, so that they must
reach the surface of what is wanted.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float64
from scipy.spatial import KDTree

EQUAL = 1e-6
"""Distances that differ by less are equal [steps of the lattice]."""


def unit_ball(shape: tuple[int, ...]) -> Bool[np.ndarray, "*sites"]:
    """Which sites of a lattice over [-1, 1]^d lie in the unit ball, or disc, surface included."""
    lines = np.meshgrid(*(np.linspace(-1.0, 1.0, count) for count in shape), indexing="ij", sparse=True)
    return np.asarray(sum(line**2 for line in lines) <= 1.0 + 2e-12)


def every(shape: tuple[int, ...], strides: tuple[int, ...]) -> Bool[np.ndarray, "*sites"]:
    """Every so many sites along each axis, the middle one among them."""
    chosen = np.zeros(shape, bool)
    steps = zip(shape, strides, strict=True)
    chosen[tuple(slice((count - 1) // 2 % stride, None, stride) for count, stride in steps)] = True
    return chosen


def nearest_outermost(
    inside: Bool[np.ndarray, "*sites"], places: Float64[np.ndarray, "n d"]
) -> Bool[np.ndarray, "*sites"]:
    """The site at the surface of a region that is nearest to each of these places.

    Parameters
    ----------
    inside : bool, shape (sites, ...)
        Which sites of a lattice the region holds. At its surface lie those with a neighbour outside.
    places : float64, shape (n, d)
        In numbers of sites along each axis.
    """
    padded = np.pad(inside, 1)
    surrounded = np.ones_like(padded)
    for axis in range(inside.ndim):
        surrounded &= np.roll(padded, 1, axis) & np.roll(padded, -1, axis)
    outermost = np.argwhere(inside & ~surrounded[(slice(1, -1),) * inside.ndim])
    tree = KDTree(outermost)
    # Sites that are equally near by symmetry are all taken: rounding, and so the machine, chooses none.
    found = tree.query_ball_point(places, tree.query(places)[0] + EQUAL)
    chosen = np.zeros_like(inside)
    chosen[tuple(outermost[np.unique(np.concatenate(found)).astype(int)].T)] = True
    return chosen


def around_circle(radius: float, apart: float) -> Float64[np.ndarray, "n 2"]:
    """Places on a circle around the origin, as many above as below and left as right."""
    count = 4 * max(1, int(np.ceil(0.5 * np.pi * radius / apart)))
    turn = 2 * np.pi * np.arange(count) / count
    return radius * np.stack([np.cos(turn), np.sin(turn)], axis=-1)


def over_spheroid(
    radius: float, half_height: float, across: float, along: float
) -> Float64[np.ndarray, "n 3"]:
    """Places on a spheroid around the origin on circles from pole to pole.

    Neighbours are no farther apart than `across` normal to its axis and `along` parallel to it.
    """
    steps = int(np.ceil(np.pi * max(radius / across, half_height / along)))
    rings = []
    for polar in np.pi * np.arange(steps + 1) / steps:
        circle = around_circle(radius * np.sin(polar), across)
        rings.append(np.column_stack([circle, np.full(len(circle), half_height * np.cos(polar))]))
    return np.concatenate(rings)
