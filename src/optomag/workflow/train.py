"""`optomag train`: from a folder of samples to a folder with a trained network."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from optomag.errors import refuse
from optomag.io.result_folder import new_result, require_free
from optomag.io.samples import open_samples
from optomag.learning.history import CSV_NAME, JSONL_NAME, EpochRecord
from optomag.learning.journal import CHECKPOINT_FOLDER
from optomag.learning.training import TrainingResult, train
from optomag.learning.training_config import TrainingConfig
from optomag.learning.training_data import TrainingData
from optomag.workflow.config import TrainConfig, TrainingOptions
from optomag.workflow.dataset import TEST_SHARE
from optomag.workflow.progress import Progress

MODEL_NAME = "model.safetensors"
KEPT: Final = (CHECKPOINT_FOLDER, CSV_NAME, JSONL_NAME)
"""With which a training that was stopped goes on."""

PLACE: Final[dict[str, Any]] = {
    "kind": "optomag-training",
    "command": "optomag train",
    "writes": (MODEL_NAME,),
    "kept": KEPT,
}

PRESETS = {"quick": TrainingConfig.quick, "paper": TrainingConfig.paper}


def run_train(config: TrainConfig, *, progress: Progress) -> TrainingResult:
    """Train on the samples of `config.data`; write weights, history, checkpoint and manifest.

    Raises
    ------
    InvalidInputError
        If the samples, the folder, its checkpoint or a setting cannot be used.
    StorageError
        Where the file system refuses in the middle; the last checkpoint is untouched.
    KeyboardInterrupt
        After Ctrl-C, with a message that says what was saved and how to go on.
    """
    started = time.time()
    settings = training_settings(config.training, seed=config.seed)
    data = training_data(config.data)
    require_batches(settings, data.train_samples)
    folder, _ = require_free(config.out, **PLACE)
    trained = train_network(settings, data, folder=folder, progress=progress)
    with new_result(folder, **PLACE) as result:
        trained.network.save(result.path / MODEL_NAME)
        extra = {"resolved": resolved(config.training)}
        result.seal(config=config.manifest(), seed=config.seed, started=started, extra=extra)
    if sentence := result.replaced():
        progress.say(sentence)
    progress.tell(f"weights in {folder / MODEL_NAME}")
    reached = training_summary(trained, settings, preset=config.training.preset)
    progress.record({"folder": folder, "model": folder / MODEL_NAME, **reached})
    return trained


def train_network(
    settings: TrainingConfig, data: TrainingData, *, folder: Path, progress: Progress
) -> TrainingResult:
    """Train, or go on with a training that was stopped in `folder`, which keeps history and checkpoint."""
    with progress.task("training", settings.epochs, unit="epochs") as task:

        def show(record: EpochRecord) -> None:
            task.update(record.epoch, note=epoch_note(record), seconds_left=record.time_left)

        result = train(settings, data, folder=folder, on_epoch=show)
    last = result.history[-1]
    progress.tell(f"test MSE {last.test_mse:.2e} after {last.epoch} epochs")
    return result


def training_summary(trained: TrainingResult, settings: TrainingConfig, *, preset: str) -> dict[str, Any]:
    """What the training was and what it reached, for a report."""
    last = trained.history[-1]
    return {
        "preset": preset,
        "epochs": last.epoch,
        "batch_size": settings.batch_size,
        "learning_rate": settings.learning_rate,
        "optimizer": settings.optimizer,
        "schedule": settings.schedule,
        "seconds": trained.seconds,
        "train_mse": last.train_mse,
        "test_mse": last.test_mse,
        "test_mse_per_output": trained.test_mse_per_output,
        "gflops": max(record.gflops for record in trained.history),
    }


def training_settings(options: TrainingOptions, *, seed: int) -> TrainingConfig:
    """Return the preset's settings with those that `options` names in their place."""
    named = options.model_dump(exclude={"preset"}, exclude_none=True)
    return replace(PRESETS[options.preset](seed=seed), **named)


def resolved(options: TrainingOptions) -> dict[str, Any]:
    """What the options that were left out came to mean, by the preset."""
    named = type(options).model_fields.keys() - {"preset"}
    return {name: getattr(training_settings(options, seed=0), name) for name in sorted(named)}


def require_batches(settings: TrainingConfig, train_samples: int) -> None:
    """Refuse a batch size for which so many training samples are too few."""
    if settings.batch_size > train_samples:
        advice = "Take a smaller batch or more samples."
        refuse("batch_size", f"at most {train_samples}, all training samples", settings.batch_size, advice)


def training_data(path: Path, *, at_most: int | None = None) -> TrainingData:
    """Return the samples at `path`, or the first `at_most` of them; the last fifth is to test on.

    Raises
    ------
    InvalidInputError
        If there are none, or the store is truncated, unfinished or of another kind.
    """
    samples = open_samples(path)
    count, train_samples = len(samples.weights), samples.train_samples
    if at_most is not None and at_most < count:
        count, train_samples = at_most, at_most - at_most // TEST_SHARE
    return TrainingData(samples.magnetization[:count], samples.weights[:count], train_samples=train_samples)


def epoch_note(record: EpochRecord) -> str:
    """Return both losses and the speed of an epoch in a few words."""
    speed = f"{record.samples_per_second:,.0f} samples/s"
    return f"train {record.train_mse:.2e}, test {record.test_mse:.2e}, {speed}"
