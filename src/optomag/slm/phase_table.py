"""What the numbers of a look-up table mean: units, and which phases a panel can have."""

from __future__ import annotations

import re
from typing import Any, Literal

import numpy as np
from jaxtyping import Float64

from optomag.errors import refuse, require_choice, require_finite_array, require_real

TableUnit = Literal["rad", "pi", "2pi", "waves", "degrees", "level"]

TURN = 2 * np.pi

UNITS = {"rad": 1.0, "pi": np.pi, "2pi": TURN, "waves": TURN, "degrees": np.pi / 180}
"""Radians of each unit of phase."""

DRIVE = "level"
"""Unit of a table the other way round: the drive level for each phase 2 pi g/2^bits."""

LARGEST_STROKE = 4 * np.pi
"""Liquid crystals on silicon reach some 2 to 3.5 pi in the visible [rad]."""

SMALLEST_UNSAID = np.pi
"""Stroke [rad] below which a table may as well be in pi or in waves, and must say what it is."""

NOISE = 0.25
"""How far [rad] a measured table may fall back behind what it has reached: ten levels of 8 bits."""

STEEPEST = 6.0
"""Largest step of neighbouring levels over the mean one, besides noise; gamma curves reach 3."""

INVERSE = (
    "A maker's table from phase to drive level belongs into the driver, and `lut` is then left out; "
    'where the driver has none, write lut_unit = "level".'
)

_STROKE = re.compile(r"(\d+\.?\d*|\.\d+)?\s*\*?\s*(pi|π|rad|waves|degrees)", re.ASCII)


def phases_of(values: Any, unit: str | None, *, name: str) -> Float64[np.ndarray, " levels"]:
    """Phase [rad] of each grey level, from a table in any unit.

    Parameters
    ----------
    values : array_like, shape (n,)
        One for each level, in their order.
    unit : str or None
        One of `UNITS` or `DRIVE`; None means radians that must be plausible as such.
    name : str
        What messages call the table.

    Raises
    ------
    InvalidInputError
        If no panel has such phases, or numbers without a unit may mean something else.

    Examples
    --------
    >>> phases_of([0.0, 0.5, 1.0, 1.5], "pi", name="lut").round(3).tolist()
    [0.0, 1.571, 3.142, 4.712]
    """
    numbers = require_finite_array(name, values, shape="(levels,)", ndim=1)
    if len(numbers) < 2:
        refuse(name, "of at least two levels", len(numbers))
    if unit is not None:
        require_choice(f"unit of {name}", unit, (*UNITS, DRIVE))
    if unit == DRIVE:
        return _inverted(numbers, name)
    phases = numbers * UNITS[unit or "rad"]
    _require_believable(numbers, phases, unit, name)
    return phases


def linear_phases(stroke: float, levels: int, *, rising: bool = True) -> Float64[np.ndarray, " levels"]:
    """Phases [rad] in a straight line: 0 at the lowest level, `stroke` at the highest, or the other way."""
    return np.linspace(0.0, stroke, levels) if rising else np.linspace(stroke, 0.0, levels)


def stroke_from(text: Any, *, name: str) -> float:
    """Stroke [rad] that a number [rad] or a text such as "2.9pi" says.

    Raises
    ------
    InvalidInputError
        If it says none, or one above 4 pi.

    Examples
    --------
    >>> round(stroke_from("2.9pi", name="phase_range"), 3)
    9.111
    """
    advice = 'Write a number [rad], or a text such as "2.9pi", "520 degrees" or "1.45 waves".'
    if isinstance(text, str):
        found = _STROKE.fullmatch(text.strip())
        if found is None or not (found[1] or found[2] in ("pi", "π")):
            refuse(name, "a stroke", text, advice)
        stroke = float(found[1] or 1) * UNITS[found[2].replace("π", "pi")]
    else:
        stroke = require_real(name, text)
    if not 0 < stroke <= LARGEST_STROKE:
        refuse(name, "a stroke above 0 and of at most 4 pi, which is more than panels have", text, advice)
    return stroke


def _require_believable(numbers: np.ndarray, phases: np.ndarray, unit: str | None, name: str) -> None:
    stroke, count = float(np.ptp(phases)), len(phases)
    said = f"{in_pi(stroke)}, {numbers.min():g} to {numbers.max():g} {unit or 'rad'}"
    if stroke == 0:
        refuse(name, "strictly monotonic", "the same phase at all levels")
    # What only looks like radians is named before what follows from taking it so.
    whole = bool(np.all(numbers == np.round(numbers))) and count > 2
    if whole and (unit is None or (unit == "rad" and stroke > LARGEST_STROKE)):
        rule = "phases in rad, or in the unit that lut_unit says"
        refuse(name, rule, f"whole numbers ({said}), which look like drive levels", INVERSE)
    if stroke > LARGEST_STROKE:
        refuse(name, "of a stroke of at most 4 pi, which is more than panels have", said, _meaning(numbers))
    _require_order(phases, name)
    if unit is None and stroke < SMALLEST_UNSAID:
        advice = 'They may be in pi or in waves: write lut_unit = "pi", "waves" or, if it is true, "rad".'
        refuse(name, "of a stroke of at least pi where lut_unit is not said", said, advice)


def _meaning(numbers: np.ndarray) -> str:
    """Advice on numbers that are too large for radians."""
    largest = np.ptp(numbers)
    if largest <= 4:
        return "Correct lut_unit."
    if 90 <= largest <= 720:
        return 'If they are degrees, write lut_unit = "degrees".'
    return "Correct lut_unit, or give the phases in rad."


def _require_order(phases: np.ndarray, name: str) -> None:
    """Monotonic but for noise, without jumps."""
    rising = phases if phases[-1] >= phases[0] else -phases
    steps = np.diff(phases)
    behind = np.maximum.accumulate(rising) - rising
    mean = np.ptp(phases) / len(steps)
    wild = np.abs(steps) > STEEPEST * mean + NOISE
    if behind.max() <= NOISE and not wild.any():
        return
    at = int(np.argmax(wild)) if wild.any() else max(int(np.argmax(behind > NOISE)) - 1, 0)
    found = f"{phases[at]:g} at grey {at} and {phases[at + 1]:g} at grey {at + 1}"
    wrapped = abs(steps[at]) > np.pi and np.count_nonzero(wild) <= 2
    smooth = f"Smooth the measurement: noise may be {NOISE:g} rad."
    refuse(name, "strictly monotonic", found, "Unwrap it, as numpy.unwrap does." if wrapped else smooth)


def _inverted(drive: np.ndarray, name: str) -> np.ndarray:
    """Phase of each level, from the drive level of each phase.

    Levels that the table never asks for get the phase at its end; `TableResponse` leaves them out.
    """
    count = len(drive)
    if not np.all(drive == np.round(drive)) or drive.min() < 0 or drive.max() >= count:
        found = f"{drive.min():g} to {drive.max():g}"
        advice = "Drive levels that no image reaches belong into the driver; leave `lut` out then."
        refuse(f"{name} in levels", f"whole numbers from 0 to {count - 1}", found, advice)
    steps = np.diff(drive)
    if not (np.all(steps >= 0) or np.all(steps <= 0)) or drive[0] == drive[-1]:
        refuse(f"{name} in levels", "monotonic", "levels that rise and fall", "Smooth the calibration.")
    asked, which = np.unique(drive, return_inverse=True)
    phase = np.bincount(which, TURN / count * np.arange(count)) / np.bincount(which)
    return np.interp(np.arange(count), asked, phase)


def in_pi(phase: float) -> str:
    """A phase [rad] as a person reads it: "2.06 pi"."""
    return f"{phase / np.pi:.2f} pi"
