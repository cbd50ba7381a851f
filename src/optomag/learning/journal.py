"""A training run's folder: the history after every epoch, a checkpoint every so many seconds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import refuse
from optomag.io.files import require_writable_folder
from optomag.io.tensors import from_tensors, to_tensors
from optomag.learning.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from optomag.learning.epoch import TrainingState
from optomag.learning.history import EpochRecord, append_history, write_history

CHECKPOINT_FOLDER = "checkpoint"
ANEW = "Delete the folder to start anew."


@dataclass(frozen=True, eq=False)
class TrainingProgress:
    """Where a run stands after its last whole epoch: what it has learnt and what it reported."""

    state: TrainingState
    history: tuple[EpochRecord, ...] = ()

    @property
    def epoch(self) -> int:
        """Epochs done."""
        return len(self.history)


class Journal:
    """Keeps a run on disk.

    Parameters
    ----------
    folder : path
        Made where it is missing; holds history.csv, history.jsonl and checkpoint/.
    run : mapping
        What makes this run itself and no other, as JSON values.
    seconds_between : float [s]
        Time between two checkpoints; short epochs do not wait for the disk.

    Raises
    ------
    InvalidInputError
        If the folder cannot be made or written to.
    """

    def __init__(self, folder: Path, run: Mapping[str, Any], *, seconds_between: float) -> None:
        self._folder = require_writable_folder(folder)
        self._run = run
        self._seconds_between = seconds_between
        self._saved_epoch = 0
        self._saved_at = time.monotonic()

    def resume(self, start: TrainingProgress) -> TrainingProgress:
        """Where the run stood at its last checkpoint, or `start` where there is none.

        Epochs that the history files have beyond it are taken back: they will come again.

        Raises
        ------
        InvalidInputError
            If the checkpoint is truncated, foreign or of another run.
        StorageError
            Where the file system refuses.
        """
        checkpoint = load_checkpoint(self._folder / CHECKPOINT_FOLDER, run=self._run)
        progress = start if checkpoint is None else _progress(checkpoint, start.state)
        write_history(self._folder, progress.history)
        self._saved_epoch = progress.epoch
        return progress

    def add(self, progress: TrainingProgress) -> None:
        """Write down one more epoch, and a checkpoint if the last one is old enough."""
        append_history(self._folder, progress.history[-1])
        if time.monotonic() - self._saved_at >= self._seconds_between:
            self._save_checkpoint(progress)

    def close(self, progress: TrainingProgress) -> None:
        """Write everything down, whatever the time."""
        self._save_checkpoint(progress)
        write_history(self._folder, progress.history)

    def _save_checkpoint(self, progress: TrainingProgress) -> None:
        if progress.epoch != self._saved_epoch:
            checkpoint = Checkpoint(to_tensors(progress.state), self._run, progress.history)
            save_checkpoint(self._folder / CHECKPOINT_FOLDER, checkpoint)
        self._saved_epoch = progress.epoch
        self._saved_at = time.monotonic()


def _progress(checkpoint: Checkpoint, template: TrainingState) -> TrainingProgress:
    state = from_tensors(checkpoint.tensors, template)
    if state is None:
        rule = "that of this network and optimiser"
        refuse("checkpoint", rule, "arrays of other names or shapes", ANEW)
    if not all(np.isfinite(array).all() for array in checkpoint.tensors.values()):
        refuse("checkpoint", "finite", "arrays with NaN or infinite numbers", ANEW)
    return TrainingProgress(state, checkpoint.history)
