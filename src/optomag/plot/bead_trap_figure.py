"""The field above a film and what it does to a bead."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from optomag.conventions import BOLTZMANN_CONSTANT
from optomag.errors import refuse, require_finite_array, require_real
from optomag.plot.arrows import draw_arrows
from optomag.plot.style import INTENSITY_MAP, headed, new_figure, styled, tag_panel

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
def bead_trap_figure(
    field: ArrayLike,
    energy: ArrayLike,
    force: ArrayLike,
    steps: tuple[float, float],
    *,
    temperature: float = 293.0,
    heading: str = "",
) -> Figure:
    """B_z over the film with the field in the plane, and the energy of the bead with the force in the plane.

    Parameters
    ----------
    field : array_like, shape (nx, ny, 3) [T]
    energy : array_like, shape (nx, ny) [J]
    force : array_like, shape (nx, ny, 3) [N]
    steps : pair of float [m]
        Between the points along x and y.
    temperature : float [K]
        Of k_B T.
    heading : str
        Over the figure: the film's light, and the bead.

    Returns
    -------
    Figure
        Arrows are as long as the part in the plane, in each map over its largest.

    Raises
    ------
    InvalidInputError
        If an array is not finite, the shapes do not fit, or a step or the temperature is not > 0.
    """
    B = require_finite_array("field", field, shape="(nx, ny, 3)", ndim=3, last=3)
    F = require_finite_array("force", force, shape="(nx, ny, 3)", ndim=3, last=3)
    U = require_finite_array("energy", energy, shape="(nx, ny)", ndim=2)
    if not B.shape == F.shape == (*U.shape, 3):
        refuse("field and force", f"of shape {(*U.shape, 3)}, as the energy", f"{B.shape} and {F.shape}")
    dx, dy = (require_real("step", step, above=0.0) * MICRO for step in steps)
    thermal = BOLTZMANN_CONSTANT * require_real("temperature", temperature, above=0.0)
    largest = float(np.abs(B[..., 2]).max() * MILLI) or 1.0
    figure = new_figure(WIDTH, HEIGHT)
    sides = dx, dy
    first = _map(figure, 0, MILLI * B[..., 2], sides, "$B_z$ [mT]", SIGNED_MAP, (-largest, largest))
    label = r"$U - U_\mathrm{max}$ [$k_\mathrm{B}T$]"
    second = _map(figure, 1, (U - U.max()) / thermal, sides, label, INTENSITY_MAP, (None, 0.0))
    _arrows(first, B[..., :2], sides)
    _arrows(second, F[..., :2], sides)
    tag_panel(first, "a", "field")
    tag_panel(second, "b", "energy and force")
    return headed(figure, heading) if heading else figure


def _map(
    figure: Figure,
    column: int,
    values: np.ndarray,
    sides: tuple[float, float],
    label: str,
    colours: str,
    limits: tuple[float | None, float | None],
) -> Axes:
    """One map of points, `sides` apart [µm], with its scale."""
    left = COLUMNS[column]
    axes = figure.add_axes((left / WIDTH, BOTTOM / HEIGHT, PANEL / WIDTH, PANEL / HEIGHT))
    (nx, ny), (dx, dy) = values.shape, sides
    extent = (-0.5 * dx, (nx - 0.5) * dx, -0.5 * dy, (ny - 0.5) * dy)
    low, high = limits
    image = axes.imshow(values.T, origin="lower", extent=extent, cmap=colours, vmin=low, vmax=high)
    axes.set(xlabel="$x$ [µm]", ylabel="$y$ [µm]")
    axes.locator_params(nbins=5)
    axes.apply_aspect()  # a film that is not square leaves a part of its place empty
    place = axes.get_position()
    bar = figure.add_axes((place.x1 + 0.08 / WIDTH, place.y0, BAR / WIDTH, place.height))
    figure.colorbar(image, cax=bar, label=label)
    return axes


def _arrows(panel: Axes, vectors: np.ndarray, sides: tuple[float, float]) -> None:
    """The part in the plane, at nodes that are about evenly spaced on both axes."""
    lengths = np.array(vectors.shape[:2]) * sides
    spacing = lengths.max() / ARROWS
    counts = np.clip(np.round(lengths / spacing).astype(int), 1, vectors.shape[:2])
    # the middle of each of so many equal parts
    i, j = (
        ((np.arange(count) + 0.5) * n / count).astype(int)
        for count, n in zip(counts, vectors.shape[:2], strict=True)
    )
    largest = np.linalg.norm(vectors, axis=-1).max() or 1.0
    x, y = np.meshgrid(i * sides[0], j * sides[1], indexing="ij")
    chosen = (vectors[np.ix_(i, j)] / largest).reshape(-1, 2)
    draw_arrows(panel, x.ravel(), y.ravel(), chosen, spacing=spacing, outline=OUTLINE)
