"""Measured images beside those of a model: some planes, cuts along the axis, and what remains."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, PowerNorm
from matplotlib.figure import Figure

from optomag.plot.style import INTENSITY_MAP, new_figure, styled

PLANES, MOST = 5, 6
"""Columns of images where there are more than that."""

SIDE, CUT, GAP, LEFT, TOP, FOOT, RIGHT, BAR = 1.12, 1.5, 0.07, 0.34, 0.58, 0.42, 0.75, 0.09
"""Of an image, width of a cut, gaps, margins of the figure, and width of a scale [inch]."""

LARGEST_RESIDUAL = 5.0
"""End of the scale of residuals [standard deviations]; what lies beyond has the colour of the end."""

POWER = 0.4
"""Of counts, as colours show them: the rings of a plane out of focus are seen beside the focus."""

RESIDUAL_MAP = "RdBu_r"
MICRO = 1e6
ROUND = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""Lengths of scale bars [um]."""

FEWEST_HEIGHTS = 5
"""For a cut along the axis."""


@dataclass(frozen=True, eq=False)
class ComparedImages:
    """Images and their model.

    Attributes
    ----------
    measured, model : float64, shape (images, ny, nx) [counts]
        The top row first.
    sigma : float64, shape (images, ny, nx) [counts]
        Standard deviation of a pixel.
    labels : sequence of str
        Of the images, such as their heights.
    pixel : float [m]
    heights : float64, shape (images,), or None [m]
        Where the images are planes of one focus, one above the other, so that there is a cut along the axis.
    """

    measured: Float64[np.ndarray, "images ny nx"]
    model: Float64[np.ndarray, "images ny nx"]
    sigma: Float64[np.ndarray, "images ny nx"]
    labels: Sequence[str]
    pixel: float
    heights: Float64[np.ndarray, " images"] | None


@styled
def stack_figure(images: ComparedImages, *, heading: str) -> Figure:
    """Draw measured images, their model and the residual in standard deviations, one below the other.

    Parameters
    ----------
    images : ComparedImages
    heading : str
        One line above.

    Returns
    -------
    Figure
        Up to six images side by side, five of more, and, where there are heights, the cut along x and the
        axis through the brightest pixel. All measured and modelled images have one scale.
    """
    count = len(images.labels)
    chosen = list(range(count)) if count <= MOST else evenly_chosen(count)
    counts = PowerNorm(POWER, *_limits(images.measured))
    sigmas = Normalize(-LARGEST_RESIDUAL, LARGEST_RESIDUAL)
    rows: list[tuple[str, np.ndarray, Normalize, str]] = [
        ("measured", images.measured, counts, INTENSITY_MAP),
        ("model", images.model, counts, INTENSITY_MAP),
        ("residual", (images.measured - images.model) / images.sigma, sigmas, RESIDUAL_MAP),
    ]
    ny, nx = images.measured.shape[1:]
    wide, tall = SIDE * min(1.0, nx / ny), SIDE * min(1.0, ny / nx)
    has_cut = images.heights is not None and len(images.heights) >= FEWEST_HEIGHTS
    width = LEFT + len(chosen) * (wide + GAP) + (CUT + 0.5 if has_cut else 0.0) + RIGHT
    height = TOP + 3 * (tall + GAP) + (FOOT if has_cut else GAP)
    figure = new_figure(width, height)
    figure.text(0.1 / width, 1 - 0.06 / height, heading, ha="left", va="top", fontsize=8)

    def panel(row: int, left: float, breadth: float, rows: int = 1) -> Axes:
        bottom = height - TOP - (row + 1) * tall - row * GAP
        high = rows * tall + (rows - 1) * GAP
        return figure.add_axes((left / width, bottom / height, breadth / width, high / height))

    end = LEFT + len(chosen) * (wide + GAP)
    for row, (name, values, norm, colours) in enumerate(rows):
        for column, each in enumerate(chosen):
            axes = panel(row, LEFT + column * (wide + GAP), wide)
            axes.imshow(values[each], norm=norm, cmap=colours, interpolation="nearest")
            axes.set(xticks=[], yticks=[])
            if row == 0:
                axes.set_title(images.labels[each], fontsize=7.5, pad=3)
            if column == 0:
                axes.set_ylabel(name)
            if row == column == 0:
                _scale_bar(axes, nx * images.pixel * MICRO)
        if has_cut:
            axes = panel(row, end + 0.45, CUT)
            _draw_cut(axes, values, images, norm, colours)
            axes.tick_params(labelbottom=row == 2, colors="black")
    place = end + (CUT + 0.5 if has_cut else 0.0) + 0.05
    if has_cut:
        figure.axes[-1].set_xlabel("$z$ [µm]")
    scale = figure.colorbar(ScalarMappable(counts, INTENSITY_MAP), cax=panel(1, place, BAR, rows=2))
    scale.set_ticks(_round_ticks(counts))
    scale.set_label("counts")
    scale = figure.colorbar(ScalarMappable(sigmas, RESIDUAL_MAP), cax=panel(2, place, BAR), extend="both")
    scale.set_label(r"residual [$\sigma$]")
    return figure


def evenly_chosen(count: int, most: int = PLANES) -> list[int]:
    """Up to `most` of so many images, spread evenly, the first and the last among them.

    Examples
    --------
    >>> evenly_chosen(25), evenly_chosen(3)
    ([0, 6, 12, 18, 24], [0, 1, 2])
    """
    return sorted({round(place) for place in np.linspace(0, count - 1, min(count, most))})


def _limits(counts: np.ndarray) -> tuple[float, float]:
    """Of a colour scale, not both the same."""
    low, high = float(counts.min()), float(counts.max())
    return low, high if high > low else low + 1.0


def _round_ticks(norm: Normalize, apart: float = 0.09) -> list[float]:
    """Round numbers on a scale that is not even, from above, at least a share of it apart."""
    high = float(norm.vmax or 1.0)
    top = math.floor(math.log10(high)) if high > 0 else 0
    chosen: list[float] = []
    for value in [digit * 10.0**power for power in range(top, top - 6, -1) for digit in (5, 2, 1)]:
        place = float(norm(value))
        if 0 <= place <= 1 and all(abs(place - float(norm(each))) >= apart for each in chosen):
            chosen.append(value)
    return chosen


def height_label(height: float) -> str:
    """A height [m] as it stands above an image, in micrometres.

    Examples
    --------
    >>> height_label(3e-7), height_label(0.0)
    ('$z$ = +0.30 \N{MICRO SIGN}m', '$z$ = 0 \N{MICRO SIGN}m')
    """
    microns = round(height * MICRO, 2) + 0.0
    text = f"{microns:+.2f}".replace("-", "\N{MINUS SIGN}") if microns else "0"
    return f"$z$ = {text} \N{MICRO SIGN}m"


def _draw_cut(axes: Axes, values: np.ndarray, images: ComparedImages, norm: Normalize, colours: str) -> None:
    """Counts over z (right) and x (up), through the row of the brightest pixel."""
    heights = np.asarray(images.heights) * MICRO
    order = np.argsort(heights)
    row = np.unravel_index(np.argmax(images.measured), images.measured.shape)[1]
    cut = values[order, row].T
    half = 0.5 * len(cut) * images.pixel * MICRO
    between = 0.5 * (heights[order][1:] + heights[order][:-1])
    edges = [2 * between[0] - between[1], *between, 2 * between[-1] - between[-2]]
    axes.pcolormesh(
        edges, np.linspace(-half, half, len(cut) + 1), cut, norm=norm, cmap=colours, rasterized=True
    )
    axes.set_ylabel("$x$ [µm]", labelpad=1)


def _scale_bar(axes: Axes, field: float) -> None:
    """A white bar in the lower left corner, about a third of the field [um] long, with its length."""
    length = max((each for each in ROUND if each <= 0.4 * field), default=ROUND[0])
    start, end = 0.06, 0.06 + length / field
    axes.plot(
        [start, end],
        [0.07] * 2,
        transform=axes.transAxes,
        color="white",
        linewidth=1.6,
        solid_capstyle="butt",
    )
    text = f"{length:g} µm"
    axes.text(
        start, 0.11, text, transform=axes.transAxes, color="white", ha="left", va="bottom", fontsize=6.5
    )
