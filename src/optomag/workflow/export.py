"""`optomag export`: a saved result's light on the cells of a micromagnetic program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from optomag.io.cell_field import CellField
from optomag.io.files import read_json
from optomag.io.manifest import read_manifest
from optomag.light.light import Light
from optomag.magnetism.made_for import SPIN, MadeFor, made_for_of
from optomag.magnetism.material_table import MATERIALS
from optomag.micromagnetics.angles import against_sentence
from optomag.micromagnetics.cell_edges import NANOMETRES
from optomag.micromagnetics.drive import DAMPING, EXCHANGE
from optomag.micromagnetics.export import RECORD, Export, export, peak_of, pulse_of_peak
from optomag.micromagnetics.heating import temperature_lines
from optomag.micromagnetics.pattern import Spots
from optomag.micromagnetics.pulse_limits import pulse_limits
from optomag.micromagnetics.source import source_of
from optomag.optics.description import setup_line
from optomag.optics.magnet_place import magnet_line
from optomag.optics.pulse import GaussianShape, Pulse, SechSquaredShape
from optomag.workflow.config import PulseOptions
from optomag.workflow.export_asked import magnet_of, metres
from optomag.workflow.export_config import ExportConfig, SimulationOptions
from optomag.workflow.export_heat import heating
from optomag.workflow.load import load
from optomag.workflow.other_film import lens_config, other_film
from optomag.workflow.progress import Progress

PICOSECONDS: Final = 1e12
"""In a second."""

SUFFIX: Final = re.compile(r"_\d+$")
"""Of a quantity that one of several pulses has for itself."""

SAVED: Final = "result to export"
SHAPES: Final = {"gaussian": GaussianShape(), "sech2": SechSquaredShape()}


def run_export(source: Path | Sequence[Path], config: ExportConfig, *, progress: Progress) -> Export:
    """Write the fields of saved light, and scripts that apply them, to a folder.

    Parameters
    ----------
    source : Path, or several
        A folder that `optomag design` or `optomag shape` wrote, or `save` of something that has light; or
        several of one lens and film.
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
    paths = (source,) if isinstance(source, Path) else tuple(source)
    config.require_usable(*paths)
    saved = _loaded(paths)
    own = source_of(saved, name=SAVED).light
    lens = lens_config(own.lens)
    film = other_film(lens, own.film, config.film, config.surface_nm, four_pi=own.four_pi)
    shines = source_of(saved, film=film, name=SAVED)
    shining = shines.light
    timing, sources = config.timing, list(map(str, paths))
    magnet = magnet_of(config.magnet, lens, shining.film)
    magnet = replace(magnet, mcd=config.dichroism.mcd, magnetization=config.dichroism.axis)
    with heating(config.heat, progress) as heat:
        made = export(
            saved,
            config.out,
            magnet=magnet,
            pulse=peak_pulse(config.pulse),
            limits=pulse_limits(magnet.name, **config.limits.model_dump()),
            delays=None if timing.delay_ps is None else [delay / PICOSECONDS for delay in timing.delay_ps],
            energies=timing.energy_share,
            film=film,
            cell=metres(config.cell_nm),
            size=metres(config.size_nm),
            at=metres(config.at_nm),
            heating=heat,
            to=config.to,
            quantities=config.quantity,
            representation=config.representation.replace("-", " "),
            picture=not config.no_picture,
            simulation=config.simulation.simulation(),
            made_for=made_for_of(saved),
            replace=True,  # by settings it was asked before
            command="optomag export",
            config={"source": sources[0] if len(sources) == 1 else sources, **config.manifest()},
            name="out",
        )
    progress.tell(setup_line(shining.lens, shining.film))
    if isinstance(shines, Spots):
        progress.tell(_spots_line(shines, made))
    pulses = "all spots" if isinstance(shines, Spots) else "one pulse"
    for line in summary(made, shining, made_for_of(saved), pulses=pulses):
        progress.tell(line)
    for doubt in made.warnings:
        progress.say(f"warning: {doubt}")
    for line in () if made.temperature is None else temperature_lines(made.temperature):
        progress.tell(line)
    if made.replaced:
        progress.say(made.replaced)
    if made.scripts:
        progress.tell(scripts_line(made.scripts, config.simulation))
    elif "B_eff" in magnet.missing:
        progress.tell(f"no B_eff and no scripts: they need {magnet.missing['B_eff']}{_why(magnet.name)}")
    files = list(read_manifest(made.folder)["files"])
    progress.tell(f"fields in {made.folder}: {', '.join(files)}")
    progress.record({"folder": made.folder, "files": files, **read_json(made.folder / RECORD)})
    return made


def peak_pulse(options: PulseOptions) -> Pulse:
    """The pulse of the options: of given energy, or of given peak power.

    Raises
    ------
    InvalidInputError
        If both are given.
    """
    options.require_usable()
    shape, duration = SHAPES[options.shape], options.duration_fs / 1e15
    if options.energy_nj is not None:
        return Pulse(energy=options.energy_nj / 1e9, duration=duration, shape=shape)
    power = 1.0 if options.peak_power_w is None else options.peak_power_w
    return pulse_of_peak(power, duration=duration, shape=shape)


def scripts_line(scripts: tuple[str, ...], options: SimulationOptions) -> str:
    """Which scripts there are, and which of their numbers nobody gave."""
    guessed = []
    if options.exchange is None:
        guessed.append(f"--exchange ({EXCHANGE:g} J/m)")
    if options.damping is None:
        guessed.append(f"--damping ({DAMPING:g})")
    line = f"scripts that apply B_eff as a pulse: {', '.join(scripts)}"
    if options.images:
        line += "; none for Ubermag, whose OOMMF repeats a box along one axis only"
    return f"{line}; placeholders: {' and '.join(guessed)}" if guessed else line


def summary(made: Export, light: Light, made_for: MadeFor = SPIN, *, pulses: str = "one pulse") -> list[str]:
    """What was exported, as a few plain lines: the box, the pulse, each peak with its place, and how far the
    quantities point from the target, at the design's point and over the box.

    The energy that stays as heat is that of `pulses`.
    """
    box, magnet = made.fields[0].box, made.magnet
    cells, edges = " x ".join(map(str, box.shape)), " x ".join(f"{d * NANOMETRES:.4g}" for d in box.cell)
    lines = [
        f"{cells} cells of {edges} nm, x from {box.corner[0] * NANOMETRES:.4g} nm, "
        f"y from {box.corner[1] * NANOMETRES:.4g} nm, z from {box.corner[2] * NANOMETRES:.4g} nm",
        f"{_pulses_line(made)}; in {magnet.name}, index {magnet.index:.4g}",
        *(_peak_line(field, made, pulses) for field in made.fields),
        *made.plausibility.lines,
    ]
    if light.film is not None:
        film = light.film.with_magnet(magnet.layer)
        lines.append(f"magnet: {magnet_line(film)}")
    for angles in made.angles:
        lines.append(angles.sentence)
        if angles.against:
            lines.append(against_sentence(angles, made_for))
    return lines


def _spots_line(source: Spots, made: Export) -> str:
    """What a pattern is the sum of."""
    count, mean = len(source.pattern), source.pattern.energy / len(source.pattern)
    spots = f"{count:,} spots, each with its exposure, {mean:.3g} in the mean, times the pulse's energy"
    if len(made.terms) > 1:
        said = f"{spots}, one after the other"
    else:
        said = f"{spots}: the sum of what all leave, which the scripts apply at once"
    if not source.pattern.exact:
        said += f"; cut off {source.pattern.reach:.3g} wavelengths from each, as in the scan"
    return said


def _pulses_line(made: Export) -> str:
    """The pulse, or each of several with its energy and time."""
    pulse, terms = made.pulse, made.terms
    if len(terms) < 2:
        return (
            f"at the peak of a pulse of {pulse.energy * 1e9:.4g} nJ within {pulse.duration * 1e15:.4g} fs: "
            f"{pulse.peak_power:.4g} W"
        )
    each = ", ".join(
        f"{term.pulse.energy * 1e9:.4g} nJ ({term.pulse.peak_power:.4g} W) at {term.delay * PICOSECONDS:.4g} "
        "ps"
        for term in terms
    )
    return f"at the peaks of {len(terms)} pulses, each within {pulse.duration * 1e15:.4g} fs: {each}"


def _peak_line(field: CellField, made: Export, pulses: str) -> str:
    """The largest value, where it is, and when, if there are several pulses."""
    peak = peak_of(field)
    where = ", ".join(f"{x * NANOMETRES:+.1f}" for x in peak["at_m"])
    suffix = SUFFIX.search(field.name)
    terms = [term for term in made.terms if term.field == f"B_eff{suffix[0] if suffix else ''}"]
    unit = "" if field.unit == "1" else f" {field.unit}"
    line = f"largest {field.name}: {peak['largest']:.4g}{unit} at ({where}) nm"
    if len(made.terms) > 1:
        pulses = "one pulse"
        line += f" at {', '.join(f'{term.delay * PICOSECONDS:.4g}' for term in terms)} ps"
    if not field.name.startswith("heat"):
        return line
    return f"{line}, {peak['largest'] * made.pulse.effective_duration:.4g} J/m^3 of {pulses}"


def _why(name: str) -> str:
    """Why the table has no constant for B_eff, if it says so."""
    material = MATERIALS.get(name)
    if material is None or "faraday_rotation" not in material.untrusted:
        return ""
    return f"; {material.no_trusted('faraday_rotation')}"


def _loaded(paths: Sequence[Path]) -> Any:
    """The one result, or the list of several; a folder that is named twice is the same light twice."""
    found = {path: load(path) for path in dict.fromkeys(paths)}
    return found[paths[0]] if len(paths) == 1 else [found[path] for path in paths]
