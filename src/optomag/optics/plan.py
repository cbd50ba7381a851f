"""Everything about a focal-field sum that does not depend on the weights: waves, kernels, interpolation.

On a tensor grid the kernel separates, exp(i k_x x) exp(i k_y y) times an axial response. The field is
band-limited to |k_x|, |k_y| <= k NA/n, so it is summed on as many Chebyshev nodes along x and y as that band
needs, and interpolated from there by small real matrices: the cost of a fine grid is little more than that of
writing it down.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex, Float, Float64, Int

from optomag.grid import Grid
from optomag.optics.film import Film
from optomag.optics.mode import Mode
from optomag.optics.objective import Objective
from optomag.optics.spectrum import (
    Region,
    Spectrum,
    axial_response,
    coefficient_tolerance,
    sample_spectrum,
)
from optomag.quadrature import chebyshev_nodes, interpolation_matrix, plane_wave_degree

PLANS = 16
"""Plans of each kind that are kept: so many lenses of a batch are not planned anew at the next call."""


class GridPlan(NamedTuple):
    """Arrays of a sum on a tensor grid; a pytree.

    Attributes
    ----------
    amplitudes : tuple of complex, shapes (modes, t, p, 3)
        `Spectrum.amplitudes`.
    along_x, along_y : complex, shapes (t, a, p) and (t, b, p)
        exp(i k_x x) and exp(i k_y y) at the nodes.
    along_z : tuple of complex, shapes (t, z, 1 or 3)
        Axial responses, one for each array of amplitudes.
    to_x, to_y : float, shapes (nx, a) and (ny, b), or None
        Interpolation from the nodes to the grid.
    """

    amplitudes: tuple[Complex[Array, "modes t p 3"], ...]
    along_x: Complex[Array, "t a p"]
    along_y: Complex[Array, "t b p"]
    along_z: tuple[Complex[Array, "t nz _"], ...]
    to_x: Float[Array, "nx a"] | None
    to_y: Float[Array, "ny b"] | None


class PointPlan(NamedTuple):
    """Arrays of a sum at scattered points; a pytree.

    Attributes
    ----------
    amplitudes : tuple of complex, shapes (modes, t, p, 3)
        `Spectrum.amplitudes`.
    turns_x, turns_y : float, shape (t, p) [1/m]
        Transverse wave vectors over 2 pi.
    along_z : tuple of complex, shapes (heights, t, 1 or 3)
        Axial responses at the distinct heights.
    x, y : float, shape (n,) [m]
    height : int, shape (n,)
        Which of the distinct heights each point has.
    """

    amplitudes: tuple[Complex[Array, "modes t p 3"], ...]
    turns_x: Float[Array, "t p"]
    turns_y: Float[Array, "t p"]
    along_z: tuple[Complex[Array, "heights t _"], ...]
    x: Float[Array, " n"]
    y: Float[Array, " n"]
    height: Int[Array, " n"]


@lru_cache(maxsize=PLANS)
def plan_grid(
    modes: tuple[Mode, ...], lens: Objective, film: Film | None, grid: Grid, rtol: float, dtype: np.dtype
) -> GridPlan:
    """Plan the sum of these modes on a grid."""
    x_nodes, to_x = band_limited_axis(grid.x, lens, rtol)
    y_nodes, to_y = band_limited_axis(grid.y, lens, rtol)
    rho = np.hypot(np.abs(grid.x).max(), np.abs(grid.y).max())
    spectrum = sample_spectrum(modes, lens, film, _region(lens, film, rho, grid.z), rtol)
    k_x, k_y = _transverse_waves(lens, spectrum)
    arrays = (
        spectrum.amplitudes,
        np.exp(1j * k_x[:, None, :] * x_nodes[:, None]),
        np.exp(1j * k_y[:, None, :] * y_nodes[:, None]),
        axial_response(lens, film, spectrum.theta, grid.z),
        to_x,
        to_y,
    )
    return GridPlan(*on_device(arrays, dtype))


@lru_cache(maxsize=PLANS)
def plan_points(
    modes: tuple[Mode, ...], lens: Objective, film: Film | None, content: bytes, rtol: float, dtype: np.dtype
) -> PointPlan:
    """Plan the sum of these modes at scattered points, given as the bytes of a float64 array (n, 3)."""
    points = np.frombuffer(content).reshape(-1, 3)
    heights, which = np.unique(points[:, 2], return_inverse=True)
    rho = np.hypot(points[:, 0], points[:, 1]).max()
    spectrum = sample_spectrum(modes, lens, film, _region(lens, film, rho, heights), rtol)
    along_z = axial_response(lens, film, spectrum.theta, heights)
    k_x, k_y = _transverse_waves(lens, spectrum)
    arrays = (
        spectrum.amplitudes,
        k_x / (2 * np.pi),
        k_y / (2 * np.pi),
        tuple(np.swapaxes(part, 0, 1) for part in along_z),
        points[:, 0],
        points[:, 1],
        which,
    )
    return PointPlan(*on_device(arrays, dtype))


def _transverse_waves(
    lens: Objective, spectrum: Spectrum
) -> tuple[Float64[np.ndarray, "t p"], Float64[np.ndarray, "t p"]]:
    across = -lens.wavenumber * np.sin(spectrum.theta)[:, None]
    return across * np.cos(spectrum.phi), across * np.sin(spectrum.phi)


def _region(lens: Objective, film: Film | None, rho: float, z: Float64[np.ndarray, " nz"]) -> Region:
    # Rounded up to 1/16 rad so that grids that differ by rounding share their pupil samples.
    k_rho, k_z = (float(np.ceil(16 * lens.wavenumber * r) / 16) for r in (rho, np.abs(z).max()))
    if film is None:
        return Region(k_rho, k_z)
    medium = film.medium_at(z)
    inside = [z[medium == i] for i in np.unique(medium)]
    return Region(k_rho, k_z, tuple(float(end) for part in inside for end in (part.min(), part.max())))


def band_limited_axis(
    axis: Float64[np.ndarray, " nx"], lens: Objective, rtol: float
) -> tuple[Float64[np.ndarray, " a"], Float64[np.ndarray, "nx a"] | None]:
    """Where to sum along an axis, and the real matrix from there to the axis (None: they are the same)."""
    half = 0.5 * (axis[-1] - axis[0])
    band = lens.wavenumber * lens.sine * half
    degree = plane_wave_degree(float(np.ceil(16 * band) / 16), coefficient_tolerance(rtol))
    count = 8 * (degree // 8 + 1)  # multiples of 8, so that similar sums share their compiled code
    if count >= len(axis):
        return axis, None
    nodes = chebyshev_nodes(axis[0], axis[-1], count)
    return nodes, interpolation_matrix(nodes, axis)


def on_device(arrays: Any, dtype: np.dtype) -> Any:
    """Move the arrays of a plan, a pytree, to JAX in the precision of `dtype`."""
    real = np.finfo(dtype).dtype

    def move(array: np.ndarray) -> jax.Array:
        kinds = {"c": dtype, "f": real}
        return jnp.asarray(array, dtype=kinds.get(array.dtype.kind, array.dtype))

    # Plans outlive the call that makes them, so they must not be tracers of a surrounding jit.
    with jax.ensure_compile_time_eval():
        return jax.tree.map(move, arrays)
