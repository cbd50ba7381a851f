"""`optomag tolerance`: a saved design or structure meets the errors of a real set-up."""

from __future__ import annotations

import csv
import io
import math
import time
from pathlib import Path
from typing import Any

import numpy as np

from optomag.errors import refuse
from optomag.inverse.orientation.design import Design
from optomag.inverse.structure.structure import Structure
from optomag.io.files import npy_bytes, write_bytes, write_json, write_text
from optomag.io.result_folder import new_result
from optomag.light.light import light_of
from optomag.optics.jones import sampled_jones
from optomag.plot.style import render_png
from optomag.plot.tolerance import ErrorBar, tolerance_figure
from optomag.slm.device_file import load_device
from optomag.slm.verification import with_uncertainty
from optomag.tolerances.aim import aimed_light
from optomag.tolerances.mask_cure import MaskCure
from optomag.tolerances.precompensation import Precompensation, precompensate
from optomag.tolerances.tolerance import Sensitivity, Tolerance, simulations, tolerance
from optomag.workflow.config import ToleranceConfig
from optomag.workflow.load import load
from optomag.workflow.progress import Progress

COMMAND, FORMAT = "optomag tolerance", "optomag-tolerance"
TABLE, RECORD, FIGURE = "tolerance.csv", "tolerance.json", "tolerance.png"
MAP, MASKS = "precompensated.npy", "masks"
COLUMNS = ("error", "typical", "unit", "angle_error_deg", "slope_deg_per_unit", "strength")


def run_tolerance(folder: Path, config: ToleranceConfig, *, progress: Progress) -> Tolerance:
    """Tabulate and draw the tolerances of the design or structure in `folder`.

    Parameters
    ----------
    folder : Path
        As `optomag design`, `optomag shape`, or `save` of what they return wrote it.
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
        If the design, a term, the device or the folder for the results cannot be used, or there is a device
        but no term to make masks against.
    StorageError
        Where the file system refuses in the middle.
    """
    started = time.time()
    saved, terms = load(folder), config.terms()
    light = light_of(saved, name="result to disturb")
    if config.device is not None and not terms:
        refuse("zernike", "given with a device", config.zernike, "`optomag masks` makes masks without it.")
    points = len(aimed_light(light).points)
    device = None if config.device is None else load_device(config.device)
    writes = (TABLE, RECORD, FIGURE, MAP, MASKS)
    with new_result(config.out, kind=FORMAT, command=COMMAND, writes=writes) as result:
        cure = precompensate(light, terms, device=device) if terms else None
        steps = simulations(config.draws, points=points)
        with progress.task("tolerances", steps, unit="simulations") as task:
            found = tolerance(
                light, draws=config.draws, pixels=config.pixels, seed=config.seed, on_step=task.update
            )
        write_text(result.path / TABLE, _table(found.sensitivities))
        write_bytes(result.path / FIGURE, render_png(_figure(found)))
        if cure is not None:
            write_bytes(result.path / MAP, npy_bytes(sampled_jones(cure.beam, config.pixels)))
            if cure.masks is not None:
                cure.masks.save(result.path / MASKS)
        write_json(result.path / RECORD, _record(saved, found, cure, config))
        settings = {"source": str(folder), **config.manifest()}
        result.seal(config=settings, seed=config.seed, started=started)
    for line in summary(found, cure):
        progress.say(line)
    if sentence := result.replaced():
        progress.say(sentence)
    progress.say(f"table, figure and numbers in {result.folder}")
    return found


def summary(found: Tolerance, cure: Precompensation | None) -> list[str]:
    """The worst three errors, all together, and the cure, as plain lines."""
    worst = ", ".join(
        f"{np.degrees(row.angle):.2g}° by {row.disturbance.name}" for row in found.sensitivities[:3]
    )
    middle, most = np.degrees(np.percentile(found.angles, [50, 95]))
    lines = [f"worst alone: {worst}", f"all together: median {middle:.2g}°, 95 % below {most:.2g}°"]
    if cure is None:
        return lines
    aberrated, cured, weights = np.degrees([cure.aberrated, cure.cured, cure.reweighted])
    line = f"measured aberration: {aberrated:.2g}° off; {cured:.2g}° with its conjugate on the pupil"
    if cure.weights is not None:
        line += f", {weights:.2g}° by weights alone ({cure.reweighted_strength:.1%} of |M|)"
    lines.append(line)
    if cure.through_masks is not None:
        masks = cure.through_masks
        wrong = with_uncertainty(*np.degrees([masks.aberrated, masks.aberrated_uncertainty]))
        right = with_uncertainty(*np.degrees([masks.cured, masks.cured_uncertainty]))
        lines.append(
            f"through the grey levels of {masks.images.device.name}: ({wrong})° off, "
            f"({right})° with the masks in {MASKS} ({masks.cured_strength:.1%} of |M|)"
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
    saved: Any, found: Tolerance, cure: Precompensation | None, config: ToleranceConfig
) -> dict[str, Any]:
    angles = np.degrees(found.angles)
    record: dict[str, Any] = _described(saved) | {
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
        cases = ["aberrated", "cured", *(["reweighted"] if cure.weights is not None else [])]
        record["precompensation"] = {
            "zernike_waves_rms": {f"{n},{m}": waves for (n, m), waves in config.terms().items()},
            **_outcome(cure, cases),
        }
        if cure.through_masks is not None:
            device = {"device": cure.through_masks.images.device.name}
            record["precompensation"]["masks"] = {
                **device,
                **_outcome(cure.through_masks, cases[:2]),
                "angle_uncertainty_deg": {
                    name: float(np.degrees(getattr(cure.through_masks, f"{name}_uncertainty")))
                    for name in cases[:2]
                },
            }
    return record


def _described(saved: Any) -> dict[str, Any]:
    """What was disturbed: kind, and the target of a design or a structure."""
    if isinstance(saved, Structure):
        return {"target": type(saved.target).__name__, "pupil": type(saved.pupil).__name__}
    if isinstance(saved, Design):
        return {"target": saved.target.tolist(), "method": saved.method.name}
    return {"target": None if saved.target is None else saved.target.tolist()}


def _outcome(cure: Precompensation | MaskCure, cases: list[str]) -> dict[str, Any]:
    return {
        "angle_error_deg": {name: float(np.degrees(getattr(cure, name))) for name in cases},
        "strength": {name: getattr(cure, f"{name}_strength") for name in cases},
    }


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
