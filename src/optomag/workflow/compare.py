"""`optomag compare`: the paper's network, this library's and the closed forms over the whole sphere."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

import optomag
from optomag.errors import InvalidInputError, refuse
from optomag.inverse.orientation.design import simulated
from optomag.inverse.orientation.flat_amplitude import FlatAmplitude
from optomag.inverse.orientation.four_beam_method import FourBeam
from optomag.inverse.orientation.linear_methods import CompletedBasis, LinearBasis, Optimal, ReversedDipoles
from optomag.inverse.orientation.method import Answer, Method
from optomag.inverse.orientation.network_method import Network, load_network, proposals_label
from optomag.io.files import write_bytes, write_json, write_text
from optomag.io.manifest import machine
from optomag.io.result_folder import new_result, require_free
from optomag.io.table import table_text
from optomag.learning.four_beam_network import FourBeamNetwork
from optomag.optics.objective import Objective
from optomag.optics.setup import Setup
from optomag.plot.compare import ComparedMethod, Kind, comparison_figure
from optomag.plot.pages import compare as compare_page
from optomag.plot.style import render_png
from optomag.quadrature import sphere_directions
from optomag.workflow.config import OUT, CompareConfig
from optomag.workflow.pictures import methods_heading
from optomag.workflow.progress import Progress
from optomag.workflow.spread import spread_of_angles

RECORD, TABLE, FIGURE = "compare.json", "compare.csv", "compare.png"
PLACE: Final[dict[str, Any]] = {
    "kind": "optomag-comparison",
    "command": "optomag compare",
    "writes": (RECORD, TABLE, FIGURE, compare_page.NAME),
}

USUAL_MODEL = OUT / "model.safetensors"
"""Where `optomag reproduce` leaves the paper's network when nobody says otherwise."""

PAPER_PROPOSALS = (1, 10, 100)
"""Numbers of proposals T that the paper's network is tried with."""

ENOUGH_SECONDS = 5.0
"""A method is not timed again once its timings have taken so long."""


@dataclass(frozen=True)
class Entry:
    """One row of the comparison.

    Attributes
    ----------
    label : str
        Its name in table and figure.
    kind : "paper", "network" or "closed form"
    method : Method
    proposals : int
        Answers from which the best is taken by simulation: the T of r_T.
    """

    label: str
    kind: Kind
    method: Method
    proposals: int = 1


def run_compare(config: CompareConfig, *, progress: Progress) -> list[dict[str, Any]]:
    """Compare all methods; write compare.csv, compare.json, compare.png, compare.html and the manifest.

    Parameters
    ----------
    config : CompareConfig
        What the command was told.
    progress : Progress
        Where each row is shown.

    Returns
    -------
    list of dict
        The rows of compare.json.

    Raises
    ------
    InvalidInputError
        If the model or the folder cannot be used.
    StorageError
        Where the file system refuses in the middle.
    """
    started = time.time()
    model = paper_model(config.model)
    require_free(config.out, **PLACE)
    lens, wanted = config.lens.objective(), sphere_directions(config.directions)
    advice = None
    if model is None:
        advice = (
            f"The paper's network is left out: there is no {USUAL_MODEL}. Run `optomag reproduce`, or name "
            "a trained one with --model."
        )
        progress.say(advice)
    rows, drawn = [], []
    for entry in entries(model):
        try:
            row, compared = measure(entry, lens, wanted, repeats=config.repeats)
        except InvalidInputError as refusal:  # a method that does not serve this lens
            left_out = f"{entry.label} is left out: {refusal}"
            advice = f"{advice} {left_out}" if advice else left_out
            progress.tell(left_out)
            continue
        progress.tell(sentence(row))
        rows.append(row)
        drawn.append(compared)
    heading = methods_heading(lens, len(wanted))
    picture = render_png(comparison_figure(wanted, drawn, heading=heading))
    run = {
        "version": optomag.__version__,
        "started": datetime.fromtimestamp(started, UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "config": config.manifest(),
        "note": advice,
    }
    with new_result(config.out, **PLACE) as result:
        record = {**run, "methods": rows}
        write_json(result.path / RECORD, record)
        write_text(result.path / TABLE, as_csv(rows))
        write_bytes(result.path / FIGURE, picture)
        write_text(result.path / compare_page.NAME, compare_page.page(rows, picture, run=run))
        result.seal(config=config.manifest(), seed=None, started=started)
    if replaced := result.replaced():
        progress.say(replaced)
    progress.tell(f"table and figure in {result.folder / compare_page.NAME}")
    progress.record({"folder": result.folder, **record})
    return rows


def paper_model(path: Path | None) -> Path | None:
    """The paper's trained network: the one that was named, else the usual one where there is one.

    Raises
    ------
    InvalidInputError
        If the file that was named is missing, damaged or another kind of network.
    """
    if path is None:
        return USUAL_MODEL if USUAL_MODEL.is_file() else None
    if not isinstance(load_network(path), FourBeamNetwork):
        refuse("model", "the paper's network, as `optomag train` writes it", path)
    return path


def entries(model: Path | None) -> list[Entry]:
    """The rows of the comparison, in the order of the table."""
    paper = [] if model is None else [_paper_entry(model, count) for count in PAPER_PROPOSALS]
    networks = Network(), Network(refine=2)
    closed_forms = (
        FourBeam(),
        CompletedBasis(),
        LinearBasis(),
        FlatAmplitude(),
        ReversedDipoles(),
        ReversedDipoles(corrected=True),
        Optimal(),
    )
    return [
        *paper,
        *(Entry(method.label, "network", method) for method in networks),
        *(Entry(method.label, "closed form", method) for method in closed_forms),
    ]


def measure(
    entry: Entry, lens: Objective, wanted: np.ndarray, *, repeats: int
) -> tuple[dict[str, Any], ComparedMethod]:
    """One row of numbers, and the arrays behind its curves.

    Parameters
    ----------
    entry : Entry
    lens : Objective
    wanted : float64, shape (n, 3)
        Unit vectors.
    repeats : int
        Timings at most.
    """
    setup, method = Setup(lens), entry.method
    family = method.family(setup)
    answer, seconds = timed(lambda: method.solve(wanted, family), repeats=repeats)
    found = simulated(wanted, setup, method, family, answer.rows, np.ones(len(wanted), bool))
    errors, efficiency = np.asarray(found.angle_error), np.asarray(found.efficiency)
    row = {
        "method": entry.label,
        "kind": entry.kind,
        "proposals": entry.proposals,
        "angle_error_deg": spread_of_angles(errors),
        "r_t_deg": float(np.degrees(errors).mean()),
        "efficiency": {
            "median": float(np.median(efficiency)),
            "p1": float(np.percentile(efficiency, 1)),
            "worst": float(efficiency.min()),
        },
        "microseconds_per_design": 1e6 * seconds / len(wanted),
    }
    return row, ComparedMethod(entry.label, entry.kind, errors, efficiency)


def as_csv(rows: Sequence[dict[str, Any]]) -> str:
    """The table as comma-separated values, one line for each method."""
    flat = [_flat(row) for row in rows]
    return table_text(list(flat[0]), flat)


def sentence(row: dict[str, Any]) -> str:
    """A row as one line of progress."""
    angle, efficiency = row["angle_error_deg"], row["efficiency"]
    return (
        f"{row['method']}: angle error median {angle['median']:.2g}°, worst {angle['worst']:.2g}°; "
        f"efficiency median {efficiency['median']:.3f}, worst {efficiency['worst']:.3f}; "
        f"{row['microseconds_per_design']:.3g} µs per design"
    )


def _paper_entry(model: Path, count: int) -> Entry:
    return Entry(f"paper's {proposals_label(count)}", "paper", Network(model, proposals=count), count)


def timed(solve: Callable[[], Answer], *, repeats: int) -> tuple[Answer, float]:
    """The answer, and the median time [s] that it takes warm.

    A first answer that takes longer than `ENOUGH_SECONDS` is its own timing: compiling is little of it.
    """
    begun = time.perf_counter()
    answer = solve()
    first = time.perf_counter() - begun
    if first > ENOUGH_SECONDS:
        return answer, first
    timings: list[float] = []
    while not timings or (len(timings) < repeats and sum(timings) < ENOUGH_SECONDS):
        begun = time.perf_counter()
        solve()
        timings.append(time.perf_counter() - begun)
    return answer, float(np.median(timings))


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat |= {f"{name}_{key}": f"{number:.6g}" for key, number in value.items()}
        else:
            flat[name] = f"{value:.6g}" if isinstance(value, float) else value
    return flat
