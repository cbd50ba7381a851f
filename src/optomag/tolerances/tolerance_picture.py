"""The figure of tolerances, from what the simulations found."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from optomag.optics.description import setup_line
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
    return headed(tolerance_figure(bars, random), setup_line(found.light.lens, found.light.film))


def _label(row: Any) -> str:
    """Name, worse sign and size."""
    sign = "±" if row.kept == "both signs alike" else {1: "+", -1: "−", 0: ""}[row.sign]
    return f"{row.disturbance.name}, {sign}{row.disturbance.typical:g} {row.disturbance.unit}"
