"""What a magnet withstands: the table's numbers, or one's own, and which of them a temperature passes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import require_choice, require_kind, require_real
from optomag.magnetism.material import Material
from optomag.magnetism.material_table import MATERIALS
from optomag.plausible import FLUENCE, HEAT_CAPACITY, TRANSITION, require_plausible

THRESHOLDS: Final = ("boiling_temperature", "melting_temperature", "curie_temperature")
"""The highest first."""


@dataclass(frozen=True, kw_only=True)
class PulseLimits(Displayed):
    """What a magnet withstands, as far as that is known.

    Parameters
    ----------
    name : str
        What messages call it.
    heat_capacity : float [J/(m^3 K)], optional
        Per volume.
    curie_temperature, melting_temperature, boiling_temperature : float [K], optional
    damage_fluence : float [J/m^2], optional
        Of one pulse, in front of the film.

    Raises
    ------
    InvalidInputError
        If a number is not finite or of impossible size.

    Examples
    --------
    >>> film = PulseLimits(name="GdFeCo", heat_capacity=2.6e6, curie_temperature=500.0)
    >>> film.passed(900.0)
    ('curie_temperature', 500.0)
    """

    name: str
    heat_capacity: float | None = None
    curie_temperature: float | None = None
    melting_temperature: float | None = None
    boiling_temperature: float | None = None
    damage_fluence: float | None = None

    def __post_init__(self) -> None:
        require_kind("name", self.name, str, "text")
        for name in limit_names():
            value = getattr(self, name)
            if value is not None:
                quantity = {"heat_capacity": HEAT_CAPACITY, "damage_fluence": FLUENCE}.get(name, TRANSITION)
                object.__setattr__(self, name, require_plausible(quantity, name, value))

    def passed(self, temperature: float) -> tuple[str, float] | None:
        """The highest known threshold below a temperature [K], and where it lies.

        Parameters
        ----------
        temperature : float [K]

        Raises
        ------
        InvalidInputError
            If the temperature is not a finite number > 0.

        Examples
        --------
        >>> PulseLimits(name="a", melting_temperature=1700.0).passed(400.0) is None
        True
        """
        hot = require_real("temperature", temperature, above=0.0)
        beyond = [(name, limit) for name in THRESHOLDS if (limit := getattr(self, name)) and hot > limit]
        return beyond[0] if beyond else None


def limit_names() -> list[str]:
    """Names of what limits a pulse."""
    return [each.name for each in fields(PulseLimits) if each.name != "name"]


def pulse_limits(material: Material | str | None = None, **given: float | None) -> PulseLimits:
    """Limits of a material of the table, and numbers in place of its own."""
    known = MATERIALS.get(material) if isinstance(material, str) else material
    name = "the magnet" if material is None else material if isinstance(material, str) else material.name
    table = {} if known is None else {each: getattr(known, each) for each in limit_names()}
    limits = {each: float(np.real(c.value)) for each, c in table.items() if c is not None}
    for each, value in given.items():
        require_choice("limit", each, limit_names())
        limits |= {} if value is None else {each: value}
    return PulseLimits(name=name, **limits)
