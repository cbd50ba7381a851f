"""Figures of what a pulse switches, with the set-up and the thresholds in their headings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from optomag.heat.fluence_thresholds import FluenceThresholds
from optomag.heat.liu_line import LiuLine
from optomag.optics.description import setup_line
from optomag.plot.style import headed
from optomag.plot.switching import (
    MULTI_COLOUR,
    SWITCH_COLOUR,
    Diameters,
    SwitchingPlane,
    energy_text,
    liu_figure,
    switching_figure,
)

if TYPE_CHECKING:
    from optomag.heat.liu_plot import LiuPlot
    from optomag.heat.switching import Switching

MILLIJOULES = 0.1
"""mJ/cm^2 in J/m^2."""


def picture_of_map(found: Switching) -> Figure:
    """The classes on the plane, and cuts through the hottest place."""
    switch, multi = found.levels
    told = f"switched: {found.diameter * 1e9:.4g} nm"
    if found.multi_area:
        told += f", multidomain: {found.multi_diameter * 1e9:.4g} nm"
    plane = SwitchingPlane(found.x, found.y, found.fluence, switch, multi, found.spot.place, told)
    pulse = f"pulse of {energy_text(found.pulse.energy)} within {found.pulse.duration * 1e15:.4g} fs"
    lines = [
        setup_line(found.light.lens, found.light.film),
        f"{pulse}; {thresholds_line(found.thresholds, found.absorptance)}{_dichroism(found.mcd)}",
    ]
    return _headed(switching_figure(plane), lines)


def picture_of_liu_plot(found: LiuPlot) -> Figure:
    """D^2 against the energy."""
    curves = [
        Diameters(
            "above $F_\\mathrm{switch}$", SWITCH_COLOUR, found.energies, found.diameters, _pair(found.line)
        )
    ]
    if found.multi_areas.any():
        label = "above $F_\\mathrm{multi}$"
        curves.append(
            Diameters(label, MULTI_COLOUR, found.energies, found.multi_diameters, _pair(found.multi_line))
        )
    lines = [
        setup_line(found.light.lens, found.light.film),
        f"{thresholds_line(found.thresholds, found.absorptance)}{_dichroism(found.mcd)}",
    ]
    return _headed(liu_figure(curves, _pair(found.gaussian), found.energy_window), lines)


def thresholds_line(thresholds: FluenceThresholds, part: float) -> str:
    """The thresholds and what they are, in a few words.

    >>> thresholds_line(FluenceThresholds(switch=30.0, multi=50.0), 0.38)
    'thresholds 3 and 5 mJ/cm², of which the magnet absorbs 38 %'
    """
    numbers = [thresholds.switch] + ([] if thresholds.multi is None else [thresholds.multi])
    told = " and ".join(f"{number * MILLIJOULES:.4g}" for number in numbers)
    if math.isclose(part, 1.0):
        return f"thresholds {told} mJ/cm², absorbed"
    return f"thresholds {told} mJ/cm², of which the magnet absorbs {100 * part:.3g} %"


def _headed(figure: Figure, lines: list[str]) -> Figure:
    for line in reversed(lines):
        figure = headed(figure, line)
    return figure


def _dichroism(mcd: float) -> str:
    return f"; MCD {100 * mcd:.3g} %" if mcd else ""


def _pair(line: LiuLine | None) -> tuple[float, float] | None:
    return None if line is None else (line.waist, line.threshold)
