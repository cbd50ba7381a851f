"""What a trained network is worth: the paper's example and table, and every method over the whole sphere.

Every number is re-simulated: the weights go through the focusing engine, and what they write at the focus is
compared with what was wanted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure

import optomag
from optomag.inverse.orientation.four_beam_method import FourBeam
from optomag.inverse.orientation.network_method import proposals_label
from optomag.inverse.orientation.shown_live import page_line_of
from optomag.io.files import write_bytes, write_json, write_text
from optomag.io.manifest import machine
from optomag.io.page_line import PAGE
from optomag.io.result_folder import new_result, require_free
from optomag.io.table import table_text
from optomag.learning.focal_peak import focal_peak
from optomag.learning.four_beam import best_four_beam_weights
from optomag.learning.four_beam_network import FourBeamNetwork
from optomag.learning.proposals import (
    WrittenDirections,
    best_proposals,
    completed_weights,
    evaluate_weights,
    polish,
    simulate_focus,
    weights_with_radial,
)
from optomag.magnetism.direction import direction_of, unit_vectors
from optomag.magnetism.inverse_faraday import similarity
from optomag.magnetism.made_for import SPIN
from optomag.optics.objective import Objective
from optomag.optics.setup import Setup
from optomag.page.live_page import live_page
from optomag.plot.pages import report as page
from optomag.plot.style import render_png
from optomag.quadrature import sphere_directions
from optomag.workflow.config import EvaluateConfig
from optomag.workflow.pictures import example_figure, methods_figure
from optomag.workflow.progress import Progress
from optomag.workflow.spread import spread_of_angles

COMMAND: Final = "optomag evaluate"
RECORD, TABLE = "report.json", "table1.csv"
WRITES: Final = (RECORD, TABLE, page.NAME, PAGE, "fig4.png", "sphere.png")
PLACE: Final[dict[str, Any]] = {"kind": "optomag-evaluation", "command": COMMAND, "writes": WRITES}

PAPER_EXAMPLE = (0.398, -0.611, 0.467)
"""(E_ax, E_ay1, E_ay2) of the worked example, arXiv:2103.13592, section 3."""

PAPER_TABLE = (
    ("M(π, π/2)", np.pi, np.pi / 2, 1.0000),
    ("M(π/3, π/6)", np.pi / 3, np.pi / 6, 0.9679),
    ("M(4π/3, π/6)", 4 * np.pi / 3, np.pi / 6, 0.9626),
    ("M(5π/6, 2π/3)", 5 * np.pi / 6, 2 * np.pi / 3, 0.9996),
    ("M(7π/6, π/6)", 7 * np.pi / 6, np.pi / 6, 0.8514),
)
"""Table 1 of the paper: name, azimuth [rad], polar angle [rad], printed Sm. The components follow from the
angles; the paper prints M_y of the third row with the wrong sign."""


@dataclass(frozen=True)
class TriedMethod:
    """A method, tried in many directions.

    Attributes
    ----------
    label : str
        What figures and pages call it.
    written : WrittenDirections
        What it wrote.
    seconds : float [s]
        Time that it took over all directions.
    """

    label: str
    written: WrittenDirections
    seconds: float


@dataclass(frozen=True)
class Evaluation:
    """The numbers of an evaluation and the arrays behind its figures.

    Attributes
    ----------
    report : dict
        `example`, `table1` and `sphere`, as in report.json.
    directions : float64, shape (n, 3)
        Where each method was tried.
    methods : dict of str to TriedMethod
        What each method wrote there.
    """

    report: dict[str, Any]
    directions: np.ndarray
    methods: dict[str, TriedMethod]


def evaluate_network(
    network: FourBeamNetwork, lens: Objective, *, directions: int, proposals: int, progress: Progress
) -> Evaluation:
    """Run the whole evaluation of a network of law U (inputs are M(0)/max |M|)."""
    wanted = sphere_directions(directions)
    methods = evaluate_sphere(network, lens, wanted, proposals=proposals, progress=progress)
    report = {
        "example": worked_example(network, lens),
        "table1": table_of_targets(network, lens, proposals=proposals),
        "sphere": {
            name: {
                "label": method.label,
                **summary(method.written),
                "microseconds_per_design": 1e6 * method.seconds / len(wanted),
            }
            for name, method in methods.items()
        },
        "unit_targets": {"share_without_radial_light": float(np.mean(sum_of_squares(network, wanted) >= 1))},
    }
    return Evaluation(report, wanted, methods)


def run_evaluate(config: EvaluateConfig, *, progress: Progress) -> Evaluation:
    """Evaluate a trained network; write report.json, report.html, table1.csv, the figures and the manifest.

    Raises
    ------
    InvalidInputError
        If the model or the folder cannot be used.
    StorageError
        Where the file system refuses in the middle; what was there stays.
    """
    started = time.time()
    config.require_usable()
    network = FourBeamNetwork.load(config.model)
    lens = config.lens.objective()
    require_free(config.out, **PLACE)
    found = evaluate_network(
        network, lens, directions=config.directions, proposals=config.proposals, progress=progress
    )
    run = {"config": config.manifest(), "seed": None}
    figures = evaluation_figures(found, lens)
    with new_result(config.out, **PLACE) as result:
        write_results(result.path, found.report, figures, run={"command": COMMAND, **run}, started=started)
        result.seal(started=started, **run)
    if sentence := result.replaced():
        progress.say(sentence)
    progress.tell(f"report in {result.folder / page.NAME}")
    progress.record({"folder": result.folder, **found.report})
    return found


def evaluation_figures(found: Evaluation, lens: Objective) -> dict[str, Figure]:
    """Figure 4 and the maps of all methods over the sphere."""
    example = found.report["example"]
    return {
        "fig4": example_figure(example["weights_true"], example["weights_predicted"], lens),
        "sphere": methods_figure(
            found.directions, {method.label: method.written for method in found.methods.values()}, lens
        ),
    }


def write_results(
    folder: Path,
    report: dict[str, Any],
    figures: dict[str, Figure],
    *,
    run: dict[str, Any],
    started: float,
) -> None:
    """Write report.json, table1.csv, the figures, report.html and the live page that it leads to.

    Parameters
    ----------
    folder : Path
    report : dict
        Content of report.json.
    figures : dict of str to Figure
        Written as <name>.png.
    run : dict
        `command`, `config` and `seed`, as in the manifest.
    started : float [s]
        `time.time()` at the start of the run.

    Raises
    ------
    StorageError
        Where the file system refuses.
    """
    pictures = {name: render_png(figure) for name, figure in figures.items()}
    write_json(folder / RECORD, report)
    write_text(folder / TABLE, table_as_csv(report["table1"]))
    for name, picture in pictures.items():
        write_bytes(folder / f"{name}.png", picture)
    known = {
        "version": optomag.__version__,
        "machine": machine(),
        "started": datetime.fromtimestamp(started, UTC).isoformat(timespec="seconds"),
        "duration_seconds": time.time() - started,
        "live_page": PAGE,
    }
    write_text(folder / PAGE, live_page())
    write_text(folder / page.NAME, page.report_page({**report, **known, **run}, pictures))


def worked_example(network: FourBeamNetwork, lens: Objective) -> dict[str, Any]:
    """The paper's example: its weights, what the network makes of what they write, and how alike both are.

    Magnetizations are divided by max |M| over the focal plane, as in the paper.
    """
    true = completed_weights(PAPER_EXAMPLE)
    wanted = _over_peak(true, lens)
    predicted = completed_weights(np.asarray(network(wanted[None]))[0])
    written = _over_peak(predicted, lens)
    return {
        "weights_true": true[:3].tolist(),
        "weights_predicted": predicted[:3].tolist(),
        "magnetization_true": wanted.tolist(),
        "magnetization_predicted": written.tolist(),
        "similarity": float(similarity(wanted, written)),
        "page": page_line_of(unit_vectors(wanted), Setup(lens), FourBeam(), SPIN),
    }


def table_of_targets(network: FourBeamNetwork, lens: Objective, *, proposals: int) -> list[dict[str, Any]]:
    """The paper's Table 1: the unit target as it is (the paper's way, T = 1), and the best of many lengths.

    `sum_of_squares_t1` is that of the three weights with which the network answers the unit target; above 1
    no power is left for the radial beam, and E_rho is 0. `similarity_sample_radial` takes the same answer
    with E_rho of the worked example, which comes nearer to what the paper prints.
    """
    targets = direction_of(*np.array([row[1:3] for row in PAPER_TABLE]).T)
    best = best_proposals(network, targets, lens, proposals=proposals)
    single = best_proposals(network, targets, lens, proposals=1)
    used = sum_of_squares(network, targets)
    radial = float(completed_weights(PAPER_EXAMPLE)[3])
    kept = evaluate_weights(weights_with_radial(network(targets), radial), targets, lens).similarity
    return [
        {
            "name": name,
            "target": targets[row].tolist(),
            **_row("_t1", single, row),
            "sum_of_squares_t1": float(used[row]),
            "similarity_sample_radial": float(kept[row]),
            **_row("", best, row),
            "paper_similarity": printed,
            "page": page_line_of(targets[row], Setup(lens), FourBeam(), SPIN),
        }
        for row, (name, _, _, printed) in enumerate(PAPER_TABLE)
    ]


def sum_of_squares(network: FourBeamNetwork, targets: np.ndarray) -> np.ndarray:
    """E_ax^2 + E_ay1^2 + E_ay2^2 of what the network answers to targets (n, 3), shape (n,)."""
    return np.sum(np.asarray(network(targets), np.float64) ** 2, axis=-1)


def evaluate_sphere(
    network: FourBeamNetwork, lens: Objective, wanted: np.ndarray, *, proposals: int, progress: Progress
) -> dict[str, TriedMethod]:
    """What each method writes for each wanted direction, by the name that report.json gives it."""
    counts = sorted({count for count in (1, 10, 100) if count < proposals} | {proposals})
    methods: dict[str, TriedMethod] = {}
    best_proposals(network, wanted, lens, proposals=1)  # compiles, which is no method's time

    def run(name: str, label: str, method: Callable[[], WrittenDirections]) -> None:
        started = time.perf_counter()
        written = method()
        methods[name] = TriedMethod(label, written, time.perf_counter() - started)
        progress.tell(f"{name}: {_sentence(written)}")

    for count in counts:
        ask = partial(best_proposals, network, wanted, lens, proposals=count)
        run(f"network_t{count}", proposals_label(count), ask)
    run(
        "network_polished",
        "network, polished",
        lambda: polish(completed_weights(network(wanted)), wanted, lens),
    )
    run(
        "four_beam",
        f"closed form, {FourBeam().label}",
        lambda: evaluate_weights(best_four_beam_weights(wanted, lens), wanted, lens),
    )
    return methods


def summary(written: WrittenDirections) -> dict[str, dict[str, float]]:
    """Median, 99th percentile and worst of angle error and efficiency.

    p99 is what 99 % of all directions do at least as well as; for the efficiency, of which more is better,
    that is its 1st percentile and the worst its minimum.
    """
    efficiency = written.efficiency
    return {
        "angle_error_deg": spread_of_angles(written.angle_error),
        "efficiency": {
            "median": float(np.median(efficiency)),
            "p99": float(np.percentile(efficiency, 1)),
            "worst": float(efficiency.min()),
        },
    }


def table_as_csv(rows: list[dict[str, Any]]) -> str:
    """Table 1 as comma-separated values, one line for each target."""
    measured = ("similarity", "angle_error_deg", "efficiency")
    columns = [*(f"{name}_t1" for name in measured), "sum_of_squares_t1"]
    columns += ["similarity_sample_radial", *measured, "paper_similarity"]
    axes = [f"{kind}_{axis}" for kind in ("target", "predicted_t1", "predicted") for axis in "xyz"]
    lines = []
    for row in rows:
        values = [*row["target"], *row["predicted_t1"], *row["predicted"], *(row[name] for name in columns)]
        lines.append([row["name"], *(f"{value:.6g}" for value in values)])
    return table_text(["name", *axes, *columns], lines)


def _row(suffix: str, written: WrittenDirections, row: int) -> dict[str, Any]:
    """One row of Table 1 as one way of asking wrote it."""
    M = written.magnetization[row]
    length = np.linalg.norm(M)
    values = {
        "predicted": (M / length if length > 0 else M).tolist(),
        "similarity": float(written.similarity[row]),
        "angle_error_deg": float(np.degrees(written.angle_error[row])),
        "efficiency": float(written.efficiency[row]),
        "weights": written.weights[row].tolist(),
    }
    return {f"{name}{suffix}": value for name, value in values.items()}


def _over_peak(weights: np.ndarray, lens: Objective) -> np.ndarray:
    return np.asarray(simulate_focus(weights, lens)) / float(focal_peak(weights[None], lens)[0])


def _sentence(written: WrittenDirections) -> str:
    angle = np.degrees(written.angle_error)
    return (
        f"angle error median {np.median(angle):.3g}°, worst {angle.max():.3g}°; "
        f"efficiency median {np.median(written.efficiency):.3f}, worst {written.efficiency.min():.3f}"
    )
