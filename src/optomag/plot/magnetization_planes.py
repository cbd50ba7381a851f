"""Figure 4: how strong the magnetization is around the focus, and which way it points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.mplot3d.axes3d import Axes3D

from optomag.errors import refuse, require_finite_array
from optomag.plausible import WAVELENGTH, require_plausible
from optomag.plot.arrows import draw_arrows
from optomag.plot.isosurface import draw_magnetization_volume
from optomag.plot.scale_bar import draw_scale_bar
from optomag.plot.style import INTENSITY_MAP, headed, new_figure, styled

WIDTH = 9.55
"""Of the figure [inch]."""

ISOSURFACE_LEVEL = 0.8
"""Fraction of the largest |M| that the paper's Fig. 4 draws as a surface."""

ARROWS_PER_AXIS = 13
"""Arrows along each side of a plane."""

FAINTEST_ARROW = 0.05
"""Where |M| is below this fraction of the maximum no arrow is drawn: there is nothing to orient."""

_PLANES = {"xy": (0, 1), "xz": (0, 2), "yz": (1, 2)}


@dataclass(frozen=True, eq=False)
class FocalMagnetization:
    """M on the three planes through the focus and in a volume around it: one row of Fig. 4.

    Parameters
    ----------
    label : str
        What wrote it, such as "true weights".
    axis : ndarray, shape (n,) [m]
        Equally spaced coordinate along both axes of each plane; the focus is 0.
    xy, xz, yz : ndarray, shape (n, n, 3) [A/m, or any unit]
        M on each plane; the first index runs along the plane's first axis.
    volume_axis : ndarray, shape (m,) [m]
        Equally spaced coordinate along x, y and z of the volume.
    volume : ndarray, shape (m, m, m, 3) [the unit of xy]
        M in the volume, which should hold the whole region where |M| is large.
    symbol : str, default "M"
        What is drawn, in mathematical type.

    Raises
    ------
    InvalidInputError
        If an array is not finite or does not fit its axis, or M vanishes everywhere.
    """

    label: str
    axis: np.ndarray
    xy: np.ndarray
    xz: np.ndarray
    yz: np.ndarray
    volume_axis: np.ndarray
    volume: np.ndarray
    symbol: str = "M"

    def __post_init__(self) -> None:
        plane, cube = (_require_even(name, getattr(self, name)) for name in ("axis", "volume_axis"))
        for name, shape in (*((p, (plane, plane, 3)) for p in _PLANES), ("volume", (cube, cube, cube, 3))):
            values = require_finite_array(
                name, getattr(self, name), shape=str(shape), ndim=len(shape), last=3
            )
            if values.shape != shape:
                refuse(name, f"an array of shape {shape}", f"shape {values.shape}")
            if not np.any(values):
                refuse(name, "non-zero somewhere", "zeros everywhere")
        strength = np.linalg.norm(self.volume, axis=-1)
        if strength.min() >= ISOSURFACE_LEVEL * strength.max():
            rule = f"so large that |M| falls below {ISOSURFACE_LEVEL:.0%} of its maximum inside"
            refuse("volume", rule, f"at least {strength.min() / strength.max():.0%} everywhere")


@styled
def magnetization_figure(
    rows: Sequence[FocalMagnetization], *, wavelength: float, heading: str = ""
) -> Figure:
    """Intensity and orientation of M on the xy, xz and yz planes, and the surface at 80 % of its maximum.

    Parameters
    ----------
    rows : sequence of FocalMagnetization
        One row of panels each; the paper shows the true and the predicted weights.
    wavelength : float [m]
        The unit of the axes.
    heading : str
        Over the figure: lens, and what is drawn.

    Returns
    -------
    Figure
        Colour is |M| over its maximum in the focal plane xy. Arrows in the planes are the projection of the
        unit vector M/|M|; a circle with a dot points to the reader, one with a cross away.
        The arrows around the surface are three-dimensional and equally long.

    Raises
    ------
    InvalidInputError
        If there is no row or the wavelength is not positive.
    """
    wavelength = require_plausible(WAVELENGTH, "wavelength", wavelength)
    if not rows:
        refuse("rows", "at least one FocalMagnetization", rows)
    row_height, margin = 2.45, 0.12
    height = row_height * len(rows) + margin
    figure = new_figure(WIDTH, height)
    for number, row in enumerate(rows):
        bottom = row_height * (len(rows) - 1 - number)
        draw_row(figure, row, bottom=bottom, letter="abcdefgh"[number], wavelength=wavelength)
    for axes, plane in zip(figure.axes, _PLANES, strict=False):
        axes.set_title(f"{plane} plane")
    figure.text(
        8.35 / WIDTH,
        1 - 0.1 / height,
        f"surface at {ISOSURFACE_LEVEL:.0%}".replace("%", " %"),
        ha="center",
        va="top",
    )
    return headed(figure, heading) if heading else figure


def _require_even(name: str, axis: np.ndarray) -> int:
    """Return the number of points of an axis that is equally spaced."""
    steps = np.diff(require_finite_array(name, axis, shape="(n,)", ndim=1))
    # A millionth of a step is far below a pixel and far above rounding.
    if len(steps) == 0 or steps[0] <= 0 or np.ptp(steps) > 1e-6 * steps[0]:
        refuse(name, "increasing and equally spaced, two points or more", axis)
    return len(steps) + 1


def draw_row(
    figure: Figure, row: FocalMagnetization, *, bottom: float, letter: str, wavelength: float
) -> None:
    """Draw three planes and a volume as one row of a figure, its lower edge `bottom` inches up."""

    def box(left: float, low: float, width: float, height: float) -> tuple[float, float, float, float]:
        """From inches above the row's lower edge to fractions of the figure."""
        w, h = figure.get_size_inches()
        return left / w, (bottom + low) / h, width / w, height / h

    side, low = 1.66, 0.5
    figure.text(*box(0.06, low + side + 0.14, 0, 0)[:2], rf"$\bf{{({letter})}}$", va="center")
    figure.text(*box(0.13, low + side / 2, 0, 0)[:2], row.label, rotation=90, va="center", ha="center")
    peak = np.linalg.norm(row.xy, axis=-1).max()
    top = max(np.linalg.norm(getattr(row, plane), axis=-1).max() for plane in _PLANES) / peak
    image = None
    for column, plane in enumerate(_PLANES):
        axes = figure.add_axes(box(0.66 + 2.09 * column, low, side, side))
        image = draw_plane(axes, getattr(row, plane) / peak, row.axis, plane, top, wavelength=wavelength)
    bar = figure.add_axes(box(6.58, low, 0.08, side))
    figure.colorbar(cast(AxesImage, image), cax=bar).set_label(
        rf"$|{row.symbol}|\,/\,\max_{{xy}}|{row.symbol}|$", labelpad=3
    )
    solid = cast(Axes3D, figure.add_axes(box(7.24, 0.28, 2.1, 2.1), projection="3d"))
    _draw_volume(solid, row, wavelength)


def draw_plane(
    axes: Axes, magnetization: np.ndarray, axis: np.ndarray, plane: str, top: float, *, wavelength: float
) -> AxesImage:
    """Draw M (n, n, 3) on a plane such as "xy", over its maximum, up to `top`; axes in wavelengths."""
    axis = axis / wavelength
    intensity = np.linalg.norm(magnetization, axis=-1)
    half = 0.5 * (axis[1] - axis[0])
    image = axes.imshow(
        intensity.T,
        origin="lower",
        extent=(axis[0] - half, axis[-1] + half, axis[0] - half, axis[-1] + half),
        interpolation="bilinear",
        cmap=INTENSITY_MAP,
        vmin=0.0,
        vmax=top,
    )
    axes.contour(
        axis, axis, intensity.T, levels=[ISOSURFACE_LEVEL], colors="white", linewidths=0.8, linestyles=":"
    )
    first, second = _PLANES[plane]
    towards = -1 if plane == "xz" else 1  # y grows away from the reader
    order = [first, second, 3 - first - second]
    _draw_arrows(axes, magnetization[..., order] * np.array([1, 1, towards]), intensity, axis)
    axes.set_aspect("equal")
    for side in (axes.xaxis, axes.yaxis):
        side.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.set_xlim(axis[0], axis[-1])
    axes.set_ylim(axis[0], axis[-1])
    axes.tick_params(axis="x", pad=5.5)  # clear of the other axis's label in the corner
    axes.set_xlabel(rf"${plane[0]}\,/\,\lambda$")
    axes.set_ylabel(rf"${plane[1]}\,/\,\lambda$", labelpad=0)
    draw_scale_bar(axes, wavelength)
    return image


def _draw_arrows(axes: Axes, projected: np.ndarray, intensity: np.ndarray, axis: np.ndarray) -> None:
    spacing = (axis[-1] - axis[0]) / ARROWS_PER_AXIS
    wanted = spacing * (np.arange(ARROWS_PER_AXIS) - (ARROWS_PER_AXIS - 1) / 2) + 0.5 * (axis[0] + axis[-1])
    index = np.abs(wanted[:, None] - axis).argmin(axis=-1)
    first, second = (mesh.ravel() for mesh in np.meshgrid(index, index, indexing="ij"))
    strong = intensity[first, second] > FAINTEST_ARROW * intensity.max()
    first, second = first[strong], second[strong]
    arrows = projected[first, second] / intensity[first, second][:, None]
    draw_arrows(
        axes,
        axis[first],
        axis[second],
        arrows[:, :2],
        spacing=0.95 * spacing,
        outline=0.35,
        towards=arrows[:, 2],
    )


def _draw_volume(axes: Axes3D, row: FocalMagnetization, wavelength: float) -> None:
    coordinate = row.volume_axis / wavelength
    draw_magnetization_volume(axes, row.volume, coordinate, level=ISOSURFACE_LEVEL)
    axes.patch.set_visible(False)
    axes.view_init(elev=20, azim=-60)
    axes.set_xlabel(r"$x\,/\,\lambda$", labelpad=-7)
    axes.set_ylabel(r"$y\,/\,\lambda$", labelpad=-7)
    axes.set_zlabel(r"$z\,/\,\lambda$", labelpad=-3)
    axes.tick_params(pad=-2, labelsize=6)
    axes.zaxis.set_tick_params(pad=0)
    reaches = (axes.get_xlim()[1], axes.get_ylim()[1], axes.get_zlim()[1])
    for side, reach in zip((axes.xaxis, axes.yaxis, axes.zaxis), reaches, strict=True):
        # Three labels a side, clear of the corners, where those of two sides would meet.
        tick = float(f"{0.65 * reach:.1g}")
        side.set_ticks([-tick, 0.0, tick])
