"""`optomag train-directions`: make the network that `Network()` uses, or another one like it."""

from __future__ import annotations

import time
from typing import Any, Final

from optomag.io.result_folder import new_result, require_free
from optomag.learning.direction_network import FILE_NAME
from optomag.learning.direction_training import (
    DirectionTraining,
    DirectionTrainingResult,
    train_directions,
)
from optomag.workflow.config import TrainDirectionsConfig
from optomag.workflow.progress import Progress

PLACE: Final[dict[str, Any]] = {
    "kind": "optomag-direction-training",
    "command": "optomag train-directions",
    "writes": (FILE_NAME,),
}


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
    require_free(config.out, **PLACE)
    settings = DirectionTraining(config.steps, config.batch_size, config.learning_rate, config.seed)
    with progress.task("training", settings.rounded_steps, unit="steps") as task:
        trained = train_directions(
            settings, on_report=lambda done, loss: task.update(done, note=f"loss {loss:.2e}")
        )
    costs = {
        "loss": float(trained.losses[-1]),
        "training_seconds": round(trained.seconds, 1),
        "processor_seconds": round(time.process_time() - processor_started, 1),
    }
    with new_result(config.out, **PLACE) as result:
        trained.network.save(result.path / FILE_NAME)
        result.seal(config=config.manifest(), seed=config.seed, started=started, extra={"training": costs})
    if sentence := result.replaced():
        progress.say(sentence)
    file = result.folder / FILE_NAME
    progress.tell(f"loss {costs['loss']:.1e} after {costs['training_seconds']} s; network in {file}")
    progress.record({"folder": result.folder, "network": file, **costs})
    return trained
