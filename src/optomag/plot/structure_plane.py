"""Panels of a magnetization structure in one plane, and of the pupil that writes it."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.ticker import MaxNLocator

from optomag.plot.arrows import draw_arrows
from optomag.plot.ellipses import tell_spin
from optomag.plot.pupil_and_focus import AMPLITUDE_MAP, draw_ellipses
from optomag.plot.scale_bar import draw_scale_bar
from optomag.plot.style import INTENSITY_MAP, PREDICTED_COLOUR

ARROWS, ARROWS_ACROSS = 23, 7
"""Along the longer side of a plane, and at least along the shorter."""

FAINTEST_ARROW = 0.05
"""Where |M| is below this fraction of the maximum no arrow is drawn."""

FULL_COLOUR = 0.2
"""Part of the largest |M| from which colours of directions are full; below they fade to white."""

CORNER = 5.5
"""Below a panel, between it and the labels of ticks [pt]: those of both axes do not meet in the corner."""

NORMAL_MAP = "RdBu_r"
"""Colours of the component of m across the plane."""


@dataclass(frozen=True, eq=False)
class MagnetizationPlane:
    """M on a plane.

    Parameters
    ----------
    names : pair of str
        Which coordinates span it, such as ("x", "y").
    first, second : float64, shapes (a,) and (b,) [m]
        These coordinates.
    magnetization : float64, shape (a, b, 3) [any unit]
    """

    names: tuple[str, str]
    first: np.ndarray
    second: np.ndarray
    magnetization: np.ndarray

    @property
    def columns(self) -> list[int]:
        """Components of M along the first and second coordinate and across the plane."""
        first, second = ("xyz".index(name) for name in self.names)
        return [first, second, 3 - first - second]

    @property
    def normal(self) -> str:
        """Name of the coordinate across the plane."""
        return "xyz"[self.columns[2]]

    @property
    def handedness(self) -> int:
        """+1 where the coordinate across the plane grows towards the reader, -1 where it grows away."""
        return 1 if (self.columns[1] - self.columns[0]) % 3 == 1 else -1


def strength_and_direction(panel: Axes, plane: MagnetizationPlane, *, wavelength: float) -> None:
    """Draw |M| in colour with arrows in the plane, and dots and crosses where M points out of it or in."""
    strength = np.linalg.norm(plane.magnetization, axis=-1)
    extent = extent_of(plane, wavelength)
    image = panel.imshow(strength.T, origin="lower", extent=extent, cmap=INTENSITY_MAP, vmin=0.0)
    colour_bar(panel, image, r"$|M|$ [reduced units]")
    draw_directions(panel, plane, wavelength=wavelength)


def written_direction(panel: Axes, plane: MagnetizationPlane, *, wavelength: float) -> None:
    """Draw the component of M/|M| across the plane in colour, white where |M| is small, and arrows."""
    M = plane.magnetization
    strength = np.linalg.norm(M, axis=-1)
    across = M[..., plane.columns[2]] / np.where(strength > 0, strength, 1.0)
    scale = Normalize(-1, 1)
    weight = np.clip(strength / (FULL_COLOUR * strength.max()), 0, 1)[..., None]
    colours = weight * mpl.colormaps[NORMAL_MAP](scale(across))[..., :3] + (1 - weight)
    panel.imshow(np.swapaxes(colours, 0, 1), origin="lower", extent=extent_of(plane, wavelength))
    colour_bar(panel, ScalarMappable(scale, NORMAL_MAP), f"$M_{plane.normal}\\,/\\,|M|$")
    draw_directions(panel, plane, wavelength=wavelength, signs=False)


def draw_directions(panel: Axes, plane: MagnetizationPlane, *, wavelength: float, signs: bool = True) -> None:
    """Directions of M in the plane, as long as the part of the unit vector that lies in it."""
    first, second = plane.first / wavelength, plane.second / wavelength
    strength = np.linalg.norm(plane.magnetization, axis=-1)
    sides = np.ptp(first), np.ptp(second)
    apart = min(max(sides) / ARROWS, min(sides) / ARROWS_ACROSS)
    chosen = np.ix_(*(_every(axis, apart) for axis in (first, second)))
    bright = strength[chosen] > FAINTEST_ARROW * strength.max()
    x, y = (mesh[chosen][bright] for mesh in np.meshgrid(first, second, indexing="ij"))
    unit = plane.magnetization[..., plane.columns] / np.where(strength > 0, strength, 1.0)[..., None]
    m = unit[chosen][bright]
    towards = plane.handedness * m[:, 2] if signs else None
    draw_arrows(panel, x, y, m[:, :2], spacing=apart, outline=0.25, towards=towards)


def name_axes(panel: Axes, plane: MagnetizationPlane, *, wavelength: float) -> None:
    """Label the axes of a panel that shows a plane, with a bar of a round length [m] below."""
    panel.tick_params(axis="x", pad=CORNER)
    for side in (panel.xaxis, panel.yaxis):
        side.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    panel.set_xlabel(rf"${plane.names[0]}\,/\,\lambda$")
    panel.set_ylabel(rf"${plane.names[1]}\,/\,\lambda$", labelpad=0)
    draw_scale_bar(panel, wavelength)


def ring_worst(panel: Axes, place: np.ndarray) -> None:
    """Ring the place (2,), in the panel's unit, where M points farthest off."""
    panel.plot(*place, "o", ms=9, mfc="none", mec=PREDICTED_COLOUR, mew=1.1)


def extent_of(plane: MagnetizationPlane, wavelength: float) -> tuple[float, float, float, float]:
    """Ends of both axes [wavelengths]."""
    first, second = plane.first / wavelength, plane.second / wavelength
    return first[0], first[-1], second[0], second[-1]


def colour_bar(panel: Axes, image: ScalarMappable, label: str) -> None:
    """A colour bar as tall as its panel."""
    wide = panel.get_window_extent().width / panel.figure.dpi
    bar = panel.figure.colorbar(image, cax=panel.inset_axes((1 + 0.06 / wide, 0.0, 0.08 / wide, 1.0)))
    bar.set_label(label, labelpad=3)


def _every(axis: np.ndarray, apart: float) -> np.ndarray:
    """Indices of coordinates about so far apart, the middle one among them."""
    step = max(1, round(apart / (axis[1] - axis[0])))
    return np.arange(len(axis) // 2 % step, len(axis), step)


def pupil_phase(panel: Axes, jones: np.ndarray, *, bar: bool = True) -> None:
    """Draw the phase of E_x + i E_y over the pupil."""
    axis = (2 * np.arange(len(jones)) + 1) / len(jones) - 1
    inside = np.hypot(axis[:, None], axis) <= 1
    phase = np.where(inside, np.angle(jones[..., 0] + 1j * jones[..., 1]), np.nan)
    image = panel.imshow(
        phase.T, origin="lower", extent=(-1, 1, -1, 1), cmap="twilight", vmin=-np.pi, vmax=np.pi
    )
    if bar:
        colour_bar(panel, image, r"phase of $E_x + i E_y$ [rad]")
    _pupil_axes(panel)


def pupil_polarization(panel: Axes, jones: np.ndarray) -> None:
    """Draw the amplitude over the pupil, and the ellipses of its polarisation."""
    axis = (2 * np.arange(len(jones)) + 1) / len(jones) - 1
    amplitude = np.where(np.hypot(axis[:, None], axis) <= 1, np.linalg.norm(jones, axis=-1), np.nan)
    largest = np.nanmax(amplitude)
    image = panel.imshow(
        amplitude.T / largest, origin="lower", extent=(-1, 1, -1, 1), cmap=AMPLITUDE_MAP, vmin=0, vmax=1
    )
    draw_ellipses(panel, jones / largest, axis)
    colour_bar(panel, image, r"$|E|\,/\,\max|E|$")
    _pupil_axes(panel)
    tell_spin(panel)


def _pupil_axes(panel: Axes) -> None:
    panel.set(xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    panel.tick_params(axis="x", pad=CORNER)
    panel.set_xlabel("pupil $x$")
    panel.set_ylabel("pupil $y$", labelpad=0)
