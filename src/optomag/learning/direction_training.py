"""Train a direction network through the exact forward model: no samples, no labels, no files.

Each step draws new directions, uniform on the sphere, and new ratios kz/k; the network answers with fields,
and the loss is what those fields write. The two terms of the loss vanish together, so neither pulls the other
from its goal:

    |M/|M| - m|^2 + EFFICIENCY_WEIGHT (1 - |i F x F*|),   M = i E x E*,   E = (F_x, F_y, (kz/k) F_z).

|i F x F*| is |M| over the bound of the direction that was written, of the same beams (see
`optomag.magnetism.bound`): 1 for circular F, 0 for linear.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Complex64, Float32

from optomag.errors import require_integer, require_real
from optomag.learning.direction_network import RATIOS, DirectionNetwork
from optomag.learning.optimizer import self_promoting
from optomag.learning.training import DivergenceError
from optomag.learning.training_config import ADAM_MEMORY

EFFICIENCY_WEIGHT = 0.3
"""|M| may miss its largest value by per cents, the direction only by hundredths of a degree."""

MARGIN = 1.05
"""Factor by which training goes beyond the served range of ratios: a fit is worst at its ends."""

STEPS_BETWEEN_REPORTS = 200
"""Steps that run as one compiled loop."""

TINY = 1e-12
"""Keeps the derivative of a length finite where linear fields write nothing."""


@dataclass(frozen=True)
class DirectionTraining:
    """How a direction network is trained.

    Parameters
    ----------
    steps : int
        Of Adam, rounded up to full `STEPS_BETWEEN_REPORTS`; the rate falls to zero along a cosine.
    batch_size : int
        Directions in a step.
    learning_rate : float
        Size of the first step.
    seed : int
        The same seed gives the same network, bit for bit on machines with the same number of cores.

    Raises
    ------
    InvalidInputError
        For values that are not positive.
    """

    steps: int = 12_000
    batch_size: int = 1024
    learning_rate: float = 4e-3
    seed: int = 0

    def __post_init__(self) -> None:
        require_integer("steps", self.steps, at_least=1)
        require_integer("batch_size", self.batch_size, at_least=1)
        require_real("learning_rate", self.learning_rate, above=0.0)
        require_integer("seed", self.seed, at_least=0)

    @property
    def reports(self) -> int:
        """How many times `STEPS_BETWEEN_REPORTS` are done."""
        return math.ceil(self.steps / STEPS_BETWEEN_REPORTS)

    @property
    def rounded_steps(self) -> int:
        """Steps that are really done."""
        return self.reports * STEPS_BETWEEN_REPORTS

    def optimizer(self) -> optax.GradientTransformation:
        """Adam with the rate that falls to zero at the last step."""
        schedule = optax.cosine_decay_schedule(self.learning_rate, self.rounded_steps)
        return self_promoting(optax.adam(schedule, b2=ADAM_MEMORY))


@dataclass(frozen=True, eq=False)
class DirectionTrainingResult:
    """What training gives.

    Attributes
    ----------
    network : DirectionNetwork
    losses : float64, shape (r,)
        Mean loss between two reports.
    seconds : float [s]
        Wall time, compilation included.
    """

    network: DirectionNetwork
    losses: np.ndarray
    seconds: float


def train_directions(
    config: DirectionTraining, *, on_report: Callable[[int, float], object] | None = None
) -> DirectionTrainingResult:
    """Train a direction network.

    Parameters
    ----------
    config : DirectionTraining
    on_report : function (steps done, loss), optional
        Called every `STEPS_BETWEEN_REPORTS` steps.

    Raises
    ------
    DivergenceError
        If the loss is no longer a finite number.
    """
    started = time.perf_counter()
    fresh = DirectionNetwork.initialise(config.seed)
    state = (fresh.layers, config.optimizer().init(fresh.layers))
    losses = np.empty(config.reports)
    for report in range(config.reports):
        state, loss = _many_steps(state, fresh.ratios, jnp.int32(report), config)
        losses[report] = loss
        if not math.isfinite(losses[report]):
            raise DivergenceError(
                "learning_rate must be small enough for the loss to stay finite; "
                f"got {config.learning_rate:g}. It overflowed in the first {report + 1} reports."
            )
        if on_report is not None:
            on_report((report + 1) * STEPS_BETWEEN_REPORTS, float(loss))
    network = DirectionNetwork(state[0], fresh.ratios)
    return DirectionTrainingResult(network, losses, time.perf_counter() - started)


@partial(jax.jit, static_argnums=3)
def _many_steps(
    state: tuple, served: jax.Array, report: jax.Array, config: DirectionTraining
) -> tuple[tuple, jax.Array]:
    """The steps of one report: new layers and optimiser memory, and the mean loss."""
    optimizer = config.optimizer()

    def step(state: tuple, key: jax.Array) -> tuple[tuple, jax.Array]:
        layers, memory = state
        targets = draw_targets(key, config.batch_size)

        def loss_of(layers: tuple) -> jax.Array:
            return mean_loss(DirectionNetwork(layers, served), *targets)

        loss, gradient = jax.value_and_grad(loss_of)(layers)
        update, memory = optimizer.update(gradient, memory, layers)
        return (jax.tree.map(jnp.add, layers, update), memory), loss

    key = jax.random.fold_in(jax.random.key(config.seed), report)
    state, losses = jax.lax.scan(step, state, jax.random.split(key, STEPS_BETWEEN_REPORTS))
    return state, jnp.mean(losses)


def draw_targets(key: jax.Array, count: int) -> tuple[Float32[Array, "n 3"], Float32[Array, " n"]]:
    """Directions uniform on the sphere, ratios uniform in their logarithm, a `MARGIN` beyond `RATIOS`."""
    of_direction, of_ratio = jax.random.split(key)
    directions = jax.random.normal(of_direction, (count, 3), jnp.float32)
    low, high = np.log(RATIOS[0] / MARGIN), np.log(RATIOS[1] * MARGIN)
    logarithms = jax.random.uniform(of_ratio, (count,), jnp.float32, low, high)
    return directions / jnp.linalg.norm(directions, axis=1, keepdims=True), jnp.exp(logarithms)


def mean_loss(
    network: Callable[[Any, Any], Any], directions: Float32[Array, "n 3"], ratios: Float32[Array, " n"]
) -> Float32[Array, ""]:
    """Mean over the directions of the loss of what the network's fields write."""
    fields = network(directions, ratios)
    written = spin(fields.at[:, 2].multiply(ratios.astype(fields.dtype)))
    miss = written / _length(written)[:, None] - directions
    return jnp.mean(jnp.sum(miss**2, axis=1) + EFFICIENCY_WEIGHT * (1 - _length(spin(fields))))


def spin(fields: Complex64[Array, "n 3"]) -> Float32[Array, "n 3"]:
    """i E x E* = 2 Re E x Im E."""
    return 2 * jnp.cross(fields.real, fields.imag)


def _length(vectors: Float32[Array, "n 3"]) -> Float32[Array, " n"]:
    return jnp.sqrt(jnp.sum(vectors**2, axis=1) + TINY)
