"""Light on the cells of micromagnetic programs: fields, scripts that apply them, and what they are."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from optomag.errors import StorageError, refuse, require_choice
from optomag.heat.temperature import Temperature
from optomag.io.cell_field import CellBox, CellField
from optomag.io.dataset_file import save_dataset
from optomag.io.files import write_json, write_text
from optomag.io.labelled import to_dataset
from optomag.io.ovf import read_ovf, write_ovf
from optomag.io.result_folder import new_result, require_plain
from optomag.io.vti import read_vti, write_vti
from optomag.light.exposures import Exposures, exposures_of
from optomag.micromagnetics.box import CELL, box_for
from optomag.micromagnetics.heating import Heating, temperature_record, write_temperatures
from optomag.micromagnetics.magnet import Magnet, fields_on, magnet_for
from optomag.micromagnetics.plausible_pulse import UNJUDGED, Plausibility, judge_export
from optomag.micromagnetics.pulse_limits import PulseLimits, pulse_limits
from optomag.micromagnetics.solver_scripts import (
    MAGNUM_NP,
    MUMAX3,
    UBERMAG,
    magnum_np_script,
    mumax3_script,
    ubermag_script,
)
from optomag.optics.film import Film
from optomag.optics.pulse import GaussianShape, Pulse, PulseShape

FORMAT, VERSION = "optomag-export", 2
RECORD, VTI, NETCDF = "export.json", "fields.vti", "fields.nc"
SCRIPTS: Final = (MUMAX3, UBERMAG, MAGNUM_NP)
QUANTITIES: Final = ("M", "B_eff", "spin", "heat")
WRITES: Final = (RECORD, VTI, NETCDF, *SCRIPTS, *(f"{name}.ovf" for name in QUANTITIES))
FORMATS: Final = ("ovf", "vti", "netcdf")
REPRESENTATIONS: Final = ("binary 8", "binary 4", "text")
LONG_NAMES: Final = {"spin": "spin angular momentum density of light"}

GAUSSIAN: Final = GaussianShape()
USUAL_PULSE: Final = 100e-15
"""Full width at half maximum [s] of the pulse when nobody says more; its peak has 1 W."""


@dataclass(frozen=True, eq=False)
class Export:
    """What was written.

    Attributes
    ----------
    folder : Path
    fields : tuple of CellField
        As read back from the files, where the files are OVF or VTI.
    magnet : Magnet
    pulse : Pulse
    scripts : tuple of str
        Names of the scripts that apply B_eff.
    replaced : str or None
        One sentence on the former export in the folder.
    plausibility : Plausibility
        What the pulse does to the magnet, and what is doubtful about it.
    temperature : Temperature or None
        After the pulse, where `heating` asked for it.
    """

    folder: Path
    fields: tuple[CellField, ...]
    magnet: Magnet
    pulse: Pulse
    scripts: tuple[str, ...]
    replaced: str | None = None
    plausibility: Plausibility = UNJUDGED
    temperature: Temperature | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is doubtful about the pulse, one sentence each."""
        return self.plausibility.warnings


def export(
    light: Any,
    folder: str | os.PathLike[str],
    *,
    magnet: Magnet | str | None = None,
    pulse: Pulse | None = None,
    limits: PulseLimits | None = None,
    heating: Heating | None = None,
    cell: Sequence[float] = (CELL,),
    size: Sequence[float] | None = None,
    at: Sequence[float] | None = None,
    film: Film | None = None,
    to: Sequence[str] = ("ovf", "vti"),
    quantities: Sequence[str] = (),
    representation: str = "binary 8",
    command: str = "export",
    config: Mapping[str, Any] | None = None,
    name: str = "folder",
) -> Export:
    """Write the fields of light on cells, and scripts that apply them, for micromagnetic programs.

    Parameters
    ----------
    light : Light or Exposures, or whatever has it
        A design of one direction, a structure, a design of the gallery. Of several exposures the sum is
        written, each at its part of the energy: what a linear medium keeps of all.
    folder : path
        Made if it does not exist; a former export there is replaced, other files are left alone.
    magnet : Magnet or str, optional
        The magnetic layer, or the name of its material in `optomag.MATERIALS`; without one, only the spin
        density of the light and, where something absorbs, its heat are known.
    pulse : Pulse, optional
        Fields are those at its peak; by default 1 W at the peak of 100 fs.
    limits : PulseLimits, optional
        What the magnet withstands; by default what the table knows of its material. `Export.warnings` says
        what the pulse exceeds.
    heating : Heating, optional
        Times after the pulse at which the temperature of the stack is written too, and its media.
    cell, size : one length [m], or three, optional
        Edges of a cell, and of the box in whole cells; by default 10 nm, and a wavelength around the light's
        points.
    at : (x, y, z) [m], optional
        Middle of the box; by default that of the points, and in a film of the magnetic layer.
    film : Film, optional
        Another film in place of the light's own.
    to : sequence of {"ovf", "vti", "netcdf"}
        Files: OVF 2.0 with scripts for mumax3 and Ubermag, VTI with one for magnum.np, NetCDF.
    quantities : sequence of {"M", "B_eff", "spin", "heat"}
        Only these; by default all that the constants allow.
    representation : {"binary 8", "binary 4", "text"}
        Numbers in OVF files.
    command, config, name
        What the manifest says, and what messages call the folder.

    Returns
    -------
    Export

    Raises
    ------
    InvalidInputError
        If an argument cannot be used, a constant is missing, or the folder holds something else or a file
        that was edited since it was written, such as a script.
    StorageError
        Where the file system refuses, or gives other numbers back than were written.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([0, 0, 1], om.Objective(na=0.9, wavelength=635e-9))
    >>> made = export(found, "fields", magnet="bismuth iron garnet", cell=[20e-9])  # doctest: +SKIP
    """
    started = time.time()
    exposures = exposures_of(light)
    exposures = exposures if film is None else exposures.through(film)
    shining = exposures.lights[0]
    _require_choices("to", to, FORMATS)
    _require_choices("quantities", quantities, QUANTITIES)
    _require_choices("representation", [representation], REPRESENTATIONS)
    if magnet is not None and not isinstance(magnet, (Magnet, str)):
        refuse("magnet", "a Magnet or the name of a material", magnet)
    layer = magnet if isinstance(magnet, Magnet) else magnet_for(shining, material=magnet)
    media = 0 if shining.film is None else len(shining.film.indices)
    if layer.layer is not None and layer.layer > media:
        refuse("layer of the magnet", f"among the {media} media of the film", layer.layer)
    sent = pulse_of_peak(1.0) if pulse is None else pulse
    if not isinstance(sent, Pulse):
        refuse("pulse", "an optomag Pulse", pulse)
    if limits is not None and not isinstance(limits, PulseLimits):
        refuse("limits", "optomag PulseLimits", limits)
    box = box_for(shining, layer, cell=cell, size=size, at=at)
    layer.require(quantities)
    if config is not None:
        require_plain("config", config)
    if heating is not None and not isinstance(heating, Heating):
        refuse("heating", "an optomag Heating", heating)
    writes = (*WRITES, *(() if heating is None else heating.files))
    with new_result(folder, kind=FORMAT, command=command, writes=writes, name=name) as result:
        fields = _sum_of_exposures(exposures, box, layer, power=sent.peak_power, wanted=tuple(quantities))
        fields = _write_fields(fields, result.path, tuple(to), representation, exposures, sent)
        scripts = _write_scripts(fields, result.path, tuple(to), layer, sent)
        known = pulse_limits(layer.name) if limits is None else limits
        judged = judge_export(fields, exposures, layer.layer, sent, known)
        record = _record(fields, layer, sent, scripts) | {"plausible": judged.record()}
        warm = None
        if heating is not None:
            how: Any = {"ovf": "ovf" in to, "representation": representation}
            warm = write_temperatures(heating, exposures, sent, box, result.path, **how)
            record["temperature"] = temperature_record(warm)
        write_json(result.path / RECORD, record)
        settings = config or {"to": list(to), "representation": representation}
        result.seal(config=settings, seed=None, started=started)
    return Export(result.folder, tuple(fields), layer, sent, tuple(scripts), result.replaced(), judged, warm)


def pulse_of_peak(power: float, *, duration: float = USUAL_PULSE, shape: PulseShape = GAUSSIAN) -> Pulse:
    """The pulse of a given peak power [W], full width at half maximum [s] and shape."""
    return Pulse(energy=power * duration / shape.peak_factor, duration=duration, shape=shape)


def peak_of(field: CellField) -> dict[str, Any]:
    """Largest length of a field, with its unit and place."""
    lengths = field.lengths
    place = np.unravel_index(int(np.argmax(lengths)), lengths.shape)
    grid = field.box.grid
    at = [float(line[i]) for line, i in zip((grid.x, grid.y, grid.z), place, strict=True)]
    return {"unit": field.unit, "largest": float(lengths[place]), "at_m": at}


def _require_choices(name: str, given: Sequence[str], allowed: Sequence[str]) -> None:
    if not isinstance(given, (list, tuple)) or (name == "to" and not given):
        refuse(name, f"one or more of {', '.join(allowed)}", given)
    for each in given:
        require_choice(name, each, allowed)


def _sum_of_exposures(
    exposures: Exposures, box: CellBox, magnet: Magnet, *, power: float, wanted: tuple[str, ...]
) -> list[CellField]:
    """All quantities are of second order in the field, so that those of exposures add up."""
    parts = [
        fields_on(box, light, magnet, power=power * float(energy), wanted=wanted)
        for light, energy in zip(exposures.lights, exposures.energies, strict=True)
    ]
    return [
        replace(same[0], values=np.sum([field.values for field in same], axis=0))
        for same in zip(*parts, strict=True)
    ]


def _write_fields(
    fields: list[CellField],
    folder: Path,
    to: tuple[str, ...],
    representation: str,
    light: Exposures,
    pulse: Pulse,
) -> list[CellField]:
    """Write every format; return the fields as they were read back."""
    if "netcdf" in to:
        arrays: dict[str, Any] = {f.name: (f.values, f.unit, LONG_NAMES.get(f.name, f.name)) for f in fields}
        box = fields[0].box
        dataset = to_dataset(
            box.grid,
            lens=light.lens,
            beam=light.lights[0].beam if len(light) == 1 else None,
            power=pulse.peak_power,
            attributes={"cell_m": box.cell, "corner_m": box.corner, "exposures": len(light)},
            **arrays,
        )
        save_dataset(dataset, folder / NETCDF)
    if "vti" in to:
        write_vti(folder / VTI, fields)
        _require_same(fields, list(read_vti(folder / VTI)), 0.0)
    if "ovf" not in to:
        return fields
    told = [f"{pulse.peak_power!r} W at the peak of the pulse, made by optomag"]
    for field in fields:
        write_ovf(folder / f"{field.name}.ovf", field, representation=representation, description=told)
    found = [read_ovf(folder / f"{field.name}.ovf") for field in fields]
    single = float(np.finfo(np.float32).eps)
    _require_same(fields, found, single if representation == "binary 4" else 0.0)
    return found


def _require_same(fields: list[CellField], found: list[CellField], error: float) -> None:
    for field, read in zip(fields, found, strict=True):
        same = read.box == field.box and read.unit == field.unit
        if not same or np.abs(read.values - field.values).max() > error * field.largest:
            raise StorageError(f"{field.name} could not be read back as it was written; check the disk.")


def _write_scripts(
    fields: list[CellField], folder: Path, to: tuple[str, ...], magnet: Magnet, pulse: Pulse
) -> list[str]:
    saturation = magnet.saturation_magnetization
    if saturation is None or all(field.name != "B_eff" for field in fields):
        return []
    makers = {}
    if "ovf" in to:
        makers |= {MUMAX3: mumax3_script, UBERMAG: ubermag_script}
    if "vti" in to:
        makers |= {MAGNUM_NP: magnum_np_script}
    for name, maker in makers.items():
        write_text(folder / name, maker(fields[0].box, pulse, saturation_magnetization=saturation))
    return list(makers)


def _record(fields: list[CellField], magnet: Magnet, pulse: Pulse, scripts: list[str]) -> dict[str, Any]:
    box = fields[0].box
    return {
        "format": FORMAT,
        "version": VERSION,
        "box": {"corner_m": box.corner, "cell_m": box.cell, "shape": box.shape},
        "pulse": {
            "peak_power_w": pulse.peak_power,
            "energy_j": pulse.energy,
            "duration_s": pulse.duration,
            "shape": type(pulse.shape).__name__,
        },
        "magnet": {name: getattr(magnet, name) for name in Magnet.__dataclass_fields__},
        "peaks": {field.name: peak_of(field) for field in fields},
        "scripts": scripts,
    }
