"""A needle or a chain: a figure as long as it is, the profile along the axis below, the pupil beside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from optomag.plot.structure_plane import (
    MagnetizationPlane,
    name_axes,
    pupil_phase,
    strength_and_direction,
)
from optomag.plot.style import (
    LINE_COLOURS,
    REFERENCE_COLOUR,
    heading_height,
    new_figure,
    styled,
    tag_panel,
    write_heading,
)

LONGEST, TALLEST = 6.3, 1.9
"""Of the map [inch]."""

LEFT, LOW, GAP = 0.62, 0.45, 0.62
"""Left and lower margin, and between map and profile [inch]."""

PROFILE, PUPIL, BARS = 1.35, 2.0, 1.55
"""Height of the profile, side of the pupil, and what lies between map and pupil [inch]."""


SAME = 0.01
"""Of the largest |M|: where M lies along the wanted direction so well, no second line is drawn."""


@dataclass(frozen=True, eq=False)
class AxialProfile:
    """M along the optical axis, beside what was wanted there.

    Parameters
    ----------
    z : float64, shape (n,) [m]
    along, strength : float64, shape (n,) [reduced units]
        The component along the wanted direction, and |M|.
    places, wanted : float64, shape (m,) [m], and [any unit]
        Where on the axis something was wanted, and the part of the largest.
    direction : tuple of float
        The wanted direction.
    """

    z: np.ndarray
    along: np.ndarray
    strength: np.ndarray
    places: np.ndarray
    wanted: np.ndarray
    direction: tuple[float, float, float]


@styled
def axis_figure_of(
    plane: MagnetizationPlane,
    profile: AxialProfile,
    pupil: np.ndarray,
    *,
    wavelength: float,
    heading: str = "",
) -> Figure:
    """Draw |M| on a plane along the axis, to scale, the profile on the axis below, and the pupil.

    Parameters
    ----------
    plane : MagnetizationPlane
        Its first coordinate is z.
    profile : AxialProfile
    pupil : complex128, shape (N, N, 2)
        (E_x, E_y) over the square around it.
    wavelength : float [m]
        Unit of the axes.
    heading : str
        Over the figure, of three lines at most.
    """
    ratio = np.ptp(plane.second) / np.ptp(plane.first)
    wide = min(LONGEST, TALLEST / ratio)
    tall = wide * ratio
    body = max(LOW + PROFILE + GAP + tall + 0.3, LOW + PUPIL + 0.3)
    width, height = LEFT + wide + BARS + PUPIL + 0.95, body + heading_height(heading)
    figure = new_figure(width, height)
    write_heading(figure, heading)
    top = LOW + PROFILE + GAP
    chart = figure.add_axes((LEFT / width, top / height, wide / width, tall / height))
    strength_and_direction(chart, plane, wavelength=wavelength)
    name_axes(chart, plane, wavelength=wavelength)
    tag_panel(chart, "a", "strength and direction, to scale")
    below = figure.add_axes((LEFT / width, LOW / height, wide / width, PROFILE / height))
    z = profile.z / wavelength
    largest = np.abs(profile.strength).max()
    peak = profile.along[np.abs(profile.z) <= np.abs(profile.places[profile.wanted > 0]).max()].max()
    below.plot(z, profile.along / peak, color=LINE_COLOURS[0], label="along the wanted direction")
    if np.abs(profile.strength - np.abs(profile.along)).max() > SAME * largest:
        below.plot(z, profile.strength / peak, ":", color=REFERENCE_COLOUR, label="$|M|$")
    below.plot(
        profile.places / wavelength,
        profile.wanted / profile.wanted.max(),
        "o",
        ms=3,
        mfc="none",
        color=LINE_COLOURS[1],
        label="wanted",
    )
    below.set(
        xlim=(z[0], z[-1]), ylim=(min(0.0, 1.1 * profile.along.min() / peak), 1.45 * max(1, largest / peak))
    )
    below.yaxis.set_major_locator(MaxNLocator(4))
    below.set_xticks(chart.get_xticks())
    below.set_xlim(z[0], z[-1])
    below.set_xlabel(r"$z\,/\,\lambda$")
    below.set_ylabel("$M$ over its largest")
    below.legend(loc="upper center", ncol=3)
    m = ", ".join(f"{part:.2g}" for part in profile.direction)
    tag_panel(below, "b", f"on the axis, beside wanted: along ({m})")
    light = figure.add_axes(
        ((LEFT + wide + BARS) / width, (0.5 * (body - PUPIL) + 0.06) / height, PUPIL / width, PUPIL / height)
    )
    pupil_phase(light, pupil)
    tag_panel(light, "c", "phase in the pupil")
    return figure
