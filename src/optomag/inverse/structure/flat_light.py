"""Focal fields of pupils of uniform amplitude, from the moments of reversed dipoles, in single precision.

The same physics as `optomag.inverse.structure.plane_waves`, without derivatives: for each handful of waves
the light of all dipoles is added up, its amplitude made uniform, and what it brings to the points added up
again. Waves at the points of a lattice are products of those along x and along (y, z), and are never formed.
NumPy needs no compilation, and half the digits half the time: fields are good to some 1e-6.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Complex, Complex128, Float, Float64, Inexact, Int

from optomag.errors import refuse
from optomag.inverse.structure.plane_waves import rings
from optomag.optics.coupling import couplings_at
from optomag.optics.film import Film, mirrored_film
from optomag.optics.lattice import pixel_lattice
from optomag.optics.mutual_coupling import mutual_coupling
from optomag.optics.objective import Objective

MOST_BYTES = 3 * 2**29
"""Waves that are kept; those of larger problems are computed anew each time they are needed."""

MOST_PRODUCTS = 2**33
"""Spots times waves beyond which a problem is refused: a fine evaluation would take ten minutes."""

SPREAD, PART = 2, 6
"""Points count as a lattice if it has at most so many times as many nodes, and they so many times as many
points as it has columns: elsewhere whole waves are faster."""

BLOCK = 60_000
"""Products of three components, points and waves in one matrix product. OpenBLAS spreads more than 2^16
complex ones over threads, which for so few costs more than it gains, and very much more on busy cores."""

CHUNK = 2**18
"""Numbers for waves and points that are handled at a time, so that they stay in the cache."""


class Nodes(NamedTuple):
    """Points of a pupil of uniform amplitude.

    Attributes
    ----------
    theta, phi : float64, shape (w,) [rad]
    across : float64, shape (w,)
        Transverse part of the wave vector over its length: sin theta, but for pixels whose centres lie beyond
        the rim, which have the polar angle of the rim.
    size : float64, shape (w,)
        |u| dOmega of each at unit power.
    """

    theta: Float64[np.ndarray, "*w"]
    phi: Float64[np.ndarray, "*w"]
    across: Float64[np.ndarray, "*w"]
    size: Float64[np.ndarray, "*w"]


def ring_nodes(
    points: Float64[np.ndarray, "n 3"], lens: Objective, film: Film | None, *, oversampling: float
) -> Nodes:
    """Rings of waves, as many as light from these points [m] needs, times `oversampling` along both axes.

    Raises
    ------
    InvalidInputError
        If they are too many for so many points.
    """
    found = rings(points, lens, film, oversampling)
    require_few(len(points), int(found.around.sum()))
    theta, phi, solid_angle = found.waves()
    flat = lens.apodization.amplitude(theta) / (lens.rim * np.sqrt(np.pi))
    return Nodes(theta, phi, np.sin(theta), solid_angle * flat)


def pixel_nodes(count: int, lens: Objective) -> Nodes:
    """The pixels of a modulator with N x N of them, those outside the pupil included, of size zero."""
    lattice = pixel_lattice(count)
    theta = lens.polar_angle(lattice.radius).ravel()
    across = lens.sine * np.hypot(lattice.axis[:, None], lattice.axis).ravel()
    size = lens.sine * lattice.area.ravel() / np.sqrt(np.pi * np.cos(theta))
    return Nodes(theta, lattice.azimuth.ravel(), across, size)


def require_few(points: int, waves: int) -> None:
    """Refuse what would take hours."""
    if points * waves > MOST_PRODUCTS:
        refuse(
            "array",
            f"small enough for {MOST_PRODUCTS:.2g} products of spots and waves",
            f"one of {points} spots and {waves} waves, {points * waves:.2g} products",
            "Use fewer spots, or spots closer together.",
        )


class FlatLight:
    """The pupil u = a A^H q/|A^H q| on fixed nodes: its field at fixed points, and its light.

    Parameters
    ----------
    points : float64, shape (n, 3) [m]
    lens : Objective
    nodes : Nodes
    film : Film, optional
    four_pi : bool
        Whether a second, equal lens faces the first.
    precision : type, default float32
        Of all products; float64 for fields as good as the engine's.
    """

    def __init__(
        self,
        points: Float64[np.ndarray, "n 3"],
        lens: Objective,
        nodes: Nodes,
        *,
        film: Film | None = None,
        four_pi: bool = False,
        precision: Any = np.float32,
    ) -> None:
        self.points, self._lens, self._nodes, self._film, self._four_pi = points, lens, nodes, film, four_pi
        self._real = np.dtype(precision)
        self._complex = np.result_type(self._real, np.complex64)
        heights = np.zeros(len(points)) if film is None else points[:, 2]
        self._groups = [_group(points, np.flatnonzero(heights == z)) for z in np.unique(heights)]
        columns = sum(group.columns for group in self._groups)
        self._length = max(BLOCK // (3 * max(group.nodes for group in self._groups)), 1)
        self._blocks = max(CHUNK // (columns * self._length), 1)
        needed = (columns + 6 * len(self._groups)) * self._complex.itemsize * len(nodes.theta)
        self._kept = list(self._built()) if (1 + four_pi) * needed <= MOST_BYTES else None

    @cached_property
    def coupling(self) -> Float64[np.ndarray, "n 3"]:
        """Diagonal of G at each point."""
        return couplings_at(self.points, self._lens, film=self._film, four_pi=self._four_pi)

    def field(self, moments: Complex128[np.ndarray, "n 3"]) -> Complex128[np.ndarray, "n 3"]:
        """Dimensionless field (n, 3) at unit power, with the phase and polarisation of these dipoles."""
        found = np.zeros(self.points.shape, np.complex128)
        turned = self._turned(moments)
        for chunk in self._chunks():
            light = chunk.flat(turned)
            for group, part in zip(self._groups, chunk.parts, strict=True):
                found[group.point] += part.focus(light)
        return found

    def light(self, moments: Complex128[np.ndarray, "n 3"]) -> Complex[np.ndarray, "w 2"]:
        """(rho, phi) components of length 1 at the nodes of the first lens."""
        turned, count = self._turned(moments), len(self._nodes.theta)
        found = [chunk.direction(turned).swapaxes(1, 2).reshape(-1, 2) for chunk in self._chunks()]
        return np.concatenate(found)[:count]

    def pair_coupling(self, moments: Complex128[np.ndarray, "n 3"]) -> Complex[np.ndarray, "n n"]:
        """q_n^H G_nm q_m: what dipoles bring to each other through lenses, at any amplitude."""
        if all(group.lattice for group in self._groups):  # few distances: the closed form is quicker
            G = mutual_coupling(self.points, self._lens, film=self._film, four_pi=self._four_pi)
            there = np.sum(G.reshape(*moments.shape, *moments.shape) * moments, axis=-1)
            return np.sum(moments.conj()[:, :, None] * there, axis=1).astype(self._complex)
        turned = moments.conj().astype(self._complex)
        found = np.zeros((len(moments), len(moments)), self._complex)
        for chunk in self._chunks():
            found += chunk.coupling(turned)
        return found

    def _turned(self, moments: Complex128[np.ndarray, "n 3"]) -> Complex[np.ndarray, "n 3"]:
        """The complex conjugate, scaled so that its squares fit into single precision."""
        largest = np.abs(moments).max()
        return (moments.conj() / (largest if largest > 0 else 1.0)).astype(self._complex)

    def _chunks(self) -> Iterator[_Chunk]:
        return self._built() if self._kept is None else iter(self._kept)

    def _built(self) -> Iterator[_Chunk]:
        count = len(self._nodes.theta)
        gap = (0, -count % self._length)  # filled with copies of the last node, of size zero
        nodes = [np.pad(part, gap, "edge").reshape(-1, self._length) for part in self._nodes]
        nodes[-1].ravel()[count:] = 0
        for facing, film in self._sides():
            for first in range(0, len(nodes[0]), self._blocks):
                here = slice(first, first + self._blocks)
                yield self._chunk(Nodes(*(part[here] for part in nodes)), facing, film)

    def _sides(self) -> list[tuple[int, Film | None]]:
        if not self._four_pi:
            return [(1, self._film)]
        return [(1, self._film), (-1, mirrored_film(self._film, self._lens))]

    def _chunk(self, nodes: Nodes, facing: int, film: Film | None) -> _Chunk:
        """Blocks of waves of one lens, facing +z (1) or of the second one, which is its mirror image (-1)."""
        sine, cosine = np.sin(nodes.theta), np.cos(nodes.theta)
        across = -self._lens.wavenumber * nodes.across
        k = np.stack([across * np.cos(nodes.phi), across * np.sin(nodes.phi), 0 * across])
        if film is None:
            k[2] = facing * self._lens.wavenumber * cosine
            factors = [(np.ones_like(sine), cosine, sine)]
        else:  # the film's response knows the height
            heights = facing * np.array([self.points[group.point[0], 2] for group in self._groups])
            distinct, ring = np.unique(nodes.theta, return_inverse=True)
            response = film.axial_response(self._lens, distinct, heights)[ring.reshape(sine.shape)]
            factors = [tuple(np.moveaxis(response[..., i, :], -1, 0)) for i in range(len(heights))]
        parts = tuple(
            self._part(group, k, _response(nodes.phi, s, radial, facing * axial))
            for group, (s, radial, axial) in zip(self._groups, factors, strict=True)
        )
        per_wave = self._lens.rim * np.sqrt(np.pi) / self._lens.apodization.amplitude(nodes.theta)
        size, root = nodes.size / np.sqrt(1 + self._four_pi), np.sqrt(nodes.size * per_wave)
        return _Chunk(size.astype(self._real), root.astype(self._real), parts)

    def _part(
        self, group: _Group, k: Float64[np.ndarray, "3 k c"], response: Inexact[np.ndarray, "3 2 k c"]
    ) -> _Part:
        kept = response.astype(self._complex if np.iscomplexobj(response) else self._real)
        turns = k.swapaxes(0, 1) / (2 * np.pi)
        if not group.lattice:
            return _Part(group, kept, None, _waves(self.points[group.point] @ turns, self._real))
        along_x = _waves(group.x[:, None] * turns[:, :1], self._real)
        return _Part(group, kept, along_x, _waves(group.yz @ turns[:, 1:], self._real))


class _Group(NamedTuple):
    """Points that share a response, and whether they fill a lattice of columns and rows."""

    x: Float64[np.ndarray, " a"]
    yz: Float64[np.ndarray, "b 2"]
    column: Int[np.ndarray, " m"]
    row: Int[np.ndarray, " m"]
    point: Int[np.ndarray, " m"]

    @property
    def lattice(self) -> bool:
        count = len(self.point)
        return len(self.x) * len(self.yz) <= SPREAD * count and PART * len(self.x) <= count

    @property
    def nodes(self) -> int:
        """Points, or nodes of the lattice that they are on."""
        return len(self.x) * len(self.yz) if self.lattice else len(self.point)

    @property
    def columns(self) -> int:
        """Numbers that are kept for each wave."""
        return len(self.x) + len(self.yz) if self.lattice else len(self.point)


def _group(points: Float64[np.ndarray, "n 3"], chosen: Int[np.ndarray, " m"]) -> _Group:
    x, column = np.unique(points[chosen, 0], return_inverse=True)
    yz, row = np.unique(points[chosen, 1:], axis=0, return_inverse=True)
    return _Group(x, yz, column, row.reshape(-1), chosen)


class _Part(NamedTuple):
    """Blocks (k) of waves (c) from the pupil to some points: along x and along (y, z), or whole ones."""

    group: _Group
    response: Inexact[np.ndarray, "3 2 k c"]
    along_x: Complex[np.ndarray, "k a c"] | None
    along: Complex[np.ndarray, "k b c"]

    def reverse(self, turned: Complex[np.ndarray, "n 3"]) -> Complex[np.ndarray, "k 2 c"]:
        """The complex conjugate of the light that dipoles send back, from that of their moments."""
        moments = turned[self.group.point].T
        if self.along_x is None:
            vectors = moments @ self.along
        else:
            blocks, columns, _ = self.along_x.shape
            rows = self.along.shape[1]
            spread = np.zeros((3, columns, rows), moments.dtype)
            spread[:, self.group.column, self.group.row] = moments
            sums = (spread.reshape(-1, rows) @ self.along).reshape(blocks, 3, columns, -1)
            vectors = np.sum(sums * self.along_x[:, None], axis=2)
        (xr, xp), (yr, yp), (zr, _) = self.response
        x, y, z = vectors[:, 0], vectors[:, 1], vectors[:, 2]
        return np.stack([xr * x + yr * y + zr * z, xp * x + yp * y], axis=1)

    def alone(
        self, turned: Complex[np.ndarray, "n 3"], root: Float[np.ndarray, "k c"]
    ) -> Complex[np.ndarray, "k m 2 c"]:
        """What `reverse` adds up, dipole by dipole, times a factor of each wave."""
        waves = self.along
        if self.along_x is not None:
            waves = self.along_x[:, self.group.column] * waves[:, self.group.row]
        blocks, count, length = waves.shape
        response = np.moveaxis(self.response * root, 2, 0).reshape(blocks, 3, -1).astype(turned.dtype)
        light = (turned[self.group.point] @ response).reshape(blocks, count, 2, length)
        light *= waves[:, :, None]
        return light

    def focus(self, light: Complex[np.ndarray, "k 2 c"]) -> Complex[np.ndarray, "m 3"]:
        """Field of light at the points."""
        (xr, xp), (yr, yp), (zr, _) = self.response
        rho, phi = light[:, 0], light[:, 1]
        vectors = np.stack([xr * rho + xp * phi, yr * rho + yp * phi, zr * rho], axis=1)
        if self.along_x is None:
            return np.sum(self.along @ vectors.swapaxes(1, 2), axis=0)
        blocks, columns, length = self.along_x.shape
        spread = (vectors[:, :, None] * self.along_x[:, None]).reshape(blocks, 3 * columns, length)
        sums = np.sum(spread @ self.along.swapaxes(1, 2), axis=0).reshape(3, columns, -1)
        return sums[:, self.group.column, self.group.row].T


class _Chunk(NamedTuple):
    """Some waves of one lens: |u| dOmega, the root of dOmega, and the way to each group of points."""

    size: Float[np.ndarray, "k c"]
    root: Float[np.ndarray, "k c"]
    parts: tuple[_Part, ...]

    def direction(self, turned: Complex[np.ndarray, "n 3"]) -> Complex[np.ndarray, "k 2 c"]:
        """Light of length 1 with the phase and polarisation of the dipoles'; zero where that vanishes."""
        light = self.parts[0].reverse(turned)
        for part in self.parts[1:]:
            light += part.reverse(turned)
        square = np.sum(np.real(light) ** 2 + np.imag(light) ** 2, axis=1, keepdims=True)
        return light.conj() / np.sqrt(np.where(square > 0, square, 1))

    def coupling(self, turned: Complex[np.ndarray, "n 3"]) -> Complex[np.ndarray, "n n"]:
        """Products of the light of each dipole alone with that of each other, summed over the waves."""
        blocks, length = self.root.shape
        light = np.empty((blocks, len(turned), 2, length), turned.dtype)
        for part in self.parts:
            light[:, part.group.point] = part.alone(turned, self.root)
        light = light.reshape(blocks, len(turned), -1)
        return np.sum(light @ light.conj().swapaxes(1, 2), axis=0)

    def flat(self, turned: Complex[np.ndarray, "n 3"]) -> Complex[np.ndarray, "k 2 c"]:
        """The same times |u| dOmega."""
        return self.size[:, None] * self.direction(turned)


def _waves(turns: Float64[np.ndarray, "k m c"], real: np.dtype) -> Complex[np.ndarray, "k m c"]:
    """e^{2 pi i turns}: reduced in double precision, so that the cosines need no more than their own, and
    block by block, which stays in the cache."""
    parts = np.empty((*turns.shape, 2), real)
    for turn, part in zip(turns, parts, strict=True):
        turn -= np.rint(turn)
        phase = turn.astype(real)
        phase *= 2 * np.pi
        np.cos(phase, out=part[..., 0])
        np.sin(phase, out=part[..., 1])
    return parts.view(np.result_type(real, np.complex64))[..., 0]


def _response(
    phi: Float64[np.ndarray, "k c"],
    s: Inexact[np.ndarray, "k c"],
    radial: Inexact[np.ndarray, "k c"],
    axial: Inexact[np.ndarray, "k c"],
) -> Inexact[np.ndarray, "3 2 k c"]:
    """Field of unit (u_rho, u_phi) from the factors of `Film.axial_response`."""
    cos_phi, sin_phi = np.cos(phi), np.sin(phi)
    rho = np.stack([radial * cos_phi, radial * sin_phi, axial])
    return np.stack([rho, np.stack([-s * sin_phi, s * cos_phi, 0 * s])], axis=1)
