"""What a picture of a magnetization structure shows: the surface of |M| and arrows along M inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from scipy.ndimage import distance_transform_edt, label
from scipy.spatial import KDTree

from optomag.errors import refuse, require_finite_array, require_real
from optomag.plausible import LENGTH, WAVELENGTH, require_plausible
from optomag.plot.isosurface import arrow_triangles, isosurface, spread_points

LONGEST_RATIO = 5.0
"""A box that is more slender is drawn shortened along its long sides, and says so."""

ARROW_SPACING = 1.35
"""Between arrows inside an elongated structure, in its thicknesses."""

ARROW_LENGTH, ARROW_GAP, ARROW_WIDTH = 2.0, 0.82, 0.12
"""Longest arrow in thicknesses of the structure, longest in distances to the next arrow, width in lengths."""

MOST_ARROWS = 400
"""In one picture: more cannot be told apart."""

SMALLEST_BLOB = 8
"""Connected grid points below which a region is a grain of the grid and gets no arrow."""

RELAXATIONS = 12
"""Steps in which arrows spread evenly through a structure."""


@dataclass(frozen=True, eq=False)
class MagnetizationVolume:
    """M in a box, on a grid whose three axes may differ.

    Parameters
    ----------
    x, y, z : ndarray, shapes (nx,), (ny,), (nz,) [m]
        Equally spaced coordinates.
    magnetization : ndarray, shape (nx, ny, nz, 3) [A/m, or any unit]
        M at (x[i], y[j], z[k]).

    Raises
    ------
    InvalidInputError
        If an array is not finite or does not fit, an axis is not equally spaced, or M vanishes everywhere.
    """

    x: np.ndarray
    y: np.ndarray
    z: np.ndarray
    magnetization: np.ndarray

    def __post_init__(self) -> None:
        for name in "xyz":
            steps = np.diff(require_finite_array(name, getattr(self, name), shape="(n,)", ndim=1))
            # A millionth of a step is far below a pixel and far above rounding.
            if len(steps) == 0 or steps[0] <= 0 or np.ptp(steps) > 1e-6 * steps[0]:
                refuse(name, "increasing and equally spaced, two points or more", getattr(self, name))
        shape = (len(self.x), len(self.y), len(self.z), 3)
        M = require_finite_array("magnetization", self.magnetization, shape=str(shape), ndim=4, last=3)
        if M.shape != shape:
            refuse("magnetization", f"an array of shape {shape}", f"shape {M.shape}")
        if not np.any(M):
            refuse("magnetization", "non-zero somewhere", "zeros everywhere")

    @property
    def axes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """x, y and z [m]."""
        return self.x, self.y, self.z


@dataclass(frozen=True, eq=False)
class Solid:
    """Triangles that share a meaning.

    Attributes
    ----------
    triangles : ndarray, shape (m, 3, 3)
        Corners in the scene, counter-clockwise seen from outside.
    upward : ndarray, shape (m,)
        m_z = M_z/|M| there, which the colour shows.
    """

    triangles: np.ndarray
    upward: np.ndarray


@dataclass(frozen=True, eq=False)
class Scene:
    """Solids to draw, in wavelengths times `scale`.

    Attributes
    ----------
    surface, arrows : Solid
    scale : ndarray, shape (3,)
        Of each axis: 1, or less where a slender box is drawn shortened.
    box : ndarray, shape (2, 3) [wavelengths]
        Lower and upper corner.
    """

    surface: Solid
    arrows: Solid
    scale: np.ndarray
    box: np.ndarray


def build_scene(
    volume: MagnetizationVolume, *, wavelength: float, level: float = 0.5, spacing: float | None = None
) -> Scene:
    """Surface |M| = level max |M| and the arrows inside it.

    Parameters
    ----------
    volume : MagnetizationVolume
    wavelength : float [m]
        The unit of the scene.
    level : float, default 0.5
        Fraction of the largest |M| in the volume, in (0, 1).
    spacing : float, optional [m]
        Between arrows; by default a little more than the structure is thick.

    Raises
    ------
    InvalidInputError
        If the wavelength or spacing is not positive, or |M| does not pass through the level.
    """
    wavelength = require_plausible(WAVELENGTH, "wavelength", wavelength)
    level = require_real("level", level, above=0.0, below=1.0)
    if spacing is not None:
        spacing = require_plausible(LENGTH, "spacing", spacing) / wavelength
    axes = tuple(line / wavelength for line in volume.axes)
    strength = np.linalg.norm(volume.magnetization, axis=-1)
    strength = strength / strength.max()
    if strength.min() >= level:
        refuse("volume", f"so large that |M| falls below {level:.0%} of its maximum inside", "a smaller one")
    box = np.array([[line[0] for line in axes], [line[-1] for line in axes]])
    size = box[1] - box[0]
    scale = np.minimum(1.0, LONGEST_RATIO * size.min() / size)
    # With the outside empty, what the box cuts is closed by a lid instead of gaping.
    closed = np.pad(strength, 1)
    wider = tuple(np.concatenate([[2 * a[0] - a[1]], a, [2 * a[-1] - a[-2]]]) for a in axes)
    corners = isosurface(closed, (wider[0], wider[1], wider[2]), level)
    middles = corners.mean(axis=1)
    surface = Solid(corners * scale, _upward(_nearest(volume.magnetization, axes, middles)))
    return Scene(surface, _arrows(volume.magnetization, strength > level, axes, scale, spacing), scale, box)


def _arrows(
    M: np.ndarray, inside: np.ndarray, axes: tuple[np.ndarray, ...], scale: np.ndarray, spacing: float | None
) -> Solid:
    """Solid arrows along M, spread evenly through each connected region."""
    steps = np.array([line[1] - line[0] for line in axes]) * scale
    # Both functions can return other things for other arguments, which their types cannot tell.
    regions, count = cast(tuple[np.ndarray, int], label(inside))
    depth = cast(np.ndarray, distance_transform_edt(np.pad(inside, 1), sampling=steps))[1:-1, 1:-1, 1:-1]
    centres, thick = [], []
    for number in range(1, count + 1):
        index = np.argwhere(regions == number)
        if len(index) < SMALLEST_BLOB:
            continue
        places = np.stack([line[i] for line, i in zip(axes, index.T, strict=True)], axis=-1) * scale
        thickness = 2 * depth[tuple(index.T)].max()
        apart = ARROW_SPACING * thickness if spacing is None else spacing
        wanted = max(1, round(len(index) * steps.prod() / (apart * max(min(apart, thickness), 1e-9) ** 2)))
        spread = _even_centres(places, min(wanted, MOST_ARROWS))
        centres.append(spread)
        thick.append(np.full(len(spread), thickness if spacing is None else spacing))
    if not centres:
        return Solid(np.zeros((0, 3, 3)), np.zeros(0))
    middle, width = np.concatenate(centres)[:MOST_ARROWS], np.concatenate(thick)[:MOST_ARROWS]
    vectors = _nearest(M, axes, middle / scale)
    upward = _upward(vectors)
    vectors = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    length = ARROW_LENGTH * width
    if len(middle) > 1:
        length = np.minimum(length, ARROW_GAP * KDTree(middle).query(middle, k=2)[0][:, 1])
    vectors = vectors * length[:, None]
    parts = [
        arrow_triangles((c - 0.5 * v)[None], v[None], width=ARROW_WIDTH * n)
        for c, v, n in zip(middle, vectors, length, strict=True)
    ]
    return Solid(np.concatenate(parts), np.repeat(upward, len(parts[0])))


def _even_centres(places: np.ndarray, count: int) -> np.ndarray:
    """`count` points spread evenly through a cloud of points: Lloyd's relaxation, the same every time."""
    if count == 1:
        return places.mean(axis=0, keepdims=True)
    centres = spread_points(places, count)
    for _ in range(RELAXATIONS):
        owner = KDTree(centres).query(places)[1]
        number = np.bincount(owner, minlength=len(centres))
        sums = np.stack([np.bincount(owner, places[:, i], len(centres)) for i in range(3)], axis=-1)
        centres = sums[number > 0] / number[number > 0, None]
    return centres


def _nearest(M: np.ndarray, axes: tuple[np.ndarray, ...], places: np.ndarray) -> np.ndarray:
    index = [
        np.clip(np.rint((places[:, i] - line[0]) / (line[1] - line[0])).astype(int), 0, len(line) - 1)
        for i, line in enumerate(axes)
    ]
    return M[tuple(index)]


def _upward(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=-1)
    return np.divide(vectors[:, 2], lengths, out=np.zeros(len(vectors)), where=lengths > 0)
