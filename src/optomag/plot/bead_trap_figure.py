"""The field above a film and what it does to a bead."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from optomag.magnetism.bead_trap import BeadTrap
from optomag.plot.arrows import draw_arrows
from optomag.plot.style import INTENSITY_MAP, new_figure, styled, tag_panel

WIDTH, HEIGHT = 7.8, 3.1
"""Of the figure [inch]."""

PANEL, BOTTOM, COLUMNS, BAR = 2.4, 0.42, (0.5, 4.4), 0.1
"""Longer side of a map, its lower edge, the left edges of both, and the width of a scale [inch]."""

SIGNED_MAP = "RdBu_r"

ARROWS = 18
"""Along the longer side of a map."""

OUTLINE = 0.25
"""Of an arrow [pt]."""

MICRO, MILLI = 1e6, 1e3


@styled
def bead_trap_figure(trap: BeadTrap, *, temperature: float = 293.0) -> Figure:
    """B_z over the film with the field in the plane, and the energy of the bead with the force in the plane.

    Parameters
    ----------
    trap : BeadTrap
    temperature : float [K]
        Of k_B T.

    Returns
    -------
    Figure
        Arrows are as long as the part in the plane, in each map over its largest.
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
    first = figure.axes[0]
    for panel, vectors in ((first, trap.field), (axes, trap.force)):
        _arrows(panel, trap, vectors[..., :2])
    tag_panel(first, "a", "field")
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
    axes.apply_aspect()  # a film that is not square leaves a part of its place empty
    place = axes.get_position()
    bar = figure.add_axes((place.x1 + 0.08 / WIDTH, place.y0, BAR / WIDTH, place.height))
    figure.colorbar(image, cax=bar, label=label)
    return axes


def _arrows(panel: Axes, trap: BeadTrap, vectors: np.ndarray) -> None:
    """The part in the plane, at nodes that are about evenly spaced on both axes."""
    lengths = np.array(vectors.shape[:2]) * trap.steps
    spacing = lengths.max() / ARROWS
    counts = np.clip(np.round(lengths / spacing).astype(int), 1, vectors.shape[:2])
    # the middle of each of so many equal parts
    i, j = (
        ((np.arange(count) + 0.5) * n / count).astype(int)
        for count, n in zip(counts, vectors.shape[:2], strict=True)
    )
    largest = np.linalg.norm(vectors, axis=-1).max() or 1.0
    x, y = np.meshgrid(i * trap.steps[0] * MICRO, j * trap.steps[1] * MICRO, indexing="ij")
    chosen = (vectors[np.ix_(i, j)] / largest).reshape(-1, 2)
    draw_arrows(panel, x.ravel(), y.ravel(), chosen, spacing=spacing * MICRO, outline=OUTLINE)
