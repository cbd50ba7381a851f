"""Pupils given pixel by pixel, as a spatial light modulator makes them.

A pixel map is a sum of N x N constant cells. Each is a plane wave from the cell's centre, weighted by the
cell's area inside the pupil; the error of that midpoint rule falls with 1/N^2. The aplanatic lens maps the
pixel lattice onto a lattice of transverse wave vectors, so the kernel separates and a million pixels are two
matrix products per plane.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Complex, Complex128, Float, Float64, Inexact, Int

from optomag.errors import refuse
from optomag.grid import Grid
from optomag.optics.apodization import AbbeSine
from optomag.optics.arrays import add
from optomag.optics.film import Film
from optomag.optics.lattice import pixel_lattice
from optomag.optics.objective import Objective
from optomag.optics.phasor import phasor
from optomag.optics.plan import band_limited_axis, on_device
from optomag.optics.sums import POINT_BATCH, interpolate_plane


class _PixelPlan(NamedTuple):
    vectors: tuple[Inexact[Array, "N N 3 2"], ...]
    along_x: Complex[Array, "a N"]
    along_y: Complex[Array, "b N"]
    along_z: tuple[Complex[Array, "nz rings _"], ...]
    ring: Int[Array, "N N"]
    to_x: Float[Array, "nx a"] | Int[Array, " n"] | None
    to_y: Float[Array, "ny b"] | None


def require_aplanatic(lens: Objective) -> None:
    """Refuse a lens that bends the lattice of pixels."""
    if not isinstance(lens.apodization, AbbeSine):
        refuse(
            "lens of a pixel pupil",
            "aplanatic (AbbeSine)",
            lens.apodization,
            "Other lenses bend the pixel lattice; describe the beam with pupil_function instead.",
        )


def focus_pixels(
    jones: Complex[Array, "*batch N N 2"],
    lens: Objective,
    film: Film | None,
    where: Grid | Float64[np.ndarray, "n 3"],
    rtol: float,
    dtype: np.dtype,
) -> Complex[Array, "*shape 3"]:
    """Dimensionless focal field of a pixel map (..., N, N, 2) of (E_x, E_y)."""
    require_aplanatic(lens)
    if isinstance(where, Grid):
        plan = _plan(jones.shape[-2], lens, film, where, rtol, dtype)
        add_up = _sum_on_grid
    else:
        plan = _plan_points(jones.shape[-2], lens, film, where.tobytes(), dtype)
        add_up = _sum_at_points
    if jones.ndim == 3:
        return add_up(jones, plan)
    return jax.lax.map(lambda one: add_up(one, plan), jones)


@lru_cache(maxsize=8)
def _plan(
    count: int, lens: Objective, film: Film | None, grid: Grid, rtol: float, dtype: np.dtype
) -> _PixelPlan:
    x_nodes, to_x = band_limited_axis(grid.x, lens, rtol)
    y_nodes, to_y = band_limited_axis(grid.y, lens, rtol)
    k = -lens.wavenumber * lens.sine * pixel_lattice(count).axis
    vectors, along_z, ring = pixel_waves(count, lens, film, grid.z)
    arrays = (
        vectors,
        np.exp(1j * x_nodes[:, None] * k),
        np.exp(1j * y_nodes[:, None] * k),
        along_z,
        ring,
        to_x,
        to_y,
    )
    return _PixelPlan(*on_device(arrays, dtype))


@lru_cache(maxsize=4)
def _plan_points(
    count: int, lens: Objective, film: Film | None, content: bytes, dtype: np.dtype
) -> _PixelPlan:
    points = np.frombuffer(content).reshape(-1, 3)
    heights, which = np.unique(points[:, 2], return_inverse=True)
    k = -lens.wavenumber * lens.sine * pixel_lattice(count).axis
    vectors, along_z, ring = pixel_waves(count, lens, film, heights)
    along_x, along_y = (np.exp(1j * points[:, [i]] * k) for i in (0, 1))
    return _PixelPlan(*on_device((vectors, along_x, along_y, along_z, ring, which, None), dtype))


def pixel_waves(
    count: int, lens: Objective, film: Film | None, z: Float64[np.ndarray, " nz"]
) -> tuple[
    tuple[Float64[np.ndarray, "N N 3 2"], ...],
    tuple[Complex128[np.ndarray, "nz rings _"], ...],
    Int[np.ndarray, "N N"],
]:
    """Matrices from (E_x, E_y) to field vectors, (N, N, 3, 2); axial responses (z, rings, 1 or 3); and the
    ring, a set of equal radii, that each pixel lies on."""
    lattice = pixel_lattice(count)
    distinct, ring = _rings(lens.polar_angle(lattice.radius[count // 2 :, count // 2 :]), count)
    sine = lens.sine * lattice.radius  # the lens is aplanatic
    cosine = np.sqrt(1 - sine**2)
    weight = lens.sine * lattice.area / np.sqrt(cosine)
    x, y = lattice.axis[:, None], lattice.axis
    length = np.hypot(x, y)
    centre = length == 0  # a direction there, any
    e_rho = (x + centre) / (length + centre), y / (length + centre)
    if film is None:
        matrix = np.empty((3, 2, count, count))
        bent = weight * (1 - cosine)
        for d in (0, 1):
            for c in (0, 1):
                np.multiply(-bent * e_rho[c], e_rho[d], out=matrix[c, d])
            matrix[d, d] += weight
            np.multiply(weight * sine, e_rho[d], out=matrix[2, d])
        axial = np.exp(1j * lens.wavenumber * np.cos(distinct) * z[:, None])[..., None]
        return (np.moveaxis(matrix, (0, 1), (2, 3)),), (axial,), ring
    s_part, p_part = np.zeros((2, 3, 2, count, count))
    for d in (0, 1):
        for c in (0, 1):
            np.multiply(weight * e_rho[c], e_rho[d], out=p_part[c, d])
            s_part[c, d] = weight * (c == d) - p_part[c, d]
        np.multiply(weight, e_rho[d], out=p_part[2, d])
    response = np.moveaxis(film.axial_response(lens, distinct, z), 1, 0)
    axials = response[..., [0]], response[..., [1, 1, 2]]
    return tuple(np.moveaxis(part, (0, 1), (2, 3)) for part in (s_part, p_part)), axials, ring


def _rings(
    theta: Float64[np.ndarray, "_ _"], count: int
) -> tuple[Float64[np.ndarray, " rings"], Int[np.ndarray, "N N"]]:
    """The polar angles that occur in a quadrant of a lattice [rad], and which of them each pixel has.

    Lattices are alike in all quadrants, so that one of them is sorted.
    """
    half = count // 2
    distinct, ring = np.unique(np.round(theta, 14), return_inverse=True)
    quadrant = ring.reshape(theta.shape)
    to_edge = np.arange(count)
    distance = np.maximum(to_edge, count - 1 - to_edge) - half
    return distinct, quadrant[distance[:, None], distance]


def planes_of_pixels(
    jones: Complex128[np.ndarray, "N N 2"],
    lens: Objective,
    film: Film | None,
    axes: tuple[Float64[np.ndarray, " nx"], Float64[np.ndarray, " ny"], Float64[np.ndarray, " nz"]],
) -> Complex128[np.ndarray, "nx ny nz 3"]:
    """Dimensionless focal field of a pixel map on a grid of axes [m], summed at once: nothing is compiled.

    For a few planes of small maps, such as pictures; `focus_pixels` is for the rest.
    """
    require_aplanatic(lens)
    x, y, z = axes
    k = -lens.wavenumber * lens.sine * pixel_lattice(len(jones)).axis
    vectors, along_z, ring = pixel_waves(len(jones), lens, film, z)
    spectra = [_spectrum(matrix, jones) for matrix in vectors]
    along_x, along_y = phasor(x[:, None] * k), phasor(k[:, None] * y)
    field = np.empty((len(x), len(y), len(z), 3), dtype=np.complex128)
    for height in range(len(z)):
        for c, waves in enumerate(_waves_at(height, spectra, along_z, ring)):
            field[:, :, height, c] = along_x @ waves @ along_y
    return field


def few_points_of_pixels(
    jones: Complex128[np.ndarray, "N N 2"],
    lens: Objective,
    film: Film | None,
    points: Float64[np.ndarray, "n 3"],
    *,
    waves: Callable[..., Any] | None = None,
) -> Complex128[np.ndarray, "n 3"]:
    """The same at points [m], each of which takes a look at all pixels.

    `waves` gives what `pixel_waves` does, which many maps have in common.
    """
    require_aplanatic(lens)
    heights, which = np.unique(points[:, 2], return_inverse=True)
    k = -lens.wavenumber * lens.sine * pixel_lattice(len(jones)).axis
    vectors, along_z, ring = (waves or pixel_waves)(len(jones), lens, film, heights)
    spectra = [_spectrum(matrix, jones) for matrix in vectors]
    field = np.empty((len(points), 3), dtype=np.complex128)
    for height in range(len(heights)):
        here = which == height
        along_x, along_y = (phasor(points[here, i, None] * k) for i in (0, 1))
        for c, part in enumerate(_waves_at(height, spectra, along_z, ring)):
            field[here, c] = np.sum((along_x @ part) * along_y, axis=-1)
    return field


def _spectrum(
    matrix: Float64[np.ndarray, "N N 3 2"], jones: Complex128[np.ndarray, "N N 2"]
) -> list[Complex128[np.ndarray, "N N"]]:
    """Components of the waves of a pixel map, apart from their response along z."""
    x, y = np.moveaxis(jones, -1, 0)
    return [matrix[..., c, 0] * x + matrix[..., c, 1] * y for c in range(3)]


def _waves_at(
    height: int, spectra: Sequence[Sequence[np.ndarray]], along_z: Sequence[np.ndarray], ring: np.ndarray
) -> Iterator[Complex128[np.ndarray, "N N"]]:
    """Each component of the waves at one of the heights."""
    for c in range(3):
        # behind a film each component has its own response
        axials = [axial[height, :, min(c, axial.shape[-1] - 1)] for axial in along_z]
        parts = [
            part[c] if np.all(axial == 1) else part[c] * axial[ring]
            for part, axial in zip(spectra, axials, strict=True)
        ]
        yield reduce(np.add, parts)


@jax.jit
def _sum_on_grid(jones: Complex[Array, "N N 2"], plan: _PixelPlan) -> Complex[Array, "nx ny nz 3"]:
    spectra = [jnp.einsum("xycd,xyd->xyc", matrix.astype(jones.dtype), jones) for matrix in plan.vectors]

    def plane(axials: tuple[Complex[Array, "rings _"], ...]) -> Complex[Array, "a b 3"]:
        waves = add(part * axial[plan.ring] for part, axial in zip(spectra, axials, strict=True))
        return jnp.einsum("ax,xyc,by->abc", plan.along_x, waves, plan.along_y, optimize=[(0, 1), (0, 1)])

    coarse = jnp.moveaxis(jax.lax.map(plane, plan.along_z), 0, 2)
    return interpolate_plane(coarse, plan.to_x, plan.to_y)


@jax.jit
def _sum_at_points(jones: Complex[Array, "N N 2"], plan: _PixelPlan) -> Complex[Array, "n 3"]:
    spectra = [jnp.einsum("xycd,xyd->xyc", matrix.astype(jones.dtype), jones) for matrix in plan.vectors]

    def at(
        point: tuple[Complex[Array, " N"], Complex[Array, " N"], Int[Array, ""]],
    ) -> Complex[Array, " 3"]:
        along_x, along_y, height = point
        waves = add(
            part * axial[height][plan.ring] for part, axial in zip(spectra, plan.along_z, strict=True)
        )
        return jnp.einsum("x,xyc,y->c", along_x, waves, along_y)

    return jax.lax.map(at, (plan.along_x, plan.along_y, plan.to_x), batch_size=min(POINT_BATCH, 8))


@dataclass(frozen=True, eq=False)
class PixelKernel:
    """What the pixels of a map send to fixed points: for many maps of one size through one lens.

    Attributes
    ----------
    inside : bool, shape (N, N)
        Pixels that the pupil holds some of, `m` of them.
    waves : float64, shape (m, 3) [rad/m]
        Wave vector k s of each in the lens' medium: times exp(i k s.d), a map sends to its focus what it
        would send to d.
    terms : tuple of (complex128 (n, m), float64 (m, 3, 2))
        Response of each pixel at each point, and the matrix from (E_x, E_y) to field vectors beside it.
    parts : three of (float64 (k,) [rad/m], int (m,))
        The values that each component of the wave vectors takes, and which of them each pixel has.
    """

    inside: Bool[np.ndarray, "N N"]
    waves: Float64[np.ndarray, "m 3"]
    terms: tuple[tuple[Complex128[np.ndarray, "n m"], Float64[np.ndarray, "m 3 2"]], ...]
    parts: tuple[tuple[Float64[np.ndarray, " _"], Int[np.ndarray, " m"]], ...]

    def spectra(self, jones: Complex128[np.ndarray, "m 2"]) -> tuple[Complex128[np.ndarray, "m 3"], ...]:
        """Field vectors of the waves of a map, given by its pixels `inside`, one array for each term."""
        x, y = jones[:, :1], jones[:, 1:]
        return tuple(matrix[..., 0] * x + matrix[..., 1] * y for _, matrix in self.terms)

    def turn(self, shift: Float64[np.ndarray, " 3"]) -> Complex128[np.ndarray, " m"]:
        """exp(i k s.d) of every pixel for a shift d [m].

        A product of three factors: one for each column of pixels, each row and each ring, of which there are
        far fewer than pixels.
        """
        factors = [
            phasor(numbers * part)[which]
            for (numbers, which), part in zip(self.parts, shift, strict=True)
            if part != 0
        ]
        return reduce(np.multiply, factors) if factors else np.ones(len(self.waves), complex)

    def field(
        self,
        spectra: tuple[Complex128[np.ndarray, "m k"], ...],
        turn: Complex128[np.ndarray, " m"] | None = None,
    ) -> Complex128[np.ndarray, "n k"]:
        """Their sum at the points, each wave times a factor; so that of columns that are linear in them."""
        total: Any = 0.0
        for (phases, _), columns in zip(self.terms, spectra, strict=True):
            if turn is None:
                total += phases @ columns
                continue
            # the factors go where there are fewer numbers to multiply
            few = len(phases) < columns.shape[1]
            total += (phases * turn) @ columns if few else phases @ (turn[:, None] * columns)
        return total


def pixel_kernel(
    count: int, lens: Objective, film: Film | None, points: Float64[np.ndarray, "n 3"]
) -> PixelKernel:
    """The kernel of `focus_pixels` at points [m], in memory: 16 bytes, behind a film 48, a pixel and point.

    Raises
    ------
    InvalidInputError
        If the lens is not aplanatic.
    """
    require_aplanatic(lens)
    lattice = pixel_lattice(count)
    inside = lattice.area > 0
    heights, which = np.unique(points[:, 2], return_inverse=True)
    vectors, along_z, ring = pixel_waves(count, lens, film, heights)
    ring = ring[inside]
    transverse = -lens.wavenumber * lens.sine * lattice.axis
    lattice_axial = np.empty(along_z[0].shape[1])
    lattice_axial[ring] = lens.wavenumber * np.cos(lens.polar_angle(lattice.radius[inside]))
    column, row = np.nonzero(inside)
    parts = ((transverse, column), (transverse, row), (lattice_axial, ring))
    waves = np.column_stack([numbers[where] for numbers, where in parts])
    along_x, along_y = (phasor(points[:, [i]] * transverse) for i in (0, 1))
    across = along_x[:, column] * along_y[:, row]
    terms = []
    for matrix, response in zip(vectors, along_z, strict=True):
        # behind a film the transverse and the axial part of p light have their own responses
        parts_of_field = [((0, 1, 2), 0)] if response.shape[-1] == 1 else [((0, 1), 0), ((2,), 2)]
        seen = matrix[inside]
        for components, position in parts_of_field:
            kept = np.isin(np.arange(3), components)[:, None]
            mine = seen if np.all(kept) else seen * kept
            terms.append((across * response[which][:, ring, position], mine))
    return PixelKernel(inside, waves, tuple(terms), parts)
