"""Thumbnails of many mask sets on one sheet: what the panels show, with what it writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from optomag.plot.style import PREDICTED_COLOUR, new_figure, styled
from optomag.slm.device import Device

COLUMNS, PANELS = 4, 6
"""Sets side by side, and all their panels."""

WIDTH, GAP, EDGE = 10.8, 0.06, 0.1
"""Of the sheet, between panels of a set, and around sets [inch]."""

LINES, TOP, LOW = 0.36, 0.4, 0.62
"""Heights of a set's two lines, of the heading and of the key [inch]."""

SHOWN_PIXELS = 240
"""Panel columns that a thumbnail keeps."""


@dataclass(frozen=True, eq=False)
class MaskPrint:
    """One set of a sheet.

    Parameters
    ----------
    title : str
    numbers : str
        What its images write.
    levels : tuple of unsigned arrays
        Of every panel, thinned by `thinned`.
    """

    title: str
    numbers: str
    levels: tuple[np.ndarray, ...]


def thinned(image: np.ndarray) -> np.ndarray:
    """Every so-manieth pixel of a panel's image."""
    every = max(1, image.shape[1] // SHOWN_PIXELS)
    return image[::every, ::every]


@styled
def series_sheet(prints: Sequence[MaskPrint], device: Device, *, heading: str) -> Figure:
    """The first sets of a series with their panels, circled pupils and numbers.

    Parameters
    ----------
    prints : sequence of MaskPrint
    device : Device
    heading : str
        One or two lines above.
    """
    panel = device.panel
    columns = max(1, min(COLUMNS, PANELS // panel.count, len(prints)))
    rows = -(-len(prints) // columns)
    cell = (WIDTH - EDGE) / columns
    side = (cell - EDGE - GAP * (panel.count - 1)) / panel.count
    tall = side * panel.height / panel.width
    step = tall + LINES + EDGE
    height = TOP + rows * step + LOW
    figure = new_figure(WIDTH, height)
    figure.text(EDGE / WIDTH, 1 - 0.1 / height, heading, ha="left", va="top", fontsize=8)
    image = None
    for number, printed in enumerate(prints):
        row, column = divmod(number, columns)
        left, bottom = EDGE + column * cell, LOW + (rows - 1 - row) * step
        for above, text, style in (
            (0.19, printed.title, {"weight": "bold", "size": 7}),
            (0.06, printed.numbers, {"size": 5.8, "color": "#444444"}),
        ):
            figure.text(left / WIDTH, (bottom + tall + above) / height, text, **style)
        for index, levels in enumerate(printed.levels):
            place = left + index * (side + GAP)
            axes = figure.add_axes((place / WIDTH, bottom / height, side / WIDTH, tall / height))
            image = axes.imshow(
                levels,
                cmap="gray",
                vmin=0,
                vmax=panel.levels - 1,
                extent=(-0.5, panel.width - 0.5, panel.height - 0.5, -0.5),
                interpolation="nearest",
            )
            axes.set(xticks=[], yticks=[])
            for section in device.section:
                if section.panel == index:
                    circle = Circle(
                        section.middle, section.radius, fill=False, color=PREDICTED_COLOUR, linewidth=0.5
                    )
                    axes.add_patch(circle)
    if image is not None:
        bar = figure.add_axes((EDGE / WIDTH, 0.36 / height, 2.4 / WIDTH, 0.08 / height))
        figure.colorbar(image, cax=bar, orientation="horizontal", ticks=[0, panel.levels - 1])
        bar.set_xlabel("grey level", labelpad=1, fontsize=6.5)
    parts = (
        " and ".join(section.name for section in device.section if section.panel == index)
        for index in range(panel.count)
    )
    said = "; ".join(f"panel {index}: {names}" for index, names in enumerate(parts))
    figure.text(2.8 / WIDTH, 0.36 / height, f"pupils circled; {said}", size=6.5)
    return figure
