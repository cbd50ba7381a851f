"""Writes the table of docs/materials.md from `optomag.MATERIALS`; measures nothing.

python benchmarks/materials_page.py
"""

from __future__ import annotations

import math
from pathlib import Path

import optomag as om
from optomag.magnetism.material import in_words

PAGE = Path(__file__).parents[1] / "docs" / "materials.md"
START = "## The table\n"
"""The script writes what follows this line of the page."""

CLOSE = 1e-9
MOST_DIGITS = 8


def material_table_text() -> str:
    """Every constant with its source, and every one that has no trusted value with the reason."""
    return "\n".join(_section(material) for material in om.MATERIALS.values())


def page_text(present: str) -> str:
    """The page with its table made anew."""
    return present.partition(START)[0] + START + "\n" + material_table_text()


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


def _section(material: om.Material) -> str:
    rows = [_row(name, constant) for name, constant in material.constants.items()]
    rows += [
        f"| {in_words(name)} | no trusted value | | | {why} |" for name, why in material.untrusted.items()
    ]
    head = ["| constant | value | at | source | what to know |", "|---|---|---|---|---|"]
    return "\n".join([f"### {material.name}", "", *head, *rows, ""])


def _row(name: str, constant: om.Constant) -> str:
    unit = "" if constant.unit == "1" else f" {constant.unit}"
    value = number(constant.value, constant.uncertainty) + unit
    light = "" if constant.wavelength is None else f"{constant.wavelength * 1e9:.5g} nm, "
    doi = f", doi:{constant.doi}" if constant.doi else ""
    return (
        f"| {in_words(name)} | {value} | {light}{constant.temperature:.5g} K | {constant.source}{doi} | "
        f"{constant.note} |"
    )


if __name__ == "__main__":
    PAGE.write_text(page_text(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
