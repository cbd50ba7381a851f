"""Train a network for the phases of spots through the exact model: no samples, no labels.

Each step draws arrays from a stock, and for them new directions. The network looks at the light of a pupil of
uniform amplitude, and the loss is what its phases give: with p_n the light of the wanted state at spot n, the
harmonic mean of |p_n|^2 over the strength of spots that share no light, before each look and after the last.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float32

from optomag.errors import refuse, require_integer, require_real
from optomag.inverse.structure.training_arrays import SIDES, training_arrays
from optomag.inverse.structure.training_light import Stock, drawn_directions, logarithms
from optomag.io.tensors import from_tensors, to_tensors
from optomag.learning.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from optomag.learning.optimizer import self_promoting
from optomag.learning.spot_network import SpotNetwork
from optomag.learning.training import DivergenceError
from optomag.learning.training_config import ADAM_MEMORY

STEPS_BETWEEN_REPORTS = 300
"""Steps that run as one compiled loop; a multiple of the sizes of arrays, which take turns."""

WARM_UP, LAST_RATE = 100, 0.01
"""Steps in which the learning rate rises, and its share that is left at the end."""

STEEPEST = 1.0
"""Norm beyond which a gradient is shortened."""

FIRST_WEIGHT, BETWEEN_WEIGHT = 0.2, 0.15
"""Of the proposals before the first look and before the others, beside 1 for the answer."""

SECONDS_BETWEEN_CHECKPOINTS = 60.0


@dataclass(frozen=True)
class SpotTraining:
    """How a network for spots is trained.

    Parameters
    ----------
    steps : int
        Of Adam, rounded up to full `STEPS_BETWEEN_REPORTS`; the rate falls along a cosine.
    batch_size : int
        Arrays in a step.
    learning_rate : float
        Size of the largest step.
    stock : int
        Arrays of each size to draw from.
    seed : int
        The same seed gives the same network, bit for bit on machines with the same number of cores.

    Raises
    ------
    InvalidInputError
        For values that are not positive.
    """

    steps: int = 24_000
    batch_size: int = 8
    learning_rate: float = 3e-3
    stock: int = 3000
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "stock"):
            require_integer(name, getattr(self, name), at_least=1)
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
        """Adam with a rate that rises and falls."""
        steps, rate = self.rounded_steps, self.learning_rate
        warm_up = min(WARM_UP, steps // 2)
        schedule = optax.warmup_cosine_decay_schedule(0.0, rate, warm_up, steps, LAST_RATE * rate)
        adam = optax.adam(schedule, b2=ADAM_MEMORY)
        return self_promoting(optax.chain(optax.clip_by_global_norm(STEEPEST), adam))


@dataclass(frozen=True)
class SpotRecord:
    """What was learnt between two reports.

    Attributes
    ----------
    epoch : int
        Number of the report, from 1.
    first, last : float
        Harmonic mean of |p_n|^2 over the strength of spots far apart: before any look, and of the answer.
    seconds : float [s]
        Wall time since the report before; the first compiles.
    """

    epoch: int
    first: float
    last: float
    seconds: float


@dataclass(frozen=True, eq=False)
class SpotTrainingResult:
    """What training gives.

    Attributes
    ----------
    network : SpotNetwork
    history : tuple of SpotRecord
        One for each report, those before an interruption included.
    """

    network: SpotNetwork
    history: tuple[SpotRecord, ...]


def train_spots(
    config: SpotTraining,
    *,
    folder: Path | None = None,
    on_report: Callable[[int, SpotRecord], object] | None = None,
) -> SpotTrainingResult:
    """Train a network, or go on with a training that was stopped.

    Parameters
    ----------
    config : SpotTraining
    folder : path, optional
        Where checkpoints go; one of the same configuration is gone on from.
    on_report : function (steps done, record), optional
        Called every `STEPS_BETWEEN_REPORTS` steps.

    Raises
    ------
    InvalidInputError
        If the checkpoint is damaged or of another configuration.
    DivergenceError
        If the loss is no longer a finite number.
    StorageError
        Where the file system refuses.
    KeyboardInterrupt
        After Ctrl-C, with a message that says what was saved and how to go on.
    """
    network = SpotNetwork.initialise(config.seed)
    start: Any = network
    state, history = (network, config.optimizer().init(start)), ()
    if folder is not None:
        state, history = _resumed(folder, config, state)
    saved = len(history), time.monotonic()
    learn = _Learner(config) if len(history) < config.reports else None
    try:
        while learn is not None and len(history) < config.reports:
            state, record = learn(state, len(history))
            history = (*history, record)
            if on_report is not None:
                on_report(len(history) * STEPS_BETWEEN_REPORTS, record)
            if folder is not None and time.monotonic() - saved[1] >= SECONDS_BETWEEN_CHECKPOINTS:
                _save(folder, config, state, history)
                saved = len(history), time.monotonic()
    except KeyboardInterrupt:
        if folder is None:
            raise
        if len(history) > saved[0]:
            _save(folder, config, state, history)
        done = f"Training is saved in {folder} after {len(history) * STEPS_BETWEEN_REPORTS} steps."
        raise KeyboardInterrupt(f"{done} Run the same command again to go on from there.") from None
    return SpotTrainingResult(state[0], history)


def _resumed(folder: Path, config: SpotTraining, start: Any) -> tuple[Any, tuple[SpotRecord, ...]]:
    found = load_checkpoint(folder, run=asdict(config), record=SpotRecord)
    if found is None:
        return start, ()
    state = from_tensors(found.tensors, start)
    if state is None:
        refuse("checkpoint", "that of this network and optimiser", "arrays of other names or shapes")
    return state, found.history


def _save(folder: Path, config: SpotTraining, state: Any, history: tuple[SpotRecord, ...]) -> None:
    save_checkpoint(folder, Checkpoint(to_tensors(state), asdict(config), history))


class _Learner:
    """The stock of arrays and the compiled loop between two reports."""

    def __init__(self, config: SpotTraining) -> None:
        self._config = config
        drawn = [training_arrays(most, config.stock, config.seed) for most in SIDES]
        self._stock = [Stock.of(arrays) for arrays in drawn]

    def __call__(self, state: Any, report: int) -> tuple[Any, SpotRecord]:
        """Learn for the steps of one report."""
        key = jax.random.fold_in(jax.random.key(self._config.seed), report)
        begun = time.perf_counter()
        with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
            state, mean = jax.block_until_ready(_many_steps(state, self._stock, key, self._config))
        first, last = (float(value) for value in mean)
        if not (math.isfinite(first) and math.isfinite(last)):
            raise DivergenceError(
                "learning_rate must be small enough for the loss to stay finite; "
                f"got {self._config.learning_rate:g}. It overflowed in the first {report + 1} reports."
            )
        return state, SpotRecord(report + 1, first, last, time.perf_counter() - begun)


@partial(jax.jit, static_argnums=3)
def _many_steps(
    state: tuple, stock: list[Stock], key: jax.Array, config: SpotTraining
) -> tuple[tuple, Float32[Array, " 2"]]:
    """The steps of one report: new network and optimiser memory, and means before any look and at the end."""
    optimizer = config.optimizer()

    def turn(state: tuple, key: jax.Array) -> tuple[tuple, jax.Array]:
        means = []
        for arrays, one in zip(stock, jax.random.split(key, len(stock)), strict=True):
            network, memory = state

            def loss(network: SpotNetwork, arrays: Stock = arrays, one: jax.Array = one) -> Any:
                return _loss(network, arrays, one, config.batch_size)

            gradient, mean = jax.grad(loss, has_aux=True)(network)
            update, memory = optimizer.update(gradient, memory, network)
            state = jax.tree.map(jnp.add, network, update), memory
            means.append(mean)
        return state, jnp.stack(means)

    keys = jax.random.split(key, STEPS_BETWEEN_REPORTS // len(stock))
    state, means = jax.lax.scan(turn, state, keys)
    return state, jnp.exp(jnp.mean(means, axis=(0, 1)))


def _loss(network: SpotNetwork, stock: Stock, key: jax.Array, batch: int) -> tuple[jax.Array, jax.Array]:
    """Of one batch, and the logarithms of the first and the last proposal."""
    of_arrays, of_directions, of_start = jax.random.split(key, 3)
    chosen = jax.random.randint(of_arrays, (batch,), 0, len(stock.places))
    shape = (batch, stock.here.shape[1])
    m = drawn_directions(of_directions, shape)
    real, imaginary = np.float32(0.5**0.5) * jax.random.normal(
        of_start, (2, *shape, network.sizes[0]), jnp.float32
    )

    def answers(places: Any, here: Any, coupling: Any, m: Any, start: Any) -> Any:
        return logarithms(network, (places, here, coupling), m, start, stock)

    drawn = (stock.places[chosen], stock.here[chosen], stock.coupling[chosen])
    found = jax.vmap(answers)(*drawn, m, jax.lax.complex(real, imaginary))
    looks = found.shape[1] - 1
    weights = np.array([FIRST_WEIGHT, *(looks - 1) * [BETWEEN_WEIGHT], 1.0], np.float32)
    loss = -jnp.mean(found @ (weights / weights.sum()))
    return 10 * loss, jnp.mean(found, axis=0)[jnp.array([0, looks])]
