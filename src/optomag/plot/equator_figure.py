"""A texture in space by the surface on which its directions lie in the plane, in their colours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure
from scipy.interpolate import RegularGridInterpolator

from optomag.plot.direction_colours import direction_colours
from optomag.plot.isosurface import draw_solids, isosurface
from optomag.plot.style import styled, write_heading
from optomag.plot.volume_figure import fit_axes, volume_axes
from optomag.plot.volume_scene import LONGEST_RATIO, MagnetizationVolume

KEY = 0.6
"""Side of the key of colours [inch]."""


@styled
def equator_figure(
    volume: MagnetizationVolume,
    inside: Callable[[np.ndarray], np.ndarray],
    *,
    wavelength: float,
    title: str = "",
    heading: str = "",
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
        What is shown.
    heading : str
        Lens and film, over the figure.

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
    figure, axes = volume_axes(box, scale)
    if upward.min() < 0 < upward.max():
        triangles = isosurface(-around * upward, (lines[0], lines[1], lines[2]), 0.0)
        m = RegularGridInterpolator(lines, M)(triangles.mean(axis=1)) * np.array([1.0, 1.0, 0.0])
        draw_solids(axes, [(triangles * scale, direction_colours(m, np.ones(len(m))))])
    fit_axes(axes, box, scale)
    _draw_key(figure)
    caption = f"{title}{', ' if title else ''}surface $M_z=0$, colour: azimuth of $M$"
    caption += f"; lengths in λ = {wavelength * 1e9:.4g} nm"
    write_heading(figure, f"{heading}\n{caption}".strip())
    return figure


def _draw_key(figure: Figure) -> None:
    """A disc with the colour of each azimuth."""
    width, height = figure.get_size_inches()
    key = figure.add_axes((1 - (KEY + 0.2) / width, 0.3 / height, KEY / width, KEY / height))
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
