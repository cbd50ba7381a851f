"""Which data did the paper mean? The same network trained on each reading, asked for the paper's Table 1.

    python benchmarks/readings.py                      all readings, one seed: half an hour or more
    python benchmarks/readings.py --epochs 1 --samples 10000    only shows how it goes

A full run puts its table into `docs/which-data-did-the-paper-mean.md`. With `--keep FOLDER` trained networks
stay there and are used again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import optomag as om
from optomag.learning.four_beam_network import FourBeamNetwork
from optomag.learning.history import EpochRecord
from optomag.learning.laws import LAWS, Direction, Law, Peak, RadialWeight, Raw
from optomag.learning.proposals import completed_weights, evaluate_weights, weights_with_radial
from optomag.learning.training import train
from optomag.learning.training_config import TrainingConfig
from optomag.learning.training_data import TrainingData
from optomag.magnetism.direction import direction_of
from optomag.workflow.evaluate import PAPER_EXAMPLE, PAPER_TABLE
from table import Section, machine

LENS = om.Objective(na=0.95, wavelength=532e-9)
SAMPLES, TEST_SHARE, SEED = 250_000, 5, 0
PAPER_MSE = 2e-3
TARGETS = direction_of(*np.array([row[1:3] for row in PAPER_TABLE]).T)
SAMPLE_RADIAL = float(completed_weights(PAPER_EXAMPLE)[3])
"""E_rho of the one sample that the paper prints, 0.5002."""
PRINTED = np.degrees(np.arccos([row[3] for row in PAPER_TABLE]))

PAGE = Path(__file__).resolve().parents[1] / "docs" / "which-data-did-the-paper-mean.md"
FULL = PAGE.parents[1] / "results" / "paper"
START, END = "<!-- table of benchmarks/readings.py -->", "<!-- end of table -->"


@dataclass(frozen=True)
class HalfRadial(RadialWeight):
    """E_rho = 1/2 whatever the others are, as in the paper's one printed sample."""

    name = "half-radial"
    rule = "1/2"

    def is_allowed(self, three: np.ndarray) -> np.ndarray:
        """All of them."""
        return np.ones(len(three), dtype=bool)

    def of(self, three: np.ndarray) -> np.ndarray:
        """One half."""
        return np.full(len(three), 0.5)


@dataclass(frozen=True)
class HalfUnitSum(RadialWeight):
    """E_rho = 1/2 and unit sum: of the draws with unit sum those that leave 1/2, to within 0.02."""

    name = "half-unit-sum"
    rule = "sqrt(1 - E_ax^2 - E_ay1^2 - E_ay2^2), between 0.48 and 0.52"

    def is_allowed(self, three: np.ndarray) -> np.ndarray:
        """Those that leave about a quarter of the power."""
        left = 1 - np.sum(three**2, axis=1)
        return (left > 0.48**2) & (left < 0.52**2)

    def of(self, three: np.ndarray) -> np.ndarray:
        """The positive root of the power that is left."""
        return np.sqrt(1 - np.sum(three**2, axis=1))


@dataclass(frozen=True)
class Reading:
    """One way to read the paper, from the samples to the numbers of Table 1.

    Attributes
    ----------
    law : Law
        The samples.
    radial : float, optional
        E_rho with which an answer is simulated; without, it completes the power to 1.
    scaled : bool
        Whether the unit target is given in the units of the min-max scaling and not in those of M.
    """

    law: Law
    radial: float | None = None
    scaled: bool = False

    def similarity(self, network: FourBeamNetwork) -> np.ndarray:
        """Sm of the five targets, one answer each."""
        low, high = np.asarray(network.input_minimum), np.asarray(network.input_maximum)
        asked = low + 0.5 * (TARGETS + 1) * (high - low) if self.scaled else TARGETS
        three = np.asarray(network(asked), np.float64)
        four = completed_weights(three) if self.radial is None else weights_with_radial(three, self.radial)
        return evaluate_weights(four, TARGETS, LENS).similarity


U, RAW, DIRECTION = (LAWS[f"unit-sum-{scale}"] for scale in ("peak", "raw", "direction"))
ONE_PEAK, ONE_RAW, ONE_DIRECTION = (LAWS[f"fixed-radial-{scale}"] for scale in ("peak", "raw", "direction"))
HALF_PEAK, HALF_RAW, HALF_DIRECTION = (Law(HalfRadial(), scale) for scale in (Peak(), Raw(), Direction()))
HALF_SUM = Law(HalfUnitSum(), Peak())

READINGS = (
    Reading(U),
    Reading(U, scaled=True),
    Reading(U, radial=1.0),
    Reading(U, radial=SAMPLE_RADIAL),
    Reading(RAW),
    Reading(RAW, scaled=True),
    Reading(DIRECTION),
    Reading(ONE_PEAK, radial=1.0),
    Reading(ONE_RAW, radial=1.0),
    Reading(ONE_RAW, radial=1.0, scaled=True),
    Reading(ONE_DIRECTION, radial=1.0),
    Reading(HALF_PEAK, radial=0.5),
    Reading(HALF_RAW, radial=0.5),
    Reading(HALF_DIRECTION, radial=0.5),
    Reading(HALF_SUM, radial=0.5),
)


@dataclass(frozen=True)
class Trained:
    """A network and its test loss after each epoch."""

    network: FourBeamNetwork
    test_mse: list[float]
    per_weight: list[float]


def samples(law: Law, count: int, seed: int = SEED) -> TrainingData:
    """What `optomag dataset --law` writes, in memory."""
    weights = law.weights(seed, count=count)
    return TrainingData(law.magnetization(weights, LENS), weights[:, :3], count - count // TEST_SHARE)


def trained(law: Law, config: TrainingConfig, count: int = SAMPLES, keep: Path | None = None) -> Trained:
    """Train on the law's samples, seed of the config; or take what an earlier run kept."""
    name = f"{law.name}-{config.seed}"
    if keep is not None and (keep / f"{name}.json").exists():
        known = json.loads((keep / f"{name}.json").read_text(encoding="utf-8"))
        return Trained(FourBeamNetwork.load(keep / f"{name}.safetensors"), **known)
    result = train(config, samples(law, count, config.seed), on_epoch=_sayer(name))
    losses = {
        "test_mse": [record.test_mse for record in result.history],
        "per_weight": [float(loss) for loss in result.test_mse_per_output],
    }
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        result.network.save(keep / f"{name}.safetensors", replace=True)
        (keep / f"{name}.json").write_text(json.dumps(losses), encoding="utf-8")
    return Trained(result.network, **losses)


def section(config: TrainingConfig | None = None, count: int = SAMPLES, keep: Path | None = None) -> Section:
    """Train on every reading, the default first; without a config with the quick preset."""
    config = TrainingConfig.quick(seed=SEED) if config is None else config
    networks = {reading.law: trained(reading.law, config, count, keep) for reading in READINGS}
    rows = [
        _row(reading, networks[reading.law].network, networks[reading.law].test_mse[-1])
        for reading in READINGS
    ]
    # The paper's own recipe in full: 5,000 epochs of gradient descent.
    full = FourBeamNetwork.load(FULL / "model.safetensors")
    loss = json.loads((FULL / "report.json").read_text(encoding="utf-8"))["training"]["test_mse"]
    rows += [_row(reading, full, loss, " in full") for reading in READINGS if reading.law is U]
    rows.append(["the paper", "", "about 2e-3", ""])
    return Section(
        title="Readings of the paper's data",
        header=("samples", "E_ρ of the answer", "test MSE", "farthest [°]"),
        rows=rows,
        note=(
            f"Farthest: by how much the angle of one of the five rows differs from the printed one at most, "
            f"one answer each; “scaled”: the unit target in the units of the min–max scaling. "
            f"Test MSE over {count // TEST_SHARE:,} samples. 3-500-500-500-500-3, "
            f"{count - count // TEST_SHARE:,} training samples, {config.epochs} epochs, {config.optimizer}, "
            f"{config.schedule} schedule, batch {config.batch_size}, learning rate {config.learning_rate:g}, "
            f"seed {config.seed}; “in full” is `results/paper`. {machine()}"
        ),
    )


def _row(reading: Reading, network: FourBeamNetwork, loss: float, suffix: str = "") -> list[object]:
    found = reading.similarity(network)
    far = np.abs(np.degrees(np.arccos(np.clip(found, -1, 1))) - PRINTED).max()
    return [
        f"`{reading.law.name}`{suffix}",
        ("completes" if reading.radial is None else f"{reading.radial:.4g}")
        + (", scaled" if reading.scaled else ""),
        f"{loss:.1e}",
        f"{far:.1f}",
    ]


def _sayer(name: str) -> Callable[[EpochRecord], None]:
    def say(record: EpochRecord) -> None:
        sys.stderr.write(
            f"{name}: epoch {record.epoch}, test MSE {record.test_mse:.2e}, {record.time_left:.0f} s left\n"
        )

    return say


def put_into_page(table: str, *, start: str, end: str = END, page: Path = PAGE) -> None:
    """Replace what stands between two marks of a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(start)
    page.write_text(f"{before}{start}\n\n{table}\n{end}{rest.partition(end)[2]}", encoding="utf-8")


def main() -> None:
    """Train, print the table, and put that of a full run into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--epochs", type=int, default=None, help="passes over the training samples [quick preset's]"
    )
    parser.add_argument("--samples", type=int, default=SAMPLES)
    parser.add_argument("--keep", type=Path, default=None, help="folder of trained networks")
    options = parser.parse_args()
    config = TrainingConfig.quick(seed=SEED)
    config = replace(config, epochs=options.epochs or config.epochs)
    table = section(config, options.samples, options.keep).to_markdown()
    print(table)
    if options.epochs is None and options.samples == SAMPLES:
        put_into_page(table, start=START)


if __name__ == "__main__":
    main()
