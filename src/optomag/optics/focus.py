"""The focal field of a beam: vector diffraction by an aplanatic lens, exact at every jump of the pupil."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from optomag.conventions import SPEED_OF_LIGHT, VACUUM_PERMITTIVITY
from optomag.errors import refuse, require_finite_array, require_real
from optomag.grid import Grid
from optomag.optics.beam import Beam, Mode, require_power
from optomag.optics.objective import Objective
from optomag.optics.spectrum import coefficient_tolerance, sample_spectrum
from optomag.quadrature import chebyshev_nodes, interpolation_matrix, plane_wave_degree

DEFAULT_RTOL = 1e-10
POINT_BATCH = 64
"""Scattered points that share one kernel evaluation; bounds the memory of the point sum."""


def focus_field(
    beam: Beam,
    lens: Objective,
    where: Grid | Any,
    *,
    power: float = 1.0,
    rtol: float = DEFAULT_RTOL,
) -> jax.Array:
    """Electric field of a beam near the focus of a lens.

    Parameters
    ----------
    beam : Beam
        Pupil field. Its weights may be traced by JAX.
    lens : Objective
        The focusing lens.
    where : Grid, or array_like of shape (n, 3) [m]
        Tensor grid or scattered points around the focus at the origin.
    power : float [W], default 1
        Power that a beam with `beam.power` = 1 carries; the field is linear in the beam.
    rtol : float, default 1e-10
        Largest relative error of the field (L2 norm over the points against the exact integral), between
        1e-13 and 1e-2. All sampling follows from it.

    Returns
    -------
    complex128, shape (nx, ny, nz, 3) on a grid or (n, 3) at points [V/m]
        Components along x, y, z.

    Raises
    ------
    InvalidInputError
        If an argument is of the wrong kind, not finite, out of range, or the beam carries no power.

    Notes
    -----
    E(r) = (n/L) sqrt(2 power/(n eps0 c)) / sin(alpha)
           * integral of P E_in sqrt(cos theta) exp(i k s.r) sin theta dtheta dphi,
    B. Richards and E. Wolf, Proc. R. Soc. Lond. A 253, 358 (1959), eqs. 2.26 and 3.7,
    doi:10.1098/rspa.1959.0200, in the signs of `optomag.conventions`. Valid for distances far below the
    focal length (Debye approximation).

    The integrand is cut at every jump and integrated by Gauss-Legendre panels whose counts follow from the
    degrees of the pupil and of exp(i k s.r). On a grid the field, band-limited to |k_x|, |k_y| <= k NA/n,
    is summed on as many Chebyshev nodes as that band needs and interpolated from there.

    Examples
    --------
    >>> from optomag.optics.elementary import circular
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> E = focus_field(circular(+1), lens, [[0.0, 0.0, 0.0]])
    >>> complex((E[0, 1] / E[0, 0]).round(12))
    1j
    """
    _check(beam, lens, rtol)
    scale = field_scale(lens) * np.sqrt(require_real("power", power, above=0.0))
    weights = jnp.asarray(beam.weight_vector) * scale
    if isinstance(where, Grid):
        plan = _plan_grid(beam.modes, lens, where, rtol)
        return _sum_on_grid(weights, *plan)
    points = require_finite_array("points", where, shape="(n, 3)", ndim=2, last=3)
    return _sum_at_points(weights, *_plan_points(beam.modes, lens, points.tobytes(), rtol))


def field_scale(lens: Objective) -> float:
    """Field [V/m] that one unit of the dimensionless focal field stands for, at 1 W in the pupil.

    (n/L) sqrt(2 P/(n eps0 c)) with P = 1 W: the flux through the pupil equals the flux through the focus.
    """
    return lens.index / lens.wavelength * np.sqrt(2.0 / (lens.index * VACUUM_PERMITTIVITY * SPEED_OF_LIGHT))


@dataclass(frozen=True)
class _Axis:
    """Where a coordinate axis is summed, and the real matrix from there to where it is wanted."""

    nodes: np.ndarray
    to_grid: np.ndarray | None


def _check(beam: Any, lens: Any, rtol: float) -> None:
    if not isinstance(beam, Beam):
        refuse("beam", "an optomag Beam", beam, "Build one from linear(), radial(), pupil_function(), ...")
    if not isinstance(lens, Objective):
        refuse("lens", "an optomag Objective", lens)
    rtol = require_real("rtol", rtol, above=0.0)
    if not 1e-13 <= rtol <= 1e-2:
        refuse("rtol", "between 1e-13 and 1e-2", rtol)
    power = beam.power
    if isinstance(power, float):
        require_power(power)


def _reach(lens: Objective, rho: float, z: float) -> tuple[float, float]:
    # Rounded up to 1/16 rad so that grids that differ by rounding share their pupil samples.
    k = lens.wavenumber
    return float(np.ceil(16 * k * rho) / 16), float(np.ceil(16 * k * z) / 16)


@lru_cache(maxsize=16)
def _plan_grid(
    modes: tuple[Mode, ...], lens: Objective, grid: Grid, rtol: float
) -> tuple[jax.Array | None, ...]:
    x_axis, y_axis = (_plan_axis(axis, lens, rtol) for axis in (grid.x, grid.y))
    rho = float(np.hypot(np.abs(grid.x).max(), np.abs(grid.y).max()))
    spectrum = sample_spectrum(modes, lens, _reach(lens, rho, float(np.abs(grid.z).max())), rtol)
    k = lens.wavenumber
    sine = np.sin(spectrum.theta)[:, None]
    k_x, k_y = -k * sine * np.cos(spectrum.phi), -k * sine * np.sin(spectrum.phi)
    k_z = k * np.cos(spectrum.theta)
    parts = (
        spectrum.amplitudes,
        np.exp(1j * k_x[:, None, :] * x_axis.nodes[:, None]),
        np.exp(1j * k_y[:, None, :] * y_axis.nodes[:, None]),
        np.exp(1j * k_z[:, None] * grid.z),
        x_axis.to_grid,
        y_axis.to_grid,
    )
    return _on_device(*parts)


def _plan_axis(axis: np.ndarray, lens: Objective, rtol: float) -> _Axis:
    half = 0.5 * (axis[-1] - axis[0])
    band = lens.wavenumber * lens.sine * half
    count = plane_wave_degree(float(np.ceil(16 * band) / 16), coefficient_tolerance(rtol)) + 2
    if count >= len(axis):
        return _Axis(axis, None)
    nodes = chebyshev_nodes(axis[0], axis[-1], count)
    return _Axis(nodes, interpolation_matrix(nodes, axis))


@jax.jit
def _sum_on_grid(
    weights: jax.Array,
    amplitudes: jax.Array,
    along_x: jax.Array,
    along_y: jax.Array,
    along_z: jax.Array,
    to_x: jax.Array | None,
    to_y: jax.Array | None,
) -> jax.Array:
    spectrum = jnp.tensordot(weights, amplitudes, axes=1)
    rays = jnp.einsum("tpc,tap,tbp->tcab", spectrum, along_x, along_y, optimize=[(0, 1), (0, 1)])
    field = jnp.einsum("tcab,tz->abzc", rays, along_z)
    return _interpolate(_interpolate(field, to_y, 1), to_x, 0)


def _interpolate(field: jax.Array, matrix: jax.Array | None, axis: int) -> jax.Array:
    if matrix is None:
        return field
    parts = [
        jnp.moveaxis(jnp.tensordot(matrix, part, axes=(1, axis)), 0, axis)
        for part in (field.real, field.imag)
    ]
    return jax.lax.complex(parts[0], parts[1])


@lru_cache(maxsize=4)
def _plan_points(
    modes: tuple[Mode, ...], lens: Objective, content: bytes, rtol: float
) -> tuple[jax.Array | None, ...]:
    points = np.frombuffer(content).reshape(-1, 3)
    rho = float(np.hypot(points[:, 0], points[:, 1]).max())
    spectrum = sample_spectrum(modes, lens, _reach(lens, rho, float(np.abs(points[:, 2]).max())), rtol)
    sine, cosine = np.sin(spectrum.theta)[:, None], np.cos(spectrum.theta)[:, None]
    directions = np.stack(
        np.broadcast_arrays(-sine * np.cos(spectrum.phi), -sine * np.sin(spectrum.phi), cosine), axis=-1
    )
    waves = lens.wavenumber * directions.reshape(-1, 3)
    amplitudes = spectrum.amplitudes.reshape(len(modes), -1, 3)
    return _on_device(amplitudes, waves, points)


def _on_device(*arrays: np.ndarray | None) -> tuple[jax.Array | None, ...]:
    # Plans outlive the call that makes them, so they must not be tracers of a surrounding jit.
    with jax.ensure_compile_time_eval():
        return tuple(None if array is None else jnp.asarray(array) for array in arrays)


@jax.jit
def _sum_at_points(
    weights: jax.Array, amplitudes: jax.Array, waves: jax.Array, points: jax.Array
) -> jax.Array:
    spectrum = jnp.tensordot(weights, amplitudes, axes=1)
    return jax.lax.map(lambda r: jnp.exp(1j * (waves @ r)) @ spectrum, points, batch_size=POINT_BATCH)
