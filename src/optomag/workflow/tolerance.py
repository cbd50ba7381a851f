"""`optomag tolerance`: a saved design meets the errors of a real set-up."""

from __future__ import annotations

import csv
import io
import math
import time
from pathlib import Path
from typing import Any

import numpy as np

from optomag.inverse.orientation.design import Design
from optomag.inverse.orientation.saved_design import load_design
from optomag.inverse.tolerance.precompensation import Precompensation, precompensate
from optomag.inverse.tolerance.tolerance import (
    Sensitivity,
    Tolerance,
    require_tolerance_of,
    simulations,
    tolerance,
)
from optomag.io.files import atomic_path, require_writable_folder, write_bytes, write_json, write_text
from optomag.io.manifest import write_manifest
from optomag.optics.jones import sampled_jones
from optomag.plot.style import render_png
from optomag.plot.tolerance import ErrorBar, tolerance_figure
from optomag.workflow.config import ToleranceConfig
from optomag.workflow.progress import Progress

TABLE, RECORD, FIGURE, MAP = "tolerance.csv", "tolerance.json", "tolerance.png", "precompensated.npy"
COLUMNS = ("error", "typical", "unit", "angle_error_deg", "slope_deg_per_unit", "strength")


def run_tolerance(folder: Path, config: ToleranceConfig, *, progress: Progress) -> Tolerance:
    """Tabulate and draw the tolerances of the design in `folder`.

    Parameters
    ----------
    folder : Path
        As `Design.save` or `optomag design` wrote it.
    config : ToleranceConfig
        What the command was told.
    progress : Progress
        Where the result is shown.

    Returns
    -------
    Tolerance

    Raises
    ------
    InvalidInputError
        If the design, a term or the folder for the results cannot be used.
    StorageError
        Where the file system refuses in the middle.
    """
    started = time.time()
    design, terms = load_design(folder), config.terms()
    require_tolerance_of(design)
    cure = precompensate(design, terms) if terms else None
    out = require_writable_folder(config.out)
    with progress.task("tolerances", simulations(config.draws), unit="simulations") as task:
        found = tolerance(
            design, draws=config.draws, pixels=config.pixels, seed=config.seed, on_step=task.update
        )
    write_text(out / TABLE, _table(found.sensitivities))
    write_bytes(out / FIGURE, render_png(_figure(found)))
    if cure is not None:
        with atomic_path(out / MAP) as part, open(part, "wb") as file:
            np.save(file, sampled_jones(cure.beam, config.pixels), allow_pickle=False)
    write_json(out / RECORD, _record(design, found, cure, config))
    write_manifest(
        out, command="optomag tolerance", config=config.manifest(), seed=config.seed, started=started
    )
    for line in summary(found, cure):
        progress.say(line)
    progress.say(f"table, figure and numbers in {out}")
    return found


def summary(found: Tolerance, cure: Precompensation | None) -> list[str]:
    """The worst three errors, all together, and the cure, as plain lines."""
    worst = ", ".join(
        f"{row.disturbance.name} {np.degrees(row.angle):.2g}°" for row in found.sensitivities[:3]
    )
    middle, most = np.degrees(np.percentile(found.angles, [50, 95]))
    lines = [f"worst alone: {worst}", f"all together: {middle:.2g}° in the middle, 95 % below {most:.2g}°"]
    if cure is not None:
        aberrated, cured, weights = np.degrees([cure.aberrated, cure.cured, cure.reweighted])
        lines.append(
            f"measured aberration: {aberrated:.2g}° off; {cured:.2g}° with its conjugate on the pupil "
            f"({cure.cured_strength:.1%} of the bound), {weights:.2g}° by weights alone "
            f"({cure.reweighted_strength:.1%})"
        )
    return lines


def _table(rows: tuple[Sensitivity, ...]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row[name] for name in COLUMNS] for row in map(_row, rows))
    return text.getvalue()


def _row(row: Sensitivity) -> dict[str, Any]:
    slope = float(np.degrees(row.slope))
    return {
        "error": row.disturbance.name,
        "typical": row.disturbance.typical,
        "unit": row.disturbance.unit,
        "angle_error_deg": float(np.degrees(row.angle)),
        "slope_deg_per_unit": None if math.isnan(slope) else slope,
        "strength": row.strength,
    }


def _record(
    design: Design, found: Tolerance, cure: Precompensation | None, config: ToleranceConfig
) -> dict[str, Any]:
    angles = np.degrees(found.angles)
    record: dict[str, Any] = {
        "target": design.target.tolist(),
        "method": design.method.name,
        "alone": [_row(row) for row in found.sensitivities],
        "together": {
            "draws": len(angles),
            "angle_error_deg": {
                "median": float(np.median(angles)),
                "p95": float(np.percentile(angles, 95)),
                "worst": float(angles.max()),
            },
            "strength": {
                "median": float(np.median(found.strengths)),
                "worst": float(found.strengths.min()),
            },
        },
    }
    if cure is not None:
        record["precompensation"] = {
            "zernike_waves_rms": {f"{n},{m}": waves for (n, m), waves in config.terms().items()},
            "angle_error_deg": {
                name: float(np.degrees(getattr(cure, name))) for name in ("aberrated", "cured", "reweighted")
            },
            "efficiency": {
                name: getattr(cure, f"{name}_strength") for name in ("aberrated", "cured", "reweighted")
            },
        }
    return record


def _figure(found: Tolerance) -> Any:
    bars = [
        ErrorBar(
            f"{row.disturbance.name}, {row.disturbance.typical:g} {row.disturbance.unit}",
            float(np.degrees(row.angle)),
            float(np.degrees(row.slope * row.disturbance.typical)),
        )
        for row in found.sensitivities
    ]
    return tolerance_figure(bars, np.degrees(found.angles), found.strengths)
