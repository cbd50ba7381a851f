"""The scale of a map whose axes count in wavelengths: a round length below its right end."""

from __future__ import annotations

from typing import cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation, blended_transform_factory

LONGEST = 0.18
"""Of the width of a map."""

BELOW, BESIDE = 21.0, 3.0
"""From the map down to the bar, the height of the axis's label, and from the bar to its length [pt]."""


def draw_scale_bar(axes: Axes, unit: float) -> None:
    """Draw a bar of a round length below the right end of a map.

    Parameters
    ----------
    axes : Axes
        Whose x axis has its limits.
    unit : float [m]
        Length of 1 on this axis.
    """
    figure = cast(Figure, axes.figure)
    left, right = axes.get_xlim()
    length = round_length(LONGEST * (right - left) * unit)
    down = ScaledTranslation(0, -BELOW / 72, figure.dpi_scale_trans)
    below = blended_transform_factory(axes.transData, axes.transAxes) + down
    end = right - length / unit
    how = {"transform": below, "clip_on": False, "color": "black", "solid_capstyle": "butt"}
    axes.plot([end, right], [0, 0], linewidth=1.6, scalex=False, scaley=False, **how)
    axes.annotate(
        length_name(length),
        (end, 0),
        xycoords=below,
        xytext=(-BESIDE, 0),
        textcoords="offset points",
        ha="right",
        va="center",
        fontsize=6,
        annotation_clip=False,
    )


def round_length(most: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten up to `most` [m].

    >>> round_length(2.7e-7)
    2e-07
    """
    power = 10.0 ** np.floor(np.log10(most))
    return float(f"{power * max(step for step in (1, 2, 5) if step * power <= most):.0e}")


def length_name(length: float) -> str:
    """Such a length as a bar tells it.

    >>> length_name(2e-7), length_name(5e-6)
    ('200 nm', '5 µm')
    """
    return f"{length * 1e9:g} nm" if length < 1e-6 else f"{length * 1e6:g} µm"
