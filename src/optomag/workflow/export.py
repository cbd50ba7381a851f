"""`optomag export`: a saved design's field on the cells of a micromagnetic program."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any, Final

import numpy as np

from optomag.errors import StorageError, refuse
from optomag.io.cell_field import CellField
from optomag.io.dataset_file import save_dataset
from optomag.io.files import (
    read_json,
    require_writable_folder,
    sha256_of,
    storage_errors,
    write_json,
    write_text,
)
from optomag.io.labelled import to_dataset
from optomag.io.manifest import read_manifest, write_manifest
from optomag.io.ovf import read_ovf, write_ovf
from optomag.io.vti import read_vti, write_vti
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.micromagnetics.box import NANOMETRES, box_for
from optomag.micromagnetics.magnet import Magnet, fields_on, magnet_from
from optomag.micromagnetics.solver_scripts import (
    MAGNUM_NP,
    MUMAX3,
    UBERMAG,
    magnum_np_script,
    mumax3_script,
    ubermag_script,
)
from optomag.optics.film import Film
from optomag.optics.pulse import GaussianShape, Pulse, SechSquaredShape
from optomag.workflow.config import ExportConfig, LensConfig, PulseOptions
from optomag.workflow.progress import Progress
from optomag.workflow.saved_light import SavedLight, load_light

RECORD, VTI, NETCDF = "export.json", "fields.vti", "fields.nc"
SCRIPTS: Final = (MUMAX3, UBERMAG, MAGNUM_NP)
FORMAT: Final = "optomag-export"
SHAPES: Final = {"gaussian": GaussianShape(), "sech2": SechSquaredShape()}
LONG_NAMES: Final = {"spin": "spin angular momentum density of light"}


def run_export(design: Path, config: ExportConfig, *, progress: Progress) -> list[CellField]:
    """Write the fields of a saved design, and scripts that apply them, to a folder.

    Parameters
    ----------
    design : Path
        A folder that `optomag design` or `optomag shape` wrote.
    config : ExportConfig
        What the command was told.
    progress : Progress
        Where the result is shown.

    Returns
    -------
    list of CellField
        As read back from the files, where the files are OVF or VTI.

    Raises
    ------
    InvalidInputError
        If the design or a setting cannot be used, or the folder has a script that was edited since it was
        written.
    StorageError
        Where the file system refuses in the middle.
    """
    started = time.time()
    light = _in_film(load_light(design), config)
    magnet = magnet_from(config.magnet, light)
    pulse = peak_pulse(config.pulse)
    box = box_for(config, light, magnet)
    magnet.require(config.quantity)
    folder = require_writable_folder(config.out)
    _require_unedited(folder)
    fields = fields_on(box, light, magnet, power=pulse.peak_power, wanted=config.quantity)
    _remove_former(folder)
    fields = _write_fields(fields, folder, config, light, pulse)
    scripts = _write_scripts(fields, folder, config, magnet, pulse)
    write_json(folder / RECORD, _record(design, folder, fields, magnet, pulse, scripts))
    write_manifest(
        folder,
        command="optomag export",
        config={"design": str(design), **config.manifest()},
        seed=None,
        started=started,
    )
    for line in summary(fields, light, magnet, pulse):
        progress.say(line)
    if scripts:
        progress.say(f"scripts that apply B_eff as a pulse: {', '.join(scripts)}; replace A and alpha first")
    elif "B_eff" in magnet.missing:
        progress.say(f"no B_eff and no scripts: they need {magnet.missing['B_eff']}")
    progress.say(f"fields in {folder}: {', '.join(read_manifest(folder)['files'])}")
    return fields


def peak_pulse(options: PulseOptions) -> Pulse:
    """The pulse of the options: of given energy, or of given peak power.

    Raises
    ------
    InvalidInputError
        If both are given.
    """
    if options.energy_nj is not None and options.peak_power_w is not None:
        refuse("pulse", "given by --energy-nj or --peak-power-w", "both")
    shape, duration = SHAPES[options.shape], options.duration_fs / 1e15
    if options.energy_nj is not None:
        return Pulse(energy=options.energy_nj / 1e9, duration=duration, shape=shape)
    power = 1.0 if options.peak_power_w is None else options.peak_power_w
    return Pulse(energy=power * duration / shape.peak_factor, duration=duration, shape=shape)


def summary(fields: list[CellField], light: SavedLight, magnet: Magnet, pulse: Pulse) -> list[str]:
    """What was exported, as a few plain lines: the box, the pulse, and each peak with its place."""
    box = fields[0].box
    cells, edges = " x ".join(map(str, box.shape)), " x ".join(f"{d * NANOMETRES:.4g}" for d in box.cell)
    lines = [
        f"{cells} cells of {edges} nm, x from {box.corner[0] * NANOMETRES:.4g} nm, "
        f"y from {box.corner[1] * NANOMETRES:.4g} nm, z from {box.corner[2] * NANOMETRES:.4g} nm",
        f"at the peak of a pulse of {pulse.energy * 1e9:.4g} nJ within {pulse.duration * 1e15:.4g} fs: "
        f"{pulse.peak_power:.4g} W; in {magnet.name}, index {magnet.index:.4g}",
    ]
    for field in fields:
        peak = _peak(field)
        where = ", ".join(f"{x * NANOMETRES:+.1f}" for x in peak["at_m"])
        lines.append(f"largest {field.name}: {peak['largest']:.4g} {field.unit} at ({where}) nm")
        if field.name == "heat":
            absorbed = peak["largest"] * pulse.effective_duration
            lines[-1] += f", {absorbed:.4g} J/m^3 of one pulse"
    if light.target is not None:
        M = np.asarray(induced_magnetization(light.field(light.points, power=1.0)))[0]
        aside = float(np.linalg.norm(np.cross(M, light.target)))
        angle = math.degrees(math.atan2(aside, float(M @ light.target)))
        lines.append(f"the spin at the design's point is {angle:.2g} degrees from the target")
    return lines


def _in_film(light: SavedLight, config: ExportConfig) -> SavedLight:
    """The light in the film of the options, or in the design's own, at the height of the options."""
    lens = light.lens
    film = config.film.stack(
        LensConfig(na=lens.na, index=lens.index, wavelength_nm=lens.wavelength * NANOMETRES)
    )
    film = light.film if film is None else film
    if config.surface_nm is not None:
        if film is None:
            refuse("surface-nm", "left out, for there is no film", config.surface_nm)
        film = Film(film.layers, film.substrate, config.surface_nm / NANOMETRES)
    return SavedLight(light.beam, light.counter, lens, film, light.points, light.target)


def _require_unedited(folder: Path) -> None:
    """Refuse a folder with scripts that somebody changed, as their placeholders ask for, or wrote himself."""
    record = read_json(folder / RECORD, name=RECORD) if (folder / RECORD).exists() else None
    written = record.get("scripts_sha256") if isinstance(record, dict) else None
    known = written if isinstance(written, dict) else {}
    for script in (folder / name for name in SCRIPTS):
        if script.is_file() and sha256_of(script) != known.get(script.name):
            rule = "a folder whose scripts are as they were written"
            refuse("out", rule, f"an edited {script}", "Choose another folder, or move the script.")


def _remove_former(folder: Path) -> None:
    """Remove what a former export left: its other quantities would look like this one's."""
    if (folder / RECORD).exists():
        names = [*(f"{name}.ovf" for name in ("M", "B_eff", "spin", "heat")), VTI, NETCDF]
        with storage_errors(folder, "cleared"):
            for name in (*names, *SCRIPTS, RECORD):
                (folder / name).unlink(missing_ok=True)


def _write_fields(
    fields: list[CellField], folder: Path, config: ExportConfig, light: SavedLight, pulse: Pulse
) -> list[CellField]:
    """Write every format; return the fields as they were read back."""
    if "netcdf" in config.to:
        arrays: dict[str, Any] = {f.name: (f.values, f.unit, LONG_NAMES.get(f.name, f.name)) for f in fields}
        box = fields[0].box
        dataset = to_dataset(
            box.grid,
            lens=light.lens,
            beam=light.beam,
            power=pulse.peak_power,
            attributes={"cell_m": box.cell, "corner_m": box.corner},
            **arrays,
        )
        save_dataset(dataset, folder / NETCDF)
    if "vti" in config.to:
        write_vti(folder / VTI, fields)
        _require_same(fields, list(read_vti(folder / VTI)), 0.0)
    if "ovf" not in config.to:
        return fields
    representation = config.representation.replace("-", " ")
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
    fields: list[CellField], folder: Path, config: ExportConfig, magnet: Magnet, pulse: Pulse
) -> list[str]:
    saturation = magnet.saturation_magnetization
    if saturation is None or all(field.name != "B_eff" for field in fields):
        return []
    makers = {}
    if "ovf" in config.to:
        makers |= {MUMAX3: mumax3_script, UBERMAG: ubermag_script}
    if "vti" in config.to:
        makers |= {MAGNUM_NP: magnum_np_script}
    for name, maker in makers.items():
        write_text(folder / name, maker(fields[0].box, pulse, saturation_magnetization=saturation))
    return list(makers)


def _peak(field: CellField) -> dict[str, Any]:
    lengths = field.lengths
    place = np.unravel_index(int(np.argmax(lengths)), lengths.shape)
    grid = field.box.grid
    at = [float(line[i]) for line, i in zip((grid.x, grid.y, grid.z), place, strict=True)]
    return {"unit": field.unit, "largest": float(lengths[place]), "at_m": at}


def _record(
    design: Path, folder: Path, fields: list[CellField], magnet: Magnet, pulse: Pulse, scripts: list[str]
) -> dict[str, Any]:
    box = fields[0].box
    return {
        "format": FORMAT,
        "version": 1,
        "design": design,
        "box": {"corner_m": box.corner, "cell_m": box.cell, "shape": box.shape},
        "pulse": {
            "peak_power_w": pulse.peak_power,
            "energy_j": pulse.energy,
            "duration_s": pulse.duration,
            "shape": type(pulse.shape).__name__,
        },
        "magnet": {name: getattr(magnet, name) for name in Magnet.__dataclass_fields__},
        "peaks": {field.name: _peak(field) for field in fields},
        "scripts_sha256": {name: sha256_of(folder / name) for name in scripts},
    }
