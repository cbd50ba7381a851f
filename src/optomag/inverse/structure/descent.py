"""Gradient descent on a target's loss, a few steps at a time, so that it can be watched and stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float64

from optomag.learning.optimizer import self_promoting

BURST = 10
"""Steps between two looks at the progress."""


def descend(
    loss: Callable[..., jax.Array],
    x: Float64[Array, " unknowns"],
    *arguments: Any,
    steps: int,
    rate: float,
) -> Iterator[tuple[int, Float64[Array, " unknowns"], float]]:
    """Yield (steps done, unknowns, their loss): the start, then what each burst of Adam steps led to.

    Parameters
    ----------
    loss : callable
        From x (p,) and arguments to a scalar; one object for one problem, since it is compiled once.
    x : float64, shape (p,)
        Where to start.
    arguments : pytrees
        Passed on to `loss`.
    steps : int
        Steps in all.
    rate : float
        Size of the first step per unknown; it falls to zero like a cosine.

    Notes
    -----
    D. P. Kingma and J. Ba, arXiv:1412.6980.
    """
    state = optax.scale_by_adam().init(x)
    for done in range(0, steps, BURST):
        count = min(BURST, steps - done)
        angles = np.pi * (done + np.arange(count)) / steps
        rates = jnp.asarray(0.5 * rate * (1 + np.cos(angles)))
        start, (x, state, before, after) = x, _burst(loss, x, state, rates, arguments)
        if done == 0:
            yield 0, start, float(before)
        yield done + count, x, float(after)


@eqx.filter_jit
def _burst(
    loss: Callable[..., jax.Array],
    x: Float64[Array, " unknowns"],
    state: Any,
    rates: Float64[Array, " steps"],
    arguments: tuple[Any, ...],
) -> tuple[Float64[Array, " unknowns"], Any, Float64[Array, ""], Float64[Array, ""]]:
    optimizer = self_promoting(optax.scale_by_adam())

    def step(carry: tuple[jax.Array, Any], rate: jax.Array) -> tuple[tuple[jax.Array, Any], jax.Array]:
        y, inner = carry
        value, gradient = jax.value_and_grad(loss)(y, *arguments)
        update, inner = optimizer.update(gradient, inner)
        return (y - rate * jnp.asarray(update), inner), value

    (x, state), values = jax.lax.scan(step, (x, state), rates)
    return x, state, values[0], loss(x, *arguments)
