"""When the parts of the light come: which of them have fields of their own, and which share one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from optomag.errors import refuse, require_finite_array, require_items
from optomag.io.cell_field import CellBox, CellField
from optomag.micromagnetics.box import CELL_BYTES
from optomag.micromagnetics.drive import MOST_TERMS, Term
from optomag.micromagnetics.magnet import Magnet
from optomag.micromagnetics.source import Source
from optomag.optics.pulse import Pulse
from optomag.plausible import DELAY, require_plausible
from optomag.room import require_memory

QUANTITIES: Final = ("M", "B_eff", "spin", "heat")


@dataclass(frozen=True, eq=False)
class Part:
    """Light that has a time of its own.

    Parameters
    ----------
    source : Source
    suffix : str
        Behind the names of its quantities: "" where all parts have the same fields, else "_1", "_2", ...
    pulse : Pulse
        Of its energy.
    delay : float [s]
        After the earliest part.
    """

    source: Source
    suffix: str
    pulse: Pulse
    delay: float

    @property
    def names(self) -> tuple[str, ...]:
        """What its quantities are called, those too that its magnet has no constants for."""
        return tuple(f"{quantity}{self.suffix}" for quantity in QUANTITIES)

    @property
    def term(self) -> Term:
        """B_eff of the part, as scripts apply it."""
        return Term(field=f"B_eff{self.suffix}", pulse=self.pulse, delay=self.delay)


def require_delays(delays: Any) -> tuple[float, ...] | None:
    """When each pulse has its peak [s], counted from the earliest; None where nobody says.

    Raises
    ------
    InvalidInputError
        If they are not some finite numbers of seconds, or too many.

    Examples
    --------
    >>> require_delays([1e-12, 0.0, 5e-12]), require_delays([-1e-12, 0.0])
    ((1e-12, 0.0, 5e-12), (0.0, 1e-12))
    """
    if delays is None:
        return None
    given = require_items("delays", delays, "numbers of seconds", most=MOST_TERMS)
    numbers = require_finite_array("delays", given, shape="(k,)", ndim=1).tolist()
    earliest = min(numbers)
    return tuple(require_plausible(DELAY, "delays", each - earliest, above=None) for each in numbers)


def parts_in_time(source: Source, pulse: Pulse, delays: Sequence[float] | None) -> tuple[Part, ...]:
    """The parts of light, each at its delay; without delays all of it as one part.

    Raises
    ------
    InvalidInputError
        If there is not one delay for each part.
    """
    if delays is None:
        return (Part(source, "", pulse, 0.0),)
    sources = source.parts()
    if len(sources) != len(delays):
        refuse("delays", f"one number for each of {len(sources)} exposures or spots", f"{len(delays)}")
    distinct = list(dict.fromkeys(map(id, sources)))
    suffixes = {key: f"_{k + 1}" if len(distinct) > 1 else "" for k, key in enumerate(distinct)}
    return tuple(
        Part(each, suffixes[id(each)], replace(pulse, energy=pulse.energy * each.energy), delay)
        for each, delay in zip(sources, delays, strict=True)
    )


def require_room_for(parts: Sequence[Part], box: CellBox) -> None:
    """Refuse more cells than fit into memory with a field of their own for each part."""
    fields = len({part.suffix for part in parts})
    advice = "Take larger cells, or fewer different pulses."
    require_memory(
        "cells", math.prod(box.shape), lambda count: float(CELL_BYTES) * fields * count, advice=advice
    )


def fields_of_parts(
    parts: Sequence[Part], box: CellBox, magnet: Magnet, *, power: float, wanted: Sequence[str]
) -> list[CellField]:
    """The fields of all parts, those that they share once, named by quantity and suffix."""
    sources = {part.suffix: part.source for part in parts}
    return [
        replace(field, name=f"{field.name}{suffix}")
        for suffix, source in sources.items()
        for field in source.fields(box, magnet, power=power, wanted=wanted)
    ]
