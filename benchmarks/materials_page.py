"""Writes the table of docs/materials.md from `optomag.MATERIALS`; measures nothing.

python benchmarks/materials_page.py
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from string import ascii_lowercase

import optomag as om
from optomag.magnetism.material import in_words
from optomag.magnetism.material_sources import ROOM, STANDARD

PAGE = Path(__file__).parents[1] / "docs" / "materials.md"
START = "## The table\n"
"""The script writes what follows this line of the page."""

SHARED_NOTES = """\
Behind a value stands its uncertainty in units of the last digit: 3.73(4)e6. Temperatures are 293 K where none
is written, 298.15 K for heat capacities, 300 K for thermal conductivities, and their own for transitions.
Numbers in square brackets are [sources](#sources); letters are notes that return:"""
SHARED_REASONS = "Why there is no trusted value, where nothing else is said:"
USUAL = {"heat_capacity": (STANDARD,), "thermal_conductivity": (300.0,)}

CLOSE = 1e-9
MOST_DIGITS = 8


def material_table_text() -> str:
    """Every constant with the number of its source, and every one that has no trusted value."""
    return "\n".join(_section(material) for material in om.MATERIALS.values())


def page_text(present: str) -> str:
    """The page with its table made anew."""
    parts = [present.partition(START)[0] + START, _shared_text(), material_table_text(), _sources_text()]
    return "\n".join(parts)


def number(value: complex, uncertainty: float) -> str:
    """A value with its uncertainty behind it, in units of the last digit: 3.73(4)e6."""
    if isinstance(value, complex):
        return f"{value.real:g} + {value.imag:g}i ({uncertainty:g})"
    exponent = math.floor(math.log10(abs(value)))
    power = exponent if exponent >= 4 or exponent < -2 else 0
    mantissa, error = value / 10.0**power, uncertainty / 10.0**power
    digits = next(d for d in range(MOST_DIGITS) if _has_digits(mantissa, d) and _has_digits(error, d))
    last = f"{error:.{digits}f}" if error >= 1 and digits else f"{round(error * 10**digits)}"
    return f"{mantissa:.{digits}f}({last}){f'e{power}' if power else ''}"


def _has_digits(number: float, digits: int) -> bool:
    return math.isclose(round(number, digits), number, rel_tol=CLOSE)


def _constants() -> list[tuple[str, om.Constant]]:
    return [pair for material in om.MATERIALS.values() for pair in material.constants.items()]


def _repeated(texts: Iterable[str]) -> list[str]:
    return [text for text, times in Counter(texts).items() if text and times > 1]


def _source(constant: om.Constant) -> str:
    return constant.source + (f", doi:{constant.doi}" if constant.doi else "")


def _sources() -> list[str]:
    return list(dict.fromkeys(_source(constant) for _, constant in _constants()))


def _letters() -> dict[str, str]:
    """Notes that several constants share."""
    return dict(zip(_repeated(constant.note for _, constant in _constants()), ascii_lowercase, strict=False))


def _reasons() -> list[tuple[str, str]]:
    """Why several materials lack a constant, with its name."""
    every = [pair for material in om.MATERIALS.values() for pair in material.untrusted.items()]
    return [pair for pair, times in Counter(every).items() if times > 1]


def _shared_text() -> str:
    notes = [f"* ({letter}) {note}." for note, letter in _letters().items()]
    reasons = [f"* {in_words(name)}: {why}." for name, why in _reasons()]
    return "\n".join([SHARED_NOTES, "", *notes, "", SHARED_REASONS, "", *reasons, ""])


def _sources_text() -> str:
    lines = [f"{at}. {source}" for at, source in enumerate(_sources(), start=1)]
    return "\n".join(["## Sources", "", *lines, ""])


def _section(material: om.Material) -> str:
    """A table of the constants with a note of their own, and a line of the others."""
    noted = {name: one for name, one in material.constants.items() if one.note and one.note not in _letters()}
    rows = [f"| {_told(name, constant)} | {constant.note} |" for name, constant in noted.items()]
    others = [_told(name, one, ": ") for name, one in material.constants.items() if name not in noted]
    lacking = [_lacking(name, why) for name, why in material.untrusted.items()]
    lines = [
        f"### {material.name}",
        "",
        "| constant | value [source] | what to know |",
        "|---|---|---|",
        *rows,
    ]
    lines += ["", f"Also {'; '.join(others)}."] if others else []
    lines += ["", f"No trusted value: {'; '.join(lacking)}."] if lacking else []
    return "\n".join([*lines, ""])


def _lacking(name: str, why: str) -> str:
    own = why
    for shared, reason in _reasons():
        if shared == name and own.startswith(reason):
            own = own.removeprefix(reason).replace(". ", "as above; ", 1)
    return in_words(name) + (f" ({own})" if own else "")


def _told(name: str, constant: om.Constant, between: str = " | ") -> str:
    unit = "" if constant.unit == "1" else f" {constant.unit}"
    value = number(constant.value, constant.uncertainty) + unit
    light = "" if constant.wavelength is None else f" at {constant.wavelength * 1e9:.5g} nm"
    usual = (*USUAL.get(name, (ROOM,)), constant.value if constant.unit == "K" else ROOM)
    warm = "" if constant.temperature in usual else f" at {constant.temperature:.5g} K"
    source = _sources().index(_source(constant)) + 1
    letter = _letters().get(constant.note)
    return f"{in_words(name)}{between}{value}{light}{warm} [{source}]" + (f" ({letter})" if letter else "")


if __name__ == "__main__":
    PAGE.write_text(page_text(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
