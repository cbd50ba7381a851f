"""The figure of a beam: amplitude, polarisation and phases over its pupil, whatever the lens."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from optomag.plot.magnetization_planes import WIDTH
from optomag.plot.pupil_and_focus import PUPIL_ROW, TOP, draw_pupil
from optomag.plot.style import new_figure, styled


@styled
def beam_figure(maps: np.ndarray, axis: np.ndarray, *, heading: str) -> Figure:
    """Pupils below one another.

    Parameters
    ----------
    maps : complex ndarray, shape (beams, n, n, 2)
        (E_x, E_y) at pupil points (axis[i], axis[j]), none dark everywhere.
    axis : ndarray, shape (n,)
        Equally spaced from -1 to 1, in pupil radii.
    heading : str
        One or two lines above.
    """
    figure = new_figure(WIDTH, PUPIL_ROW * len(maps) + TOP + 0.08)
    for row, pupil in enumerate(maps):
        letter = f"{row}" if len(maps) > 1 else ""
        draw_pupil(figure, pupil, axis, heading="" if row else heading, letter=letter, row=row)
    return figure
