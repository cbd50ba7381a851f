"""Is this pulse possible? What its heat does to the magnet, and whether its field is one ever seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np

from optomag.io.cell_field import CellBox, CellField
from optomag.magnetism.material import Material
from optomag.magnetism.material_table import MATERIALS
from optomag.micromagnetics.magnet import Magnet
from optomag.micromagnetics.pulse_limits import PulseLimits
from optomag.micromagnetics.source import Lights
from optomag.micromagnetics.timing import Part
from optomag.optics.energy import fluence as fluence_of
from optomag.optics.film import Film

ROOM_TEMPERATURE: Final = 293.0
"""Before the pulse [K]."""

LARGEST_FIELD: Final = 10.0
"""Effective fields of light [T] beyond which no measurement could be read: tens of tesla are known as
assumptions of models (M. O. A. Ellis, E. E. Fullerton and R. W. Chantrell, arXiv:1605.00835)."""

MOST_HEAT_CAPACITY: Final = 4.0e6
"""No metal of the CRC Handbook holds more at room temperature [J/(m^3 K)]; nickel comes nearest."""

BOILS_EVERY_METAL: Final = 2.5e10
"""Brings any metal to its boiling point [J/m^3]: rhenium, the hardest to boil, takes 2.0e10 with what melts
it, at the heat capacity of room temperature (CRC Handbook); a margin for tables that differ."""

FAINT: Final = 1e-3
"""Of the peak of a pulse: what is less adds nothing to the field of another."""

HIGHEST_CURIE_TEMPERATURE, HIGHEST_MELTING_POINT = 1394.0, 3687.0
"""Of the elements [K]: cobalt's and tungsten's."""

BOLTZMANN, BOHR_MAGNETON = 1.380649e-23, 9.2740100657e-24

CONSEQUENCES: Final = {
    "boiling_temperature": ("boiling point", "the film is gone"),
    "melting_temperature": ("melting point", "the film does not stay as it is"),
    "curie_temperature": (
        "Curie temperature",
        "order is lost for a while, and B_eff and scripts, made with a constant Ms, do not hold",
    ),
}
"""What messages call a threshold, and what is beyond."""


@dataclass(frozen=True, kw_only=True)
class Plausibility:
    """What the light of an export does, and what is doubtful about it.

    Attributes
    ----------
    temperature_rise : float [K] or None
        Largest in the magnet, before anything diffuses.
    energy_density : float [J/m^3] or None
        Largest heat of all pulses together, in the magnet or beside it.
    field : float [T] or None
        Largest B_eff at the peak of a pulse.
    fluence : float [J/m^2] or None
        Of the bare light in the plane of the box, where a damage fluence is known.
    lines, warnings : tuple of str
        One sentence each, without its stop.
    """

    temperature_rise: float | None = None
    energy_density: float | None = None
    field: float | None = None
    fluence: float | None = None
    lines: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """As a file has it."""
        units = {"temperature_rise": "k", "energy_density": "j_per_m3", "field": "t", "fluence": "j_per_m2"}
        return {f"{name}_{units[name]}" if name in units else name: v for name, v in asdict(self).items()}


UNJUDGED: Final = Plausibility()


def temperature_rise(energy_density: float, heat_capacity: float) -> float:
    """Rise [K] of what takes up an energy per volume [J/m^3] at once, with a constant heat capacity."""
    return energy_density / heat_capacity


def exchange_field(curie_temperature: float) -> float:
    """Field [T] that holds a magnet's moments together, k_B T_C over a Bohr magneton."""
    return BOLTZMANN * curie_temperature / BOHR_MAGNETON


def judge(
    limits: PulseLimits,
    *,
    energy_density: float | None = None,
    elsewhere: float = 0.0,
    field: float | None = None,
    fluence: float | None = None,
    when: str = "per pulse",
) -> Plausibility:
    """What a pulse does to a magnet, and what is doubtful about it.

    Parameters
    ----------
    limits : PulseLimits
    energy_density : float [J/m^3], optional
        Largest heat of all pulses in the magnet; None or 0 where nothing absorbs.
    elsewhere : float [J/m^3]
        The same in other layers, of which no heat capacity is known.
    field : float [T], optional
        Largest B_eff.
    fluence : float [J/m^2], optional
        Of one pulse, in front of the film.
    when : str
        What the line on the temperature says of its rise.
    """
    largest = max(energy_density or 0.0, elsewhere)
    found = Plausibility(energy_density=largest or None, field=field, fluence=fluence)
    warnings: list[str] = []
    if energy_density and limits.heat_capacity is not None:
        rise = temperature_rise(energy_density, limits.heat_capacity)
        found = replace(found, temperature_rise=rise, lines=(_rise_line(rise, energy_density, limits, when),))
        warnings += _temperature_warning(rise, limits)
    elif energy_density:
        found = replace(found, lines=(_unknown_line(energy_density, limits),))
    warnings += _energy_warning(largest, known=found.temperature_rise is not None and elsewhere < largest)
    warnings += _field_warning(field or 0.0, limits)
    if fluence is not None and limits.damage_fluence is not None and fluence > limits.damage_fluence:
        warnings.append(
            f"a fluence of {fluence:.3g} J/m^2 is beyond {limits.damage_fluence:.3g} J/m^2, at which one "
            f"pulse damages {limits.name}"
        )
    return replace(found, warnings=tuple(warnings))


def judge_export(
    cells: Sequence[CellField], parts: Sequence[Part], magnet: Magnet, limits: PulseLimits
) -> Plausibility:
    """`judge`, for the fields that an export writes; the heat of several pulses adds up."""
    known, box = {each.name: each for each in cells}, cells[0].box
    layer = _in_magnet(box, parts[0].source.light.film, magnet)
    heats = [
        known[f"heat{part.suffix}"].lengths * part.pulse.effective_duration
        for part in parts
        if f"heat{part.suffix}" in known
    ]
    inside, beside = None, 0.0
    if heats:
        energy = np.sum(heats, axis=0)
        inside = float(np.max(energy[:, :, layer], initial=0.0))
        beside = float(np.max(energy[:, :, ~layer], initial=0.0))
    bright = None if limits.damage_fluence is None else _bare_fluence(box, parts)
    once = len(parts) == 1 and isinstance(parts[0].source, Lights)
    return judge(
        limits,
        energy_density=inside,
        elsewhere=beside,
        field=_strongest(known, parts),
        fluence=bright,
        when="per pulse" if once else "after all pulses",
    )


def _strongest(known: Mapping[str, CellField], parts: Sequence[Part]) -> float | None:
    """Largest B_eff at the peak of any pulse, with what the others have of theirs at that time."""
    shone = [part for part in parts if part.term.field in known]
    largest = None
    for moment in dict.fromkeys(part.delay for part in shone):
        shares = [float(part.pulse.power_at(moment - part.delay)) / part.pulse.peak_power for part in shone]
        total = sum(
            share * known[part.term.field].values
            for part, share in zip(shone, shares, strict=True)
            if share > FAINT
        )
        largest = max(largest or 0.0, float(np.linalg.norm(total, axis=-1).max()))
    return largest


def _in_magnet(box: CellBox, film: Film | None, magnet: Magnet) -> np.ndarray:
    if film is None or magnet.layer is None:
        return np.ones(len(box.grid.z), bool)
    return np.asarray(film.medium_at(box.grid.z)) == magnet.layer


def _bare_fluence(box: CellBox, parts: Sequence[Part]) -> float | None:
    """Largest in the box's middle plane, as if there were no film: what power meter and spot size give.

    None for the spots of a scan.
    """
    x, y = np.meshgrid(box.grid.x, box.grid.y, indexing="ij")
    points = np.stack([x, y, np.full_like(x, np.mean(box.grid.z))], axis=-1).reshape(-1, 3)
    total = np.zeros(len(points))
    for part in parts:
        if not isinstance(part.source, Lights):
            return None
        shares = np.array(part.source.energies) / sum(part.source.energies)
        for light, share in zip(part.source.lights, shares.tolist(), strict=True):
            E = replace(light, film=None).field(points, power=part.pulse.peak_power * share)
            total += np.asarray(fluence_of(E, part.pulse, index=light.lens.index))
    return float(np.max(total))


def _rise_line(rise: float, energy_density: float, limits: PulseLimits, when: str) -> str:
    return (
        f"temperature rise {when}: {_three_digits(rise)} K at most in {limits.name}, "
        f"from {energy_density:.3g} J/m^3 over {limits.heat_capacity:.3g} J/(m^3 K), before anything diffuses"
    )


def _unknown_line(energy_density: float, limits: PulseLimits) -> str:
    material = MATERIALS.get(limits.name, Material(name=limits.name))
    least = temperature_rise(energy_density, MOST_HEAT_CAPACITY)
    return (
        f"{material.no_trusted('heat_capacity')}: the rise in temperature is not known; "
        f"{energy_density:.3g} J/m^3 heat any metal by {_three_digits(least)} K or more "
        "(give --heat-capacity)"
    )


def _temperature_warning(rise: float, limits: PulseLimits) -> list[str]:
    hot = ROOM_TEMPERATURE + rise
    passed = limits.passed(hot)
    lost = passed is not None and passed[0] != "curie_temperature"
    if hot > HIGHEST_MELTING_POINT and not lost:
        told = f"{_three_digits(hot)} K is beyond {HIGHEST_MELTING_POINT:.0f} K, at which even tungsten melts"
        return [f"{told}; of {limits.name} no melting point is known"]
    if passed is None:
        return []
    called, beyond = CONSEQUENCES[passed[0]]
    told = f"{_three_digits(hot)} K is beyond the {called} of {limits.name}, {passed[1]:.4g} K"
    return [f"{told}: {beyond}"]


def _energy_warning(energy_density: float, *, known: bool) -> list[str]:
    """`known`: whether a temperature already says what it does."""
    if energy_density > BOILS_EVERY_METAL:
        told = f"{energy_density:.3g} J/m^3 exceed what brings any metal to its boiling point"
        return [f"{told}, {BOILS_EVERY_METAL:.1e} J/m^3: no film is left to be magnetised"]
    hot = ROOM_TEMPERATURE + temperature_rise(energy_density, MOST_HEAT_CAPACITY)
    if known or hot < HIGHEST_CURIE_TEMPERATURE:
        return []
    told = f"{energy_density:.3g} J/m^3 heat any metal beyond {HIGHEST_CURIE_TEMPERATURE:.0f} K"
    return [f"{told}, cobalt's Curie temperature, the highest of the elements"]


def _field_warning(field: float, limits: PulseLimits) -> list[str]:
    if field <= LARGEST_FIELD:
        return []
    told = f"B_eff of {_three_digits(field)} T is beyond {LARGEST_FIELD:g} T: light's fields of tens of tesla"
    held = limits.curie_temperature
    more = "" if held is None else f"; exchange holds it with some {_three_digits(exchange_field(held))} T"
    return [f"{told} are known as assumptions of models, not from measurements (arXiv:1605.00835){more}"]


def _three_digits(number: float) -> str:
    """3600 rather than 3.6e+03."""
    return f"{float(f'{number:.3g}'):g}"
