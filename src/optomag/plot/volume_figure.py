"""A magnetization structure in three dimensions, for the printed page."""

from __future__ import annotations

from typing import cast

import matplotlib as mpl
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.mplot3d.axes3d import Axes3D

from optomag.plot.isosurface import draw_solids
from optomag.plot.style import new_figure, styled, write_heading
from optomag.plot.volume_scene import MagnetizationVolume, Scene, build_scene

UPWARD_MAP = "coolwarm"
"""Colours of m_z: blue is down, red is up, grey lies in the plane."""

SURFACE_OPACITY = 0.30
"""Of the surface, through which its arrows are seen."""

ZOOM_LYING, ZOOM_FLAT = 1.35, 1.12
"""Of boxes whose figure is wide or low."""

LYING, FLAT = 2.0, 0.35
"""A box so much longer along z than aside is drawn lying, and one so much shorter is flat."""

WIDTH, HEIGHT = 4.6, 4.4
"""Of the figure [inch]."""


@styled
def volume_figure(
    volume: MagnetizationVolume,
    *,
    wavelength: float,
    level: float = 0.5,
    spacing: float | None = None,
    title: str = "",
    heading: str = "",
) -> Figure:
    """The surface |M| = level max |M|, coloured by m_z, and arrows along M inside it.

    Parameters
    ----------
    volume : MagnetizationVolume
    wavelength : float [m]
        The unit of the axes.
    level : float, default 0.5
        Fraction of the largest |M| in the volume, in (0, 1).
    spacing : float, optional [m]
        Between arrows; by default a little more than the structure is thick.
    title : str
        What is shown.
    heading : str
        Lens and film, over the figure.

    Returns
    -------
    Figure
        A needle lies down. A slender box is drawn shortened along its long sides;
        the ticks tell the lengths. Arrows keep the
        directions of M, not those of the shortened box.

    Raises
    ------
    InvalidInputError
        As `build_scene` does.
    """
    scene = build_scene(volume, wavelength=wavelength, level=level, spacing=spacing)
    figure, axes = volume_axes(scene.box, scene.scale)
    draw_scene(axes, scene)
    width = figure.get_size_inches()[0]
    bar = figure.add_axes((1 - 0.62 / width, 0.3, 0.09 / width, 0.4))
    figure.colorbar(ScalarMappable(Normalize(-1, 1), UPWARD_MAP), cax=bar, ticks=[-1, 0, 1]).set_label(
        r"$M_z\,/\,|M|$", labelpad=1
    )
    caption = f"{title}{', ' if title else ''}surface at {100 * level:.0f} % of the largest |M|"
    caption += f"; lengths in λ = {wavelength * 1e9:.4g} nm"
    write_heading(figure, f"{heading}\n{caption}".strip())
    return figure


def volume_axes(box: np.ndarray, scale: np.ndarray) -> tuple[Figure, Axes3D]:
    """A figure as wide and tall as a box needs, and its 3-D axes: flat boxes low, long ones wide."""
    size = np.ptp(box, axis=0) * scale
    lying = size[2] > LYING * size[:2].max()
    flat = size[2] < FLAT * size[:2].max()
    width, height = (7.0, 3.5) if lying else (WIDTH, 2.9 if flat else HEIGHT)
    figure = new_figure(width, height)
    share = (width - 0.85) / width
    axes = cast(Axes3D, figure.add_axes((0.0, 0.0, share, 1 - 0.4 / height), projection="3d"))
    return figure, axes


def draw_scene(axes: Axes3D, scene: Scene) -> None:
    """Draw a scene into 3-D axes, fitted to its box, with ticks in wavelengths."""
    colours = mpl.colormaps[UPWARD_MAP]
    surface, arrows = (colours(0.5 + 0.5 * solid.upward) for solid in (scene.surface, scene.arrows))
    surface[:, 3] = SURFACE_OPACITY
    draw_solids(axes, [(scene.surface.triangles, surface), (scene.arrows.triangles, arrows)])
    fit_axes(axes, scene.box, scene.scale)


def fit_axes(axes: Axes3D, box: np.ndarray, scale: np.ndarray) -> None:
    """Fit 3-D axes to a box (2, 3) [wavelengths] that is drawn so much shortened, (3,)."""
    low, high = box * scale
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), zlim=(low[2], high[2]))
    # A little smaller than fits, so that the tick labels below the box have room.
    size = high - low
    lying = size[2] > LYING * size[:2].max()
    axes.view_init(elev=20, azim=-60, vertical_axis="x" if lying else "z")
    # After the view, because matplotlib turns the ratios with the axes.
    zoom = ZOOM_LYING if lying else ZOOM_FLAT if size[2] < FLAT * size[:2].max() else 0.92
    axes.set_box_aspect(size, zoom=zoom)  # pyright: ignore[reportArgumentType]
    axes.patch.set_visible(False)
    axes.set_proj_type("ortho")
    flat = size < FLAT * size.max()
    for i, (name, side) in enumerate(zip("xyz", (axes.xaxis, axes.yaxis, axes.zaxis), strict=True)):
        ticks = MaxNLocator(2 if flat[i] else 5, steps=[1, 2, 2.5, 5, 10], prune="both").tick_values(
            box[0, i], box[1, i]
        )
        # Clear of the corners, where the labels of two sides would meet.
        edge = 0.08 * (box[1, i] - box[0, i])
        ticks = ticks[(ticks >= box[0, i] + edge) & (ticks <= box[1, i] - edge)]
        if flat[i]:
            ticks = ticks[[0, -1]] if len(ticks) > 1 else ticks
        side.set_ticks(ticks * scale[i], [f"{tick:g}".replace("-", "−") for tick in ticks])
        side.set_label_text(rf"${name}\,/\,\lambda$")
        side.labelpad = -5 if flat[i] else 8 if lying else 1
        side.set_rotate_label(False)  # pyright: ignore[reportAttributeAccessIssue]
        side.set_pane_color((1.0, 1.0, 1.0, 1.0))  # pyright: ignore[reportAttributeAccessIssue]
    axes.tick_params(pad=-2, labelsize=6.5)
