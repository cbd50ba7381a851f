"""Linear systems of many columns at once, in which each cell meets only its neighbours above and below."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import lineax as lx
from jaxtyping import Array, Float64

from optomag.conventions import double_precision

double_precision()  # a stack has no lens

COLOURS = 3
"""Cells of one colour share no neighbour, so that their columns of the matrix are found by one product."""


class BlockTridiagonal(lx.AbstractLinearSolver[Any]):
    """Gaussian elimination along the first axis, for vectors of shape (nz, fields, nx, ny).

    The operator may couple the one or two fields of a cell with each other and with those of the two
    neighbouring cells of its column: blocks in three diagonals. They are read off 3 x fields products.
    Without pivoting: in implicit steps of diffusion the diagonal dominates.
    """

    def init(self, operator: lx.AbstractLinearOperator, options: dict[str, Any]) -> Any:
        """The eliminated matrix."""
        del options
        lower, middle, upper = blocks(operator)

        def eliminate(gain: Array, row: Any) -> Any:
            low, mid, up = row
            pivot = _inverse(mid - _product(low, gain))
            gain = _product(pivot, up)
            return gain, (pivot, gain)

        _, (pivots, gains) = jax.lax.scan(eliminate, jnp.zeros_like(middle[0]), (lower, middle, upper))
        return lower, pivots, gains

    def compute(self, state: Any, vector: Array, options: dict[str, Any]) -> Any:
        """The solution, its status, and nothing else."""
        del options
        lower, pivots, gains = state

        def down(above: Array, row: Any) -> Any:
            low, pivot, right = row
            found = _applied(pivot, right - _applied(low, above))
            return found, found

        def up(below: Array, row: Any) -> Any:
            gain, right = row
            found = right - _applied(gain, below)
            return found, found

        zero = jnp.zeros_like(vector[0])
        _, forward = jax.lax.scan(down, zero, (lower, pivots, vector))
        _, solution = jax.lax.scan(up, zero, (gains, forward), reverse=True)
        return solution, lx.RESULTS.successful, {}

    def transpose(self, state: Any, options: dict[str, Any]) -> Any:
        """Only derivatives of the solution would need it."""
        raise NotImplementedError

    def conj(self, state: Any, options: dict[str, Any]) -> Any:
        """Itself: temperatures are real."""
        return state, options

    def assume_full_rank(self) -> bool:
        """Implicit steps can always be solved."""
        return True


def blocks(operator: lx.AbstractLinearOperator) -> tuple[Float64[Array, "nz f f nx ny"], ...]:
    """The three diagonals of blocks, below, on and above, of an operator on (nz, fields, nx, ny)."""
    nz, fields, nx, ny = operator.in_structure().shape
    cells = jnp.arange(nz)
    products = []
    for field in range(fields):
        for colour in range(COLOURS):
            lit = jnp.where(cells % COLOURS == colour, 1.0, 0.0)[:, None, None]
            probe = jnp.zeros((nz, fields, nx, ny)).at[:, field].set(jnp.broadcast_to(lit, (nz, nx, ny)))
            products.append(operator.mv(probe))
    rows = jnp.stack(products).reshape(fields, COLOURS, nz, fields, nx, ny)

    def diagonal(offset: int) -> Array:
        neighbours = cells + offset
        chosen = rows[:, neighbours % COLOURS, cells]  # (column field, nz, row field, nx, ny)
        inside = (neighbours >= 0) & (neighbours < nz)
        chosen = jnp.where(inside[None, :, None, None, None], chosen, 0.0)
        return jnp.transpose(chosen, (1, 2, 0, 3, 4))

    return diagonal(-1), diagonal(0), diagonal(1)


def _product(a: Array, b: Array) -> Array:
    """Of matrices (f, f, nx, ny), column by column of the stack."""
    return jnp.sum(a[:, :, None] * b[None], axis=1)


def _applied(a: Array, v: Array) -> Array:
    """A matrix (f, f, nx, ny) on a vector (f, nx, ny)."""
    return jnp.sum(a * v[None], axis=1)


def _inverse(a: Array) -> Array:
    """Of matrices of one or two rows."""
    if a.shape[0] == 1:
        return 1 / a
    determinant = a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0]
    adjugate = jnp.stack([jnp.stack([a[1, 1], -a[0, 1]]), jnp.stack([-a[1, 0], a[0, 0]])])
    return adjugate / determinant[None, None]
