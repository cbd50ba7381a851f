"""Train the network on simulated samples: from a configuration and data to weights and a history.

A run with a folder can be killed at any moment. Called again, `train` goes on from the last checkpoint and
ends in the same weights, bit for bit, as a run that nobody stopped; on the same machine, that is, because
the order of summation inside matrix products follows the number of cores.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax

from optomag.errors import InvalidInputError, refuse
from optomag.learning.epoch import (
    LabelledSamples,
    TrainingState,
    epoch_function,
    squared_errors,
    training_flops,
)
from optomag.learning.four_beam_network import FourBeamNetwork
from optomag.learning.history import EpochRecord
from optomag.learning.journal import Journal, TrainingProgress
from optomag.learning.training_config import TrainingConfig
from optomag.learning.training_data import TrainingData

SECONDS_BETWEEN_CHECKPOINTS = 30.0
"""A kill costs at most so much work [s], and writing (about 0.1 s) at most 0.5 % of the time."""


class DivergenceError(InvalidInputError):
    """The loss is no longer a finite number; the learning rate is too large."""


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """What training gives.

    Parameters
    ----------
    network : FourBeamNetwork
        With the weights after the last epoch.
    history : tuple of EpochRecord
        One record per epoch, those before an interruption included.
    test_mse_per_output : float array, shape (3,)
        Mean squared error of (E_ax, E_ay1, E_ay2) over the test samples.
    """

    network: FourBeamNetwork
    history: tuple[EpochRecord, ...]
    test_mse_per_output: np.ndarray

    @property
    def seconds(self) -> float:
        """Time spent learning and testing [s]."""
        return sum(record.seconds + record.test_seconds for record in self.history)


def train(
    config: TrainingConfig,
    data: TrainingData,
    *,
    folder: str | Path | None = None,
    on_epoch: Callable[[EpochRecord], object] | None = None,
    seconds_between_checkpoints: float = SECONDS_BETWEEN_CHECKPOINTS,
) -> TrainingResult:
    """Train a network, or go on with a training that was stopped.

    Parameters
    ----------
    config : TrainingConfig
    data : TrainingData
    folder : path, optional
        Where history.csv, history.jsonl and checkpoint/ go. If a checkpoint of this same configuration and
        data is there, the run goes on from it. Nothing is written without a folder.
    on_epoch : function (EpochRecord), optional
        Called after each epoch.
    seconds_between_checkpoints : float [s]

    Returns
    -------
    TrainingResult

    Raises
    ------
    InvalidInputError
        If the batch is larger than the training set, the folder cannot be written to, or its checkpoint is
        damaged or of another configuration or other data.
    DivergenceError
        If the loss overflows.
    StorageError
        Where the file system refuses; the last checkpoint is untouched.
    KeyboardInterrupt
        After Ctrl-C, with a message that says what was saved and how to go on.
    """
    count = data.train_samples
    if config.batch_size > count:
        refuse("batch_size", f"at most the number of training samples, {count}", config.batch_size)
    fresh = FourBeamNetwork.initialise(
        config.seed,
        sizes=config.sizes,
        input_minimum=data.magnetization[:count].min(axis=0),
        input_maximum=data.magnetization[:count].max(axis=0),
    )
    inputs, targets = fresh.scaled(data.magnetization), jnp.asarray(data.weights, jnp.float32)
    training, test = (
        LabelledSamples(inputs[:count], targets[:count]),
        LabelledSamples(inputs[count:], targets[count:]),
    )
    optimizer = config.transformation(config.epochs * (count // config.batch_size))
    progress = TrainingProgress(TrainingState(fresh.layers, optimizer.init(fresh.layers)))
    journal = None
    if folder is not None:
        run = {**asdict(config), "data_sha256": data.sha256}
        journal = Journal(Path(folder), run, seconds_between=seconds_between_checkpoints)
        progress = journal.resume(progress)
    trainer = _Trainer(config, optimizer, (training, test), progress)
    try:
        while progress.epoch < config.epochs:
            progress = trainer.next_epoch(progress)
            if journal is not None:
                journal.add(progress)
            if on_epoch is not None:
                on_epoch(progress.history[-1])
    except KeyboardInterrupt:
        if journal is None:
            raise
        journal.close(progress)
        done = f"Training is saved in {folder} after epoch {progress.epoch} of {config.epochs}."
        raise KeyboardInterrupt(f"{done} Run the same command again to go on from there.") from None
    if journal is not None:
        journal.close(progress)
    network = FourBeamNetwork(progress.state.layers, fresh.input_minimum, fresh.input_maximum)
    return TrainingResult(network, progress.history, trainer.test_errors(progress))


class _Trainer:
    """The compiled functions of a run, with the data that they work on and a clock."""

    def __init__(
        self,
        config: TrainingConfig,
        optimizer: optax.GradientTransformation,
        samples: tuple[LabelledSamples, LabelledSamples],
        start: TrainingProgress,
    ) -> None:
        self._training, self._test = samples
        self._config = config
        self._count = len(self._training.inputs) // config.batch_size * config.batch_size
        self._gigaflop = 1e-9 * self._count * training_flops(config.sizes)
        # Compiled before the clock starts, so that the first epoch's time is worth what the others' are.
        learn = epoch_function(optimizer, batch_size=config.batch_size, seed=config.seed)
        self._learn = jax.jit(learn).lower(start.state, self._training, jnp.int32(0)).compile()
        self._measure = jax.jit(squared_errors).lower(start.state.layers, self._test).compile()
        self._first_epoch, self._started = start.epoch, time.perf_counter()

    def test_errors(self, progress: TrainingProgress) -> np.ndarray:
        """Mean squared error of each output over the test samples, shape (3,)."""
        return np.asarray(self._measure(progress.state.layers, self._test))

    def next_epoch(self, progress: TrainingProgress) -> TrainingProgress:
        """Learn for one epoch and measure; what `progress` holds stays valid."""
        epoch = progress.epoch + 1
        begun = time.perf_counter()
        state, loss = jax.block_until_ready(self._learn(progress.state, self._training, jnp.int32(epoch)))
        learnt = time.perf_counter()
        test_mse = float(self.test_errors(TrainingProgress(state)).mean())
        ended = time.perf_counter()
        if not (math.isfinite(loss) and math.isfinite(test_mse)):
            raise DivergenceError(
                f"learning_rate must be small enough for the loss to stay finite; "
                f"got {self._config.learning_rate:g}. In epoch {epoch} the loss overflowed."
            )
        record = EpochRecord(
            epoch=epoch,
            train_mse=float(loss),
            test_mse=test_mse,
            seconds=learnt - begun,
            test_seconds=ended - learnt,
            samples_per_second=self._count / (learnt - begun),
            gflops=self._gigaflop / (learnt - begun),
            time_left=(ended - self._started) / (epoch - self._first_epoch) * (self._config.epochs - epoch),
        )
        return TrainingProgress(state, (*progress.history, record))
