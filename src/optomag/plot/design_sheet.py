"""Thumbnails of many designs: the pupil that goes in and the magnetization in the plane of the point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Circle

from optomag.errors import refuse
from optomag.plot.contact_sheet import draw_plane
from optomag.plot.pupil_and_focus import AMPLITUDE_MAP, draw_ellipses
from optomag.plot.style import new_figure, styled

COLUMNS = 4
"""Designs side by side."""

WIDTH, HEIGHT = 2.72, 1.74
"""Of what belongs to one design [inch]."""

SIDE, GAP, LEFT, LOW = 1.08, 0.26, 0.1, 0.22
"""Side of a picture, the gap between two, and where the first one begins [inch]."""

TOP, KEY = 0.36, 0.5
"""Heights of the heading and of the keys [inch]."""


@dataclass(frozen=True, eq=False)
class DesignPrint:
    """One design of a sheet.

    Parameters
    ----------
    title : str
        What it is called.
    wanted : ndarray, shape (3,)
        The direction that was asked for.
    numbers : str
        How well it is written.
    pupil : complex ndarray, shape (k, k, 2)
        (E_x, E_y) over the pupil, any unit; the first index runs along x.
    plane : ndarray, shape (n, n, 3)
        M on the plane of the point, any unit; the first index runs along x.
    """

    title: str
    wanted: np.ndarray
    numbers: str
    pupil: np.ndarray
    plane: np.ndarray


@styled
def design_sheet(
    prints: Sequence[DesignPrint],
    *,
    axis: np.ndarray,
    line: np.ndarray,
    wavelength: float,
    heading: str,
    symbol: str = "M",
) -> Figure:
    """Every design with its pupil, its focus and its numbers.

    Parameters
    ----------
    prints : sequence of DesignPrint
    axis : ndarray, shape (k,) [pupil radii]
        Of the pupils.
    line : ndarray, shape (n,) [m]
        Of the planes, along x and y, counted from the point.
    wavelength : float [m]
        In the medium; the unit of the planes.
    heading : str
        One line above.
    symbol : str
        What is written, in mathematical type.

    Returns
    -------
    Figure
        Left the amplitude over the pupil with polarisation ellipses (white ones turn from x to y, yellow ones
        the other way); right |M| over its largest in the plane, with arrows along its part in the plane,
        and a dot or a cross where it points to the reader or away.

    Raises
    ------
    InvalidInputError
        If there is no design.
    """
    if not prints:
        refuse("prints", "at least one DesignPrint", prints)
    columns = min(COLUMNS, len(prints))
    rows = -(-len(prints) // columns)
    wide = max(columns, 2)
    width, height = wide * WIDTH + 0.1, rows * HEIGHT + TOP + KEY
    figure = new_figure(width, height)
    figure.text(LEFT / width, 1 - 0.1 / height, heading, ha="left", va="top", fontsize=8)
    images = None
    for number, printed in enumerate(prints):
        row, column = divmod(number, columns)
        corner = column * WIDTH + LEFT, KEY + (rows - 1 - row) * HEIGHT + LOW
        images = _draw_print(figure, printed, corner, axis, line / wavelength)
    labels = (
        r"pupil: $|E|$ over its maximum; white: spin along $+z$, yellow: $-z$",
        rf"focus: $|{symbol}|$ over its maximum; axes in wavelengths of {wavelength * 1e9:.4g} nm",
    )
    for place, (image, label) in enumerate(zip(images or (), labels, strict=True)):
        left = LEFT + 0.1 + place * (2 * SIDE + GAP + 0.4)
        bar = figure.add_axes((left / width, 0.34 / height, (2 * SIDE + GAP) / width, 0.07 / height))
        figure.colorbar(image, cax=bar, orientation="horizontal").set_label(label, size=6, labelpad=1.5)
        bar.tick_params(labelsize=5.6, pad=1.5, length=2.0)
    return figure


def _draw_print(
    figure: Figure, printed: DesignPrint, corner: tuple[float, float], axis: np.ndarray, line: np.ndarray
) -> tuple[AxesImage, AxesImage]:
    width, height = figure.get_size_inches()
    left, bottom = corner
    vector = ", ".join(f"{np.round(part, 2) + 0.0:.2f}" for part in printed.wanted)
    for above, text, style in (
        (0.2, f"{printed.title}  ({vector})", {"weight": "bold", "size": 7}),
        (0.07, printed.numbers, {"size": 5.8, "color": "#444444"}),
    ):
        figure.text(left / width, (bottom + SIDE + above) / height, text, **style)
    pupil, focus = (
        figure.add_axes(((left + place * (SIDE + GAP)) / width, bottom / height, SIDE / width, SIDE / height))
        for place in (0, 1)
    )
    largest = np.linalg.norm(printed.plane, axis=-1).max()
    shown = draw_plane(focus, printed.plane / largest, (line, line), 1.0)
    return _draw_pupil(pupil, printed.pupil, axis), shown


def _draw_pupil(axes: Axes, pupil: np.ndarray, axis: np.ndarray) -> AxesImage:
    outside = np.hypot(axis[:, None], axis) > 1
    lengths = np.linalg.norm(pupil, axis=-1)
    largest = lengths[~outside].max()
    image = axes.imshow(
        np.where(outside, np.nan, lengths / largest).T,
        origin="lower",
        extent=(-1, 1, -1, 1),
        cmap=AMPLITUDE_MAP,
        vmin=0.0,
        vmax=1.0,
        interpolation="nearest",
    )
    axes.add_patch(Circle((0, 0), 1.0, fill=False, linewidth=0.6))
    draw_ellipses(axes, pupil / largest, axis)
    axes.set(xlim=(-1.03, 1.03), ylim=(-1.03, 1.03), xticks=[], yticks=[])
    axes.set_axis_off()
    return image
