"""`optomag sweep`: one figure and one table of how batch size, learning rate and epochs change the result."""

from __future__ import annotations

import functools
import time
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from optomag.errors import refuse
from optomag.io.files import write_bytes, write_text
from optomag.io.result_folder import new_result, require_free
from optomag.io.samples import open_samples
from optomag.io.table import table_text
from optomag.learning import sweep as trainings
from optomag.learning.history import EpochRecord
from optomag.learning.training_config import TrainingConfig
from optomag.learning.training_data import TrainingData
from optomag.optics.objective import Objective
from optomag.plot.style import render_png
from optomag.plot.sweep import SweepRun, sweep_figure
from optomag.workflow.cluster import require_scheduler, run_pieces
from optomag.workflow.config import SweepConfig
from optomag.workflow.pictures import weights_heading
from optomag.workflow.progress import Progress
from optomag.workflow.train import epoch_note, require_batches, resolved, training_data, training_settings

TABLE, FIGURE = "sweep.csv", "sweep.png"
PLACE: Final[dict[str, Any]] = {
    "kind": "optomag-sweep",
    "command": "optomag sweep",
    "writes": (TABLE, FIGURE),
}


def run_sweep(config: SweepConfig, *, progress: Progress) -> tuple[trainings.Trial, ...]:
    """Train once for each setting; write sweep.csv, sweep.png and the manifest.

    A training whose loss overflows is a result: its history ends there.

    Raises
    ------
    InvalidInputError
        If the samples, the folder or a setting cannot be used.
    StorageError
        Where the file system refuses.
    """
    started = time.time()
    settings = trainings.sweep_settings(
        training_settings(config.training, seed=config.seed),
        batch_sizes=config.batch_sizes,
        learning_rates=config.learning_rates,
        epochs=config.epoch_counts,
    )
    data = training_data(config.data, at_most=config.samples)
    for setting in settings:
        require_batches(setting.config, data.train_samples)
    require_scheduler(config.scheduler)
    require_free(config.out, **PLACE)
    if config.scheduler is None:
        trials = _run_here(settings, data, progress)
    else:
        trials = _run_on_cluster(config, settings, progress)
    heading = weights_heading(_lens(config.data))
    with new_result(config.out, **PLACE) as result:
        write_text(result.path / TABLE, _table(trials))
        write_bytes(result.path / FIGURE, render_png(sweep_figure(*_panels(trials), heading=heading)))
        extra = {"resolved": resolved(config.training)}
        result.seal(config=config.manifest(), seed=config.seed, started=started, extra=extra)
    if sentence := result.replaced():
        progress.say(sentence)
    progress.tell(f"figure and table of {len(trials)} trainings in {result.folder}")
    progress.record({"folder": result.folder, "trainings": list(map(_reached, trials))})
    return trials


def _lens(data: Path) -> Objective:
    """That of the samples."""
    told = open_samples(data).attributes["lens"]
    return Objective(na=told["na"], index=told["index"], wavelength=told["wavelength_m"])


def _reached(trial: trainings.Trial) -> dict[str, Any]:
    """What a training came to, up to its last epoch with finite losses."""
    found: dict[str, Any] = {"parameter": trial.setting.parameter, "value": trial.setting.value}
    if trial.history:
        last = trial.history[-1]
        found |= {"epochs": last.epoch, "train_mse": last.train_mse, "test_mse": last.test_mse}
    return found | {"diverged": trial.diverged}


def _run_here(
    settings: tuple[trainings.Setting, ...], data: TrainingData, progress: Progress
) -> tuple[trainings.Trial, ...]:
    done = 0
    with progress.task("sweep", trainings.sweep_epochs(settings), unit="epochs") as task:

        def show(setting: trainings.Setting, record: EpochRecord) -> None:
            nonlocal done
            done += 1
            task.update(done, note=f"{setting.parameter} {setting.value:g}: {epoch_note(record)}")

        return trainings.train_each(settings, data, on_epoch=show)


def _run_on_cluster(
    config: SweepConfig, settings: tuple[trainings.Setting, ...], progress: Progress
) -> tuple[trainings.Trial, ...]:
    """One training a piece; those that are the same in two panels run once."""
    different = list({setting.config: setting for setting in settings}.values())
    work = functools.partial(train_one, str(config.data.resolve()), config.samples)
    trials: dict[TrainingConfig, trainings.Trial] = {}
    with progress.task("sweep", trainings.sweep_epochs(settings), unit="epochs") as task:
        for setting, trial in run_pieces(work, different, scheduler=config.scheduler):
            trials[setting.config] = trial
            task.update(sum(done.epochs for done in trials))
    return tuple(replace(trials[setting.config], setting=setting) for setting in settings)


def train_one(data: str, samples: int, setting: trainings.Setting) -> trainings.Trial:
    """Train once on the samples at `data`, on whatever machine sees them."""
    return trainings.train_each([setting], training_data(Path(data), at_most=samples))[0]


def _panels(trials: tuple[trainings.Trial, ...]) -> list[list[SweepRun]]:
    if not any(trial.history for trial in trials):
        rule = "small enough for the loss to stay finite in at least one training"
        refuse("learning_rates", rule, "only trainings that overflowed in their first epoch")
    runs = {parameter: [] for parameter in trainings.VARIED}
    for trial in trials:
        epochs = np.array([record.epoch for record in trial.history], dtype=int)
        losses = np.array([record.test_mse for record in trial.history])
        run = SweepRun(trial.setting.value, epochs, losses, diverged=trial.diverged)
        runs[trial.setting.parameter].append(run)
    return list(runs.values())


def _table(trials: tuple[trainings.Trial, ...]) -> str:
    columns = ["parameter", "value", *(field.name for field in fields(EpochRecord))]
    return table_text(columns, trainings.tidy_rows(trials))
