"""A magnetization structure in one plane, beside the pupil that writes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure

from optomag.plot.arrows import draw_arrows
from optomag.plot.style import INTENSITY_MAP, PREDICTED_COLOUR, new_figure, styled, tag_panel

SIZE = (10.6, 3.42)
"""Of the figure [inch]."""

ARROWS = 31
"""Along the longer side of the plane."""

FAINTEST_ARROW = 0.05
"""Where |M| is below this fraction of the maximum no arrow is drawn."""


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


@styled
def structure_figure_of(
    plane: MagnetizationPlane,
    jones: np.ndarray,
    *,
    wavelength: float,
    heading: str = "",
    worst: np.ndarray | None = None,
) -> Figure:
    """Draw |M| with in-plane arrows, the out-of-plane part, and the phase of the pupil.

    Parameters
    ----------
    plane : MagnetizationPlane
    jones : complex128, shape (N, N, 2)
        (E_x, E_y) over the square around the pupil.
    wavelength : float [m]
        Unit of the plane's axes.
    heading : str
        Over the figure, of five lines at most.
    worst : float64, shape (2,), optional [m]
        Where in the plane M points farthest off; a ring marks it.
    """
    figure = new_figure(*SIZE)
    figure.text(0.05, 0.975, heading, ha="left", va="top", fontsize=8)
    panels = [figure.add_axes((left, 0.121, 0.2, 0.587)) for left in (0.05, 0.375, 0.705)]
    M = plane.magnetization
    normal = next(i for i in range(3) if "xyz"[i] not in plane.names)
    strength_and_direction(panels[0], plane, wavelength=wavelength)
    if worst is not None:
        ring_worst(panels[0], worst / wavelength)
    most = np.linalg.norm(M, axis=-1).max()
    extent = _extent(plane, wavelength)
    image = panels[1].imshow(
        M[..., normal].T, origin="lower", extent=extent, cmap="RdBu_r", vmin=-most, vmax=most
    )
    colour_bar(panels[1], image, f"$M_{'xyz'[normal]}$, unit power")
    for panel in panels[:2]:
        panel.set_xlabel(rf"${plane.names[0]}\,/\,\lambda$")
        panel.set_ylabel(rf"${plane.names[1]}\,/\,\lambda$", labelpad=0)
    pupil_phase(panels[2], jones)
    for panel, letter, title in zip(
        panels, "abc", ("strength and direction", "out of the plane", "pupil"), strict=True
    ):
        tag_panel(panel, letter, title)
    return figure


def strength_and_direction(panel: Axes, plane: MagnetizationPlane, *, wavelength: float) -> None:
    """Draw |M| in colour with arrows in the plane."""
    M, strength = plane.magnetization, np.linalg.norm(plane.magnetization, axis=-1)
    columns = ["xyz".index(name) for name in plane.names]
    extent = _extent(plane, wavelength)
    image = panel.imshow(strength.T, origin="lower", extent=extent, cmap=INTENSITY_MAP, vmin=0.0)
    colour_bar(panel, image, r"$|M|$, unit power")
    _arrows(panel, plane.first / wavelength, plane.second / wavelength, M[..., columns], strength)


def ring_worst(panel: Axes, place: np.ndarray) -> None:
    """Ring the place (2,), in the panel's unit, where M points farthest off."""
    panel.plot(*place, "o", ms=9, mfc="none", mec=PREDICTED_COLOUR, mew=1.1)


def _extent(plane: MagnetizationPlane, wavelength: float) -> tuple[float, float, float, float]:
    first, second = plane.first / wavelength, plane.second / wavelength
    return first[0], first[-1], second[0], second[-1]


def colour_bar(panel: Axes, image: ScalarMappable, label: str) -> None:
    """A colour bar as tall as its panel."""
    bar = panel.figure.colorbar(image, cax=panel.inset_axes((1.03, 0.0, 0.04, 1.0)))
    bar.set_label(label, labelpad=3)


def _arrows(
    panel: Axes, first: np.ndarray, second: np.ndarray, vectors: np.ndarray, strength: np.ndarray
) -> None:
    """Directions in the plane, as long as the part of the unit vector that lies in it."""
    apart = max(np.ptp(first), np.ptp(second)) / ARROWS
    chosen = np.ix_(*(_every(axis, apart) for axis in (first, second)))
    bright = strength[chosen] > FAINTEST_ARROW * strength.max()
    x, y = (mesh[chosen][bright] for mesh in np.meshgrid(first, second, indexing="ij"))
    directions = (vectors[..., :2] / np.where(strength > 0, strength, 1.0)[..., None])[chosen][bright]
    draw_arrows(panel, x, y, directions, spacing=apart, outline=0.25)


def _every(axis: np.ndarray, apart: float) -> np.ndarray:
    """Indices of coordinates about so far apart."""
    step = max(1, round(apart / (axis[1] - axis[0])))
    return np.arange(step // 2, len(axis), step)


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
    panel.set(xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    panel.set_xlabel("pupil $x$")
    panel.set_ylabel("pupil $y$", labelpad=0)
