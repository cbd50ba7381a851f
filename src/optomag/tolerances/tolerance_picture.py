"""The figure of tolerances, from what the simulations found."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from optomag.optics.description import figure_heading
from optomag.plot.style import headed
from optomag.plot.tolerance import ErrorBar, RandomSetUps, tolerance_figure

NANOMETRES = 1e9


def tolerance_picture(found: Any) -> Figure:
    """The figure of a `Tolerance`, in degrees and nanometres, below its lens and film."""
    bars = [
        ErrorBar(
            _label(row),
            float(np.degrees(row.angle)),
            float(np.degrees(row.slope * row.disturbance.typical)),
            row.strength,
            tuple((row.shift * NANOMETRES).tolist()),
            float(np.degrees(row.distortion)),
            row.skyrmion_number,
        )
        for row in found.sensitivities
    ]
    random = RandomSetUps(
        np.degrees(found.angles),
        np.degrees(found.distortions),
        found.strengths,
        found.shifts * NANOMETRES,
        found.skyrmion_numbers,
        found.ideal_skyrmion_number,
    )
    light, shown = found.light, "M of light of unit power against that of the ideal set-up"
    heading = figure_heading(light.lens, light.film, four_pi=light.four_pi, shown=shown)
    return headed(tolerance_figure(bars, random), heading)


def _label(row: Any) -> str:
    """Name, worse sign and size."""
    sign = "±" if row.kept == "both signs alike" else {1: "+", -1: "−", 0: ""}[row.sign]
    return f"{row.disturbance.name}, {sign}{row.disturbance.typical:g} {row.disturbance.unit}"
