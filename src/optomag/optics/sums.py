"""Sums over plane waves, compiled: on tensor grids by matrix products, at points one by one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import factorial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Complex, Float, Int

from optomag.optics.arrays import add, expanded
from optomag.optics.plan import GridPlan, PointPlan

POINT_BATCH = 64
"""Scattered points that share one kernel evaluation; bounds the memory of the point sum."""

BLOCK_BYTES = 2**26
"""Size of an intermediate array above which sums go block by block."""

FEW_MODES = 8
"""Modes up to which a batch is combined in one pass over the result, which costs little more than writing
it; beyond, a matrix product computes more quickly than it writes."""

COSINE = [(-1) ** n * np.pi ** (2 * n) / factorial(2 * n) for n in range(11)]
SINE = [(-1) ** n * np.pi ** (2 * n + 1) / factorial(2 * n + 1) for n in range(11)]
"""Taylor coefficients of cos(pi t) and sin(pi t)/t in t^2, exact to the last digit for |t| <= 1/2."""


@jax.jit
def sum_on_grid(
    weights: Complex[Array, "*batch modes"], plan: GridPlan
) -> Complex[Array, "*batch nx ny nz 3"]:
    """Field of modes with these weights, (modes,) or (batch, modes), on the grid of the plan."""
    if weights.ndim == 1:
        return _sum_on_grid(weights, plan)
    batch, modes = weights.shape
    if batch <= modes:
        return jax.lax.map(lambda row: _sum_on_grid(row, plan), weights)
    basis = jax.lax.map(lambda row: _sum_on_grid(row, plan), jnp.eye(modes, dtype=weights.dtype))
    if modes > FEW_MODES:
        return jnp.tensordot(weights, basis, axes=1)
    return jnp.sum(weights.reshape(batch, modes, *[1] * (basis.ndim - 1)) * basis[None], axis=1)


@jax.jit
def sum_at_points(weights: Complex[Array, "*batch modes"], plan: PointPlan) -> Complex[Array, "*batch n 3"]:
    """Field of modes with these weights, (modes,) or (batch, modes), at the points of the plan."""
    spectra = [jnp.tensordot(weights, part, axes=1) for part in plan.amplitudes]

    def at(
        point: tuple[Float[Array, ""], Float[Array, ""], Int[Array, ""]],
    ) -> Complex[Array, "*batch 3"]:
        x, y, height = point
        across = phasor(plan.turns_x * x + plan.turns_y * y)
        rings = (jnp.einsum("tp,...tpc->...tc", across, part) for part in spectra)
        return add(
            jnp.sum(ring * expanded(axial[height], ring.ndim), axis=-2)
            for ring, axial in zip(rings, plan.along_z, strict=True)
        )

    # A gradient takes the waves anew: kept for all points, they would fill the memory.
    points = (plan.x, plan.y, plan.height)
    field = jax.lax.map(jax.checkpoint(at), points, batch_size=POINT_BATCH)
    return jnp.moveaxis(field, 0, -2)


def phasor(turns: Float[Array, "*shape"]) -> Complex[Array, "*shape"]:
    """exp(2 pi i turns), several times faster than XLA's, which on a CPU takes sines one by one.

    The double-angle formulas leave |t| <= 1/2 to the Taylor series of cos(pi t) and sin(pi t).
    """
    t = turns - jnp.round(turns)
    cosine, sine = _polynomial(COSINE, t * t), t * _polynomial(SINE, t * t)
    return jax.lax.complex(1 - 2 * sine * sine, 2 * sine * cosine)


def _polynomial(coefficients: Sequence[float], variable: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    value = jnp.zeros_like(variable)
    for coefficient in reversed(coefficients):
        value = value * variable + coefficient
    return value


def _sum_on_grid(weights: Complex[Array, " modes"], plan: GridPlan) -> Complex[Array, "nx ny nz 3"]:
    coarse = add(
        _sum_part(jnp.tensordot(weights, part, axes=1), plan.along_x, plan.along_y, axial)
        for part, axial in zip(plan.amplitudes, plan.along_z, strict=True)
    )
    return interpolate_plane(coarse, plan.to_x, plan.to_y)


def _sum_part(
    spectrum: Complex[Array, "t p 3"],
    along_x: Complex[Array, "t a p"],
    along_y: Complex[Array, "t b p"],
    axial: Complex[Array, "t nz _"],
) -> Complex[Array, "a b nz 3"]:
    """Sum of one part (t, p, 3) of the spectrum over all waves, (a, b, z, 3)."""
    t, nodes = spectrum.shape[0], along_x.shape[1] * along_y.shape[1]
    blocks = max(1, min(t, -(-t * nodes * 3 * spectrum.itemsize // BLOCK_BYTES)))
    edges = [t * i // blocks for i in range(blocks + 1)]
    return add(_sum_rings(spectrum[i:j], along_x[i:j], along_y[i:j], axial[i:j]) for i, j in pairwise(edges))


def _sum_rings(
    spectrum: Complex[Array, "t p 3"],
    along_x: Complex[Array, "t a p"],
    along_y: Complex[Array, "t b p"],
    axial: Complex[Array, "t nz _"],
) -> Complex[Array, "a b nz 3"]:
    weighted = jnp.einsum("tap,tpc->tcap", along_x, spectrum)
    rays = _real_matmul(weighted.reshape(len(weighted), -1, weighted.shape[-1]), along_y.swapaxes(1, 2))
    rays = rays.reshape(*weighted.shape[:3], -1)  # (t, 3, a, b)
    if axial.shape[2] > 1:
        return jnp.einsum("tcab,tzc->abzc", rays, axial)
    field = _real_matmul(rays.reshape(len(rays), -1).T, axial[:, :, 0])
    return jnp.moveaxis(field.reshape(*rays.shape[1:], -1), 0, -1)


def _real_matmul(
    first: Complex[Array, "*batch i k"], second: Complex[Array, "*batch k j"]
) -> Complex[Array, "*batch i j"]:
    """Complex matrix product (..., i, k) (..., k, j) as one real product: faster in XLA's CPU code."""
    rows, columns = first.shape[-2], second.shape[-1]
    stacked = jnp.concatenate([first.real, first.imag], axis=-2) @ jnp.concatenate(
        [second.real, second.imag], axis=-1
    )
    top, bottom = stacked[..., :rows, :], stacked[..., rows:, :]
    return jax.lax.complex(
        top[..., :columns] - bottom[..., columns:], top[..., columns:] + bottom[..., :columns]
    )


def interpolate_plane(
    field: Complex[Array, "a b nz 3"], to_x: Float[Array, "nx a"] | None, to_y: Float[Array, "ny b"] | None
) -> Complex[Array, "_ _ nz 3"]:
    """Take (a, b, z, 3) from the summation nodes along x and y to the grid, (nx, ny, nz, 3)."""
    if to_y is not None:
        field = _real_product(to_y, field, 1)
    if to_x is None:
        return field
    rows, size = to_x.shape[0], field[0].size * field.itemsize
    block = max(1, BLOCK_BYTES // size)
    if rows <= block:
        return _real_product(to_x, field, 0)
    # Row by row the split into real and imaginary parts never needs a second copy of the whole result.
    return jax.lax.map(lambda row: _real_product(row[None], field, 0)[0], to_x, batch_size=block)


def _real_product(
    matrix: Float[Array, "n a"], field: Complex[Array, "_ _ nz 3"], axis: int
) -> Complex[Array, "_ _ nz 3"]:
    """Apply a real matrix along one axis; two real products cost half of a complex one."""

    def along(part: jax.Array) -> jax.Array:
        return jnp.moveaxis(jnp.tensordot(matrix, part, axes=(1, axis)), 0, axis)

    return jax.lax.complex(along(field.real), along(field.imag))
