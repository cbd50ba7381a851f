"""How much of the paper's Table 1 is the accident of a training? The same recipe from several seeds.

    python benchmarks/table1_seeds.py [--keep FOLDER]        five trainings with the quick preset

Draws `docs/images/table1-seeds.png` and puts its table into `docs/which-data-did-the-paper-mean.md`. Seeds
change the samples, the weights at the start and the order of the samples.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from optomag.learning.proposals import completed_weights, evaluate_weights, weights_with_radial
from optomag.learning.training_config import TrainingConfig
from optomag.optics.description import figure_heading
from optomag.plot.style import (
    PREDICTED_COLOUR,
    REFERENCE_COLOUR,
    TRUE_COLOUR,
    headed,
    new_figure,
    render_png,
    styled,
)
from optomag.quadrature import sphere_directions
from optomag.workflow.evaluate import PAPER_TABLE
from readings import (
    FULL,
    LENS,
    PAGE,
    PRINTED,
    SAMPLE_RADIAL,
    SAMPLES,
    TARGETS,
    U,
    put_into_page,
    trained,
)
from table import Section, machine

SEEDS = 5
DIRECTIONS = 10_000
SOFTNESS = (0.0, 0.05, 0.1, 0.2)
SHOWN_SOFTNESS = 0.1
SOFT_COLOUR = "#009E73"
START, END = "<!-- table of benchmarks/table1_seeds.py -->", "<!-- end of seeds -->"

PICTURE = PAGE.parent / "images" / "table1-seeds.png"


def answers(seeds: int, keep: Path | None) -> list[np.ndarray]:
    """What the network of each seed answers to the five unit targets and to many others, (5 + n, 3)."""
    asked = np.concatenate([TARGETS, sphere_directions(DIRECTIONS)])
    networks = [trained(U, TrainingConfig.quick(seed=seed), SAMPLES, keep).network for seed in range(seeds)]
    return [np.asarray(network(asked), np.float64) for network in networks]


def section(seeds: int = SEEDS, keep: Path | None = None) -> Section:
    """Train, draw, and tabulate over the seeds; one column for each end of the radial weight."""
    found = answers(seeds, keep)
    asked = np.concatenate([TARGETS, sphere_directions(DIRECTIONS)])
    degrees = {
        softness: np.stack([_degrees(completed_weights(one, softness=softness), asked) for one in found])
        for softness in SOFTNESS
    }
    left = np.stack([_degrees(weights_with_radial(one, SAMPLE_RADIAL), asked) for one in found])
    dark = np.array([np.sum(one**2, axis=-1) >= 1 for one in found])
    shown = (degrees[0.0], degrees[SHOWN_SOFTNESS], left)
    PICTURE.write_bytes(render_png(picture(*(values[:, : len(TARGETS)] for values in shown))))
    rows: list[list[object]] = []
    for row, (name, *_) in enumerate(PAPER_TABLE):
        spread = [_spread(values[:, row]) for values in (*degrees.values(), left)]
        rows.append([name, f"{PRINTED[row]:.1f}", f"{dark[:, row].sum()} of {seeds}", *spread])
    every = [_spread(np.median(values[:, 5:], axis=1)) for values in (*degrees.values(), left)]
    share = 100 * dark[:, 5:].mean(axis=1)
    rows.append(["whole sphere, median", "", f"{share.min():.0f} to {share.max():.0f} %", *every])
    return Section(
        title="Table 1 from several seeds",
        header=(
            "unit target",
            "paper [°]",
            "E_ρ = 0",
            "cut off",
            *(f"e = {e:g}" for e in SOFTNESS[1:]),
            f"E_ρ = {SAMPLE_RADIAL:.4f}",
        ),
        rows=rows,
        note=(
            f"Angle error [°]: median over {seeds} trainings (smallest to largest). E_ρ = 0: how many "
            f"answers leave no radial light. Quick preset, seeds 0 to {seeds - 1}. {machine()}"
        ),
    )


def full_recipe(column: str) -> np.ndarray:
    """Angle errors [deg] of the paper's own recipe in full, by seed and row, from a column of Sm."""
    with (FULL / "seeds.csv").open(encoding="utf-8", newline="") as file:
        rows = [(int(row["seed"]), float(row[column])) for row in csv.DictReader(file)]
    seeds = sorted({seed for seed, _ in rows})
    return np.degrees(np.arccos([[sm for own, sm in rows if own == seed] for seed in seeds]))


@styled
def picture(cut_off: np.ndarray, soft: np.ndarray, left: np.ndarray) -> Figure:
    """Angle error of each row of Table 1: quick trainings, the paper's recipe in full, the paper."""
    figure = new_figure(6.7, 3.3)
    axes = figure.add_axes((0.08, 0.15, 0.9, 0.63))
    places = np.arange(len(PAPER_TABLE))
    full = full_recipe("similarity_t1")
    quick = f"{len(cut_off)} quick trainings"
    kinds = (
        (cut_off, "o", TRUE_COLOUR, f"{quick}: $E_ρ$ completes the power, cut off at 0"),
        (full, "^", TRUE_COLOUR, f"paper's recipe in full, {len(full)} trainings: the same"),
        (soft, "o", SOFT_COLOUR, f"{quick}: smooth end ($e$ = {SHOWN_SOFTNESS:g})"),
        (left, "o", PREDICTED_COLOUR, f"{quick}: $E_ρ$ = {SAMPLE_RADIAL:.2f}, as in the paper's sample"),
        (
            full_recipe("similarity_sample_radial"),
            "^",
            PREDICTED_COLOUR,
            f"paper's recipe in full, {len(full)} trainings: the same",
        ),
    )
    for shift, (values, marker, colour, label) in zip(np.linspace(-0.34, 0.34, 5), kinds, strict=True):
        x = np.broadcast_to(places + shift, values.shape)
        axes.plot(x.ravel(), values.ravel(), marker, ms=3.6, mfc="none", mec=colour, mew=0.8, label=label)
    axes.hlines(
        PRINTED, places - 0.45, places + 0.45, color=REFERENCE_COLOUR, lw=1.0, label="printed: arccos of Sm"
    )
    for edge in places[1:] - 0.5:
        axes.axvline(edge, color="#dddddd", lw=0.5, zorder=0)
    axes.set(
        xlim=(-0.5, len(places) - 0.5),
        ylim=(-2, 1.06 * max(values.max() for values, *_ in kinds)),
        ylabel="angle error at the unit target [°]",
        xlabel="target of Table 1, M(azimuth, polar angle)",
    )
    axes.set_xticks(places, [row[0] for row in PAPER_TABLE])
    axes.tick_params(axis="x", length=0)
    figure.legend(loc="upper center", ncols=2, bbox_to_anchor=(0.53, 1.0), columnspacing=1.5)
    return headed(figure, figure_heading(LENS, shown="M at the focus, of four beams of unit power"))


def _degrees(weights: np.ndarray, directions: np.ndarray) -> np.ndarray:
    return np.degrees(evaluate_weights(weights, directions, LENS).angle_error)


def _spread(values: np.ndarray) -> str:
    return f"{np.median(values):.1f} ({values.min():.1f} to {values.max():.1f})"


def main() -> None:
    """Train, print the table, draw the figure, and put the table into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, default=None, help="folder of trained networks")
    table = section(keep=parser.parse_args().keep).to_markdown()
    print(table)
    put_into_page(table, start=START, end=END)


if __name__ == "__main__":
    main()
