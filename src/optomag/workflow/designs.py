"""`optomag design DIRECTIONS.csv`: many directions in, all their beams out in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from optomag.inverse.orientation.design import Design
from optomag.inverse.orientation.design_files import MASKS, write_design
from optomag.inverse.orientation.many_designs import MOST_SHOWN, SHEET, TABLE
from optomag.io.direction_list import read_directions
from optomag.io.result_folder import require_free
from optomag.io.safe_name import require_apart
from optomag.magnetism.made_for import SPIN
from optomag.operating_system import typed
from optomag.plot.angle_text import error_text
from optomag.slm.device_file import load_device
from optomag.slm.mask_set import masks
from optomag.slm.series_files import FORMAT as SERIES
from optomag.slm.series_files import write_series
from optomag.workflow.design import designed, place_lines
from optomag.workflow.design_config import DesignConfig
from optomag.workflow.mask_series import counted, series_lines, series_record
from optomag.workflow.progress import Progress

FEW = 5
"""Names that a line lists."""

COMMAND = "optomag design"


def run_designs(source: Path, config: DesignConfig, *, progress: Progress) -> Design:
    """Design a beam for each direction of a list and write all to one folder.

    Parameters
    ----------
    source : Path
        The list.
    config : DesignConfig
        What the command was told.
    progress : Progress
        Where the result is shown.

    Returns
    -------
    Design
        Of all directions, as saved.

    Raises
    ------
    InvalidInputError
        If a direction is typed too, or the list, a setting or the folder cannot be used.
    StorageError
        Where the file system refuses in the middle.
    """
    config.require_wish()
    require_apart(source, config.out, (TABLE, SHEET, MASKS), name="directions", what="design")
    listed = read_directions(source)
    device = None if config.device is None else load_device(config.device)
    if device is not None:  # before the designs
        require_free(config.out / MASKS, kind=SERIES, command=COMMAND, writes=())
    found = designed(listed.directions, config, names=listed.names)
    picture, settings = not config.no_picture, {**config.manifest(), "directions": str(source)}
    how: dict[str, Any] = {"command": COMMAND, "config": settings, "name": "out"}
    result = write_design(found.parts(), config.out, picture=picture, **how)
    for line in (*place_lines(found), *summary(found)):
        progress.tell(line)
    if sentence := result.replaced():
        progress.say(sentence)
    shown = f", and {min(MOST_SHOWN, len(found))} of them drawn ({SHEET})" if picture else ""
    progress.tell(f"beams and table ({TABLE}){shown} in {result.folder}")
    progress.tell(f"one of them, for every command that takes a design: {result.folder / found.names[0]}")
    record = {"folder": result.folder, "method": found.method.name, **found.numbers()}
    if device is None:
        progress.tell(f"images for a modulator: optomag masks {typed(result.folder)} --device NAME")
    else:
        place = config.out / MASKS
        series: Any = masks(found, device)
        written = write_series(
            series.sets, place, picture=picture, counted=counted(progress, len(found)), **how
        )
        for line in series_lines(written, device, None):
            progress.tell(line)
        record["masks"] = series_record(written, device)
    progress.record(record)
    return found


def summary(found: Design) -> list[str]:
    """What the designs write, as a few plain lines."""
    good = np.flatnonzero(found.reachable)
    angles, efficiency = np.degrees(np.asarray(found.angle_error)[good]), np.asarray(found.efficiency)[good]
    lines = [f"{len(found):,} directions, method {found.method.name}"]
    if found.made_for != SPIN:
        lines.append(f"made for {found.made_for.sentence}")
    if len(good):
        worst, weakest = int(angles.argmax()), int(efficiency.argmin())
        lines.append(
            f"angle error: median {error_text(float(np.median(angles)))}, largest "
            f"{error_text(float(angles[worst]))} ({found.names[good[worst]]}); of the bound: "
            f"median {np.median(efficiency):.1%}, least {efficiency[weakest]:.1%} "
            f"({found.names[good[weakest]]})"
        )
    can = np.asarray(found.reachable).tolist()
    if lost := [name for name, good in zip(found.names, can, strict=True) if not good]:
        more = f" and {len(lost) - FEW:,} more" if len(lost) > FEW else ""
        lines.append(
            f"This method cannot write {len(lost):,} of them: {', '.join(lost[:FEW])}{more}; "
            "try --method completed-basis or optimal."
        )
    return lines
