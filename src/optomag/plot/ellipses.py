"""Polarisation ellipses on an image, coloured by the sense in which the field's tip runs through them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patheffects import Normal, Stroke

from optomag.plot.arrows import DARK

ALONG, AGAINST, STRAIGHT = "#ffffff", "#ffb000", "#9ecae1"

LINEAR = 0.05
"""Spin, of at most 1, below which polarisation counts as linear."""

CURVE = np.exp(-1j * np.linspace(0, 2 * np.pi, 41))
"""The time factor exp(-i omega t) over a period."""

LINE, OUTLINE = 0.8, 1.4
"""Widths of an ellipse and of the dark line below it, without which it is lost on bright ground [pt]."""


def draw_polarisation(
    axes: Axes, places: np.ndarray, fields: np.ndarray, spin: np.ndarray, *, size: float | np.ndarray
) -> None:
    """Draw what the tips of fields run through.

    Parameters
    ----------
    axes : Axes
    places : ndarray, shape (n, 2)
        Middles of the ellipses, in units of the axes.
    fields : complex ndarray, shape (n, 2)
        Parts of unit vectors in the plane.
    spin : ndarray, shape (n,)
        White where it is positive, yellow where it is negative, blue where there is hardly any.
    size : float, or ndarray, shape (2,)
        Half length of linear polarisation, in units of the axes, or of each axis.
    """
    paths = np.real(fields[:, :, None] * CURVE) * np.broadcast_to(size, 2)[:, None] + places[:, :, None]
    colours = np.where(np.abs(spin) < LINEAR, STRAIGHT, np.where(spin > 0, ALONG, AGAINST))
    lines = LineCollection(list(np.swapaxes(paths, 1, 2)), colors=colours.tolist(), linewidths=LINE)
    lines.set_path_effects([Stroke(linewidth=OUTLINE, foreground=DARK), Normal()])
    axes.add_collection(lines)


def tell_spin(axes: Axes) -> None:
    """Say below a pupil, under its label, what the colours of the ellipses mean."""
    axes.annotate(
        "spin along $+z$ white, $-z$ yellow, linear blue",
        (0.5, 0.0),
        xycoords="axes fraction",
        xytext=(0, -29),
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=6,
        annotation_clip=False,
    )
