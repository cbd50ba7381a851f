"""`optomag switching`: what a pulse of a saved design switches, and Liu's plot of it."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from optomag.errors import refuse
from optomag.grid import Grid
from optomag.heat.absorptance import depths
from optomag.heat.dichroism import require_axis
from optomag.heat.fluence_thresholds import FluenceThresholds
from optomag.heat.liu_line import LiuLine
from optomag.heat.liu_plot import LiuPlot, liu_plot
from optomag.heat.switching import Switching, switching
from optomag.io.dataset_file import save_dataset
from optomag.io.files import write_bytes, write_json, write_text
from optomag.io.labelled import to_dataset
from optomag.io.result_folder import new_result
from optomag.io.table import table_text
from optomag.light.light import light_of
from optomag.optics.description import setup_line
from optomag.optics.pulse import Pulse
from optomag.workflow.load import load
from optomag.workflow.other_film import lens_config
from optomag.workflow.progress import Progress
from optomag.workflow.switching_config import SwitchingConfig

COMMAND, FORMAT, VERSION = "optomag switching", "optomag-switching", 1
RECORD, TABLE, MAP, MAP_PICTURE, LIU_PICTURE = (
    "switching.json",
    "liu.csv",
    "map.nc",
    "map.png",
    "liu.png",
)
WRITES: Final = (RECORD, TABLE, MAP, MAP_PICTURE, LIU_PICTURE)
COLUMNS: Final = ("energy_nj", "diameter_nm", "multi_diameter_nm", "area_um2", "multi_area_um2")
PER_CM2 = 10.0
"""J/m^2 in mJ/cm^2."""


def run_switching(folder: Path, config: SwitchingConfig, *, progress: Progress) -> Switching:
    """Write what a pulse of the light in `folder` switches, and diameters against energies.

    Parameters
    ----------
    folder : Path
        As `optomag design`, `optomag shape`, or `save` of something that has light wrote it.
    config : SwitchingConfig
        What the command was told.
    progress : Progress
        Where the result is shown.

    Returns
    -------
    Switching

    Raises
    ------
    InvalidInputError
        If thresholds are missing, the light has no film, no layer is the magnet, or the folder for the
        results cannot be used.
    StorageError
        Where the file system refuses in the middle.
    """
    started = time.time()
    config.require_usable(folder)
    multi = config.f_multi_mj_cm2
    thresholds = FluenceThresholds(
        switch=config.threshold * PER_CM2,
        multi=None if multi is None else multi * PER_CM2,
        absorptance=config.absorptance,
    )
    light = light_of(load(folder), name="result")
    film, layer = config.magnet(lens_config(light.lens), light.film, four_pi=light.four_pi)
    light = replace(light, film=film)
    asked: Any = {
        "layer": layer,
        "mcd": config.dichroism.mcd,
        "magnetization": require_axis(config.dichroism.axis),
        "half_width": None if config.half_width_nm is None else config.half_width_nm / 1e9,
    }
    progress.tell(setup_line(light.lens, light.film))
    energies = None if config.energies_nj is None else [energy / 1e9 for energy in config.energies_nj]
    with new_result(config.out, kind=FORMAT, command=COMMAND, writes=WRITES) as result:
        plot = liu_plot(light, thresholds, energies, **asked)
        found = switching(light, thresholds, _pulse(config, plot), **asked)
        reversed_window = _window_of_the_reverse(plot) if plot.mcd else None
        save_dataset(_dataset(found), result.path / MAP)
        write_text(result.path / TABLE, table_text(COLUMNS, _rows(plot)))
        record = _record(found, plot, reversed_window)
        write_json(result.path / RECORD, record)
        if not config.no_picture:
            # Only here: numbers need no graphics.
            from optomag.plot.style import render_png

            write_bytes(result.path / MAP_PICTURE, render_png(found.plot()))
            write_bytes(result.path / LIU_PICTURE, render_png(plot.plot()))
        result.seal(config={"source": str(folder), **config.manifest()}, seed=None, started=started)
    for line in summary(found, plot, reversed_window):
        progress.tell(line)
    if sentence := result.replaced():
        progress.say(sentence)
    files = "map, table and numbers" if config.no_picture else "map, table, figures and numbers"
    progress.tell(f"{files} in {result.folder}")
    progress.record({"folder": result.folder, **record})
    return found


def summary(found: Switching, plot: LiuPlot, reversed_window: tuple[float, float] | None) -> list[str]:
    """The window of energies, what this pulse does, and what Liu's line says, as plain lines."""
    switch, multi = found.levels
    first, last = (energy * 1e9 for energy in found.energy_window)
    absorbed = f"{switch / PER_CM2:.4g}" + ("" if math.isinf(multi) else f" and {multi / PER_CM2:.4g}")
    lines = [
        f"layer {found.layer} absorbs {100 * found.absorptance:.4g} % of the thresholds' fluence: "
        f"{absorbed} mJ/cm^2 in the magnet",
        f"switches from {first:.4g} nJ"
        + ("" if math.isinf(last) else f", multidomain from {last:.4g} nJ: a factor of {last / first:.3g}"),
        f"pulse of {found.pulse.energy * 1e9:.4g} nJ: {_region(found)}",
    ]
    if reversed_window is not None:
        opposite = f"{reversed_window[0] * 1e9:.4g} nJ"
        lines.append(f"MCD {100 * found.mcd:.3g} %: the opposite magnetization switches from {opposite}")
    if plot.line is not None:
        lines.append(
            f"Liu's line: w = {plot.line.waist * 1e9:.4g} nm, E_th = {plot.line.threshold * 1e9:.4g} nJ; "
            f"of a Gaussian that would be an incident fluence of {plot.line.fluence / PER_CM2:.4g} mJ/cm^2"
        )
    if (off := _largest_departure(plot)) is not None:
        lines.append(f"diameters are up to {100 * off:.2g} % off those of a Gaussian of the same peak")
    if found.cut or plot.cut:
        lines.append("the region reaches the edge of the map, beyond which nothing was counted: widen it")
    return lines


def _largest_departure(plot: LiuPlot) -> float | None:
    """How far diameters are off those of a Gaussian at most; None where there are none."""
    if plot.departure is None or not np.any(np.isfinite(plot.departure)):
        return None
    return float(np.nanmax(np.abs(plot.departure)))


def _region(found: Switching) -> str:
    """What the pulse switches; of many domains only where their threshold is known."""
    if found.area == 0:
        return "switches nothing"
    parts = f"{found.regions} part{'' if found.regions == 1 else 's'}"
    said = f"switched region of {found.diameter * 1e9:.4g} nm in {parts}"
    if math.isinf(found.levels[1]):
        return f"{said} (diameter of the disc of the same area)"
    return (
        f"{said}, {found.multi_diameter * 1e9:.4g} nm of it multidomain (diameters of discs of the same area)"
    )


def _pulse(config: SwitchingConfig, plot: LiuPlot) -> Pulse:
    """The pulse of the options; without an energy the middle of the window, or twice the first switching."""
    first, last = plot.energy_window
    middle = 2 * first if math.isinf(last) else math.sqrt(first * last)
    energy = middle if config.energy_nj is None else config.energy_nj / 1e9
    return Pulse(energy=energy, duration=config.duration_fs / 1e15)


def _window_of_the_reverse(plot: LiuPlot) -> tuple[float, float]:
    """Energies of first switching and first multidomain state of the opposite magnetization."""
    against = tuple(-part for part in plot.magnetization)
    return liu_plot(
        plot.light, plot.thresholds, plot.energies, layer=plot.layer, mcd=plot.mcd, magnetization=against
    ).energy_window


def _dataset(found: Switching) -> Any:
    film = found.light.film
    if film is None:
        refuse("light", "behind a film", "light without a film")
    z, _ = depths(film, found.light.lens, found.layer)
    grid = Grid(found.x, found.y, [0.5 * float(z[0] + z[-1])])
    return to_dataset(
        grid,
        lens=found.light.lens,
        beam=found.light.beam,
        power=found.pulse.peak_power,
        attributes={"classes": "0 below, 1 switched, 2 multidomain", "pulse_energy_j": found.pulse.energy},
        absorbed_fluence=(found.fluence[..., None], "J/m^2", "fluence absorbed in the magnet"),
        state=(found.map[..., None], "1", "class of the pixel"),
    )


def _rows(plot: LiuPlot) -> list[tuple[float, ...]]:
    columns = (
        plot.energies * 1e9,
        plot.diameters * 1e9,
        plot.multi_diameters * 1e9,
        plot.areas * 1e12,
        plot.multi_areas * 1e12,
    )
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _record(found: Switching, plot: LiuPlot, reversed_window: tuple[float, float] | None) -> dict[str, Any]:
    thresholds, pulse, spot = found.thresholds, found.pulse, plot.spot
    record: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "thresholds": {
            "switch_j_m2": thresholds.switch,
            "multi_j_m2": thresholds.multi,
            "absorbed_j_m2": _known(found.levels),
            "absorptance": found.absorptance,
            "absorptance_given": thresholds.absorptance is not None,
        },
        "magnet": {"layer": found.layer, "mcd": found.mcd, "magnetization": found.magnetization},
        "energy_window_j": _known(found.energy_window),
        "hottest": {
            "fluence_per_joule_m2": spot.hottest,
            "at_m": spot.place,
            "waist_m": _number(spot.peak_waist),
        },
        "pulse": {
            "energy_j": pulse.energy,
            "duration_s": pulse.duration,
            "diameter_m": found.diameter,
            "multi_diameter_m": found.multi_diameter,
            "area_m2": found.area,
            "multi_area_m2": found.multi_area,
            "regions": found.regions,
            "cut": found.cut,
        },
        "liu": {
            "switch": _line(plot.line),
            "multi": _line(plot.multi_line),
            "largest_departure": _largest_departure(plot),
            "cut": plot.cut,
        },
    }
    if reversed_window is not None:
        record["energy_window_of_the_reverse_j"] = _known(reversed_window)
    return record


def _line(line: LiuLine | None) -> dict[str, float] | None:
    if line is None:
        return None
    return {"waist_m": line.waist, "threshold_j": line.threshold, "fluence_j_m2": line.fluence}


def _known(window: tuple[float, float]) -> list[float | None]:
    return [_number(energy) for energy in window]


def _number(value: float) -> float | None:
    """What a file says: nothing where there is no number."""
    return value if math.isfinite(value) else None
