"""The picture of a mask set: what each panel shows, with the verified numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import UInt
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from optomag.plot.style import new_figure, styled
from optomag.slm.device import Device
from optomag.slm.verification import Verified

_WIDTH, _HEADING, _LINE, _GAP = 8.4, 0.5, 0.17, 0.25
"""Of the figure, the heading, each further line of it and the space above each panel [inch]."""

SHOWN_PIXELS = 1000
"""Panel columns that the picture keeps; the images have them all."""


@styled
def mask_sheet(
    device: Device, levels: Sequence[UInt[np.ndarray, "height width"]], verified: Verified
) -> Figure:
    """Every panel as it looks, the pupils circled and named.

    Parameters
    ----------
    device : Device
    levels : sequence of unsigned arrays, shape (height, width)
        The panels' images.
    verified : Verified
        What they write.
    """
    panel = device.panel
    across = 1 if panel.count == 1 else 2
    down = -(-panel.count // across)
    width = (_WIDTH - 0.1 * (across + 1)) / across
    tall = width * panel.height / panel.width
    heading = _HEADING + _LINE * (len(verified.lines) - 1)
    height = heading + down * (tall + _GAP) + 0.1
    figure = new_figure(_WIDTH, height)
    figure.text(0.1 / _WIDTH, 1 - 0.1 / height, device.name, ha="left", va="top", weight="bold", fontsize=8.5)
    for line, said in enumerate(verified.lines):
        said = f"written and read back: {said}" if line == 0 else said
        figure.text(0.1 / _WIDTH, 1 - (0.3 + _LINE * line) / height, said, ha="left", va="top")
    every = max(1, panel.width // SHOWN_PIXELS)
    for index, image in enumerate(levels):
        left = 0.1 + (index % across) * (width + 0.1)
        bottom = height - heading - (index // across + 1) * (tall + _GAP)
        axes = figure.add_axes((left / _WIDTH, bottom / height, width / _WIDTH, tall / height))
        axes.imshow(
            image[::every, ::every],
            cmap="gray",
            vmin=0,
            vmax=panel.levels - 1,
            extent=(-0.5, panel.width - 0.5, panel.height - 0.5, -0.5),
            interpolation="nearest",
        )
        axes.set(xticks=[], yticks=[])
        axes.set_title(f"panel {index}: {panel.width} x {panel.height}, {panel.bits} bit", loc="left")
        for section in device.section:
            if section.panel == index:
                column, row = section.middle
                axes.add_patch(
                    Circle((column, row), section.radius, fill=False, color="#D55E00", linewidth=0.8)
                )
                axes.annotate(
                    section.name,
                    (column, row - 0.75 * section.radius),
                    ha="center",
                    va="center",
                    fontsize=7,
                    color="#D55E00",
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.8},
                )
    return figure
