"""Which data did the paper mean? The same network trained on each of the four readings.

`python benchmarks/readings.py` trains with the quick preset and puts the table into the page
`docs/which-data-did-the-paper-mean.md`; `--epochs 1 --samples 10000` only shows how it goes.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import optomag as om
from optomag.learning.history import EpochRecord
from optomag.learning.laws import LAWS, Law
from optomag.learning.training import TrainingResult, train
from optomag.learning.training_config import TrainingConfig
from optomag.learning.training_data import TrainingData
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
SAMPLES, TEST_SHARE, SEED = 250_000, 5, 0
SHOWN_EPOCHS = (1, 3)
PAPER_MSE = 2e-3

PAGE = Path(__file__).resolve().parents[1] / "docs" / "which-data-did-the-paper-mean.md"
START, END = "<!-- table of benchmarks/readings.py -->", "<!-- end of table -->"


def samples(law: Law, count: int) -> TrainingData:
    """What `optomag dataset --law` writes, in memory."""
    weights = law.weights(SEED, count=count)
    return TrainingData(law.magnetization(weights, LENS), weights[:, :3], count - count // TEST_SHARE)


def section(config: TrainingConfig | None = None, count: int = SAMPLES) -> Section:
    """Train on every reading, the default first; without a config with the quick preset."""
    config = TrainingConfig.quick(seed=SEED) if config is None else config
    shown = [epoch for epoch in SHOWN_EPOCHS if epoch < config.epochs]
    rows: list[list[object]] = []
    for law in LAWS.values():
        result = train(config, samples(law, count), on_epoch=lambda record, law=law: _say(law, record))
        rows.append([f"`{law.name}`", *_losses(result, shown)])
    return Section(
        title="Test MSE",
        header=("law", *(f"epoch {epoch}" for epoch in (*shown, config.epochs)), "E_ax", "E_ay1", "E_ay2"),
        rows=rows,
        note=(
            f"Mean squared error over {count // TEST_SHARE:,} test samples; the last three columns after the "
            f"last epoch. 3-500-500-500-500-3, {count - count // TEST_SHARE:,} training samples, "
            f"{config.optimizer}, {config.schedule} schedule, batch {config.batch_size}, learning rate "
            f"{config.learning_rate:g}. The paper prints about {PAPER_MSE:g}; always answering zero costs "
            f"about 0.15. {machine()}"
        ),
    )


def _losses(result: TrainingResult, shown: list[int]) -> list[object]:
    losses = [result.history[epoch - 1].test_mse for epoch in shown] + [result.history[-1].test_mse]
    return [f"{loss:.2e}" for loss in (*losses, *result.test_mse_per_output)]


def _say(law: Law, record: EpochRecord) -> None:
    sys.stderr.write(
        f"{law.name}: epoch {record.epoch}, test MSE {record.test_mse:.2e}, {record.time_left:.0f} s left\n"
    )


def main() -> None:
    """Train, print the table, and put that of a full run into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--epochs", type=int, default=None, help="passes over the training samples [quick preset's]"
    )
    parser.add_argument("--samples", type=int, default=SAMPLES)
    options = parser.parse_args()
    config = TrainingConfig.quick(seed=SEED)
    table = section(replace(config, epochs=options.epochs or config.epochs), options.samples).to_markdown()
    print(table)
    if options.epochs is None and options.samples == SAMPLES:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{START}\n\n{table}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
