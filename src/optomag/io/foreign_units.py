"""Numbers and units as other programs spell them; lengths become metres in decimal numbers."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Final

from optomag.io.plain_numbers import plain_real

_POWERS = {"km": 3, "m": 0, "cm": -2, "mm": -3, "um": -6, "nm": -9, "pm": -12, "fm": -15, "angstrom": -10}
_NAMES = {
    "kilo": "km",
    "": "m",
    "centi": "cm",
    "milli": "mm",
    "micro": "um",
    "nano": "nm",
    "pico": "pm",
    "femto": "fm",
}
_WORDS = {
    f"{prefix}{stem}": short
    for prefix, short in _NAMES.items()
    for stem in ("meter", "meters", "metre", "metres")
}
_SIGNS = {"\u00b5m": "um", "\u03bcm": "um", "\u00c5": "angstrom", "\u212b": "angstrom", "micron": "um"}

_NO_UNIT = {"", "none", "unspecified"}

KNOWN: Final = ", ".join(_POWERS)
"""For messages."""


def power_of(unit: str) -> int | None:
    """Power of ten of a unit of length in metres; None where it is not known.

    Symbols keep their case, for Mm is no mm; names such as "Nanometres" do not.

    Examples
    --------
    >>> power_of("nm"), power_of("Metre"), power_of("Mm")
    (-9, 0, None)
    """
    text = unit.strip()
    return _POWERS.get(_SIGNS.get(text) or _WORDS.get(text.lower()) or text)


def decimal_number(text: str) -> float | None:
    """The finite number that a text spells in decimal; None where it spells none.

    Examples
    --------
    >>> decimal_number("2e-9"), decimal_number("1_0"), decimal_number("nan")
    (2e-09, None, None)
    """
    return scaled_number(text, 0)


def scaled_number(text: str, power: int) -> float | None:
    """The number that a text spells, times a power of ten, without a rounding between: 3 nm are 3e-9 m.

    Examples
    --------
    >>> scaled_number("3", -9), 3 * 1e-9
    (3e-09, 3.0000000000000004e-09)
    """
    number = plain_real(text)
    if number is None or math.isinf(number):
        return None
    if number == 0:  # perhaps of an exponent that decimals do not hold
        return number
    value = float(Decimal(text.strip()).scaleb(power))
    return None if math.isinf(value) else value


def plain_unit(text: str) -> str:
    """A unit of values without blanks; "1" where a program says that there is none.

    Examples
    --------
    >>> plain_unit("{A / m}"), plain_unit("J s"), plain_unit("None")
    ('A/m', 'J*s', '1')
    """
    unit = re.sub(r"\s*([/*^])\s*", r"\1", text.strip('{}" \t\r\n'))
    return "1" if unit.lower() in _NO_UNIT else re.sub(r"\s+", "*", unit)
