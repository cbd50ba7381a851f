"""Many designs on one page: strength and direction of M on the focal plane and on a plane along the axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patheffects import withStroke

from optomag.errors import refuse, require_finite_array
from optomag.plausible import WAVELENGTH, require_plausible
from optomag.plot.style import INTENSITY_MAP, new_figure, styled

COLUMNS = 4
"""Designs side by side."""

WIDTH, HEIGHT = 2.68, 1.68
"""Of what belongs to one design [inch]."""

SIDE, GAP, LEFT, LOW = 1.06, 0.26, 0.26, 0.25
"""Side of a plane, the gap between two, and where the first one begins [inch]."""

ARROWS = 9
"""Along each side of a plane."""

FAINTEST = 0.08
"""Fraction of the largest |M| below which no direction is drawn."""

NAMED = 0.22, 0.82
"""Where a plane has its name: up to the one part of its width, from the other of its height on."""

UPRIGHT = 0.3
"""Where less of a unit vector than this lies in the plane, a dot or a cross says which way it points."""

OUTERMOST = 0.95
"""Part of the way to an edge up to which a tick may stand."""

DARK = "#1a1030"
"""Beside white, where the ground is bright."""

BRIGHT = 0.7
"""Colour value above which the ground counts as bright."""


@dataclass(frozen=True, eq=False)
class ContactPrint:
    """One design of a contact sheet.

    Parameters
    ----------
    title : str
        Its name as a person says it.
    numbers : str
        One line of small print.
    x : ndarray, shape (n,) [m]
        Equally spaced coordinate along x and y of the focal plane, and along x of the other.
    z : ndarray, shape (m,) [m]
        Equally spaced coordinate along the axis.
    xy : ndarray, shape (n, n, 3) [any unit]
        M on the focal plane; the first index runs along x.
    xz : ndarray, shape (n, m, 3) [the unit of xy]
        M on the plane y = 0.

    Raises
    ------
    InvalidInputError
        If an array is not finite or does not fit its axes, or M vanishes everywhere.
    """

    title: str
    numbers: str
    x: np.ndarray
    z: np.ndarray
    xy: np.ndarray
    xz: np.ndarray

    def __post_init__(self) -> None:
        x, z = (
            require_finite_array(name, axis, shape="(n,)", ndim=1)
            for name, axis in (("x", self.x), ("z", self.z))
        )
        for name, values, shape in (
            ("xy", self.xy, (len(x), len(x), 3)),
            ("xz", self.xz, (len(x), len(z), 3)),
        ):
            array = require_finite_array(name, values, shape=str(shape), ndim=3, last=3)
            if array.shape != shape:
                refuse(name, f"an array of shape {shape}", f"shape {array.shape}")
            if not np.any(array):
                refuse(name, "non-zero somewhere", "zeros everywhere")


@styled
def contact_sheet(prints: Sequence[ContactPrint], *, wavelength: float) -> Figure:
    """Every design with its focal plane, its xz plane and its numbers.

    Parameters
    ----------
    prints : sequence of ContactPrint
    wavelength : float [m]
        The unit of the axes.

    Returns
    -------
    Figure
        Colour is |M| over the largest on the two planes. Arrows are the part of M/|M| in the plane; where
        hardly any is left a dot shows that M points to the reader, a cross that it points away. The scale of
        z is each design's own.

    Raises
    ------
    InvalidInputError
        If there is no design or the wavelength is not positive.
    """
    wavelength = require_plausible(WAVELENGTH, "wavelength", wavelength)
    if not prints:
        refuse("prints", "at least one ContactPrint", prints)
    columns = min(COLUMNS, len(prints))
    rows = -(-len(prints) // columns)
    # The key stands in the last place where there is one left, else in a strip of its own.
    strip = 0.5 if len(prints) == rows * columns else 0.0
    figure = new_figure(columns * WIDTH + 0.1, rows * HEIGHT + strip + 0.06)
    image = None
    for number, printed in enumerate(prints):
        row, column = divmod(number, columns)
        corner = (column * WIDTH, strip + (rows - 1 - row) * HEIGHT)
        image = _draw_print(figure, printed, corner, wavelength)
    place = (LEFT, 0.32) if strip else ((columns - 1) * WIDTH + LEFT, LOW + 0.5 * SIDE)
    _draw_key(figure, cast(AxesImage, image), place, wavelength)
    return figure


def _draw_print(
    figure: Figure, printed: ContactPrint, corner: tuple[float, float], wavelength: float
) -> AxesImage:
    left, bottom = corner
    peak = max(np.linalg.norm(plane, axis=-1).max() for plane in (printed.xy, printed.xz))
    x, z = printed.x / wavelength, printed.z / wavelength
    for above, text, style in (
        (0.2, printed.title, {"weight": "bold", "size": 7.5}),
        (0.07, printed.numbers, {"size": 5.6, "color": "#444444"}),
    ):
        figure.text(*_fractions(figure, left + LEFT, bottom + LOW + SIDE + above, 0, 0)[:2], text, **style)
    planes = (
        ("xy", printed.xy, (x, x), (0, 1, 2), 1.0),
        # Seen with x to the right and z up, the reader is on the side of -y.
        ("xz", printed.xz, (x, z), (0, 2, 1), -1.0),
    )
    image = None
    for number, (name, values, axes_of, order, towards) in enumerate(planes):
        place = _fractions(figure, left + LEFT + number * (SIDE + GAP), bottom + LOW, SIDE, SIDE)
        axes = figure.add_axes(place)
        image = draw_plane(axes, values[..., order] / peak, axes_of, towards, name=name)
    return cast(AxesImage, image)


def draw_plane(
    axes: Axes,
    magnetization: np.ndarray,
    coordinates: tuple[np.ndarray, np.ndarray],
    towards: float,
    *,
    name: str = "",
) -> AxesImage:
    """One plane; `magnetization` has the components to the right, up and across the plane.

    A name stands in the upper left corner, in place of the arrows there.
    """
    first, second = coordinates
    lengths = np.linalg.norm(magnetization, axis=-1)
    # The first and last pixels are centred on the first and last coordinates.
    right, up = (0.5 * (axis[1] - axis[0]) for axis in coordinates)
    image = axes.imshow(
        lengths.T,
        origin="lower",
        extent=(first[0] - right, first[-1] + right, second[0] - up, second[-1] + up),
        aspect="auto",
        interpolation="bilinear",
        cmap=INTENSITY_MAP,
        vmin=0.0,
        vmax=1.0,
    )
    i, j = (_evenly(len(axis)) for axis in coordinates)
    i, j = (mesh.ravel() for mesh in np.meshgrid(i, j, indexing="ij"))
    strong = lengths[i, j] > FAINTEST
    if name:
        strong &= (i > NAMED[0] * len(first)) | (j < NAMED[1] * len(second))
        outline = [withStroke(linewidth=1.5, foreground=DARK)]
        corner: dict[str, Any] = {"transform": axes.transAxes, "va": "top", "path_effects": outline}
        axes.text(0.05, 0.95, name, size=6.5, color="white", **corner)
    i, j = i[strong], j[strong]
    unit = magnetization[i, j] / lengths[i, j][:, None]
    lying = np.hypot(unit[:, 0], unit[:, 1]) > UPRIGHT
    axes.quiver(
        first[i][lying],
        second[j][lying],
        unit[lying, 0],
        unit[lying, 1],
        pivot="mid",
        angles="uv",
        units="width",
        scale_units="width",
        scale=ARROWS / 0.92,
        width=0.011,
        headwidth=3.8,
        headlength=4.2,
        headaxislength=3.8,
        minlength=0.0,
        facecolor="white",
        edgecolor=DARK,
        linewidth=0.25,
    )
    ink = np.where(lengths[i, j] > BRIGHT, DARK, "white")
    for sign, mark, area in ((+1, ".", 3.0), (-1, "x", 5.0)):
        here = ~lying & (sign * towards * unit[:, 2] > 0)
        place, colours = (first[i][here], second[j][here]), ink[here].tolist()
        axes.scatter(*place, s=16.0, marker="o", facecolors="none", edgecolors=colours, linewidths=0.5)
        axes.scatter(*place, s=area, marker=mark, color=colours, linewidths=0.5)
    axes.set_xlim(first[0], first[-1])
    axes.set_ylim(second[0], second[-1])
    for side, axis in ((axes.xaxis, first), (axes.yaxis, second)):
        tick = float(f"{0.8 * axis[-1]:.1g}")
        if tick > OUTERMOST * axis[-1]:  # rounded up
            tick *= 0.5
        side.set_ticks([-tick, 0.0, tick])
        side.set_tick_params(pad=1.5, labelsize=5.6, length=2.0, color="white")
    return image


def _draw_key(figure: Figure, image: AxesImage, place: tuple[float, float], wavelength: float) -> None:
    left, bottom = place
    bar = figure.add_axes(_fractions(figure, left, bottom, 2 * SIDE + GAP, 0.08))
    figure.colorbar(image, cax=bar, orientation="horizontal").set_label(
        rf"$|M|$ over its maximum; axes in wavelengths of {wavelength * 1e9:.4g} nm", size=6.5, labelpad=2
    )
    bar.tick_params(labelsize=5.6, pad=1.5, length=2.0)


def _evenly(count: int) -> np.ndarray:
    """Indices of the arrows along a side, the middle one in the middle."""
    return np.rint((np.arange(ARROWS) + 0.5) / ARROWS * (count - 1)).astype(int)


def _fractions(
    figure: Figure, left: float, bottom: float, width: float, height: float
) -> tuple[float, float, float, float]:
    """From inches to fractions of the figure."""
    w, h = figure.get_size_inches()
    return left / w, bottom / h, width / w, height / h
