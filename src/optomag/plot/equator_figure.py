"""A texture in space by the surface on which its directions lie in the plane, in their colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.axes3d import Axes3D
from scipy.interpolate import RegularGridInterpolator

from optomag.plot.direction_colours import direction_colours
from optomag.plot.isosurface import draw_solids, isosurface
from optomag.plot.style import new_figure, styled
from optomag.plot.volume_figure import HEIGHT, WIDTH, fit_axes
from optomag.plot.volume_scene import LONGEST_RATIO, MagnetizationVolume

KEY = 0.13
"""Side of the key of colours, over the figure's width."""


@styled
def equator_figure(
    volume: MagnetizationVolume,
    inside: Callable[[np.ndarray], np.ndarray],
    *,
    wavelength: float,
    title: str = "",
) -> Figure:
    """The surface M_z = 0 within a region, its colour the azimuth of M.

    Parameters
    ----------
    volume : MagnetizationVolume
    inside : callable
        Whether points (n, 3) [m] belong to the region.
    wavelength : float [m]
        The unit of the axes.
    title : str
        Above the picture.

    Returns
    -------
    Figure
        Of a hopfion a torus. Each colour runs once along and once around it: the preimages of directions in
        the plane, which are linked. Empty where M_z has one sign.
    """
    lines = [line / wavelength for line in volume.axes]
    points = np.stack(np.meshgrid(*volume.axes, indexing="ij"), axis=-1)
    M = volume.magnetization
    upward = M[..., 2] / np.maximum(np.linalg.norm(M, axis=-1), np.finfo(float).tiny)
    within = inside(points.reshape(-1, 3)).reshape(upward.shape)
    around = 1.0 if np.sum(upward[within]) > 0 else -1.0
    upward = np.where(within, upward, around)
    shown = points[within] / wavelength
    box = np.stack([shown.min(axis=0), shown.max(axis=0)])
    size = box[1] - box[0]
    scale = np.minimum(1.0, LONGEST_RATIO * size.min() / size)
    figure = new_figure(WIDTH, HEIGHT)
    axes = cast(Axes3D, figure.add_axes((0.0, 0.04, 0.86, 0.92), projection="3d"))
    if upward.min() < 0 < upward.max():
        triangles = isosurface(-around * upward, (lines[0], lines[1], lines[2]), 0.0)
        m = RegularGridInterpolator(lines, M)(triangles.mean(axis=1)) * np.array([1.0, 1.0, 0.0])
        draw_solids(axes, [(triangles * scale, direction_colours(m, np.ones(len(m))))])
    fit_axes(axes, box, scale)
    _draw_key(figure)
    figure.text(0.5, 0.975, title + (", " if title else "") + "surface $M_z=0$", ha="center", va="top")
    return figure


def _draw_key(figure: Figure) -> None:
    """A disc with the colour of each azimuth."""
    key = figure.add_axes((0.83, 0.08, KEY, KEY * WIDTH / HEIGHT))
    line = np.linspace(-1.05, 1.05, 160)
    u, v = np.meshgrid(line, line)
    ring = np.abs(np.hypot(u, v) - 0.75) <= 0.25
    colours = direction_colours(np.stack([u, v, 0 * u], axis=-1), np.ones_like(u))
    key.imshow(
        np.concatenate([colours, ring[..., None]], axis=-1), origin="lower", extent=(-1.05, 1.05, -1.05, 1.05)
    )
    key.set_axis_off()
    key.text(0, 0, "$M$", fontsize=7, ha="center", va="center")
    key.text(1.1, 0, "$x$", fontsize=7, ha="left", va="center")
    key.text(0, 1.1, "$y$", fontsize=7, ha="center", va="bottom")
