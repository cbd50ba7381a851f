"""`optomag tolerance`: a saved design or structure meets the errors of a real set-up."""

from __future__ import annotations

import csv
import io
import math
import time
from pathlib import Path
from typing import Any

import numpy as np

from optomag.inverse.orientation.design import Design
from optomag.inverse.structure.structure import Structure
from optomag.io.files import npy_bytes, write_bytes, write_json, write_text
from optomag.io.result_folder import new_result
from optomag.light.light import light_of
from optomag.optics.description import setup_line
from optomag.optics.jones import sampled_jones
from optomag.optics.pupil_files import describe_pupil
from optomag.plot.angle_text import angle_text
from optomag.slm.device_file import load_device
from optomag.slm.mask_files import write_masks
from optomag.slm.verification import with_uncertainty
from optomag.tolerances.mask_cure import MaskCure
from optomag.tolerances.precompensation import Precompensation, precompensate
from optomag.tolerances.tolerance import Sensitivity, Tolerance, require_pixels, simulations, tolerance
from optomag.workflow.load import load
from optomag.workflow.measured import load_measured
from optomag.workflow.progress import HeadedProgress, Progress
from optomag.workflow.tolerance_config import ToleranceConfig

COMMAND, FORMAT = "optomag tolerance", "optomag-tolerance"
TABLE, RECORD, FIGURE = "tolerance.csv", "tolerance.json", "tolerance.png"
MAP, MASKS = "precompensated.npy", "masks"
COLUMNS = (
    *("error", "typical", "unit", "angle_error_deg", "slope_deg_per_unit", "strength", "sign", "kept"),
    *("shift_x_nm", "shift_y_nm", "shift_z_nm", "distortion_deg", "skyrmion_number"),
)
NANOMETRES = 1e9
SIGNS = {1: "+", -1: "-", 0: ""}


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
    require_pixels(config.pixels)
    config.require_usable(folder)
    saved, measured = load(folder), _measured(config)
    light = light_of(saved, name="result to disturb")
    progress = HeadedProgress(progress, setup_line(light.lens, light.film))
    device = None if config.device is None else load_device(config.device)
    writes = (TABLE, RECORD, FIGURE, MAP, MASKS)
    with new_result(config.out, kind=FORMAT, command=COMMAND, writes=writes) as result:
        cure = None if measured is None else precompensate(light, measured, device=device)
        steps = simulations(config.draws)
        with progress.task("tolerances", steps, unit="simulations") as task:
            found = tolerance(
                saved, draws=config.draws, pixels=config.pixels, seed=config.seed, on_step=task.update
            )
        write_text(result.path / TABLE, _table(found.sensitivities))
        if not config.no_picture:
            # Only here: numbers need no graphics.
            from optomag.plot.style import render_png

            write_bytes(result.path / FIGURE, render_png(found.plot()))
        if cure is not None:
            write_bytes(result.path / MAP, npy_bytes(sampled_jones(cure.beam, config.pixels)))
            if cure.masks is not None:
                write_masks(cure.masks, result.path / MASKS, picture=not config.no_picture)
        record = _record(saved, found, cure)
        write_json(result.path / RECORD, record)
        settings = {"source": str(folder), **config.manifest()}
        result.seal(config=settings, seed=config.seed, started=started)
    for line in summary(found, cure):
        progress.tell(line)
    if sentence := result.replaced():
        progress.say(sentence)
    files = "table and numbers" if config.no_picture else "table, figure and numbers"
    progress.tell(f"{files} in {result.folder}")
    progress.record({"folder": result.folder, **record})
    return found


def summary(found: Tolerance, cure: Precompensation | None) -> list[str]:
    """The worst three errors, all together, and the cure, as plain lines."""
    worst = ", ".join(
        f"{angle_text(np.degrees(row.angle))} and {row.strength:.0%} of |M| by {row.disturbance.name}"
        + (f" ({SIGNS[row.sign]})" if row.sign else "")
        for row in found.sensitivities[:3]
    )
    middle, most = np.degrees(np.percentile(found.angles, [50, 95]))
    left, left_most = np.degrees(np.percentile(found.distortions, [50, 95]))
    strength, least = np.percentile(found.strengths, [50, 5])
    aside, along = np.median(_shift_nm(found), axis=0)
    lines = [
        f"worst alone, the worse of both signs: {worst}",
        f"all together: median {angle_text(middle)}, 95 % below {angle_text(most)}; "
        f"|M| median {strength:.0%} of the ideal, 95 % above {least:.0%}",
        f"of this the pattern's mere shift is, in the median, {aside:.3g} nm aside and {along:.3g} nm along "
        f"the axis; where it has gone: median {angle_text(left)}, 95 % below {angle_text(left_most)}",
    ]
    if not math.isnan(found.ideal_skyrmion_number):
        low, half, high = np.percentile(found.skyrmion_numbers, [5, 50, 95])
        lines.append(
            f"skyrmion number: {found.ideal_skyrmion_number:.3g} without errors, "
            f"median {half:.3g}, 90 % between {low:.3g} and {high:.3g}"
        )
    if cure is None:
        return lines
    aberrated, cured, levelled, weights = np.degrees(
        [cure.aberrated, cure.cured, cure.levelled, cure.reweighted]
    )
    line = (
        f"measured aberration: {angle_text(aberrated)} off ({cure.aberrated_strength:.1%} of |M|); "
        f"{angle_text(cured)} with its conjugate on the pupil ({cure.cured_strength:.1%})"
    )
    if cure.pupil.levels:
        line += f", {angle_text(levelled)} with the amplitudes levelled too ({cure.levelled_strength:.1%})"
    if cure.weights is not None:
        line += f", {angle_text(weights)} by weights alone ({cure.reweighted_strength:.1%})"
    lines.append(line)
    if cure.through_masks is not None:
        masks = cure.through_masks
        wrong = with_uncertainty(*np.degrees([masks.aberrated, masks.aberrated_uncertainty]))
        right = with_uncertainty(*np.degrees([masks.cured, masks.cured_uncertainty]))
        lines.append(
            f"through the grey levels of {masks.images.device.name}: ({wrong})° off "
            f"({masks.aberrated_strength:.1%} of |M|), ({right})° with the masks in {MASKS} "
            f"({masks.cured_strength:.1%} of |M|)"
        )
    return lines


def _shift_nm(found: Tolerance) -> np.ndarray:
    """How far each random set-up moved the pattern, aside and along the axis, (draws, 2) [nm]."""
    x, y, z = found.shifts.T * NANOMETRES
    return np.stack([np.hypot(x, y), np.abs(z)], axis=-1)


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
        "slope_deg_per_unit": _known(slope),
        "strength": row.strength,
        "sign": SIGNS[row.sign],
        "kept": row.kept,
        **{f"shift_{axis}_nm": float(part * NANOMETRES) for axis, part in zip("xyz", row.shift, strict=True)},
        "distortion_deg": float(np.degrees(row.distortion)),
        "skyrmion_number": _known(row.skyrmion_number),
    }


def _known(value: float) -> float | None:
    """What a file says: nothing where there is no number."""
    return None if math.isnan(value) else float(value)


def _record(saved: Any, found: Tolerance, cure: Precompensation | None) -> dict[str, Any]:
    record: dict[str, Any] = _described(saved) | {
        "alone": [_row(row) for row in found.sensitivities],
        "together": {
            "draws": len(found.angles),
            "angle_error_deg": _spread(np.degrees(found.angles)),
            "strength": {
                "median": float(np.median(found.strengths)),
                "p5": float(np.percentile(found.strengths, 5)),
                "worst": float(found.strengths.min()),
            },
            "shift_aside_nm": _spread(_shift_nm(found)[:, 0]),
            "shift_along_nm": _spread(_shift_nm(found)[:, 1]),
            "distortion_deg": _spread(np.degrees(found.distortions)),
        },
    }
    if not math.isnan(found.ideal_skyrmion_number):
        names, numbers = ("p5", "median", "p95"), np.percentile(found.skyrmion_numbers, [5, 50, 95])
        record["together"]["skyrmion_number"] = {
            "ideal": found.ideal_skyrmion_number,
            **dict(zip(names, numbers.tolist(), strict=True)),
        }
    if cure is not None:
        cases = ["aberrated", "cured", *(["levelled"] if cure.pupil.levels else [])]
        cases += ["reweighted"] if cure.weights is not None else []
        record["precompensation"] = {
            "zernike_waves_rms": {f"{n},{m}": waves for (n, m), waves in cure.pupil.terms.items()},
            "pupil": describe_pupil(cure.pupil),
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


def _measured(config: ToleranceConfig) -> Any:
    """What was measured: terms, a pupil, or nothing."""
    return config.terms() or None if config.measured is None else load_measured(config.measured)


def _spread(values: np.ndarray) -> dict[str, float]:
    return {
        "median": float(np.median(values)),
        "p95": float(np.percentile(values, 95)),
        "worst": float(values.max()),
    }


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
