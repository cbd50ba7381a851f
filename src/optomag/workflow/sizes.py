"""Sizes of what is typed: each option's quantity, in the unit of the option's name."""

from __future__ import annotations

import math
from typing import Any

from pydantic import AfterValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from optomag.plausible import Quantity, advice_on, doubt


def sized(quantity: Quantity, unit: float = 1.0) -> AfterValidator:
    """Refuse a number, or numbers, of impossible size, and warn of unusual ones; zero passes.

    `unit` is the size of the option's unit in that of the quantity, such as 1e-9 for nanometres.
    """

    def check(value: Any, info: ValidationInfo) -> Any:
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


def _check_degrees(value: Any, info: ValidationInfo) -> Any:
    numbers = _numbers(value)
    broken = [number for number in numbers if number != round(number)]
    if broken and all(abs(number) <= math.tau for number in numbers):
        meant = f"{math.degrees(broken[0]):.4g}"
        doubt(f"{_typed(info)}: angles are in degrees; {broken[0]:g} looks like radians: {meant}.")
    return value


DEGREES = AfterValidator(_check_degrees)
"""Warns of angles that are all of a radian's size and not whole."""


def _typed(info: ValidationInfo) -> str:
    return "--" + (info.field_name or "value").replace("_", "-")


def _numbers(value: Any) -> list[float]:
    if isinstance(value, tuple):
        return [number for part in value for number in _numbers(part)]
    return [value]
