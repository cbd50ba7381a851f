"""`optomag reproduce`: the paper end to end, from simulated samples to one report."""

from __future__ import annotations

import time
from typing import Any, Final

from optomag.io.result_folder import new_result, require_free
from optomag.plot.pages.report import NAME as REPORT
from optomag.plot.predictions import predictions_figure
from optomag.plot.training_curve import training_curve_figure
from optomag.workflow.config import DatasetConfig, ReproduceConfig
from optomag.workflow.dataset import TEST_SHARE, make_dataset
from optomag.workflow.evaluate import WRITES, evaluate_network, evaluation_figures, write_results
from optomag.workflow.pictures import shown_predictions, weights_heading
from optomag.workflow.progress import Progress
from optomag.workflow.train import (
    KEPT,
    MODEL_NAME,
    require_batches,
    resolved,
    train_network,
    training_data,
    training_settings,
    training_summary,
)

COMMAND: Final = "optomag reproduce"
PLACE: Final[dict[str, Any]] = {
    "kind": "optomag-reproduction",
    "command": COMMAND,
    "writes": (*WRITES, "fig2.png", "fig3.png", MODEL_NAME),
    "kept": KEPT,
}
DATASET: Final = "dataset"
"""Folder of the samples within, a result by itself."""

SHOWN_SAMPLES = 100
"""Test samples in Fig. 2, as in the paper."""


def run_reproduce(config: ReproduceConfig, *, progress: Progress) -> dict[str, Any]:
    """Simulate, learn, evaluate, draw and report; goes on where a stopped run left off.

    Returns
    -------
    dict
        What report.json holds.

    Raises
    ------
    InvalidInputError
        If a setting, the folder or what lies in it cannot be used.
    StorageError
        Where the file system refuses in the middle; what was there stays.
    KeyboardInterrupt
        After Ctrl-C, with a message that says how to go on.
    """
    started = time.time()
    settings = training_settings(config.training, seed=config.seed)
    require_batches(settings, config.samples - config.samples // TEST_SHARE)
    lens = config.lens.objective()
    folder, _ = require_free(config.out, **PLACE)
    samples = DatasetConfig(out=folder / DATASET, samples=config.samples, seed=config.seed, lens=config.lens)
    store = make_dataset(samples, progress=progress)
    data = training_data(store.path)
    trained = train_network(settings, data, folder=folder, progress=progress)
    found = evaluate_network(
        trained.network, lens, directions=config.directions, proposals=config.proposals, progress=progress
    )
    report = {
        "dataset": {
            "law": samples.law,
            "train_samples": data.train_samples,
            "test_samples": len(data.weights) - data.train_samples,
        },
        "training": training_summary(trained, settings, preset=config.training.preset),
        **found.report,
    }
    test = slice(data.train_samples, None)
    true, predicted = shown_predictions(
        trained.network, data.magnetization[test], data.weights[test], count=SHOWN_SAMPLES, seed=config.seed
    )
    epochs, train_mse, test_mse = zip(
        *((record.epoch, record.train_mse, record.test_mse) for record in trained.history), strict=True
    )
    heading = weights_heading(lens)
    figures = {
        "fig2": predictions_figure(true, predicted, heading=heading),
        "fig3": training_curve_figure(epochs, train_mse, test_mse, heading=heading),
        **evaluation_figures(found, lens),
    }
    run = {"config": config.manifest(), "seed": config.seed}
    with new_result(folder, **PLACE) as result:
        trained.network.save(result.path / MODEL_NAME)
        write_results(result.path, report, figures, run={"command": COMMAND, **run}, started=started)
        result.seal(started=started, extra={"resolved": resolved(config.training)}, **run)
    if sentence := result.replaced():
        progress.say(sentence)
    progress.tell(f"report in {folder / REPORT}")
    progress.record({"folder": folder, **report})
    return report
