"""The map from a pupil to the field at chosen points, and its adjoint, on the plane waves that both need.

With u = (a/h(alpha)) E_in the power is the integral of |u|^2 over the solid angle of the lens and

    E(r) = integral of P e^{i k s.r} u dOmega,     (A^H q)(s) = sum_n P^H e^{-i k s.r_n} q_n.

The waves at a point are the product of those along x and along (y, z), which the points of an array share:
only these are stored, and multiplied again, chunk by chunk, each time they are needed.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex128, Float64, Inexact, Int

from optomag.errors import refuse
from optomag.optics.arrays import in_jax
from optomag.optics.film import Film, mirrored_film
from optomag.optics.objective import Objective
from optomag.optics.spectrum import GRAZING_SINE
from optomag.quadrature import panel_rule

FEWEST_RINGS, FEWEST_AROUND = 12, 24
"""Nodes that the pupil takes even for points in one place."""

MOST_BYTES = 2**29
"""Stored waves beyond which the problem is refused."""

CHUNK = 4096
"""Waves handled at a time; with hundreds of points they take some ten megabytes."""


class Group(NamedTuple):
    """Points that share a response of the medium.

    Attributes
    ----------
    along_x, along_yz : complex128, shapes (chunks, a, c) and (chunks, b, c)
        Waves at the distinct x and at the distinct (y, z).
    response : complex128, shape (chunks, c, 3, 2)
        Field of unit (u_rho, u_phi).
    column, row, point : int, shape (m,)
        Which x and which (y, z) each of these points has, and its place among all.
    """

    along_x: Complex128[Array, "chunks a c"]
    along_yz: Complex128[Array, "chunks b c"]
    response: Complex128[Array, "chunks c 3 2"]
    column: Int[Array, " m"]
    row: Int[Array, " m"]
    point: Int[Array, " m"]

    def focus(self, weighted: Complex128[Array, "chunks c 2"]) -> Complex128[Array, "m 3"]:
        """Field (m, 3) of pupil fields times their weights, (chunks, c, 2)."""

        @jax.checkpoint
        def add(
            field: Complex128[Array, "m 3"], chunk: tuple[jax.Array, ...]
        ) -> tuple[Complex128[Array, "m 3"], None]:
            along_x, along_yz, response, light = chunk
            waves = along_x[self.column] * along_yz[self.row]
            return field + waves @ jnp.einsum("wcd,wd->wc", response, light), None

        start = jnp.zeros((len(self.point), 3), jnp.complex128)
        return jax.lax.scan(add, start, (self.along_x, self.along_yz, self.response, weighted))[0]

    def reverse(self, moments: Complex128[Array, "m 3"]) -> Complex128[Array, "chunks c 2"]:
        """Light (chunks, c, 2) that dipoles (m, 3) at these points send back."""

        @jax.checkpoint
        def light(chunk: tuple[jax.Array, ...]) -> Complex128[Array, "c 2"]:
            along_x, along_yz, response = chunk
            waves = along_x[self.column] * along_yz[self.row]
            vectors = (moments.conj().T @ waves).conj()
            return jnp.einsum("wcd,cw->wd", response.conj(), vectors)

        return jax.lax.map(light, (self.along_x, self.along_yz, self.response))


class PlaneWaves(NamedTuple):
    """A sampled pupil and its waves at the points, in chunks of c waves; a pytree.

    Attributes
    ----------
    theta, phi : float64, shape (chunks, c) [rad]
        Pupil angles, in 4pi those of both lenses one after the other.
    solid_angle : float64, shape (chunks, c) [sr]
        Quadrature weights; zero for what only fills the last chunk.
    flat : float64, shape (chunks, c)
        |u| of a pupil of uniform amplitude and unit power.
    groups : tuple of Group
    empty : float64, shape (n, 3)
        Zeros, one row for each point.
    lenses : float64, shape ()
        1, or 2 in 4pi.
    """

    theta: Float64[Array, "chunks c"]
    phi: Float64[Array, "chunks c"]
    solid_angle: Float64[Array, "chunks c"]
    flat: Float64[Array, "chunks c"]
    groups: tuple[Group, ...]
    empty: Float64[Array, "n 3"]
    lenses: Float64[Array, ""]

    def focus(self, u: Complex128[Array, "chunks c 2"]) -> Complex128[Array, "n 3"]:
        """Dimensionless field (n, 3) of pupil fields (chunks, c, 2)."""
        weighted = u * (self.solid_angle / jnp.sqrt(self.lenses))[..., None].astype(u.dtype)
        field = self.empty.astype(jnp.complex128)
        for group in self.groups:
            field = field.at[group.point].add(group.focus(weighted))
        return field

    def reverse(self, moments: Complex128[Array, "n 3"]) -> Complex128[Array, "chunks c 2"]:
        """Light (chunks, c, 2) that dipoles (n, 3) at the points send back: the adjoint of `focus`."""
        parts = [group.reverse(moments[group.point]) for group in self.groups]
        return sum(parts[1:], start=parts[0]) * jnp.sqrt(self.lenses).astype(jnp.complex128)

    def power(self, u: Complex128[Array, "chunks c 2"]) -> Float64[Array, ""]:
        """Power of pupil fields (chunks, c, 2), in 4pi that of both lenses together."""
        return jnp.sum(self.solid_angle[..., None] * (u.real**2 + u.imag**2)) / self.lenses

    def gram(self) -> Complex128[np.ndarray, "equations equations"]:
        """A A^H, complex128 (3n, 3n): the fields that unit dipoles bring to all points."""
        count = self.empty.size
        total = np.zeros((count, count), np.complex128)
        for chunk in range(len(self.theta)):
            root = np.sqrt(np.asarray(self.solid_angle[chunk]))[:, None, None]
            rows = np.zeros((*self.empty.shape, 2 * len(root)), np.complex128)
            for group in self.groups:
                waves = np.asarray(group.along_x[chunk])[group.column]
                waves = waves * np.asarray(group.along_yz[chunk])[group.row]
                response = np.asarray(group.response[chunk]) * root
                rows[group.point] = np.einsum("mw,wcd->mcwd", waves, response).reshape(len(waves), 3, -1)
            flat = rows.reshape(count, -1)
            total += flat @ flat.conj().T
        return total

    def coupling(self) -> Complex128[Array, "n 3 3"]:
        """G at each point: the field that a unit dipole's reversed light brings back to it, (n, 3, 3)."""
        tensors = jnp.zeros((*self.empty.shape, 3), jnp.complex128)
        weights = self.solid_angle.astype(jnp.complex128)
        for group in self.groups:
            one = jnp.einsum("kwcd,kw,kwed->ce", group.response, weights, group.response.conj())
            tensors = tensors.at[group.point].add(one)
        return tensors


def plane_waves(
    points: Float64[np.ndarray, "n 3"],
    lens: Objective,
    *,
    film: Film | None = None,
    four_pi: bool = False,
    oversampling: float = 1.0,
) -> PlaneWaves:
    """Sample the pupil for these points.

    Parameters
    ----------
    points : float64, shape (n, 3) [m]
    lens : Objective
    film : Film, optional
        Layered medium behind the lens.
    four_pi : bool
        Whether a second, equal lens faces the first.
    oversampling : float, default 1
        1 integrates products of two waves, as least-norm pupils have them; more is for pupils that are
        no sum of waves, such as those of uniform amplitude.

    Raises
    ------
    InvalidInputError
        If the waves do not fit into memory, or a film does not end in the medium of the second lens.
    """
    theta, phi, weight = rings(points, lens, film, oversampling).waves()
    sides = [_groups(points, lens, film, theta, phi, facing=1)]
    if four_pi:
        behind = mirrored_film(film, lens)
        sides.append(_groups(points, lens, behind, theta, phi, facing=-1))
    theta, phi, weight = (np.tile(part, len(sides)) for part in (theta, phi, weight))
    flat = lens.apodization.amplitude(theta) / (lens.rim * np.sqrt(np.pi))
    arrays = (
        _chunks(theta, 0),
        _chunks(phi, 0),
        _chunks(weight, 0),
        _chunks(flat, 0),
        tuple(_joined(side) for side in zip(*sides, strict=True)),
        np.zeros(points.shape),
        np.float64(len(sides)),
    )
    return PlaneWaves(*in_jax(arrays))


class _Side(NamedTuple):
    """What one lens sends to points that share a response: a `Group` before it is cut into chunks."""

    along_x: Complex128[np.ndarray, "a waves"]
    along_yz: Complex128[np.ndarray, "b waves"]
    response: Complex128[np.ndarray, "waves 3 2"]
    column: Int[np.ndarray, " m"]
    row: Int[np.ndarray, " m"]
    point: Int[np.ndarray, " m"]


def _joined(sides: tuple[_Side, ...]) -> Group:
    """One group out of those of the same points for each lens, in chunks."""

    def join(name: str, axis: int) -> np.ndarray:
        return _chunks(np.concatenate([getattr(side, name) for side in sides], axis=axis), axis)

    waves = join("along_x", 1), join("along_yz", 1), join("response", 0)
    return Group(*in_jax((*waves, sides[0].column, sides[0].row, sides[0].point)))


def _chunks(array: np.ndarray, axis: int) -> np.ndarray:
    """The array with the waves along `axis` cut into chunks, which go first; zeros fill the last one."""
    waves = array.shape[axis]
    count = -(-waves // CHUNK)
    size = -(-waves // count)
    gap = [(0, count * size - waves) if i == axis else (0, 0) for i in range(array.ndim)]
    filled = np.pad(array, gap)
    return np.moveaxis(filled.reshape(*array.shape[:axis], count, size, *array.shape[axis + 1 :]), axis, 0)


class Rings(NamedTuple):
    """Rings of waves that sample a pupil.

    Attributes
    ----------
    theta : float64, shape (r,) [rad]
        Polar angle of each ring.
    solid_angle : float64, shape (r,) [sr]
        Weight of each of its waves.
    around : int, shape (r,)
        Waves on it, evenly spread.
    """

    theta: Float64[np.ndarray, " r"]
    solid_angle: Float64[np.ndarray, " r"]
    around: Int[np.ndarray, " r"]

    def waves(
        self,
    ) -> tuple[Float64[np.ndarray, " waves"], Float64[np.ndarray, " waves"], Float64[np.ndarray, " waves"]]:
        """Polar angle, azimuth and solid angle of each wave."""
        # Successive rings start a golden angle apart, so that no direction is sampled worse than the others.
        first = np.pi * (np.sqrt(5) - 1) * np.arange(len(self.theta))
        turns = zip(self.around, first, strict=True)
        phi = np.concatenate([2 * np.pi * np.arange(n) / n + turn for n, turn in turns])
        return np.repeat(self.theta, self.around), phi, np.repeat(self.solid_angle, self.around)


def rings(
    points: Float64[np.ndarray, "n 3"], lens: Objective, film: Film | None, oversampling: float
) -> Rings:
    """Rings of a pupil for light from these points [m], each with as many waves as it needs."""
    across = lens.wavenumber * float(np.linalg.norm(np.ptp(points[:, :2], axis=0)))
    along = lens.wavenumber * float(np.ptp(points[:, 2]))
    critical = () if film is None else film.critical_angles(lens)
    if film is not None:  # echoes between the interfaces travel farther than the points are apart
        along += 2 * lens.wavenumber * film.thickness * max(abs(n) for n in film.indices)
    ends = (*critical, lens.alpha) if lens.sine > GRAZING_SINE else critical
    edges = sorted({0.0, *critical, lens.alpha})
    counts, graded = [], []
    for left, right in pairwise(edges):
        turns = 0.5 * (across * (right - left) + along * (np.cos(left) - np.cos(right)))
        counts.append(int(np.ceil(oversampling * (0.5 * turns + FEWEST_RINGS))))
        graded.append(left in ends or right in ends)
    theta, weight = panel_rule(tuple(edges), tuple(counts), tuple(graded))
    around = np.ceil(oversampling * (across * np.sin(theta) + FEWEST_AROUND)).astype(int)
    return Rings(theta, weight * np.sin(theta) * 2 * np.pi / around, around)


def _groups(
    points: Float64[np.ndarray, "n 3"],
    lens: Objective,
    film: Film | None,
    theta: Float64[np.ndarray, " waves"],
    phi: Float64[np.ndarray, " waves"],
    *,
    facing: int,
) -> list[_Side]:
    """Waves of one lens, facing +z (1) or of the second one, which is its mirror image (-1)."""
    across = -lens.wavenumber * np.sin(theta)
    k = np.stack([across * np.cos(phi), across * np.sin(phi), facing * lens.wavenumber * np.cos(theta)])
    mirror = np.array([1, 1, facing])[:, None]
    if film is None:
        response = _response(phi, np.ones_like(theta), np.cos(theta), np.sin(theta))
        return [_group(points, np.arange(len(points)), k, mirror * response)]
    heights, which = np.unique(points[:, 2], return_inverse=True)
    rings, ring = np.unique(theta, return_inverse=True)
    axial = film.axial_response(lens, rings, facing * heights)[ring]
    k[2] = 0.0  # the film's response knows the height
    return [
        _group(points, np.flatnonzero(which == i), k, mirror * _response(phi, *axial[:, i].T))
        for i in range(len(heights))
    ]


def _response(
    phi: Float64[np.ndarray, " waves"],
    s: Inexact[np.ndarray, " waves"],
    radial: Inexact[np.ndarray, " waves"],
    axial: Inexact[np.ndarray, " waves"],
) -> Complex128[np.ndarray, "waves 3 2"]:
    """Field of unit (u_rho, u_phi) at each wave, (w, 3, 2), from the factors of `Film.axial_response`."""
    cos_phi, sin_phi = np.cos(phi), np.sin(phi)
    rho = np.stack([radial * cos_phi, radial * sin_phi, axial], axis=-1)
    azimuthal = np.stack([-s * sin_phi, s * cos_phi, 0 * s], axis=-1)
    return np.stack([rho, azimuthal], axis=-1).astype(np.complex128)


def _group(
    points: Float64[np.ndarray, "n 3"],
    chosen: Int[np.ndarray, " m"],
    k: Float64[np.ndarray, "3 waves"],
    response: Complex128[np.ndarray, "waves 3 2"],
) -> _Side:
    here = points[chosen]
    x, column = np.unique(here[:, 0], return_inverse=True)
    yz, row = np.unique(here[:, 1:], axis=0, return_inverse=True)
    needed = 16.0 * (len(x) + len(yz)) * k.shape[1]
    if needed > MOST_BYTES:
        refuse(
            "structure",
            f"small enough for {MOST_BYTES / 2**30:.3g} GiB of waves",
            f"one that takes {needed / 2**30:.3g} GiB",
            "Use fewer control points, closer together; points on a lattice take less.",
        )
    waves = np.exp(1j * x[:, None] * k[0]), np.exp(1j * yz @ k[1:])
    return _Side(*waves, response, column, row.reshape(-1), chosen)
