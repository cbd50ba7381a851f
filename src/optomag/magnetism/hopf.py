"""Topology of a texture in space: how many times the curves of equal direction are linked.

All points of one direction form closed curves, the preimage of that direction; those of two directions are
linked H times. Directions carry a flux, through a small surface the solid angle that they span there, whose
lines the preimages are: H is the helicity of this flux over (4 pi)^2.

On a lattice the flux through a face is the solid angle of its two triangles. What leaves a cell is then a
whole number of spheres to rounding, and none unless M vanishes within, in a Bloch point. Without Bloch
points the flux is exactly the lattice curl of a potential; only the product of the two depends on the step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64

from optomag.errors import refuse, require_array, require_finite_array, require_inside
from optomag.magnetism.texture import spherical_triangle


def hopf_index(magnetization: Any, *, inside: Any = None, surrounding: Any = (0.0, 0.0, 1.0)) -> float:
    """Hopf index H = 1/(4 pi)^2 integral of F . A d^3r of a texture on a lattice in a uniform surrounding.

    Parameters
    ----------
    magnetization : array_like, shape (nx, ny, nz, 3)
        M at the points of a lattice, axes along x, y, z; only directions count, and steps of the lattice
        may differ.
    inside : bool array_like, shape (nx, ny, nz), optional
        Where the texture is, such as a ball; by default at all points.
    surrounding : array_like, shape (3,), default (0, 0, 1)
        Direction at all other points and all around the lattice.

    Returns
    -------
    float
        Linking number of the preimages of any two directions: 1 for `hopfion`, -1 for its mirror image.
        Whole up to an error that falls with the square of the lattice's step.

    Raises
    ------
    InvalidInputError
        If a shape is wrong, M vanishes at a point inside, or M has Bloch points, with which there is no
        index.

    Notes
    -----
    J. H. C. Whitehead, Proc. Natl. Acad. Sci. USA 33, 117 (1947), doi:10.1073/pnas.33.5.117, with
    F_i = 1/2 eps_ijk m . (d_j m x d_k m) and curl A = F; some authors give H the other sign. A is in the
    Coulomb gauge, by Fourier transforms; F . A is the mean of the two orders of the lattice's cup product.

    Examples
    --------
    >>> line = np.linspace(-1.0, 1.0, 25)
    >>> x, y, z = np.meshgrid(line, line, line, indexing="ij")
    >>> r = np.minimum(np.sqrt(x**2 + y**2 + z**2), 1.0)
    >>> first = np.cos(np.pi * r) + 1j * np.pi * np.sinc(r) * z
    >>> product = 2 * first.conj() * np.pi * np.sinc(r) * (x + 1j * y)
    >>> m = np.stack([product.real, product.imag, 2 * abs(first) ** 2 - 1], axis=-1)
    >>> round(hopf_index(m), 2)
    0.98
    """
    flux = _flux(_directions(magnetization, inside, surrounding))
    leaving = sum(_ahead(flux[i], i) - flux[i] for i in range(3))
    points = int(np.count_nonzero(np.abs(leaving) > 2 * np.pi))
    if points:
        refuse("texture with a Hopf index", "free of Bloch points", f"M that vanishes in {points} cells")
    A = _potential(flux)
    total = 0.0
    for i, (j, k) in enumerate(_OTHERS):
        behind = np.roll(flux[i], (1, 1), (j, k))
        total += float(np.sum(A[i] * 0.5 * (_ahead(flux[i], i) + behind)))
    return total / (4 * np.pi) ** 2


_OTHERS = ((1, 2), (2, 0), (0, 1))
"""The axes that follow each axis, in the order of a right hand."""


def _directions(magnetization: Any, inside: Any, surrounding: Any) -> Float64[np.ndarray, "nx ny nz 3"]:
    """Unit vectors on the lattice with one more layer of the surrounding."""
    around = require_finite_array("surrounding", surrounding, shape="(3,)", ndim=1, last=3)
    if not around.any():
        refuse("surrounding", "a direction", surrounding)
    M = require_array("magnetization", magnetization, "vectors of shape (nx, ny, nz, 3)")
    if inside is not None:  # what lies outside does not count, whatever it is
        here = require_inside(inside, M.shape[:3])
        if M.dtype.kind in "iuf":
            M = np.where(here[..., None], M, around)
    M = require_finite_array("magnetization", M, shape="(nx, ny, nz, 3)", ndim=4, last=3)
    if not np.all(np.any(M, axis=-1)):
        refuse("magnetization", "non-zero where its direction counts", "a point with M = 0")
    M = np.pad(M, ((0, 1), (0, 1), (0, 1), (0, 0)))  # the transforms are periodic: one layer is on both sides
    for axis in range(3):
        np.moveaxis(M, axis, 0)[-1] = around
    M = M / np.abs(M).max(axis=-1, keepdims=True)  # the squares of huge and of tiny ones could not be held
    return M / np.linalg.norm(M, axis=-1, keepdims=True)


def _flux(m: Float64[np.ndarray, "nx ny nz 3"]) -> Float64[np.ndarray, "3 nx ny nz"]:
    """Solid angle through the face that begins at each site, normal to x, y and z."""
    faces = []
    for j, k in _OTHERS:
        right, up = _ahead(m, j), _ahead(m, k)
        across = _ahead(right, k)
        faces.append(spherical_triangle(m, right, across) + spherical_triangle(m, across, up))
    return np.stack(faces)


def _potential(flux: Float64[np.ndarray, "3 nx ny nz"]) -> Float64[np.ndarray, "3 nx ny nz"]:
    """A on the edge that begins at each site along x, y and z, with curl A = flux and div A = 0."""
    turns = [np.exp(2j * np.pi * np.fft.fftfreq(n)) - 1 for n in flux.shape[1:]]
    steps = np.meshgrid(*turns, indexing="ij", sparse=True)
    square = np.asarray(sum(np.abs(step) ** 2 for step in steps))
    square[0, 0, 0] = 1.0  # there is no mean flux
    waves = np.fft.fftn(flux, axes=(1, 2, 3)) / square
    parts = [steps[k].conj() * waves[j] - steps[j].conj() * waves[k] for j, k in _OTHERS]
    return np.fft.ifftn(np.stack(parts), axes=(1, 2, 3)).real


def _ahead(values: Float64[np.ndarray, "*shape"], axis: int) -> Float64[np.ndarray, "*shape"]:
    """Values one site further along an axis."""
    return np.roll(values, -1, axis)
