"""A structure: what was wanted beside what is written, the angle between, and the pupil of each exposure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from optomag.plot.angle_text import error_text
from optomag.plot.arrows import draw_arrows
from optomag.plot.structure_plane import (
    ARROWS,
    NORMAL_MAP,
    MagnetizationPlane,
    colour_bar,
    extent_of,
    name_axes,
    pupil_phase,
    pupil_polarization,
    ring_worst,
    strength_and_direction,
    written_direction,
)
from optomag.plot.style import heading_height, new_figure, styled, tag_panel, write_heading

SLOT, ROW, LEFT, LOW = 3.25, 2.75, 0.52, 0.48
"""Width of a panel with its colour bar, height of a row, and margins [inch]."""

PANEL = 2.02
"""Side of a panel [inch]."""

FEW, LOOSEST = 100, 4
"""Points below which they are dots, and sites of a lattice for each point above which it is none."""

LONGER = 1.8
"""Arrows of single spots over those of a lattice."""

NO_ANGLE = 0.01
"""Least end of the scale of angles [deg]: rounding has no colours."""

DOT = 5.0
"""Diameter of a compared point [pt] where there are few; many fill the area that they stand for."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What was wanted at some points of a plane, and how far off what was written is.

    Parameters
    ----------
    places : float64, shape (n, 2) [m]
    wanted, written : float64, shape (n, 3)
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
    written: np.ndarray
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
    """Draw what is wanted, what all exposures write, the angle between, |M|, and each pupil.

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
        Over the figure, of four lines at most.

    Returns
    -------
    Figure
        (a) and (b) share their colours: the part of the direction across the plane; arrows are the part in
        it. In (d) a circle with a dot points to the reader, one with a cross away.
    """
    single = len(pupils) == 1
    per_row = 3 if single else 4
    rows = 2 if single else 1 + -(-len(pupils) // per_row)
    width, height = SLOT * per_row, ROW * rows + heading_height(heading)
    figure = new_figure(width, height)
    write_heading(figure, heading)

    def panel(number: int) -> Axes:
        row, column = divmod(number, per_row)
        left, low = SLOT * column + LEFT, ROW * (rows - 1 - row) + LOW
        return figure.add_axes((left / width, low / height, PANEL / width, PANEL / height))

    wanted, written, angle, strength = (panel(number) for number in range(4))
    extent = extent_of(plane, wavelength)
    places = compared.places / wavelength
    draw_directions_at(wanted, places, compared.wanted, plane, extent)
    if len(places) < FEW:
        draw_directions_at(written, places, compared.written, plane, extent)
    else:
        written_direction(written, plane, wavelength=wavelength)
    scale = {"cmap": "viridis", "vmin": 0.0, "vmax": max(float(compared.angle.max()), NO_ANGLE)}
    spots = angle.scatter(*places.T, c=compared.angle, **scale, **_dots(places, extent))
    colour_bar(angle, spots, "angle between [°]")
    worst = int(np.argmax(compared.angle))
    ring_worst(angle, places[worst])
    strength_and_direction(strength, plane, wavelength=wavelength)
    place = compared.worst_at or "(ring)"
    mean, most = error_text(compared.mean), error_text(float(compared.angle[worst]))
    angles = f"mean {mean}, worst {most} {place}"
    titles = ("direction wanted", "direction written", angles, "strength and direction written")
    for axes, letter, title in zip((wanted, written, angle, strength), "abcd", titles, strict=True):
        axes.set(xlim=extent[:2], ylim=extent[2:], aspect="equal")
        name_axes(axes, plane, wavelength=wavelength)
        tag_panel(axes, letter, title)
    if single:
        pupil_phase(phase := panel(4), pupils[0])
        pupil_polarization(ellipses := panel(5), pupils[0])
        tag_panel(phase, "e", "phase in the pupil")
        tag_panel(ellipses, "f", "polarisation in the pupil")
        return figure
    for k, (jones, energy) in enumerate(zip(pupils, energies, strict=True)):
        axes = panel(4 + k)
        pupil_phase(axes, jones)
        tag_panel(axes, "efghijklmnopqrstuvwxyz"[k % 22], f"exposure {k + 1}, {100 * energy:.1f} % of energy")
    return figure


def draw_directions_at(
    panel: Axes, places: np.ndarray, vectors: np.ndarray, plane: MagnetizationPlane, extent: Sequence[float]
) -> None:
    """Draw directions (n, 3) at places (n, 2), in the panel's unit: colour across the plane, arrows in it."""
    unit = vectors / np.linalg.norm(vectors, axis=-1)[:, None]
    spots = panel.scatter(*places.T, c=unit[:, 2], cmap=NORMAL_MAP, vmin=-1, vmax=1, **_dots(places, extent))
    colour_bar(panel, spots, f"$m_{plane.normal}$")
    apart = max(extent[1] - extent[0], extent[3] - extent[2]) / ARROWS
    chosen = _thinned(places, apart)
    # Single spots have room for longer arrows than the sites of a lattice.
    longer = LONGER if len(places) < FEW else 1.0
    draw_arrows(
        panel, places[chosen, 0], places[chosen, 1], unit[chosen, :2], spacing=longer * apart, outline=0.25
    )


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
    longest = 72 * PANEL / max(extent[1] - extent[0], extent[3] - extent[2]) * scale * cell.max()
    corners = 0.5 * cell * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
    return {"s": float((1.15 * longest) ** 2), "marker": corners, "linewidths": 0}
