"""A structure written by several exposures: wanted, written, what is left between, and each pupil."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from optomag.plot.arrows import draw_arrows
from optomag.plot.structure_plane import (
    ARROWS,
    MagnetizationPlane,
    colour_bar,
    pupil_phase,
    ring_worst,
    strength_and_direction,
)
from optomag.plot.style import new_figure, styled, tag_panel

WIDTH, ROW, HEADING = 10.74, 3.0, 0.55
"""Of the figure, height of a row of panels and of what stands over the first [inch]."""

PER_ROW = 4
"""Pupils in a row."""

PALE = {"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 1.0}
"""Behind words that may stand over the points."""

FEW, LOOSEST = 100, 4
"""Points below which they are dots, and sites of a lattice for each point above which it is none."""

DOT = 5.0
"""Diameter of a compared point [pt] where there are few; many fill the area that they stand for."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What was wanted at some points of a plane, and how far off what was written is.

    Parameters
    ----------
    places : float64, shape (n, 2) [m]
    wanted : float64, shape (n, 3)
        Directions, of any length, in the plane's coordinates: first, second, normal.
    angle : float64, shape (n,) [deg]
        At each place the largest, of all points above one another.
    mean : float [deg]
        Over all points.
    worst_at : str
        Where the largest angle of all is, in words that go on after its number; nothing if a ring is enough.
    """

    places: np.ndarray
    wanted: np.ndarray
    angle: np.ndarray
    mean: float
    worst_at: str = ""


@styled
def exposures_figure_of(
    plane: MagnetizationPlane,
    compared: Comparison,
    pupils: Sequence[np.ndarray],
    energies: Sequence[float],
    *,
    wavelength: float,
    heading: str = "",
) -> Figure:
    """Draw what is wanted, |M| that all exposures write, the angle between, and the phase of each pupil.

    Parameters
    ----------
    plane : MagnetizationPlane
        Sum of all exposures.
    compared : Comparison
    pupils : sequence of complex128, shape (N, N, 2)
        (E_x, E_y) of each exposure over the square around the pupil.
    energies : sequence of float
        Part of the energy of each.
    wavelength : float [m]
        Unit of the plane's axes.
    heading : str
        Over the figure, of five lines at most.
    """
    rows = 1 + -(-len(pupils) // PER_ROW)
    height = ROW * rows + HEADING
    figure = new_figure(WIDTH, height)
    figure.text(0.05, 1 - 0.1 / height, heading, ha="left", va="top", fontsize=8)
    size = (0.19, 2.05 / height)

    def panel(row: int, left: float) -> Axes:
        return figure.add_axes((left, (ROW * (rows - 1 - row) + 0.42) / height, *size))

    wanted, written, angle = (panel(0, left) for left in (0.05, 0.375, 0.705))
    extent = [*plane.first[[0, -1]] / wavelength, *plane.second[[0, -1]] / wavelength]
    places = compared.places / wavelength
    lengths = np.linalg.norm(compared.wanted, axis=-1)
    normal = compared.wanted[:, 2] / lengths
    name = "xyz"[next(i for i in range(3) if "xyz"[i] not in plane.names)]
    spots = wanted.scatter(*places.T, c=normal, cmap="RdBu_r", vmin=-1, vmax=1, **_dots(places, extent))
    colour_bar(wanted, spots, f"$m_{name}$")
    apart = (extent[1] - extent[0]) / ARROWS
    chosen = _thinned(places, apart)
    unit = compared.wanted[chosen, :2] / lengths[chosen, None]
    draw_arrows(wanted, places[chosen, 0], places[chosen, 1], unit, spacing=apart, outline=0.25)
    strength_and_direction(written, plane, wavelength=wavelength)
    spots = angle.scatter(*places.T, c=compared.angle, cmap="viridis", vmin=0.0, **_dots(places, extent))
    colour_bar(angle, spots, "angle to the wanted [°]")
    worst = int(np.argmax(compared.angle))
    ring_worst(angle, places[worst])
    said = f"mean {compared.mean:.2g}°, worst {compared.angle[worst]:.2g}° {compared.worst_at or '(ring)'}"
    angle.text(0.03, 0.96, said, transform=angle.transAxes, va="top", fontsize=7, bbox=PALE)
    difference = f"difference, worst along {name}" if compared.worst_at else "difference"
    for axes, letter, title in zip(
        (wanted, written, angle), "abc", ("wanted", "written by all", difference), strict=True
    ):
        axes.set(xlim=extent[:2], ylim=extent[2:], aspect="equal")
        axes.set_xlabel(rf"${plane.names[0]}\,/\,\lambda$")
        axes.set_ylabel(rf"${plane.names[1]}\,/\,\lambda$", labelpad=0)
        tag_panel(axes, letter, title)
    for k, (jones, energy) in enumerate(zip(pupils, energies, strict=True)):
        axes = panel(1 + k // PER_ROW, 0.05 + 0.225 * (k % PER_ROW))
        pupil_phase(axes, jones, bar=k % PER_ROW == PER_ROW - 1 or k == len(pupils) - 1)
        tag_panel(
            axes, "defghijklmnopqrstuvwxyz"[k % 23], f"exposure {k + 1}, {100 * energy:.1f} % of energy"
        )
    return figure


def _thinned(places: np.ndarray, apart: float) -> np.ndarray:
    """Indices of points of which no two lie in the same square of that edge."""
    return np.unique(np.round(places / apart), axis=0, return_index=True)[1]


def _dots(places: np.ndarray, extent: Sequence[float]) -> dict[str, Any]:
    """Markers as large as the cell of a lattice that each point stands for, or round where points are few."""
    if len(places) < FEW:
        return {"s": DOT**2 * 4, "marker": "o"}
    lines = [np.unique(np.round(line, 6)) for line in places.T]
    even = len(lines[0]) * len(lines[1]) < LOOSEST * len(places)
    cell = np.array([np.diff(line).min() for line in lines]) if even else np.ones(2)
    # Those of no lattice stand for equal squares.
    scale = 1.0 if even else np.sqrt(np.prod(np.ptp(places, axis=0)) / len(places))
    longest = 72 * WIDTH * 0.19 / (extent[1] - extent[0]) * scale * cell.max()
    corners = 0.5 * cell * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
    return {"s": float((1.15 * longest) ** 2), "marker": corners, "linewidths": 0}
