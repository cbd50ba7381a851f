"""A beam at both ends where the focus lies in a film: the pupil, the magnet, and the stack to scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from optomag.plot.arrows import draw_arrows
from optomag.plot.film_stack import (
    AROUND,
    MAGNET_COLOUR,
    MediaAlongZ,
    draw_light,
    draw_media,
    name_media,
)
from optomag.plot.magnetization_planes import FAINTEST_ARROW, ISOSURFACE_LEVEL, draw_plane
from optomag.plot.pupil_and_focus import FOCUS_ROW, PUPIL_ROW, TOP, draw_pupil
from optomag.plot.scale_bar import draw_scale_bar
from optomag.plot.style import INTENSITY_MAP, LINE_COLOURS, new_figure, styled

WIDTH = 12.2
"""Of the figure [inch]."""

MARGIN = 0.3
"""Of the magnet's thickness, shown in front of it and behind it."""

ARROWS = (11, 5)
"""In the planes through z, along and across the film."""

NM = 1e9
_POINT, _ELSEWHERE = "#D55E00", "#dddddd"


@dataclass(frozen=True, eq=False)
class FilmMagnetization:
    """M in the magnet of a film, and the stack that it is in.

    Parameters
    ----------
    label, symbol : str
        What wrote it, and what is drawn, in mathematical type, such as "M".
    axis : ndarray, shape (n,) [m]
        Equally spaced coordinate along x and y, counted from the design's point.
    z : ndarray, shape (m,) [m]
        Equally spaced heights in the magnet.
    xy : ndarray, shape (n, n, 3)
        M on the plane at `height`.
    xz, yz : ndarray, shape (n, m, 3)
        M on the planes through the point, in the magnet.
    height, point : float [m]
        Heights of the plane xy and of the design's point.
    interfaces : ndarray, shape (k,) [m]
        Heights of all interfaces.
    media : tuple of str
        Indices of the k + 1 media from the light's side, as text.
    magnet : int
        Number of the magnet among them, from 1.
    line_z : ndarray, shape (j,) [m]
        Heights of the profile through the point.
    line : ndarray, shape (j, 3)
        What the light writes there; outside the magnet what it would write.
    line_media : int ndarray, shape (j,)
        Numbers of the media there.
    """

    label: str
    symbol: str
    axis: np.ndarray
    z: np.ndarray
    xy: np.ndarray
    xz: np.ndarray
    yz: np.ndarray
    height: float
    point: float
    interfaces: np.ndarray
    media: tuple[str, ...]
    magnet: int
    line_z: np.ndarray
    line: np.ndarray
    line_media: np.ndarray

    @property
    def edges(self) -> tuple[float, float]:
        """Heights [m] at which the magnet begins and ends; infinity is the end of the substrate."""
        last = self.magnet == len(self.interfaces)
        top = float(self.interfaces[self.magnet - 1])
        return top, np.inf if last else float(self.interfaces[self.magnet])

    @property
    def shown(self) -> tuple[float, float]:
        """Heights [m] between which the magnet is drawn: half a step beyond the first and the last."""
        step = self.z[1] - self.z[0]
        return float(self.z[0] - 0.5 * step), float(self.z[-1] + 0.5 * step)

    @property
    def window(self) -> tuple[float, float]:
        """The same with some of the magnet's neighbours, where it ends there."""
        (low, high), (top, bottom) = self.shown, self.edges
        margin, step = MARGIN * (high - low), self.z[1] - self.z[0]
        return low - margin * (low < top + 0.5 * step), high + margin * (high > bottom - 0.5 * step)


@styled
def film_and_focus_figure(
    pupil: np.ndarray, axis: np.ndarray, film: FilmMagnetization, *, wavelength: float, heading: str
) -> Figure:
    """Pupil field above, M in the magnet and the stack to scale below.

    Parameters
    ----------
    pupil, axis, wavelength, heading
        As for `pupil_and_focus_figure`.
    film : FilmMagnetization

    Returns
    -------
    Figure
        (a) as in `pupil_and_focus_figure`; (b) |M| in the magnet on three planes through the design's point,
        z stretched and in nm, arrows along M as if it were not stretched; (c) M along z through the point,
        dotted what the light would write in other layers; (d) the stack to scale, with the point.
    """
    figure = new_figure(WIDTH, FOCUS_ROW + PUPIL_ROW + TOP)
    draw_pupil(figure, pupil, axis, heading=heading)
    side, low = 1.66, 0.5
    height = FOCUS_ROW + PUPIL_ROW + TOP

    def panel(left: float, wide: float) -> Axes:
        return figure.add_axes((left / WIDTH, low / height, wide / WIDTH, side / height))

    def letter(left: float, text: str) -> None:
        figure.text(left / WIDTH, (low + side + 0.14) / height, f"({text})", weight="bold", va="center")

    letter(0.1, "b")
    figure.text(0.13 / WIDTH, (low + side / 2) / height, film.label, rotation=90, va="center", ha="center")
    peak = np.linalg.norm(film.xy, axis=-1).max()
    top = max(float(np.linalg.norm(part, axis=-1).max()) for part in (film.xy, film.xz, film.yz)) / peak
    first = panel(0.66, side)
    image = draw_plane(first, film.xy / peak, film.axis, "xy", top, wavelength=wavelength)
    first.set_title(f"xy plane at z = {film.height * NM:.4g} nm")
    for left, values, plane, across in ((2.85, film.xz, "xz", 0), (5.0, film.yz, "yz", 1)):
        axes = panel(left, side)
        image = _draw_slice(axes, values / peak, film, wavelength, across, top)
        axes.set_title(f"{plane} plane, z stretched")
    bar = figure.add_axes((6.74 / WIDTH, low / height, 0.08 / WIDTH, side / height))
    colours = figure.colorbar(cast(AxesImage, image), cax=bar)
    colours.set_label(rf"$|{film.symbol}|\,/\,\max_{{xy}}|{film.symbol}|$", labelpad=3)
    letter(7.42, "c")
    _draw_profile(panel(7.95, 1.3), film)
    letter(9.4, "d")
    _draw_stack(panel(9.9, 0.55), film)
    return figure


def _draw_slice(
    axes: Axes, values: np.ndarray, film: FilmMagnetization, wavelength: float, across: int, top: float
) -> AxesImage:
    """|M| on a plane through z, with the magnet's neighbours in grey; first axis of `values` along x or y."""
    along, z = film.axis / wavelength, film.z * NM
    half, (bottom, above) = 0.5 * (along[1] - along[0]), film.shown
    length = np.linalg.norm(values, axis=-1)
    axes.set_facecolor(_ELSEWHERE)
    image = axes.imshow(
        length.T,
        origin="lower",
        extent=(along[0] - half, along[-1] + half, bottom * NM, above * NM),
        interpolation="bilinear",
        cmap=INTENSITY_MAP,
        vmin=0.0,
        vmax=top,
        aspect="auto",
    )
    if length.min() < ISOSURFACE_LEVEL < length.max():
        axes.contour(
            along, z, length.T, levels=[ISOSURFACE_LEVEL], colors="white", linewidths=0.8, linestyles=":"
        )
    towards = np.array([1, 1, 1 if across else -1])  # y grows away from the reader
    _draw_arrows(axes, values[..., [across, 2, 1 - across]] * towards, length, along, z)
    for height in film.interfaces * NM:
        axes.axhline(height, color="black", linewidth=0.7)
    axes.plot([0.0], [film.point * NM], marker="o", color=_POINT, markeredgecolor="white", markersize=4)
    low, high = film.window
    axes.set(xlim=(along[0], along[-1]), ylim=(low * NM, high * NM))
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.tick_params(axis="x", pad=5.5)  # clear of the other axis's label in the corner
    axes.set_xlabel(rf"${'xy'[across]}\,/\,\lambda$")
    axes.set_ylabel("z [nm]", labelpad=0)
    draw_scale_bar(axes, wavelength)
    return image


def _draw_arrows(axes: Axes, shown: np.ndarray, length: np.ndarray, along: np.ndarray, z: np.ndarray) -> None:
    places = [
        np.round((np.arange(count) + 0.5) / count * (size - 1)).astype(int)
        for count, size in zip(ARROWS, length.shape, strict=True)
    ]
    i, j = (mesh.ravel() for mesh in np.meshgrid(*places, indexing="ij"))
    strong = length[i, j] > FAINTEST_ARROW * length.max()
    i, j = i[strong], j[strong]
    vectors = shown[i, j] / length[i, j][:, None]
    spacing = 0.95 * (along[-1] - along[0]) / ARROWS[0]
    # Angles are those on the page: z is stretched, M is not.
    draw_arrows(
        axes,
        along[i],
        z[j],
        vectors[:, :2],
        spacing=spacing,
        outline=0.35,
        on_page=True,
        towards=vectors[:, 2],
    )


def _draw_profile(axes: Axes, film: FilmMagnetization) -> None:
    """Components of M along z through the point, over the largest |M| on that line in the magnet."""
    media = film.line_media
    scale = np.linalg.norm(film.line[media == film.magnet], axis=-1).max()
    for part, name, colour in zip(range(3), "xyz", LINE_COLOURS, strict=False):
        for medium in np.unique(media):
            here, told = media == medium, medium == film.magnet
            axes.plot(
                film.line[here, part] / scale,
                film.line_z[here] * NM,
                color=colour,
                linestyle="-" if told else ":",
                linewidth=1.2 if told else 0.8,
                label=f"${name}$" if told else None,
            )
    low, high = film.window
    top, bottom = film.edges
    axes.axhspan(max(top, low) * NM, min(bottom, high) * NM, color=MAGNET_COLOUR, alpha=0.35, linewidth=0)
    axes.axhline(film.point * NM, color=_POINT, linewidth=0.7, linestyle="--")
    for height in film.interfaces * NM:
        axes.axhline(height, color="black", linewidth=0.7)
    axes.axvline(0.0, color="#999999", linewidth=0.5)
    axes.set(xlim=(-1.2, 1.2), ylim=(low * NM, high * NM))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.set_xlabel(f"${film.symbol}\\,/\\,\\max|{film.symbol}|$\ndotted: other layers")
    axes.set_ylabel("z [nm]", labelpad=0)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 0.99), ncol=3, handlelength=1.0, borderpad=0)


def _draw_stack(axes: Axes, film: FilmMagnetization) -> None:
    """All layers to scale, the magnet coloured, with indices, thicknesses and the point."""
    heights, last = film.interfaces, len(film.interfaces)
    thick = float(np.ptp(heights)) or film.window[1] - film.window[0]
    low = min(heights[0] - AROUND * thick, film.point - 0.05 * thick)
    high = max(heights[-1] + AROUND * thick, film.point + 0.05 * thick)
    names = [
        f"{index}"
        + (f", {(heights[i] - heights[i - 1]) * NM:.4g} nm" if 0 < i < last else "")
        + (", magnet" if i == film.magnet else "")
        for i, index in enumerate(film.media)
    ]
    stack = MediaAlongZ(heights, tuple(names), film.magnet)
    draw_media(axes, stack, low, high, unit=1 / NM)
    name_media(axes, stack, low, high, unit=1 / NM, at=(1.0, 1.3))
    axes.plot([0.5], [film.point * NM], "o", color=_POINT, markeredgecolor="white", markersize=4, zorder=4)
    draw_light(axes, 0.9)
    axes.set(xlim=(0, 1), ylim=(low * NM, high * NM), xticks=[])
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.set_ylabel("z [nm]", labelpad=0)
    axes.set_title("stack to scale", loc="left")
