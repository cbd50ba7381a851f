"""What `optomag fit` was told besides images and light: sizes, heights, phases that were shown."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any, Final

import numpy as np

from optomag.errors import refuse, require_finite_array, require_path
from optomag.io.files import read_bytes, read_npy, storage_errors
from optomag.io.image_stack import ImageStack
from optomag.io.plain_numbers import plain_real
from optomag.io.stack_file import read_stack
from optomag.plausible import doubt
from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.field_of_view import square_around
from optomag.workflow.fit_options import MOST_FRAMES, FitOptions

SAME: Final = 0.01
"""Relative difference of two lengths that is no contradiction."""

LARGEST_CSV: Final = 2**20
COLUMN: Final = "z_nm"
MOST_PHASES: Final = 2**27
"""Numbers of all phases together."""


def require_fitting(file: Path, config: FitOptions) -> None:
    """Refuse images that cannot be used, and settings that do not fit them.

    Raises
    ------
    InvalidInputError
        As `arguments_of`; if a middle that is named does not lie in the images, or its square does not.
    """
    stack = read_stack(file)
    pixel = arguments_of(stack, config)["pixel"]
    if config.centre_px is not None:
        images_of(stack, pixel, config)


def arguments_of(stack: ImageStack, config: FitOptions) -> dict[str, Any]:
    """What `fit_pupil` is told besides images, lens and light.

    Raises
    ------
    InvalidInputError
        If sizes are missing, or polarisers or phases do not fit the images.
    """
    frames = len(stack.images)
    channels = stack.images.shape[1] if stack.images.ndim == 4 else 1
    if config.polarisers_deg is None and channels > 1:
        advice = "Say their angles, or save one channel alone."
        refuse("polarisers_deg", f"given for images of {channels} channels", "nothing", advice)
    angles = config.polarisers_deg
    if angles is not None and len(angles) != channels:
        rule = f"an angle for each of {channels} channel{'s' * (channels > 1)}"
        refuse("polarisers_deg", rule, f"{len(angles)} angles", "Images are (frames, polarisers, ny, nx).")
    pixel, heights = pixel_of(stack, config), heights_of(stack, config)
    places = np.zeros(frames) if heights is None else heights
    return {
        "pixel": pixel,
        **({"step": places} if isinstance(places, float) else {"zs": places}),
        "shown": None if config.shown is None else list(shown_phases(config.shown, frames)),
        "polarisers": None if angles is None else tuple(math.radians(angle) for angle in angles),
        "crosstalk": crosstalk_of(config, channels),
        "noise": CameraNoise(gain=config.gain, read=config.read_noise, offset=config.offset),
        "degree": config.orders,
        "saturated": stack.saturation,
    }


def crosstalk_of(config: FitOptions, channels: int) -> np.ndarray | None:
    """What image a holds of what belongs into image b, as a matrix; None without crosstalk."""
    if not config.crosstalk:
        return None
    if channels < 2:
        refuse("crosstalk", "0 for images of one channel", config.crosstalk, "It is that of two polarisers.")
    return np.eye(channels) + config.crosstalk * (1 - np.eye(channels))


def images_of(stack: ImageStack, pixel: float, config: FitOptions) -> tuple[np.ndarray, str]:
    """The images, or what was asked for of them, and how that is told: NaN is no data."""
    images, told = _square_of(stack, pixel, config)
    if not config.drop_saturated or stack.saturation is None:
        return images, told
    dropped = images >= stack.saturation
    count = int(np.count_nonzero(dropped))
    return np.where(dropped, np.nan, images), f"{told}; {count} pixels at {stack.saturation:g} left out"


def _square_of(stack: ImageStack, pixel: float, config: FitOptions) -> tuple[np.ndarray, str]:
    if config.half_width_nm is None:
        return stack.images, ""
    half = round(config.half_width_nm * 1e-9 / pixel)
    part, (column, row) = square_around(stack.images, half, centre=config.centre_px)
    return part, f"; {2 * half + 1} x {2 * half + 1} pixels around column {column}, row {row}"


def pixel_of(stack: ImageStack, config: FitOptions) -> float:
    """Edge of a pixel [m]: what was typed, else what the file says.

    Raises
    ------
    InvalidInputError
        If neither says it.
    """
    return _chosen("pixel_nm", config.pixel_nm, stack.pixel, stack)


def heights_of(stack: ImageStack, config: FitOptions) -> np.ndarray | float | None:
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
