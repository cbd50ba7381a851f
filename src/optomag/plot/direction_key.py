"""The key to the colours of directions: both halves of the sphere."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from optomag.plot.direction_colours import direction_colours


def draw_direction_key(axes: Axes, side: int) -> None:
    """Draw one half of the sphere of directions: the upper, seen from above, for side +1; else the lower."""
    line = np.linspace(-1.05, 1.05, 160)
    u, v = np.meshgrid(line, line, indexing="xy")
    inside = u**2 + v**2 <= 1
    height = side * np.sqrt(np.clip(1 - u**2 - v**2, 0, 1))
    colours = direction_colours(np.stack([u, v, height], axis=-1), np.ones_like(u))
    opaque = np.concatenate([colours, inside[..., None].astype(float)], axis=-1)
    axes.imshow(opaque, origin="lower", extent=(-1.05, 1.05, -1.05, 1.05), interpolation="bilinear")
    axes.set_axis_off()
    axes.set_title("$m_z>0$" if side > 0 else "$m_z<0$", pad=2)
    axes.text(1.1, 0, "$m_x$", fontsize=7, ha="left", va="center")
    axes.text(0, -1.1, "$-m_y$", fontsize=7, ha="center", va="top")
