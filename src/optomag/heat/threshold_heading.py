"""What stands over figures of thresholds: the set-up, the pulse, and what the thresholds are of."""

from __future__ import annotations

import math

from matplotlib.figure import Figure

from optomag.heat.fluence_thresholds import FluenceThresholds
from optomag.light.light import Light
from optomag.optics.description import figure_heading
from optomag.plot.style import headed

MILLIJOULES = 0.1
"""mJ/cm^2 in J/m^2."""


def under_thresholds(
    figure: Figure, light: Light, thresholds: FluenceThresholds, part: float, *, mcd: float, pulse: str = ""
) -> Figure:
    """The figure under two lines: lens and film; pulse, thresholds and what part is absorbed, MCD."""
    told = [pulse] if pulse else []
    told.append(thresholds_line(thresholds, part))
    if mcd:
        told.append(f"MCD {100 * mcd:.3g} %")
    heading = figure_heading(light.lens, light.film, four_pi=light.four_pi, shown="", told="; ".join(told))
    return headed(figure, heading)


def thresholds_line(thresholds: FluenceThresholds, part: float) -> str:
    """The thresholds and what they are, in a few words.

    >>> thresholds_line(FluenceThresholds(switch=30.0, multi=50.0), 0.38)
    'thresholds 3 and 5 mJ/cm², of which the magnet absorbs 38 %'
    """
    numbers = [thresholds.switch] + ([] if thresholds.multi is None else [thresholds.multi])
    told = ("thresholds " if len(numbers) > 1 else "threshold ") + " and ".join(
        f"{number * MILLIJOULES:.4g}" for number in numbers
    )
    if math.isclose(part, 1.0):
        return f"{told} mJ/cm², absorbed"
    return f"{told} mJ/cm², of which the magnet absorbs {100 * part:.3g} %"
