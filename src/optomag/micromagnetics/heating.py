"""The temperature after the pulse beside an export's fields: OVF for each time, NetCDF for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from optomag.displayed import Displayed
from optomag.errors import StorageError, refuse, require_finite_array, require_items
from optomag.heat.moments import MOST_TIMES
from optomag.heat.temperature import ROOM, Temperature, temperature, time_name
from optomag.heat.thermal_medium import ThermalMedium, medium_of
from optomag.io.cell_field import CellBox
from optomag.io.dataset_file import save_dataset
from optomag.io.ovf import read_ovf, write_ovf
from optomag.light.exposures import Exposures
from optomag.micromagnetics.pattern import Spots
from optomag.micromagnetics.source import Lights
from optomag.optics.film import MOST_LAYERS
from optomag.optics.pulse import Pulse

TEMPERATURES: Final = "temperature.nc"


@dataclass(frozen=True, kw_only=True)
class Heating(Displayed):
    """When temperatures are wanted after the pulse, and of what the stack is.

    Parameters
    ----------
    media : sequence of ThermalMedium or str
        One for each layer of the film and one for the substrate; names of `optomag.MATERIALS`.
    times : sequence of float [s]
        Increasing, from the peak of the pulse.
    ambient : float, default 293 [K]
    front : ThermalMedium or str, optional
        What lies in front of the film and takes heat.
    progress : function of (done, total), optional

    Raises
    ------
    InvalidInputError
        If a medium is unknown, or times are no numbers.

    Examples
    --------
    >>> Heating(media=["GdFeCo", "fused silica"], times=[1e-12, 1e-9]).files
    ('T_1ps.ovf', 'T_1000ps.ovf', 'Te_1ps.ovf', 'Te_1000ps.ovf', 'temperature.nc')
    """

    media: Any
    times: Any
    ambient: float = ROOM
    front: ThermalMedium | str | None = None
    progress: Callable[[int, int], None] | None = None

    def __post_init__(self) -> None:
        rule = "names of materials or ThermalMedium, one for each layer and one for the substrate"
        given = require_items("media", self.media, rule, most=MOST_LAYERS + 1)
        object.__setattr__(self, "media", tuple(medium_of(one) for one in given))
        times = require_items("times", self.times, "times [s]", most=MOST_TIMES)
        moments = require_finite_array("times", times, shape="(times,)", ndim=1)
        object.__setattr__(self, "times", tuple(moments.tolist()))

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files."""
        kinds = ("T", "Te") if any(one.has_electrons for one in self.media) else ("T",)
        return (*(f"{kind}_{time_name(t)}.ovf" for kind in kinds for t in self.times), TEMPERATURES)


def exposures_for(
    source: Lights | Spots, *, delays: Sequence[float] | None = None, mcd: float = 0.0
) -> Exposures:
    """The exposures whose heat is followed, all in one pulse.

    Raises
    ------
    InvalidInputError
        If the source is a scan, whose spots come one after the other, light comes in several pulses, or its
        heat is dichroic.
    """
    if not isinstance(source, Lights):
        refuse("heating", "left out for a scan, whose spots are heated one after the other", "a scan")
    if delays is not None:
        refuse("heating", "left out with delays: temperatures are those after one pulse", delays)
    if mcd != 0:
        refuse("mcd", "0 with temperatures, which are those of heat without dichroism", mcd)
    return Exposures(source.lights, source.energies)


def write_temperatures(
    heating: Heating,
    exposures: Exposures,
    pulse: Pulse,
    box: CellBox,
    folder: Path,
    *,
    ovf: bool,
    representation: str,
) -> Temperature:
    """Follow the heat of the light and write temperatures, read back where they are OVF.

    Raises
    ------
    InvalidInputError
        As for `temperature`.
    StorageError
        Where the file system refuses, or gives other numbers back than were written.
    """
    warm = temperature(
        exposures,
        pulse,
        box=box,
        media=heating.media,
        times=heating.times,
        ambient=heating.ambient,
        front=heating.front,
        progress=heating.progress,
    )
    save_dataset(warm.dataset(), folder / TEMPERATURES)
    single = float(np.finfo(np.float32).eps)
    for field in warm.fields() if ovf else ():
        place = folder / f"{field.name}.ovf"
        told = [f"{pulse.energy!r} J in one pulse, made by optomag"]
        write_ovf(place, field, representation=representation, description=told)
        found = read_ovf(place)
        error = single * field.largest if representation == "binary 4" else 0.0
        if found.box != box or found.unit != "K" or np.abs(found.values - field.values).max() > error:
            raise StorageError(f"{field.name} could not be read back as it was written; check the disk.")
    return warm


def temperature_record(warm: Temperature) -> dict[str, Any]:
    """What an export's record says of temperatures."""
    kinds = {"lattice": warm.hottest, "electrons": warm.hottest_electrons}
    if not warm.has_electrons:
        del kinds["electrons"]
    return {
        "media": [one.name for one in warm.media],
        "ambient_k": warm.ambient,
        "times_s": warm.times.tolist(),
        "absorbed_energy_j": warm.absorbed_energy,
        "hottest": {
            name: {"kelvin": kelvin, "time_s": time, "at_m": list(place)}
            for name, (kelvin, time, place) in kinds.items()
        },
    }


def temperature_lines(warm: Temperature) -> list[str]:
    """One line for each temperature: how hot, when and where."""
    kinds = {"lattice": warm.hottest}
    if warm.has_electrons:
        kinds["electrons"] = warm.hottest_electrons
    return [
        f"hottest {name}: {kelvin:.4g} K {time_name(time)[:-2]} ps after the pulse at "
        f"({', '.join(f'{x * 1e9:+.1f}' for x in place)}) nm, of the times asked for; "
        f"{warm.ambient:g} K before"
        for name, (kelvin, time, place) in kinds.items()
    ]
