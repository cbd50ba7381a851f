"""The figure of a calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from optomag.plot.loop_figure import LoopHistory, loop_figure

if TYPE_CHECKING:
    from optomag.hardware.calibration import Calibration

COLUMNS = {
    "before": "angle_before",
    "after": "angle_after",
    "uncertainty": "angle_uncertainty",
    "true_before": "true_before",
    "true_after": "true_after",
    "true_without": "true_without",
    "seen_before": "seen_before",
    "seen_after": "seen_after",
    "seen_noise": "seen_noise",
}
"""Of the figure's record, and of a round."""


def calibration_picture(found: Calibration) -> Figure:
    """Direction errors and the images' differences, round by round."""
    columns = {
        name: np.array([getattr(one, field) for one in found.rounds]) for name, field in COLUMNS.items()
    }
    lens = found.measuring.lens
    heading = (
        f"NA {lens.na:g}, {1e9 * lens.wavelength:g} nm, index {lens.index:g}; "
        f"{found.rounds[-1].frames} frames in {len(found.rounds)} rounds"
    )
    return loop_figure(LoopHistory(**columns, bound=found.bound, heading=heading))
