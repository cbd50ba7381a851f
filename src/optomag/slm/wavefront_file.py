"""Wavefront corrections in files: .npy, makers' images of grey levels, and tables of them in text."""

from __future__ import annotations

import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64
from PIL import Image

from optomag.errors import InvalidInputError, refuse
from optomag.io.files import read_bytes, read_npy, require_file, storage_errors
from optomag.slm.device import Device, Panel, Section
from optomag.slm.gray_levels import response_of
from optomag.slm.phase_table import in_pi

IMAGES = {".bmp": "BMP", ".png": "PNG", ".tif": "TIFF", ".tiff": "TIFF"}
TEXTS = (".csv", ".txt", ".dat")

LARGEST_TEXT = 512 * 2**20
"""Bytes of a correction in text."""

LARGEST_UNSAID = 100.0
"""Span [rad] of a correction, 16 waves, above which the file must say that it is in rad."""

JUMP = 0.75
"""Part of the span by which neighbours differ where a map is wrapped."""

WHOLE_TURN = 0.2
"""How far the span of a wrapped map may be from 2 pi, as a part of it."""

SAY = "Say what it is: wavefront_unit ="


def read_wavefront(section: Section, device: Device) -> Float64[np.ndarray, "height width"] | None:
    """Correction [rad] of a section's file, as it is added to what the panel shows; None without one.

    Parameters
    ----------
    section, device
        Whole numbers are grey levels, 2^bits to 2 pi, which are added to the levels that are shown, modulo
        2^bits: where the phase falls with the level they count backwards. Others are rad. `wavefront_unit`
        says otherwise. Rows are counted from the top, as in the images of masks.

    Raises
    ------
    InvalidInputError
        If the file is damaged, of another kind or of another size than the panel, or its numbers are no
        believable wavefront in their unit.
    """
    if section.wavefront is None:
        return None
    file = require_file(section.wavefront, name="wavefront")
    with storage_errors(file, "read"):
        known = file.stat()
    return _read(file, (known.st_mtime_ns, known.st_size), section, device)


@lru_cache(maxsize=8)
def _read(file: Path, stamp: Any, section: Section, device: Device) -> np.ndarray:
    """The correction, kept while the file has this stamp: a simulation asks for it many times."""
    name = f"wavefront of section {section.name}"
    numbers = _numbers(file, device.panel, name)
    shape = device.panel.height, device.panel.width
    if numbers.shape != shape or numbers.dtype.kind not in "fiu" or not np.all(np.isfinite(numbers)):
        turned = "It is (width, height): transpose it." if numbers.shape == shape[::-1] else ""
        found = f"{file}, {numbers.dtype} of shape {numbers.shape}"
        refuse(name, f"finite real numbers of shape {shape}", found, turned)
    phase = _phase(numbers, section, device, f"{name} ({file})")
    phase.setflags(write=False)
    return phase


def _phase(numbers: np.ndarray, section: Section, device: Device, name: str) -> np.ndarray:
    unit, values = section.wavefront_unit, numbers.astype(np.float64)
    if unit is None:
        unit = "levels" if numbers.dtype.kind in "iu" else "rad"
        if unit == "rad":
            _require_radians(values, device.panel.levels, name)
        elif numbers.dtype.itemsize == 1 and device.panel.bits > 8:
            found, levels = f"8-bit whole numbers for {device.panel.bits} bits", device.panel.levels
            refuse(name, "of the panel's levels", found, f'{SAY} "levels" is {levels} to 2 pi; or give rad.')
    if unit == "nm":
        if device.wavelength_nm is None:
            advice = "Write wavelength_nm at the head of the device's file."
            refuse(name, "in rad or waves where no wavelength is known", "nm", advice)
        return values * (2 * np.pi / device.wavelength_nm)
    if unit != "levels":
        return values * {"rad": 1.0, "waves": 2 * np.pi, "degrees": np.pi / 180}[unit]
    response, levels = response_of(section, device), device.panel.levels
    if response.step == 0:
        refuse(name, "in rad, waves or nm: mirrors have no grey levels of phase", "levels")
    if values.min() < 0 or values.max() >= levels or np.any(values != np.round(values)):
        found = f"numbers from {values.min():g} to {values.max():g}"
        refuse(
            name, f"grey levels, whole numbers from 0 to {levels - 1}", found, f'{SAY} "rad", "waves", "nm".'
        )
    return values * (response.direction * 2 * np.pi / levels)


def _require_radians(values: np.ndarray, levels: int, name: str) -> None:
    """Refuse numbers that nothing says to be radians and that look like something else."""
    span = float(np.ptp(values))
    said = f"{values.min():g} to {values.max():g}"
    if span >= 2 and np.all(values == np.round(values)):
        advice = f'{SAY} "levels" if {levels} of them are 2 pi.'
        refuse(name, "in rad where wavefront_unit is not said", f"whole numbers from {said}", advice)
    if span > LARGEST_UNSAID:
        advice = f'{SAY} "nm", "degrees" or, if it is true, "rad".'
        rule = "of a span of at most 16 waves where wavefront_unit is not said"
        refuse(name, rule, f"{said} rad, {in_pi(span)}", advice)
    if _is_wrapped(values, span) and abs(span / (2 * np.pi) - 1) > WHOLE_TURN:
        advice = f'{SAY} {_likely(span, levels)}, or "rad" if it is true.'
        rule = "wrapped at 2 pi where wavefront_unit is not said"
        refuse(name, rule, f"numbers that jump over their whole span, {said}", advice)


def _is_wrapped(values: np.ndarray, span: float) -> bool:
    """Whether neighbours jump over the whole span, and not from a zero around the pupil."""
    count = 0
    for axis in (0, 1):
        one, other = (np.take(values, range(a, values.shape[axis] - 1 + a), axis=axis) for a in (0, 1))
        count += np.count_nonzero((np.abs(one - other) > JUMP * span) & (one != 0) & (other != 0))
    # noise jumps everywhere; a few pixels are dead ones
    return span > 0 and min(values.shape) / 4 < count < values.size / 8


def _likely(turn: float, levels: int) -> str:
    """The unit whose turn is such a jump."""
    for size, unit in ((1.0, '"waves"'), (360.0, '"degrees"'), (float(levels), '"levels"')):
        if abs(turn / size - 1) <= WHOLE_TURN:
            return unit
    return '"waves", "degrees" or "nm"'


def _numbers(file: Path, panel: Panel, name: str) -> np.ndarray:
    suffix = file.suffix.lower()
    if suffix == ".npy":
        return read_npy(file, name=name)
    if suffix in IMAGES:
        return _grey(file, IMAGES[suffix], panel, name)
    if suffix not in TEXTS:
        refuse(name, f"a file {', '.join(['.npy', *IMAGES, *TEXTS])}", file)
    return _matrix(file, name)


def _grey(file: Path, kind: str, panel: Panel, name: str) -> np.ndarray:
    """Grey values of an image of the panel's size; the size is known before anything is unpacked."""
    try:
        with warnings.catch_warnings(action="error"), Image.open(file, formats=(kind,)) as image:
            if image.size != (panel.width, panel.height):
                found = f"{file} of {image.size[0]} x {image.size[1]}"
                refuse(name, f"an image of {panel.width} x {panel.height} pixels, as the panel", found)
            if getattr(image, "n_frames", 1) > 1:
                refuse(name, "a single image", f"{file} of several")
            mode = image.mode
            if mode == "P":
                image = image.convert("RGB")
            values = np.array(image)
    except (OSError, ValueError, SyntaxError, EOFError, Warning, Image.DecompressionBombError) as error:
        if isinstance(error, InvalidInputError):
            raise
        refuse(name, f"a complete {kind} file", file)
    if values.ndim == 3 and mode in ("P", "RGB") and np.all(values == values[..., :1]):
        values = values[..., 0]  # grey levels that were saved in colour
    if values.ndim != 2 or values.dtype.kind not in "iu":
        refuse(name, "an image of grey levels of 8 or 16 bits", f"{file} of mode {mode}", "Save it as grey.")
    return values


def _matrix(file: Path, name: str) -> np.ndarray:
    """Numbers in lines, with or without a first line and column that count columns and rows (Santec)."""
    text = read_bytes(file, name=name, largest=LARGEST_TEXT).decode("utf-8-sig", errors="replace")
    first, _, rest = text.partition("\n")
    separator = next((mark for mark in ";\t," if mark in first), None)
    counted = first.lstrip('"').upper().startswith("Y/X")
    body = rest if counted else text
    try:
        with warnings.catch_warnings(action="error"):
            values = np.loadtxt(body.splitlines(), delimiter=separator, ndmin=2)
    except (ValueError, UserWarning):
        refuse(name, "lines of numbers, one for each row of the panel", file)
    if counted:
        if not np.array_equal(values[:, 0], np.arange(len(values))):
            refuse(name, "lines that begin with their number, 0, 1, ...", file)
        values = values[:, 1:]
    whole = "." not in body and "e" not in body.lower()
    return values.astype(np.int64) if whole and np.all(np.isfinite(values)) else values
