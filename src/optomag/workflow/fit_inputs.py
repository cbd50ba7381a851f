"""What `optomag fit` was told besides images: sizes, heights, phases that were shown, light that was sent."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, Final

import numpy as np

from optomag.errors import refuse, require_finite_array, require_path
from optomag.io.files import read_bytes, read_npy, storage_errors
from optomag.io.image_stack import ImageStack
from optomag.io.plain_numbers import plain_real
from optomag.optics.beam import Beam
from optomag.optics.elementary import azimuthal, circular, linear, radial
from optomag.plausible import doubt
from optomag.workflow.fit_config import MOST_FRAMES, FitConfig
from optomag.workflow.load import load

SAME: Final = 0.01
"""Relative difference of two lengths that is no contradiction."""

LARGEST_CSV: Final = 2**20
COLUMN: Final = "z_nm"
MOST_PHASES: Final = 2**27
"""Numbers of all phases together."""

NAMED: Final = {
    "linear": lambda: linear(0.0),
    "linear-y": lambda: linear(0.5 * np.pi),
    "circular": lambda: circular(+1),
    "circular-left": lambda: circular(-1),
    "radial": radial,
    "azimuthal": azimuthal,
}
"""Beams that need no folder."""


def pixel_of(stack: ImageStack, config: FitConfig) -> float:
    """Edge of a pixel [m]: what was typed, else what the file says.

    Raises
    ------
    InvalidInputError
        If neither says it.
    """
    return _chosen("pixel_nm", config.pixel_nm, stack.pixel, stack)


def heights_of(stack: ImageStack, config: FitConfig) -> np.ndarray | float | None:
    """Heights of the frames, or the step from one to the next [m]; None for frames of one height.

    Raises
    ------
    InvalidInputError
        If more than one option says it, or none and the file does not; if heights and frames differ in
        number.
    """
    frames = len(stack.images)
    if config.z_nm is not None or config.z_csv is not None:
        typed = config.z_nm if config.z_nm is not None else read_heights(config.z_csv)
        if len(typed) != frames:
            name = "z_csv" if config.z_nm is None else "z_nm"
            refuse(name, f"a height for each of {frames} frames", f"{len(typed)} heights")
        return np.asarray(typed, dtype=np.float64) * 1e-9
    if config.step_nm is None and stack.heights is not None:
        return stack.heights
    if config.step_nm is None and stack.step is None and config.shown is not None:
        return None
    return _chosen("step_nm", config.step_nm, stack.step, stack)


def read_heights(path: Path | None) -> list[float]:
    """Heights [nm] in a CSV file: a column named z_nm, or one column of numbers.

    Raises
    ------
    InvalidInputError
        If it is missing or larger than 1 MiB, or a line has no height.
    """
    name, rule = "z_csv", f"a CSV file with heights in a column {COLUMN}, or alone"
    file = require_path(name, path)
    try:
        text = read_bytes(file, name=name, largest=LARGEST_CSV).decode("utf-8-sig")
        rows = [row for row in csv.reader(text.splitlines()) if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error):
        refuse(name, rule, f"{file}, which is none")
    first = [cell.strip() for cell in rows[0]] if rows else []
    column = first.index(COLUMN) if COLUMN in first else 0
    if COLUMN not in first and len(first) != 1:
        refuse(name, rule, f"{file}, whose first line is {', '.join(first)[:80] or 'empty'}")
    heights: list[float] = []
    for number, row in enumerate(rows[COLUMN in first :], 1 + (COLUMN in first)):
        value = plain_real(row[column]) if column < len(row) else None
        if value is None or not np.isfinite(value):
            refuse(name, rule, f"no number in line {number} of {file}")
        heights.append(value)
    if not 1 <= len(heights) <= MOST_FRAMES:
        refuse(name, f"of 1 to {MOST_FRAMES} heights", f"{len(heights)} in {file}")
    return heights


def shown_phases(path: Path, frames: int) -> np.ndarray:
    """Phases that the modulator showed [rad], float64 (frames, N, N).

    Parameters
    ----------
    path : Path
        A .npy file of that shape, or a folder of .npy files of shape (N, N), one for each frame in the order
        of their names.
    frames : int
        Of the stack.

    Raises
    ------
    InvalidInputError
        If files are missing or none, or their number or shapes are others.
    """
    name, rule = "shown", f"phases of shape ({frames}, N, N) [rad]"
    place = require_path(name, path)
    if not place.is_dir():
        return _phases(read_npy(place, name=name, mapped=True), rule, frames)
    with storage_errors(place, "read"):
        files = sorted(place.glob("*.npy"), key=_natural)
    if len(files) != frames:
        refuse(name, f"a folder of {frames} .npy files, one for each frame", f"{len(files)} in {place}")
    parts = [read_npy(file, name=name, mapped=True) for file in files]
    for file, part in zip(files, parts, strict=True):
        if part.shape != parts[0].shape or part.ndim != 2:
            refuse(name, f"files of shape (N, N) like {files[0].name}", f"shape {part.shape} in {file}")
    return _phases(np.stack(parts), rule, frames)


def sent_beam(text: str) -> Beam:
    """The beam that a name or the folder of saved light stands for.

    Raises
    ------
    InvalidInputError
        If it is neither, or the light is of several exposures or lenses.
    """
    if text in NAMED:
        return NAMED[text]()
    folder = require_path("beam", text)
    found = load(folder)
    light = getattr(found, "light", None) or found
    beam = getattr(light, "beam", None)
    if not isinstance(beam, Beam) or getattr(light, "counter", None) is not None:
        refuse("beam", "the folder of light of one beam through one lens", str(folder))
    return beam


def _chosen(name: str, typed: float | None, said: float | None, stack: ImageStack) -> float:
    """What was typed [nm] or the file says [m], in metres; a contradiction is doubted."""
    option = f"--{name.replace('_', '-')}"
    if typed is None:
        if said is None:
            refuse(name, "given, for the file does not say it", "nothing", f"Say {option}.")
        return said
    if said is not None and abs(abs(typed) * 1e-9 / said - 1) > SAME:
        doubt(f"{option} {typed:g} is used, and the file says {said * 1e9:.6g} nm ({stack.source}).")
    return typed * 1e-9


def _phases(given: Any, rule: str, frames: int) -> np.ndarray:
    if given.ndim != 3 or len(given) != frames or given.shape[1] != given.shape[2]:
        refuse("shown", rule, f"an array of shape {given.shape}")
    if given.size > MOST_PHASES:
        refuse("shown", f"of at most {MOST_PHASES} numbers", f"{given.size}", "Fewer pixels will do.")
    return require_finite_array("shown", np.asarray(given), shape="(frames, N, N)", ndim=3)


def _natural(file: Path) -> tuple[Any, ...]:
    """Order in which 2 comes before 10."""
    import re

    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", file.name))
