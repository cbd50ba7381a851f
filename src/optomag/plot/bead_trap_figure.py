"""The field above a film and what it does to a bead."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from optomag.magnetism.bead_trap import BeadTrap
from optomag.plot.style import INTENSITY_MAP, new_figure, styled, tag_panel

WIDTH, HEIGHT = 7.8, 3.1
"""Of the figure [inch]."""

PANEL, BOTTOM, COLUMNS, BAR = 2.4, 0.42, (0.5, 4.4), 0.1
"""Side of a map, its lower edge, the left edges of both, and the width of a scale [inch]."""

SIGNED_MAP = "RdBu_r"

ARROWS = 16
"""Along each side of the map of energies."""

MICRO, MILLI = 1e6, 1e3


@styled
def bead_trap_figure(trap: BeadTrap, *, temperature: float = 293.0) -> Figure:
    """B_z over the film, and the energy of the bead with the force in the plane.

    Parameters
    ----------
    trap : BeadTrap
    temperature : float [K]
        Of k_B T.

    Returns
    -------
    Figure
    """
    field = trap.field[..., 2] * MILLI
    largest = float(np.abs(field).max()) or 1.0
    thermal = trap.thermal_depth(temperature) / trap.depth if trap.depth else 0.0
    energy = (trap.energy - trap.energy.max()) * thermal
    figure = new_figure(WIDTH, HEIGHT)
    _map(figure, 0, field, trap, "$B_z$ [mT]", SIGNED_MAP, (-largest, largest))
    axes = _map(
        figure, 1, energy, trap, r"$U - U_\mathrm{max}$ [$k_\mathrm{B}T$]", INTENSITY_MAP, (None, 0.0)
    )
    places = [np.unique(np.linspace(0, n - 1, ARROWS + 2).astype(int)[1:-1]) for n in energy.shape]
    i, j = places
    pull = trap.force[np.ix_(i, j)]
    x, y = i * trap.steps[0] * MICRO, j * trap.steps[1] * MICRO
    axes.quiver(x, y, pull[..., 0].T, pull[..., 1].T, color="white", pivot="middle", width=5e-3)
    tag_panel(figure.axes[0], "a", "field")
    tag_panel(axes, "b", "energy and force")
    return figure


def _map(
    figure: Figure,
    column: int,
    values: np.ndarray,
    trap: BeadTrap,
    label: str,
    colours: str,
    limits: tuple[float | None, float | None],
) -> Axes:
    """One map with its scale."""
    left = COLUMNS[column]
    axes = figure.add_axes((left / WIDTH, BOTTOM / HEIGHT, PANEL / WIDTH, PANEL / HEIGHT))
    (nx, ny), (dx, dy) = values.shape, (step * MICRO for step in trap.steps)
    extent = (-0.5 * dx, (nx - 0.5) * dx, -0.5 * dy, (ny - 0.5) * dy)
    low, high = limits
    image = axes.imshow(values.T, origin="lower", extent=extent, cmap=colours, vmin=low, vmax=high)
    axes.set(xlabel="$x$ [µm]", ylabel="$y$ [µm]")
    bar = figure.add_axes(((left + PANEL + 0.08) / WIDTH, BOTTOM / HEIGHT, BAR / WIDTH, PANEL / HEIGHT))
    figure.colorbar(image, cax=bar, label=label)
    return axes
