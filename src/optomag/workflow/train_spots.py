"""`optomag train-spots`: make the network that `LearnedPhases()` uses, or another one like it."""

from __future__ import annotations

import shutil
import time
from typing import Any, Final

from optomag.inverse.structure.spot_training import (
    SpotRecord,
    SpotTraining,
    SpotTrainingResult,
    train_spots,
)
from optomag.io.result_folder import new_result, require_free
from optomag.learning.journal import CHECKPOINT_FOLDER
from optomag.learning.spot_network import FILE_NAME
from optomag.workflow.config import TrainSpotsConfig
from optomag.workflow.progress import Progress

PLACE: Final[dict[str, Any]] = {
    "kind": "optomag-spot-training",
    "command": "optomag train-spots",
    "writes": (FILE_NAME,),
    "kept": (CHECKPOINT_FOLDER,),
}


def run_train_spots(config: TrainSpotsConfig, *, progress: Progress) -> SpotTrainingResult:
    """Train a network for the phases of spots; write its file and the manifest, and until then checkpoints.

    Raises
    ------
    InvalidInputError
        If the folder or its checkpoint cannot be used, or the learning rate is too large.
    StorageError
        Where the file system refuses.
    KeyboardInterrupt
        After Ctrl-C, with a message that says what was saved and how to go on.
    """
    started = time.time()
    folder, _ = require_free(config.out, **PLACE)
    settings = SpotTraining(config.steps, config.batch_size, config.learning_rate, config.stock, config.seed)
    with progress.task("training", settings.rounded_steps, unit="steps") as task:

        def show(done: int, record: SpotRecord) -> None:
            note = f"{record.first:.3f} of spots far apart before any light, {record.last:.3f} after"
            task.update(done, note=note)

        trained = train_spots(settings, folder=folder / CHECKPOINT_FOLDER, on_report=show)
    last = trained.history[-1]
    costs = {
        "first": round(last.first, 5),
        "last": round(last.last, 5),
        "training_seconds": round(sum(record.seconds for record in trained.history), 1),
    }
    with new_result(folder, **PLACE) as result:
        trained.network.save(result.path / FILE_NAME)
        shutil.rmtree(folder / CHECKPOINT_FOLDER, ignore_errors=True)  # it has done its work
        result.seal(config=config.manifest(), seed=config.seed, started=started, extra={"training": costs})
    if sentence := result.replaced():
        progress.say(sentence)
    reached = f"{costs['last']:.3f} of spots far apart after {costs['training_seconds']} s"
    progress.tell(f"{reached}; network in {result.folder / FILE_NAME}")
    progress.record({"folder": result.folder, "network": result.folder / FILE_NAME, **costs})
    return trained
