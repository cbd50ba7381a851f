"""How a quantity and its unit are written beside a scale."""

from __future__ import annotations

import math
from typing import Final

PREFIXES: Final = {-12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T"}

PREFIXED: Final = ("T", "A/m", "V/m")
"""Units that take a prefix; the others take a power of ten in front."""


def symbol_of(name: str, component: str = "") -> str:
    r"""A quantity's name as mathematical text; what follows its first underscore is an index.

    >>> symbol_of("B_eff_1", "z"), symbol_of("M", "x"), symbol_of("heat")
    ('$B_{\\mathrm{eff,1},z}$', '$M_{x}$', 'heat')
    """
    base, *indices = name.split("_")
    if len(base) > 1:
        told = " ".join([base, *indices])
        return f"{told}, ${component}$" if component else told
    below = [rf"\mathrm{{{','.join(indices)}}}"] if indices else []
    below += [component] if component else []
    return f"${base}_{{{','.join(below)}}}$" if below else f"${base}$"


def scaled_unit(unit: str, largest: float) -> tuple[float, str]:
    """What values are divided by so that the largest has one to three digits, and how their unit reads then.

    >>> scaled_unit("T", 0.012), scaled_unit("W/m^3", 2e19)
    ((0.001, 'mT'), (1e+18, '$10^{18}$ W/m³'))
    >>> scaled_unit("1", 0.999)
    (1.0, '')
    """
    thousands = 3 * math.floor(math.log10(largest) / 3) if largest > 0 else 0
    text = "" if unit == "1" else unit.replace("*", " ").replace("^3", "³").replace("^2", "²")
    plain = (unit == "K" and thousands > 0) or (unit == "1" and 0.1 <= largest < 1)
    if thousands == 0 or plain:
        return 1.0, text
    if unit in PREFIXED and thousands in PREFIXES:
        return 10.0**thousands, PREFIXES[thousands] + text
    return 10.0**thousands, f"$10^{{{thousands}}}$ {text}".rstrip()
