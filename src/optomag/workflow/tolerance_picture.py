"""The figure of tolerances, from what the simulations found."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from optomag.plot.tolerance import ErrorBar, RandomSetUps, tolerance_figure
from optomag.tolerances.tolerance import Sensitivity, Tolerance

NANOMETRES = 1e9


def picture_of(found: Tolerance) -> Figure:
    """The figure of what `tolerance` found, in degrees and nanometres."""
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
    return tolerance_figure(bars, random)


def _label(row: Sensitivity) -> str:
    """Name, worse sign and size."""
    sign = "±" if row.kept == "both signs alike" else {1: "+", -1: "−", 0: ""}[row.sign]
    return f"{row.disturbance.name}, {sign}{row.disturbance.typical:g} {row.disturbance.unit}"
