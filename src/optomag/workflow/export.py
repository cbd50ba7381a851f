"""`optomag export`: a saved result's light on the cells of a micromagnetic program."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from optomag.errors import refuse
from optomag.io.cell_field import CellField
from optomag.io.manifest import read_manifest
from optomag.light.exposures import Exposures, exposures_of
from optomag.light.light import Light
from optomag.magnetism.direction import angle_between
from optomag.magnetism.material_table import MATERIALS
from optomag.micromagnetics.box import NANOMETRES
from optomag.micromagnetics.export import Export, export, peak_of, pulse_of_peak
from optomag.micromagnetics.heating import temperature_lines
from optomag.micromagnetics.magnet import magnet_for
from optomag.micromagnetics.pulse_limits import pulse_limits
from optomag.optics.description import setup_line
from optomag.optics.film import Film
from optomag.optics.pulse import GaussianShape, Pulse, SechSquaredShape
from optomag.workflow.config import LensConfig, PulseOptions
from optomag.workflow.export_config import ExportConfig
from optomag.workflow.export_heat import heating
from optomag.workflow.load import load
from optomag.workflow.progress import Progress

SHAPES: Final = {"gaussian": GaussianShape(), "sech2": SechSquaredShape()}


def run_export(source: Path, config: ExportConfig, *, progress: Progress) -> Export:
    """Write the fields of saved light, and scripts that apply them, to a folder.

    Parameters
    ----------
    source : Path
        A folder that `optomag design` or `optomag shape` wrote, or `save` of something that has light.
    config : ExportConfig
        What the command was told.
    progress : Progress
        Where the result is shown.

    Returns
    -------
    Export

    Raises
    ------
    InvalidInputError
        If the light or a setting cannot be used, or the folder has a file that was edited since it was
        written.
    StorageError
        Where the file system refuses in the middle; what was there stays.
    """
    exposures = _in_film(exposures_of(load(source), name="result to export"), config)
    light = exposures.lights[0]
    options = config.magnet
    magnet = magnet_for(
        light,
        material=options.material,
        layer=options.layer,
        index=options.magnet_index,
        verdet=options.verdet,
        faraday_rotation=options.faraday_rotation,
        saturation_magnetization=options.saturation_magnetization,
    )
    with heating(config.heat, progress) as heat:
        made = export(
            exposures,
            config.out,
            magnet=magnet,
            pulse=peak_pulse(config.pulse),
            limits=pulse_limits(magnet.name, **config.limits.model_dump()),
            cell=_metres(config.cell_nm),
            size=None if config.size_nm is None else _metres(config.size_nm),
            at=None if config.at_nm is None else _metres(config.at_nm),
            heating=heat,
            to=config.to,
            quantities=config.quantity,
            representation=config.representation.replace("-", " "),
            command="optomag export",
            config={"source": str(source), **config.manifest()},
            name="out",
        )
    progress.say(setup_line(light.lens, light.film))
    for line in summary(made, light):
        progress.say(line)
    for line in () if made.temperature is None else temperature_lines(made.temperature):
        progress.say(line)
    if made.replaced:
        progress.say(made.replaced)
    if made.scripts:
        progress.say(
            f"scripts that apply B_eff as a pulse: {', '.join(made.scripts)}; replace A and alpha first"
        )
    elif "B_eff" in magnet.missing:
        progress.say(f"no B_eff and no scripts: they need {magnet.missing['B_eff']}{_why(magnet.name)}")
    progress.say(f"fields in {made.folder}: {', '.join(read_manifest(made.folder)['files'])}")
    return made


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
    return pulse_of_peak(power, duration=duration, shape=shape)


def summary(made: Export, light: Light) -> list[str]:
    """What was exported, as a few plain lines: the box, the pulse, and each peak with its place."""
    box, pulse, magnet = made.fields[0].box, made.pulse, made.magnet
    cells, edges = " x ".join(map(str, box.shape)), " x ".join(f"{d * NANOMETRES:.4g}" for d in box.cell)
    lines = [
        f"{cells} cells of {edges} nm, x from {box.corner[0] * NANOMETRES:.4g} nm, "
        f"y from {box.corner[1] * NANOMETRES:.4g} nm, z from {box.corner[2] * NANOMETRES:.4g} nm",
        f"at the peak of a pulse of {pulse.energy * 1e9:.4g} nJ within {pulse.duration * 1e15:.4g} fs: "
        f"{pulse.peak_power:.4g} W; in {magnet.name}, index {magnet.index:.4g}",
        *(_peak_line(field, pulse) for field in made.fields),
        *made.plausibility.lines,
        *(f"warning: {each}" for each in made.warnings),
    ]
    if light.target is not None and len(light.points) == 1:
        M = np.asarray(light.reduced_magnetization(light.points))
        angle = float(np.degrees(angle_between(M, light.target)[0]))
        lines.append(f"the spin at the design's point is {angle:.2g} degrees from the target")
    return lines


def _peak_line(field: CellField, pulse: Pulse) -> str:
    peak = peak_of(field)
    where = ", ".join(f"{x * NANOMETRES:+.1f}" for x in peak["at_m"])
    line = f"largest {field.name}: {peak['largest']:.4g} {field.unit} at ({where}) nm"
    if field.name != "heat":
        return line
    return f"{line}, {peak['largest'] * pulse.effective_duration:.4g} J/m^3 of one pulse"


def _why(name: str) -> str:
    """Why the table has no constant for B_eff, if it says so."""
    material = MATERIALS.get(name)
    if material is None or "faraday_rotation" not in material.untrusted:
        return ""
    return f"; {material.no_trusted('faraday_rotation')}"


def _in_film(exposures: Exposures, config: ExportConfig) -> Exposures:
    """The exposures in the film of the options, or in their own, at the height of the options."""
    lens = exposures.lens
    film = config.film.stack(
        LensConfig(na=lens.na, index=lens.index, wavelength_nm=lens.wavelength * NANOMETRES)
    )
    film = exposures.film if film is None else film
    if config.surface_nm is not None:
        if film is None:
            refuse("surface-nm", "left out, for there is no film", config.surface_nm)
        film = Film(film.layers, film.substrate, config.surface_nm / NANOMETRES)
    return exposures.through(film)


def _metres(nanometres: tuple[float, ...]) -> list[float]:
    return [value / NANOMETRES for value in nanometres]
