"""Spot arrays to learn from: scattered in the plane and in space, on lattices, with holes, and in planes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Complex64, Float32, Float64

from optomag.inverse.structure.flat_light import Nodes, ring_nodes
from optomag.optics.mutual_coupling import mutual_coupling
from optomag.optics.objective import Objective

LENS = Objective(na=0.95, wavelength=1e-6)
"""Lengths are in its wavelengths; other lenses enter through couplings and distances over wavelength/NA."""

SIDES = {9: 4.2, 16: 6.0, 25: 8.0}
"""Most spots of an array, and its largest side across the axis [wavelengths]: each costs waves."""

SCATTERED, LATTICES, PLANES = 0.4, 0.44, 0.07
"""Shares of the kinds; the rest is scattered in space. Lattices are what users ask for, and hardest."""

APART = 0.7
"""Least distance of scattered spots across the axis; along it, light resolves a third of that."""

DEEPEST = 5.0
"""Largest extent along the axis."""

MOST_TRIES = 4000
"""Draws of a place after which an array is complete as it is."""

Places = Float64[np.ndarray, "n 3"]


class Arrays(NamedTuple):
    """Many arrays of at most n spots, and waves enough for all of them.

    Attributes
    ----------
    places : float32, shape (count, n, 3) [wavelengths]
    here : float32, shape (count, n)
        1 for a spot, 0 for what only fills up.
    coupling : complex64, shape (count, n, n, 3, 3)
        The tensors G_nm.
    nodes : Nodes
        Waves of a pupil of uniform amplitude.
    """

    places: Float32[np.ndarray, "count n 3"]
    here: Float32[np.ndarray, "count n"]
    coupling: Complex64[np.ndarray, "count n n 3 3"]
    nodes: Nodes


def training_arrays(most: int, count: int, seed: int) -> Arrays:
    """Draw arrays.

    Parameters
    ----------
    most : int
        Spots at most, one of `SIDES`.
    count : int
        How many arrays.
    seed : int
    """
    random = np.random.default_rng([seed, most])
    places, here = np.zeros((count, most, 3)), np.zeros((count, most))
    coupling = np.zeros((count, most, most, 3, 3), np.complex64)
    for i in range(count):
        drawn = _turned(random, _array(random, most)[:most])
        n = len(drawn)
        places[i, :n], here[i, :n] = drawn, 1
        coupling[i, :n, :n] = (
            mutual_coupling(drawn * LENS.wavelength, LENS).reshape(n, 3, n, 3).swapaxes(1, 2)
        )
    extent = np.ptp(places, axis=1).max(axis=0)
    widest = np.hypot(*np.ptp(places, axis=1)[:, :2].T).max()
    ends = np.array([[0.0, 0.0, 0.0], [widest, 0.0, extent[2]]])
    nodes = ring_nodes(ends * LENS.wavelength, LENS, None, oversampling=1.0)
    return Arrays(places.astype(np.float32), here.astype(np.float32), coupling, nodes)


def _array(random: np.random.Generator, most: int) -> Places:
    side, kind = SIDES[most], random.random()
    n = int(random.integers(2 if most == min(SIDES) else most * 6 // 10, most + 1))
    if kind < SCATTERED:
        width = min(side, random.uniform(1.1, 1.9) * np.sqrt(n))
        return _scattered(random, n, np.array([width, width, 0.0]))
    if kind < SCATTERED + LATTICES:
        return _lattice(random, n, side)
    if kind < SCATTERED + LATTICES + PLANES and n >= 8:
        planes = int(random.integers(2, 4))
        across = max(1, int(np.sqrt(n // planes)))
        pitch = min(random.uniform(1.2, 2.4), side / across)
        return _grid((across, across, planes), (pitch, pitch, random.uniform(2.0, 0.5 * DEEPEST)))
    width = min(side, random.uniform(1.0, 1.6) * np.sqrt(n))
    return _scattered(random, n, np.array([width, width, random.uniform(1.0, DEEPEST)]))


def _scattered(random: np.random.Generator, n: int, box: Float64[np.ndarray, " 3"]) -> Places:
    found: list[np.ndarray] = []
    for place in random.uniform(size=(MOST_TRIES, 3)) * box:
        away = (np.reshape(found, (-1, 3)) - place) * [1.0, 1.0, 1 / 3]
        if np.all(np.sum(away**2, axis=-1) > APART**2):
            found.append(place)
        if len(found) == n:
            break
    return np.array(found)


def _lattice(random: np.random.Generator, n: int, side: float) -> Places:
    """Square, rectangular, a line; some with holes, some with unequal pitches."""
    rows = max(2, int(np.sqrt(n)))
    columns = int(random.integers(1, rows + 1)) if random.random() < 0.5 else rows
    rows = min(n // columns, 2 * rows)
    pitch = 2.0 if random.random() < 0.3 else np.exp(random.uniform(np.log(0.9), np.log(3.0)))
    other = pitch if random.random() < 0.7 else pitch * random.uniform(0.7, 1.4)
    shrink = min(1.0, 1.1 * side / max((rows - 1) * pitch, (columns - 1) * other, side))
    found = _grid((rows, columns, 1), (pitch * shrink, other * shrink, 1.0))
    if random.random() < 0.2 and len(found) > 4:
        found = random.permutation(found)[: int(0.8 * len(found))]
    return found


def _grid(counts: tuple[int, int, int], pitches: tuple[float, float, float]) -> Places:
    axes = (pitch * np.arange(count) for count, pitch in zip(counts, pitches, strict=True))
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)


def _turned(random: np.random.Generator, places: Places) -> Places:
    """About the axis and around the middle."""
    cos, sin = np.cos(angle := random.uniform(0, 2 * np.pi)), np.sin(angle)
    return (places - places.mean(axis=0)) @ np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
