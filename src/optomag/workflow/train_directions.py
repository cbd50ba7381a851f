"""`optomag train-directions`: make the network that `Network()` uses, or another one like it."""

from __future__ import annotations

import time

from optomag.io.files import require_writable_folder
from optomag.io.manifest import write_manifest
from optomag.learning.direction_network import FILE_NAME
from optomag.learning.direction_training import (
    DirectionTraining,
    DirectionTrainingResult,
    train_directions,
)
from optomag.workflow.config import TrainDirectionsConfig
from optomag.workflow.progress import Progress


def run_train_directions(config: TrainDirectionsConfig, *, progress: Progress) -> DirectionTrainingResult:
    """Train a direction network; write its file and the manifest.

    Raises
    ------
    InvalidInputError
        If the folder cannot be used, or the learning rate is too large.
    StorageError
        Where the file system refuses.
    """
    started, processor_started = time.time(), time.process_time()
    folder = require_writable_folder(config.out)
    settings = DirectionTraining(config.steps, config.batch_size, config.learning_rate, config.seed)
    with progress.task("training", settings.rounded_steps, unit="steps") as task:
        result = train_directions(
            settings, on_report=lambda done, loss: task.update(done, note=f"loss {loss:.2e}")
        )
    result.network.save(folder / FILE_NAME)
    costs = {
        "loss": float(result.losses[-1]),
        "training_seconds": round(result.seconds, 1),
        "processor_seconds": round(time.process_time() - processor_started, 1),
    }
    write_manifest(
        folder,
        command="optomag train-directions",
        config=config.manifest(),
        seed=config.seed,
        started=started,
        extra={"training": costs},
    )
    progress.say(
        f"loss {costs['loss']:.1e} after {costs['training_seconds']} s; network in {folder / FILE_NAME}"
    )
    return result
