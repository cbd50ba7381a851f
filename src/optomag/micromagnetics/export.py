"""Light on the cells of micromagnetic programs: fields, scripts that apply them, and what they are."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from optomag.displayed import Displayed, exact
from optomag.errors import StorageError, refuse, require_choice, require_kind, require_yes_or_no
from optomag.heat.temperature import Temperature
from optomag.io.cell_field import CellField
from optomag.io.dataset_file import save_dataset
from optomag.io.files import write_bytes, write_json
from optomag.io.fingerprint import identity_of
from optomag.io.labelled import to_dataset
from optomag.io.ovf import read_ovf, write_ovf
from optomag.io.result_folder import new_result, require_free, require_plain
from optomag.io.vti import read_vti, write_vti
from optomag.magnetism.made_for import MadeFor, describe_made_for, made_for_of
from optomag.micromagnetics.angles import Angles, angles_of
from optomag.micromagnetics.drive import MOST_TERMS, Drive, Simulation, Term
from optomag.micromagnetics.heating import Heating, exposures_for, temperature_record, write_temperatures
from optomag.micromagnetics.magnet import Magnet
from optomag.micromagnetics.magnet_fields import magnet_for
from optomag.micromagnetics.plausible_pulse import UNJUDGED, Plausibility, judge_export
from optomag.micromagnetics.pulse_limits import PulseLimits, pulse_limits
from optomag.micromagnetics.scripts.write import SCRIPTS, write_scripts
from optomag.micromagnetics.source import Source, source_of
from optomag.micromagnetics.timing import (
    QUANTITIES,
    Part,
    fields_of_parts,
    parts_in_time,
    require_delays,
    require_room_for,
)
from optomag.micromagnetics.wish import wanted_of
from optomag.optics.description import figure_heading
from optomag.optics.film import Film
from optomag.optics.magnet_place import warn_outside
from optomag.optics.pulse import GaussianShape, Pulse, PulseShape

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMAT, VERSION = "optomag-export", 2
RECORD, VTI, NETCDF, PICTURE = "export.json", "fields.vti", "fields.nc", "export.png"
SUFFIXES: Final = ("", *(f"_{k + 1}" for k in range(MOST_TERMS)))
OVF_FILES: Final = tuple(f"{q}{s}.ovf" for q in QUANTITIES for s in SUFFIXES)
WRITES: Final = (RECORD, VTI, NETCDF, PICTURE, *SCRIPTS, *OVF_FILES)
FORMATS: Final = ("ovf", "vti", "netcdf")
REPRESENTATIONS: Final = ("binary 8", "binary 4", "text")
LONG_NAMES: Final = {"spin": "spin angular momentum density of light"}

GAUSSIAN: Final = GaussianShape()
USUAL_PULSE: Final = 100e-15
"""Full width at half maximum [s] of the pulse when nobody says more; its peak has 1 W."""


@dataclass(frozen=True, eq=False)
class Export(Displayed):
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
    terms : tuple of Term
        Which field of B_eff comes when, with which pulse.
    plausibility : Plausibility
        What the pulse does to the magnet, and what is doubtful about it.
    angles : tuple of Angles
        Between B_eff, M or the spin and the wanted direction, of light with one target.
    source : Source or None
        What shines.
    wanted : float64, shape (n, 3), or None
        Directions at the points of its light.
    temperature : Temperature or None
        After the pulse, where `heating` asked for it.

    Examples
    --------
    >>> import tempfile
    >>> import optomag as om
    >>> found = om.design([0, 0, 1], om.Objective(na=0.9, wavelength=635e-9))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = om.export(found, folder, cell=[50e-9], size=[200e-9], to=["vti"], picture=False)
    >>> [(field.name, field.unit, field.values.shape) for field in made.fields]
    [('spin', 'J*s/m^3', (4, 4, 4, 3))]
    """

    folder: Path
    fields: tuple[CellField, ...]
    magnet: Magnet
    pulse: Pulse
    scripts: tuple[str, ...]
    replaced: str | None = None
    terms: tuple[Term, ...] = ()
    plausibility: Plausibility = UNJUDGED
    angles: tuple[Angles, ...] = ()
    source: Source | None = None
    wanted: np.ndarray | None = None
    temperature: Temperature | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is doubtful about the pulse, one sentence each."""
        return self.plausibility.warnings

    def plot(self) -> Figure:
        """Draw the fields on planes of cells, within the layers that the light meets.

        Returns
        -------
        matplotlib Figure
            What `export.png` shows.

        Raises
        ------
        InvalidInputError
            If the export does not know what shone.
        """
        from optomag.micromagnetics.export_picture import export_picture

        if self.source is None:
            refuse("source of an export", "known, for it is drawn with the fields", None)
        wish: dict[str, Any] = {"wanted": self.wanted, "terms": self.terms}
        return export_picture(self.fields, self.source, self.magnet, self.pulse, **wish)


def export(
    light: Any,
    folder: str | os.PathLike[str],
    *,
    magnet: Magnet | str | None = None,
    pulse: Pulse | None = None,
    limits: PulseLimits | None = None,
    heating: Heating | None = None,
    delays: Sequence[float] | None = None,
    energies: Sequence[float] | None = None,
    cell: Sequence[float] | None = None,
    size: Sequence[float] | None = None,
    at: Sequence[float] | None = None,
    film: Film | None = None,
    to: Sequence[str] = ("ovf", "vti"),
    quantities: Sequence[str] = (),
    representation: str = "binary 8",
    simulation: Simulation | None = None,
    made_for: MadeFor | None = None,
    picture: bool = True,
    replace: bool = False,
    command: str = "export",
    config: Mapping[str, Any] | None = None,
    name: str = "folder",
) -> Export:
    """Write the fields of light on cells, and scripts that apply them, for micromagnetic programs.

    Parameters
    ----------
    light : Light or Exposures, or whatever has it, or a list of lights; or Scan, or a Recording
        A design of one direction, a structure, a design of the gallery. Of several exposures the sum is
        written, each at its part of the energy: what a linear medium keeps of all; with `delays` each by
        itself. Of a scan the pattern of all spots in one layer of cells around their plane, each spot at its
        exposure times the energy.
    folder : path
        Made if it does not exist; files that are no export's are left alone.
    magnet : Magnet or str, optional
        The magnetic layer, or the name of its material in `optomag.MATERIALS`, which the film's magnet is
        made of; without one, only the spin density of the light and, where something absorbs, its heat are
        known.
    pulse : Pulse, optional
        Fields are those at its peak; by default 1 W at the peak of 100 fs. Its energy is that of all
        exposures together.
    delays : sequence of float [s], optional
        When each exposure has the peak of its pulse, from the earliest one on: fields M_1, B_eff_1, M_2, ...
        of each, and scripts that apply all. Of single light each is a pulse of an equal part of the energy,
        and all share one field.
    energies : sequence of float, optional
        Parts of the energy, of sum 1, in place of those of the exposures.
    limits : PulseLimits, optional
        What the magnet withstands; by default what the table knows of its material. `Export.warnings` says
        what the pulse exceeds.
    heating : Heating, optional
        Times after the pulse at which the temperature of the stack is written too, and its media.
    cell, size : sequence of one length [m], or of three, optional
        Edges of a cell, and of the box in whole cells; by default 10 nm, and a wavelength around the light's
        points. A scan's cells are larger where there would be more than 4 million.
    at : (x, y, z) [m], optional
        Middle of the box; by default that of the points, and in a film of the magnetic layer.
    film : Film, optional
        Another film in place of the light's own.
    to : sequence of {"ovf", "vti", "netcdf"}
        Files: OVF 2.0 with scripts for mumax3, Ubermag and mumax+, VTI with those for NeuralMag and
        magnum.np, NetCDF.
    quantities : sequence of {"M", "B_eff", "spin", "heat"}
        Only these; by default all that the constants allow.
    representation : {"binary 8", "binary 4", "text"}
        Numbers in OVF files.
    simulation : Simulation, optional
        What the scripts simulate besides the light: exchange, damping, anisotropy, start.
    made_for : MadeFor, optional
        Of what the light's wish is; by default what a design says, else the spin.
    picture : bool, default True
        Also draw what `Export.plot` draws, as `export.png`.
    replace : bool, default False
        Whether another export there may go: other fields, pulses, magnet, simulation or heating.
    command, config, name
        What the manifest says, and what messages call the folder.

    Returns
    -------
    Export

    Raises
    ------
    InvalidInputError
        If an argument cannot be used, a constant is missing, or the folder holds another export,
        something else or a file that was edited since it was written, such as a script.
    StorageError
        Where the file system refuses, or gives other numbers back than were written.

    Warns
    -----
    MagnetWarning
        If the light's points lie outside the magnet.

    Examples
    --------
    >>> import tempfile
    >>> import optomag as om
    >>> found = om.design([0, 0, 1], om.Objective(na=0.9, wavelength=532e-9))
    >>> how = {"cell": [50e-9], "size": [200e-9], "to": ["ovf"], "picture": False}
    >>> magnet = om.Magnet(name="paramagnet", index=2.0, layer=None, verdet=-100.0)
    >>> pulse = om.Pulse(energy=1e-12, duration=100e-15)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = om.export(found, folder, magnet=magnet, pulse=pulse, **how)
    >>> [field.name for field in made.fields]
    ['M', 'spin']
    """
    started = time.time()
    delays = require_delays(delays)
    source = source_of(light, energies=energies, film=film, times=len(delays or (0.0,)))
    shining = source.light
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
    simulated = Simulation() if simulation is None else simulation
    known = pulse_limits(layer.name) if limits is None else limits
    aim = made_for_of(light) if made_for is None else made_for
    require_kind("pulse", sent, Pulse, "an optomag Pulse")
    require_kind("simulation", simulated, Simulation, "an optomag Simulation")
    require_kind("limits", known, PulseLimits, "optomag PulseLimits")
    require_kind("made_for", aim, MadeFor, "an optomag MadeFor")
    require_yes_or_no("picture", picture)
    parts = parts_in_time(source, sent, delays)
    box = source.box(layer, cell=cell, size=size, at=at)
    require_room_for(parts, box)
    source.require(layer, quantities)
    if config is not None:
        require_plain("config", config)
    wish = wanted_of(light, shining)
    wanted = None if wish is None else aim.sign * wish
    if shining.film is not None:
        warn_outside(shining.film.with_magnet(layer.layer), shining.points[:, 2], what="design's point")
    heated = None
    if heating is not None:
        require_kind("heating", heating, Heating, "an optomag Heating")
        heated = exposures_for(source, delays=delays, mcd=layer.mcd)
    writes = (*WRITES, *(() if heating is None else heating.files))
    place: dict[str, Any] = {"kind": FORMAT, "command": command, "writes": writes, "name": name}
    require_free(folder, **place)  # before work; whether another export may go follows from the fields
    fields = fields_of_parts(parts, box, layer, power=sent.peak_power, wanted=tuple(quantities))
    settings: list[Any] = [layer, simulated]
    if heating is not None:
        settings += [*heating.media, dataclasses.replace(heating, progress=None)]
    place |= {"identity": _identity(fields, parts, settings), "replace": replace}
    with new_result(folder, **place) as result:
        fields = _write_fields(fields, result.path, tuple(to), representation, source, sent, parts)
        scripts = _write_scripts(fields, result.path, to, layer, parts, simulated)
        judged = judge_export(fields, parts, layer, known)
        angles = angles_of(fields, source, layer, aim)
        setup = figure_heading(shining.lens, shining.film, four_pi=shining.four_pi, shown="")
        told = {
            "setup": setup,
            "made_for": describe_made_for(aim),
            "angles": {a.quantity: a.record() for a in angles},
        }
        record = _record(fields, layer, sent, parts, scripts, to) | {"plausible": judged.record()} | told
        warm = None
        if heating is not None and heated is not None:
            how: Any = {"ovf": "ovf" in to, "representation": representation}
            warm = write_temperatures(heating, heated, sent, box, result.path, **how)
            record["temperature"] = temperature_record(warm)
        write_json(result.path / RECORD, record)
        terms, written = tuple(part.term for part in parts), tuple(scripts)
        about: dict[str, Any] = {"terms": terms, "plausibility": judged, "angles": angles}
        about |= {"source": source, "wanted": wanted, "temperature": warm}
        made = Export(result.folder, tuple(fields), layer, sent, written, **about)
        if picture:
            from optomag.plot.style import render_png

            write_bytes(result.path / PICTURE, render_png(made.plot()))
        said = config or {"to": list(to), "representation": representation}
        result.seal(config=said, seed=None, started=started)
    return dataclasses.replace(made, replaced=result.replaced())


def _identity(fields: Sequence[CellField], parts: Sequence[Part], settings: Sequence[Any]) -> str:
    """Of the fields, when each has which pulse, and what scripts and temperatures depend on besides."""
    box = fields[0].box
    told = [[list(part.names), part.delay, _described(part.pulse)] for part in parts]
    where = [box.corner, box.cell, box.shape]
    return identity_of(
        [where, told, [exact(one) for one in settings]], {field.name: field.values for field in fields}
    )


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


def _write_fields(
    fields: list[CellField],
    folder: Path,
    to: tuple[str, ...],
    representation: str,
    source: Source,
    pulse: Pulse,
    parts: tuple[Part, ...],
) -> list[CellField]:
    """Write every format; return the fields as they were read back."""
    if "netcdf" in to:
        arrays: dict[str, Any] = {f.name: (f.values, f.unit, LONG_NAMES.get(f.name, f.name)) for f in fields}
        box = fields[0].box
        dataset = to_dataset(
            box.grid,
            lens=source.light.lens,
            beam=source.beam,
            power=pulse.peak_power,
            attributes={"cell_m": box.cell, "corner_m": box.corner, **source.attributes},
            **arrays,
        )
        save_dataset(dataset, folder / NETCDF)
    if "vti" in to:
        write_vti(folder / VTI, fields)
        _require_same(fields, list(read_vti(folder / VTI)), 0.0)
    if "ovf" not in to:
        return fields
    powers = {name: part.pulse.peak_power for part in parts for name in part.names}
    for field in fields:
        told = [f"{powers[field.name]!r} W at the peak of the pulse, made by optomag"]
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
    fields: list[CellField],
    folder: Path,
    to: Sequence[str],
    magnet: Magnet,
    parts: tuple[Part, ...],
    simulation: Simulation,
) -> list[str]:
    saturation = magnet.saturation_magnetization
    if saturation is None or not any(field.name.startswith("B_eff") for field in fields):
        return []
    drive = Drive(
        box=fields[0].box,
        terms=tuple(part.term for part in parts),
        saturation_magnetization=saturation,
        simulation=simulation,
    )
    return write_scripts(drive, folder, to)


def _record(
    fields: list[CellField],
    magnet: Magnet,
    pulse: Pulse,
    parts: tuple[Part, ...],
    scripts: list[str],
    to: Sequence[str],
) -> dict[str, Any]:
    box = fields[0].box
    return {
        "format": FORMAT,
        "version": VERSION,
        "box": {"corner_m": box.corner, "cell_m": box.cell, "shape": box.shape},
        "pulse": _described(pulse),
        "terms": [
            {
                "fields": (names := [field.name for field in fields if field.name in part.names]),
                "files": [f"{name}.ovf" for name in names] if "ovf" in to else [],
                "delay_s": part.delay,
                "pulse": _described(part.pulse),
            }
            for part in parts
        ],
        "magnet": {name: getattr(magnet, name) for name in Magnet.__dataclass_fields__},
        "peaks": {field.name: peak_of(field) for field in fields},
        "scripts": scripts,
    }


def _described(pulse: Pulse) -> dict[str, Any]:
    return {
        "peak_power_w": pulse.peak_power,
        "energy_j": pulse.energy,
        "duration_s": pulse.duration,
        "shape": type(pulse.shape).__name__,
    }
