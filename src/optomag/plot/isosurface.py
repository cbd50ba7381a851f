"""The region where |M| is large, as a lit surface, with solid arrows for the orientation around it."""

from __future__ import annotations

import itertools

import matplotlib as mpl
import numpy as np
from mpl_toolkits.mplot3d.art3d import Poly3DCollection
from mpl_toolkits.mplot3d.axes3d import Axes3D
from skimage.measure import marching_cubes

from optomag.plot.style import INTENSITY_MAP

ARROW_SIDES = 12
"""Faces around an arrow's shaft and head."""

AMBIENT_LIGHT = 0.35
"""Brightness of a face that the lamp does not reach, relative to one that faces it."""

FLAT_ZOOM = 0.85
"""Size of a box that is wider than tall, of what fits into the axes without labels."""

LEAST_SIDE = 0.6
"""A slender box is widened to this fraction of its longest side, so that its tick labels have room."""

SHELL = 1.55
"""Arrows stand on the surface enlarged by this factor, so that they do not run into it."""

ARROW_COLOUR = np.array([0.20, 0.25, 0.40])
"""RGB, dark beside the warm surface."""

_LAMP = np.array([0.45, -0.65, 0.62])


def isosurface(
    intensity: np.ndarray, axis: np.ndarray | tuple[np.ndarray, np.ndarray, np.ndarray], level: float
) -> np.ndarray:
    """Triangles of the surface on which `intensity` has the value `level`.

    Parameters
    ----------
    intensity : ndarray, shape (nx, ny, nz)
        Values at (x, y, z) = (axis[i], axis[j], axis[k]).
    axis : ndarray of shape (n,), or three of shapes (nx,), (ny,), (nz,)
        Equally spaced coordinates: the same along x, y and z, or of each.
    level : float
        Strictly between the smallest and the largest intensity.

    Returns
    -------
    ndarray, shape (m, 3, 3)
        Corner (x, y, z) of each triangle, in the unit of `axis`, counter-clockwise seen from outside the
        region of larger intensity.

    Notes
    -----
    Marching cubes of T. Lewiner et al., J. Graph. Tools 8(2), 1 (2003), doi:10.1080/10867651.2003.10487582.
    """
    three = axis if isinstance(axis, tuple) else (axis, axis, axis)
    steps = tuple(float(line[-1] - line[0]) / (len(line) - 1) for line in three)
    vertices, faces, _, _ = marching_cubes(intensity, level, spacing=steps, gradient_direction="ascent")
    return (vertices + np.array([line[0] for line in three]))[faces]


def arrow_triangles(tails: np.ndarray, vectors: np.ndarray, *, width: float) -> np.ndarray:
    """Triangles of solid arrows.

    Parameters
    ----------
    tails : ndarray, shape (n, 3)
        Where each arrow begins.
    vectors : ndarray, shape (n, 3)
        From tail to tip, non-zero.
    width : float
        Diameter of the shafts, in the unit of `tails`; the head is 2.6 times as wide.

    Returns
    -------
    ndarray, shape (m, 3, 3)
        Corners of each triangle, counter-clockwise seen from outside.
    """
    profile = _unit_arrow()
    lengths = np.linalg.norm(vectors, axis=-1)
    frames = np.stack([_frame(direction) for direction in vectors / lengths[:, None]])
    # Along the arrow the profile is scaled by its length, across it by the width.
    scale = np.stack([np.full_like(lengths, width), np.full_like(lengths, width), lengths], axis=-1)
    corners = np.einsum("aij,aj,tcj->atci", frames, scale, profile)
    return (corners + tails[:, None, None, :]).reshape(-1, 3, 3)


def draw_solids(axes: Axes3D, solids: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """Draw lit triangles of several solids so that nearer ones hide those behind.

    Parameters
    ----------
    axes : Axes3D
        Its limits are left alone.
    solids : list of (ndarray of shape (m, 3, 3), ndarray of shape (3,), (4,), (m, 3) or (m, 4))
        Triangles of each solid, and its RGB or RGBA colour or those of its triangles.
    """
    triangles = np.concatenate([part for part, _ in solids])
    lit = np.concatenate([_opaque(colour, len(part)) for part, colour in solids])
    lit[:, :3] *= _brightness(triangles)[:, None]
    # One collection for all, because matplotlib sorts by depth only within a collection; the thin edges
    # close the seams that antialiasing leaves between neighbours, and would double what shines through.
    edges = np.where(lit[:, 3:] < 1, 0.0, lit)
    axes.add_collection3d(
        Poly3DCollection(list(triangles), facecolors=lit, edgecolors=edges, linewidths=0.25, zsort="average"),
        autolim=False,
    )


def orientation_arrows(
    magnetization: np.ndarray, axis: np.ndarray, surface: np.ndarray, *, count: int
) -> np.ndarray:
    """Triangles of equally long arrows along M on a shell around a surface.

    Parameters
    ----------
    magnetization : ndarray, shape (n, n, n, 3)
        M at (axis[i], axis[j], axis[k]), in any unit; each arrow takes the nearest.
    axis : ndarray, shape (n,)
        Equally spaced coordinates.
    surface : ndarray, shape (m, 3, 3)
        See `isosurface`.
    count : int
        Number of arrows.

    Returns
    -------
    ndarray, shape (k, 3, 3)
        See `arrow_triangles`.
    """
    corners = surface.reshape(-1, 3)
    middle = 0.5 * (corners.min(axis=0) + corners.max(axis=0))
    size = np.ptp(corners, axis=0).max()
    centres = middle + SHELL * (spread_points(surface.mean(axis=1), count) - middle)
    nearest = np.abs(centres[:, :, None] - axis).argmin(axis=-1)
    vectors = magnetization[tuple(nearest.T)]
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    vectors = 0.25 * size * np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    there = lengths[:, 0] > 0
    return arrow_triangles((centres - 0.5 * vectors)[there], vectors[there], width=0.018 * size)


def draw_magnetization_volume(
    axes: Axes3D, magnetization: np.ndarray, axis: np.ndarray, *, level: float, arrows: int = 70
) -> None:
    """Draw the surface |M| = level max |M| and arrows along M around it; fit the axes to them.

    Parameters
    ----------
    axes : Axes3D
    magnetization : ndarray, shape (n, n, n, 3)
        M at (axis[i], axis[j], axis[k]), in any unit.
    axis : ndarray, shape (n,)
        Equally spaced coordinates, in the unit of the axes.
    level : float
        Fraction of the largest |M| in the volume.
    arrows : int
        How many.
    """
    intensity = np.linalg.norm(magnetization, axis=-1)
    surface = isosurface(intensity / intensity.max(), axis, level)
    pointers = orientation_arrows(magnetization, axis, surface, count=arrows)
    _fit_box(axes, np.concatenate([surface, pointers]))
    draw_solids(
        axes, [(surface, np.array(mpl.colormaps[INTENSITY_MAP](level)[:3])), (pointers, ARROW_COLOUR)]
    )


def _fit_box(axes: Axes3D, triangles: np.ndarray) -> None:
    """Centre the axes on the origin and make them just large enough, with one scale for all three."""
    reach = 1.03 * np.abs(triangles).max(axis=(0, 1))
    reach = np.maximum(reach, LEAST_SIDE * reach.max())
    axes.set(xlim=(-reach[0], reach[0]), ylim=(-reach[1], reach[1]), zlim=(-reach[2], reach[2]))
    # A flat box is drawn wider than a tall one, and the label of z stands beside it.
    zoom = FLAT_ZOOM if reach[2] < reach[:2].max() else 1.0
    axes.set_box_aspect(reach, zoom=zoom)  # pyright: ignore[reportArgumentType]


def _opaque(colour: np.ndarray, count: int) -> np.ndarray:
    """RGBA (count, 4) of one colour or of one for each triangle, with or without opacity."""
    rgba = np.ones((count, 4))
    rgba[:, : np.shape(colour)[-1]] = colour
    return rgba


def _brightness(triangles: np.ndarray) -> np.ndarray:
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    lengths = np.linalg.norm(normals, axis=-1)
    facing = normals @ (_LAMP / np.linalg.norm(_LAMP)) / np.where(lengths > 0, lengths, 1.0)
    return AMBIENT_LIGHT + (1 - AMBIENT_LIGHT) * np.clip(0.5 + 0.5 * facing, 0, 1)


def spread_points(points: np.ndarray, count: int) -> np.ndarray:
    """About `count` of the points, none close to another: farthest-point selection, the same every time."""
    chosen = [0]
    distance = np.linalg.norm(points - points[0], axis=-1)
    for _ in range(min(count, len(points)) - 1):
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, np.linalg.norm(points - points[chosen[-1]], axis=-1))
    return points[chosen]


def _frame(direction: np.ndarray) -> np.ndarray:
    """Right-handed orthonormal frame whose third column is `direction`."""
    aside = np.eye(3)[np.abs(direction).argmin()]
    first = np.cross(aside, direction)
    first /= np.linalg.norm(first)
    return np.stack([first, np.cross(direction, first), direction], axis=-1)


def _unit_arrow() -> np.ndarray:
    """Arrow from the origin to (0, 0, 1) with a shaft of diameter 1, as triangles (m, 3, 3)."""
    outline = [(0.0, 0.0), (0.5, 0.0), (0.5, 0.62), (1.3, 0.62), (0.0, 1.0)]
    turn = np.linspace(0, 2 * np.pi, ARROW_SIDES + 1)
    rings = [
        np.stack([r * np.cos(turn), r * np.sin(turn), np.full_like(turn, z)], axis=-1) for r, z in outline
    ]
    triangles = []
    for low, high in itertools.pairwise(rings):
        for k in range(ARROW_SIDES):
            triangles += [(low[k], low[k + 1], high[k + 1]), (low[k], high[k + 1], high[k])]
    triangles = np.array(triangles)
    area = np.linalg.norm(
        np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]), axis=-1
    )
    return triangles[area > 0]
