"""Equations with more unknowns than equations, solved by the shortest steps and without any matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float64

Residual = Callable[..., jax.Array]
"""From flat real unknowns (and further arguments) to flat real residuals."""

FIRST_DAMPING = 1e-2
LARGEST_DAMPING = 1e4
DAMPING_FALLS, DAMPING_RISES = 0.2, 4.0

INNER_STEPS = 60
"""Conjugate-gradient steps for one least-norm step; it need not be solved well to be good."""

INNER_TOLERANCE = 1e-3
"""Relative residual of the inner system at which it counts as solved."""


@dataclass(frozen=True)
class Iterate:
    """Where the solver stands after a step.

    Attributes
    ----------
    x : float64, shape (p,)
        Unknowns.
    cost : float
        Mean of the squared residuals.
    steps : int
        Steps tried so far.
    """

    x: Float64[Array, " unknowns"]
    cost: float
    steps: int


def levenberg_marquardt(
    residual: Residual,
    x: Float64[Array, " unknowns"],
    *,
    steps: int,
    measured: tuple[Any, ...],
    modelled: tuple[Any, ...],
) -> Iterator[Iterate]:
    """Yield ever better solutions of residual(x, *measured) = 0, the start first.

    Parameters
    ----------
    residual : callable
        From x (p,) and arguments to r (m,); one object for one problem, since it is compiled once.
    x : float64, shape (p,)
        Where to start.
    steps : int
        Steps to try at most.
    measured, modelled : tuples of pytrees
        Arguments with which the residual is evaluated, and those with which it is linearised. Coarser
        samples in the second place are cheaper, and cost a few more steps.

    Notes
    -----
    dx = -J^T (J J^T + lambda)^-1 r, the shortest step that solves the linear model as far as the damping
    lambda allows (K. Levenberg, Q. Appl. Math. 2, 164 (1944), doi:10.1090/qam/10666; D. W. Marquardt,
    SIAM J. Appl. Math. 11, 431 (1963), doi:10.1137/0111030). The inverse is applied by conjugate gradients,
    which need products with J and J^T only: derivatives forwards and backwards through the residual. Lambda
    is relative to the mean eigenvalue of J J^T, which one random probe estimates.
    """
    damping = FIRST_DAMPING
    r = _evaluate(residual, x, measured)
    cost = float(jnp.mean(r**2))
    yield Iterate(x, cost, 0)
    for step in range(1, steps + 1):
        trial = x + _least_norm_step(residual, x, r, jnp.asarray(damping), modelled)
        trial_r = _evaluate(residual, trial, measured)
        trial_cost = float(jnp.mean(trial_r**2))
        if trial_cost < cost:
            x, r, cost = trial, trial_r, trial_cost
            damping *= DAMPING_FALLS
        else:
            damping *= DAMPING_RISES
        yield Iterate(x, cost, step)
        if damping > LARGEST_DAMPING:
            return


@eqx.filter_jit
def _evaluate(
    residual: Residual, x: Float64[Array, " unknowns"], arguments: tuple[Any, ...]
) -> Float64[Array, " equations"]:
    return residual(x, *arguments)


@eqx.filter_jit
def _least_norm_step(
    residual: Residual,
    x: Float64[Array, " unknowns"],
    r: Float64[Array, " equations"],
    damping: Float64[Array, ""],
    arguments: tuple[Any, ...],
) -> Float64[Array, " unknowns"]:
    _, forwards = jax.linearize(lambda y: residual(y, *arguments), x)
    backwards = jax.linear_transpose(forwards, x)
    probe = jax.random.rademacher(jax.random.key(0), r.shape, r.dtype)
    scale = jnp.sum(backwards(probe)[0] ** 2) / r.size

    def damped(vector: Float64[Array, " equations"]) -> Float64[Array, " equations"]:
        return forwards(backwards(vector)[0]) + damping * scale * vector

    solution, _ = jax.scipy.sparse.linalg.cg(damped, r, tol=INNER_TOLERANCE, maxiter=INNER_STEPS)
    return -backwards(solution)[0]
