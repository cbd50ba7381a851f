"""Topology of a texture: how many times its directions wrap around the sphere.

The directions at the corners of a triangle span a spherical triangle; all of them together cover the sphere
N times. On a lattice this is exact: as long as no triangle spans half the sphere, the number of a closed
texture is whole to rounding, however coarse the lattice.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64

from optomag.errors import InvalidInputError, refuse, require_finite_array, require_inside


def skyrmion_number(magnetization: Any, *, inside: Any = None) -> float:
    """Skyrmion number N = 1/(4 pi) integral of m . (dm/dx x dm/dy) dx dy of a texture on a lattice.

    Parameters
    ----------
    magnetization : array_like, shape (nx, ny, 3)
        M at the points of a lattice, first axis along x, second along y; only directions count.
    inside : bool array_like, shape (nx, ny), optional
        Where the texture is, such as a disc; triangles with a corner outside are left out.

    Returns
    -------
    float
        +1 for a skyrmion of any type (Néel or Bloch) whose core points along +z in a surrounding along -z,
        -1 with both reversed, +1/2 for such a meron, whose rim lies in the plane. Whole only where M is the
        same all along the rim.

    Raises
    ------
    InvalidInputError
        If a shape is wrong, M vanishes at a point inside, or no triangle lies inside.

    Notes
    -----
    B. Berg and M. Luescher, Nucl. Phys. B 190, 412 (1981), doi:10.1016/0550-3213(81)90568-X: two triangles
    to a cell, signed solid angles over 4 pi.

    Examples
    --------
    >>> x, y = np.meshgrid(*2 * [np.linspace(-8.0, 8.0, 33)], indexing="ij")
    >>> core = np.stack([2 * x, 2 * y, 1 - x**2 - y**2], axis=-1)
    >>> round(skyrmion_number(core), 2)
    0.99
    """
    M = require_finite_array("magnetization", magnetization, shape="(nx, ny, 3)", ndim=3, last=3)
    here = np.ones(M.shape[:2], bool) if inside is None else require_inside(inside, M.shape[:2])
    M = M / np.where(M.any(axis=-1), np.abs(M).max(axis=-1), 1.0)[..., None]  # so that squares can be held
    lengths = np.linalg.norm(M, axis=-1)
    if np.any(here & (lengths == 0)):
        raise InvalidInputError(
            "magnetization must be non-zero where its direction counts; got a point with M = 0. Leave it out "
            "with inside=."
        )
    m = M / np.where(lengths > 0, lengths, 1.0)[..., None]
    total, counted = 0.0, 0
    for corners in _triangles():
        a, b, c = (m[where] for where in corners)
        whole = np.logical_and.reduce([here[where] for where in corners])
        total += float(spherical_triangle(a, b, c)[whole].sum())
        counted += int(np.count_nonzero(whole))
    if counted == 0:
        refuse("inside", "so large that a lattice triangle lies in it", f"{np.count_nonzero(here)} points")
    return total / (4 * np.pi)


def spherical_triangle(
    a: Float64[np.ndarray, "*shape 3"], b: Float64[np.ndarray, "*shape 3"], c: Float64[np.ndarray, "*shape 3"]
) -> Float64[np.ndarray, "*shape"]:
    """Signed solid angle [sr] between three unit vectors (..., 3), in (-2 pi, 2 pi].

    tan(W/2) = a . (b x c)/(1 + a . b + b . c + c . a),
    A. van Oosterom and J. Strackee, IEEE Trans. Biomed. Eng. 30, 125 (1983), doi:10.1109/TBME.1983.325207.

    Examples
    --------
    >>> float(spherical_triangle(*np.eye(3)) / np.pi)
    0.5
    """
    volume = np.sum(a * np.cross(b, c), axis=-1)
    products = sum(np.sum(p * q, axis=-1) for p, q in ((a, b), (b, c), (c, a)))
    return np.asarray(2 * np.arctan2(volume, 1 + products))


def _triangles() -> tuple[tuple[tuple[slice, slice], ...], ...]:
    """Corners of the two triangles of every lattice cell, counter-clockwise from +z."""
    near, far = slice(None, -1), slice(1, None)
    origin, right, up, across = (near, near), (far, near), (near, far), (far, far)
    return (origin, right, across), (origin, across, up)
