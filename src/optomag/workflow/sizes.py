"""Sizes of what is typed: each option's quantity, in the unit of its name, and the largest counts."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from optomag.plausible import Quantity, advice_on, doubt
from optomag.room import require_disk, require_memory

QUICKLY_READ = 2**20
"""Bytes of a list that is looked at before anything is loaded that computes."""

MOST_SAMPLES = 10**12
"""Below that the disk decides."""

MOST_EPOCHS, MOST_STEPS = 10**6, 10**7
"""Months of training."""

MOST_IN_BATCH = 2**20
MOST_DIRECTIONS = 10**6
"""An hour for each method; a hundredth of a degree apart."""

MOST_PROPOSALS, MOST_DRAWS, MOST_REPEATS = 10**4, 10**6, 10**4
MOST_LAYERS = 10**4
FASTEST = 1e3
"""Learning rate; nothing was ever learned near it."""

FASTEST_PANEL = 1e6
"""Images a second; mirrors show some ten thousand."""

MOST_PIXELS, MOST_RINGS, MOST_EXPOSURES = 4096, 1024, 64
"""Of the pupil of a structure, and lights for it."""

MOST_SPOTS = 2**14
"""Of a structure that one light writes all at once: a scan writes more."""

MOST_IMAGES = 100
"""Copies of a box on each side; `optomag.micromagnetics.drive` has the same limit."""

FINEST_WINDING = 64
"""Turns of a texture, for which its control points are too few by far."""


SAMPLE_BYTES, KERNEL_BYTES = 48, 800
"""On disk for a sample: M and three weights; in memory for a point of a cube: fields and kernels."""


def require_dataset(samples: int, volume_points: int | None, store: Path) -> None:
    """Refuse cubes that do not fit into memory, and samples that do not fit on the disk of their store."""
    points = volume_points or 0
    if points:
        require_memory("volume-points", points, lambda count: float(KERNEL_BYTES) * count**3, least=2)
    if not store.exists():  # one that goes on was weighed when it began
        each = SAMPLE_BYTES + 3 * 4 * points**3
        require_disk("samples", samples, lambda count: float(each) * count, store)


def sized(quantity: Quantity, unit: float = 1.0) -> AfterValidator:
    """Refuse a number, or numbers, of impossible size, and warn of unusual ones; zero passes.

    `unit` is the size of the option's unit in that of the quantity, such as 1e-9 for nanometres.
    """

    def check(value: Any, info: Any) -> Any:
        for number in _numbers(value):
            fault = quantity.fault(number, unit) if number else None
            if fault is None:
                continue
            impossible, rule = fault
            advice = advice_on(quantity, "", number, unit)
            if impossible:
                raise PydanticCustomError(
                    "implausible", "{text}", {"text": f"{rule}; got {number:g}. {advice}".rstrip()}
                )
            doubt(f"{_typed(info)} {number:g} is unusual for {rule}. {advice}")
        return value

    return AfterValidator(check)


def _check_degrees(value: Any, info: Any) -> Any:
    numbers = _numbers(value)
    broken = [number for number in numbers if number != round(number)]
    if broken and all(abs(number) <= math.tau for number in numbers):
        meant = f"{math.degrees(broken[0]):.4g}"
        doubt(f"{_typed(info)}: angles are in degrees; {broken[0]:g} looks like radians: {meant}.")
    return value


DEGREES = AfterValidator(_check_degrees)
"""Warns of angles that are all of a radian's size and not whole."""


def _typed(info: Any) -> str:
    return "--" + (info.field_name or "value").replace("_", "-")


def _numbers(value: Any) -> list[float]:
    if isinstance(value, tuple):
        return [number for part in value for number in _numbers(part)]
    return [value]
