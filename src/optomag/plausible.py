"""What sizes quantities have: where a unit was meant that was not given, and what it probably was.

One table for the whole library. Beyond the `possible` range a value is refused; beyond the `usual` one it
passes with a `UnitWarning`. Both say what the number looks like.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optomag.errors import UnitWarning, refuse, require_real

if TYPE_CHECKING:
    import numpy as np

LENGTHS = (("nanometres", 1e-9), ("micrometres", 1e-6), ("metres", 1.0), ("millimetres", 1e-3))
TIMES = (("femtoseconds", 1e-15), ("picoseconds", 1e-12), ("nanoseconds", 1e-9), ("seconds", 1.0))
ENERGIES = (("nanojoules", 1e-9), ("microjoules", 1e-6), ("joules", 1.0))

NEAR = (20e-9, 100e-6)
"""Lengths that people mean around a focus [m]: 1.5 is 1.5 um there rather than 1.5 nm."""

CLOSE = 1e-9
"""Relative excess over an edge of a range that rounding explains."""


PREFIXES = {0: "", -6: "u", -9: "n", -12: "p", -15: "f"}


@dataclass(frozen=True)
class Quantity:
    """A kind of quantity.

    Parameters
    ----------
    rule : str
        What messages ask for, without the range.
    unit : str
        The unit inside the library.
    usual : pair of float [unit]
        Sizes that need no word.
    possible : pair of float [unit], optional
        Sizes that are not refused; by default all.
    units : tuple of (name, size [unit])
        What may have been meant instead, likeliest first.
    likely : pair of float [unit], optional
        What a person most often means; by default `usual`.
    """

    rule: str
    unit: str
    usual: tuple[float, float]
    possible: tuple[float, float] = (0.0, math.inf)
    units: tuple[tuple[str, float], ...] = ()
    likely: tuple[float, float] | None = None

    def looks_like(self, value: float, unit: float = 1.0) -> tuple[str, str]:
        """Name of the unit in which `value` would be usual, and the value as it should have been written.

        Both are empty where there is none.
        """
        for edges in (self.likely or self.usual, self.usual):
            for name, size in self.units:
                if name == "degrees":
                    return name, f"numpy.radians({value:g})"
                if abs(size / unit - 1) > CLOSE and _within(abs(value) * size, edges):
                    return name, _written(value, size / unit)
        return "", ""

    def fault(self, value: float, unit: float = 1.0) -> tuple[bool, str] | None:
        """Whether a value is impossible, and the rule it breaks; None for a usual value.

        `unit` is the size of the value's unit, such as 1e-9 for nanometres.
        """
        size = abs(value) * unit
        if _within(size, self.usual):
            return None
        impossible = not _within(size, self.possible)
        low, high = (edge / unit for edge in (self.possible if impossible else self.usual))
        return impossible, f"{self.rule}{_range(low, high, self._called(unit))}"

    def _called(self, size: float) -> str:
        """Name of the unit of a size, such as nm or mJ/cm^2."""
        exponent = round(math.log10(size))
        if exponent in PREFIXES:
            return PREFIXES[exponent] + self.unit
        return next(name for name, each in self.units if math.isclose(each, size))


WAVELENGTH = Quantity("a vacuum wavelength", "m", (100e-9, 20e-6), (100e-9, 20e-6), LENGTHS)
THICKNESS = Quantity("the thickness of a layer", "m", (1e-11, 300e-6), (1e-12, 1e-3), LENGTHS, NEAR)
LENGTH = Quantity("a length near a focus", "m", (1e-11, 1e-2), (1e-12, 1e-1), LENGTHS, NEAR)
TYPED_PLACE = Quantity("a place near the focus", "m", (1e-12, 1e-3), (1e-12, 1e-2), LENGTHS, NEAR)
"""Of a person: 1e-17 m is no rounding of zero there, but metres where nanometres are asked for."""

PLACE = Quantity("a place near the focus", "m", (0.0, 1e-2), (0.0, 1e-1), LENGTHS, NEAR)
"""The focus of a lens of small NA is centimetres long."""

PIXEL = Quantity("the edge of a pixel in the object", "m", (5e-9, 5e-6), (1e-9, 1e-4), LENGTHS)
PLANES = Quantity("the distance of two planes", "m", (5e-9, 1e-5), (1e-9, 1e-3), LENGTHS)
"""Of images through a focus."""

DURATION = Quantity("the duration of a pulse", "s", (1e-16, 1e-3), (1e-18, 1.0), TIMES)
DELAY = Quantity("a delay between pulses", "s", (0.0, 1e-3), (0.0, 1.0), TIMES)
AFTER = Quantity("a time after the pulse", "s", (1e-16, 1e-6), (1e-18, 1e-3), TIMES)
DWELL = Quantity("a time of reading", "s", (1e-10, 1e3), (1e-18, 1e9), TIMES)
ENERGY = Quantity("the energy of a pulse", "J", (1e-17, 1e-2), (1e-21, 1e3), ENERGIES)
POWER = Quantity("the power of light", "W", (1e-15, 1e13), (0.0, 1e18))
ANGLE = Quantity("an angle", "rad", (0.0, math.tau), units=(("degrees", math.pi / 180),))
TURNS = Quantity("an angle", "rad", (0.0, 5 * math.tau), units=(("degrees", math.pi / 180),))
WAVES = Quantity("an aberration", "waves rms", (0.0, 10.0), units=())
INDEX = Quantity("a refractive index", "", (1e-3, 10.0), (0.0, 50.0))
VERDET = Quantity(
    "a Verdet constant",
    "rad/(T m)",
    (0.1, 1e6),
    units=(("min/A", math.pi / 10800 / (4e-7 * math.pi)), ("min/(Oe cm)", math.pi / 10800 * 1e6)),
)
"""From fused silica in the infrared to magnetic semiconductors near their gap; of either sign."""

FARADAY_ROTATION = Quantity(
    "a Faraday rotation in saturation",
    "rad/m",
    (1e2, 1e8),
    units=(("degrees per micrometre", math.pi / 180 * 1e6), ("degrees per centimetre", math.pi / 1.8)),
    likely=(1e3, 1e7),
)
"""From garnets in the infrared to metals; of either sign."""

SATURATION = Quantity("a saturation magnetization", "A/m", (1e2, 3e6), (0.0, 1e8))
SWITCHING_FLUENCE = Quantity(
    "a fluence that switches a magnet", "J/m^2", (3.0, 1e4), (0.0, 1e9), (("mJ/cm^2", 10.0),), (5.0, 1e3)
)
TEMPERATURE = Quantity("a temperature", "K", (150.0, 2000.0), (0.0, 1e5))
TRANSITION = Quantity("the temperature of a transition", "K", (10.0, 7000.0), (0.0, 1e5))
HEAT_CAPACITY = Quantity(
    "a heat capacity per volume",
    "J/(m^3 K)",
    (5e5, 5e6),
    (1e4, 1e8),
    (("J/(cm^3 K)", 1e6), ("kJ/(m^3 K)", 1e3)),
)
FLUENCE = Quantity("a fluence", "J/m^2", (1e-2, 1e6), (0.0, 1e12))
EXCHANGE = Quantity(
    "an exchange stiffness", "J/m", (1e-18, 1e-10), (0.0, 1e-6), (("pJ/m", 1e-12),), (1e-13, 1e-10)
)
DAMPING = Quantity("Gilbert's damping", "", (1e-6, 10.0), (0.0, 1e3))
ANISOTROPY = Quantity("an anisotropy", "J/m^3", (1.0, 1e8), (0.0, 1e11), (("MJ/m^3", 1e6), ("kJ/m^3", 1e3)))
DMI = Quantity("a DMI constant", "J/m^2", (1e-7, 1e-2), (0.0, 0.1), (("mJ/m^2", 1e-3),), (1e-5, 1e-2))


def require_plausible(
    quantity: Quantity, name: str, value: Any, *, above: float | None = 0.0, unit: float = 1.0
) -> float:
    """Return `value` as a float of possible size; warn where it is unusual.

    Parameters
    ----------
    quantity : Quantity
    name : str
        As the caller calls it.
    value : float
        In `unit`.
    above : float or None, default 0
        As for `require_real`; None lets both signs pass.
    unit : float, default 1
        Size of the value's unit in that of the quantity.
    """
    number = require_real(name, value, above=above)
    fault = quantity.fault(number, unit)
    if fault is not None:
        impossible, rule = fault
        advice = advice_on(quantity, name, number, unit)
        if impossible:
            refuse(name, rule, number, advice)
        doubt(f"{name} = {number:g} is unusual for {rule}. {advice}")
    return number


def require_places(name: str, array: np.ndarray) -> np.ndarray:
    """Return coordinates [m] of which none lies farther from the focus than `PLACE` allows."""
    if array.size:
        require_plausible(PLACE, name, float(abs(array).max()), above=None)
    return array


def doubt(sentence: str) -> None:
    """Warn of a value that is possible, and probably not meant."""
    warnings.warn(" ".join(sentence.split()), UnitWarning, stacklevel=4)


def advice_on(quantity: Quantity, name: str, value: float, unit: float = 1.0) -> str:
    """What a value that is out of range looks like, as a sentence; empty where nobody can tell."""
    meant, written = quantity.looks_like(value, unit)
    if meant:
        return f"{value:g} looks like {meant}: {name + '=' if name else ''}{written}."
    if quantity is TEMPERATURE and abs(value) < 150:
        return f"{value:g} looks like degrees Celsius: {value + 273.15:g}."
    if quantity is INDEX:
        return "An index comes before a thickness."
    if quantity is WAVES:
        return f"{value:g} looks like nanometres: divide by the wavelength in nanometres."
    if quantity is SATURATION:
        return "1 T of mu0 Ms is 7.958e5 A/m, 1 emu/cm^3 is 1e3 A/m."
    return ""


def _within(size: float, edges: tuple[float, float]) -> bool:
    return edges[0] * (1 - CLOSE) <= size <= edges[1] * (1 + CLOSE)


def _range(low: float, high: float, unit: str) -> str:
    text = f", at most {high:.6g}" if low == 0 else f" from {low:.6g} to {high:.6g}"
    return f"{text} {unit}".rstrip()


def _written(value: float, factor: float) -> str:
    """The product, with the factor as an exponent where that is how a person writes it: 532e-9."""
    text, exponent = f"{value:g}", round(math.log10(factor))
    plain = exponent < 0 and math.isclose(factor, 10.0**exponent) and "e" not in text
    return f"{text}e{exponent}" if plain else f"{value * factor:.6g}"
