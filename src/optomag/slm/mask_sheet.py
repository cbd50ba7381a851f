"""The picture of a mask set: what panels show, what they write beside what was wanted, and what to know."""

from __future__ import annotations

import textwrap
from typing import Any, Protocol, runtime_checkable

import numpy as np
from matplotlib.figure import Figure

from optomag.light.light import Light
from optomag.optics.description import setup_line
from optomag.plot.grey_panels import (
    GreyScale,
    PupilCircle,
    axes_at,
    draw_detail,
    draw_panel,
    draw_scale,
)
from optomag.plot.style import PREDICTED_COLOUR, new_figure, styled
from optomag.plot.wanted_and_written import HEIGHT as FOCUS
from optomag.plot.wanted_and_written import draw_focus_pair
from optomag.slm.device import Device
from optomag.slm.gray_levels import Response, response_of
from optomag.slm.mask_remarks import remarks
from optomag.slm.scheme import Scheme
from optomag.slm.verification import Verified
from optomag.slm.written_focus import focus_pair

WIDTH = 9.2
"""Of the figure [inch]."""

LINE, TOP, EDGE = 0.15, 0.12, 0.12
"""Height of a line of words, and the margins above and beside them [inch]."""

LETTERS = 158
"""Of a line of words at most."""

SINGLE = 7.0
"""Width of a panel that is alone [inch]."""

LEFT, ABOVE, BELOW = 0.5, 0.3, 0.42
"""Space of a panel's axes and title [inch]."""

SCALE, DETAILS, DETAIL, SCALES = 0.72, 1.4, 0.98, 4.6
"""Height of a scale and of the row of details, side of a detail, and width of the column of scales [inch]."""

TALLEST = 4.2
"""Of a panel [inch]; narrower ones are drawn smaller."""


@runtime_checkable
class Sheet(Protocol):
    """What the picture shows of `optomag.slm.mask_set.MaskSet`."""

    @property
    def device(self) -> Device: ...

    @property
    def scheme(self) -> Scheme: ...

    @property
    def levels(self) -> tuple[np.ndarray, ...]: ...

    @property
    def side(self) -> Light: ...

    @property
    def verified(self) -> Verified: ...

    @property
    def both(self) -> Verified: ...

    @property
    def share(self) -> float: ...

    @property
    def counter(self) -> Any: ...

    @property
    def pupil(self) -> np.ndarray: ...


@styled
def mask_sheet(made: Sheet) -> Figure:
    """Panels with their pixels, the meaning of their levels, and the focus: wanted and written.

    Parameters
    ----------
    made : MaskSet
        Of two lenses the panels of the first are drawn, and the focus of both together.
    """
    device, panel = made.device, made.device.panel
    words = _words(made)
    across = 1 if panel.count == 1 else 2
    wide = min((WIDTH - EDGE) / across - LEFT - EDGE, SINGLE)
    tall = min(wide * panel.height / panel.width, TALLEST)
    wide = tall * panel.width / panel.height
    scales = _scales(device)
    heading = TOP + LINE * len(words) + 0.1
    panels = -(-panel.count // across) * (tall + ABOVE + BELOW)
    height = heading + panels + max(len(scales) * SCALE, DETAILS) + FOCUS
    figure = new_figure(WIDTH, height)
    for number, (text, style) in enumerate(words):
        figure.text(EDGE / WIDTH, 1 - (TOP + LINE * number) / height, text, ha="left", va="top", **style)
    circles = [
        (section.panel, PupilCircle(section.name, section.middle, section.radius))
        for section in device.section
    ]
    top = height - heading
    for index, image in enumerate(made.levels):
        left = EDGE + LEFT + (index % across) * (wide + LEFT + EDGE)
        bottom = top - (index // across + 1) * (tall + ABOVE + BELOW) + BELOW
        axes = axes_at(figure, left, bottom, wide, tall)
        own = [circle for number, circle in circles if number == index]
        draw_panel(axes, image, own, levels=panel.levels)
        size = f"{panel.width} × {panel.height} pixels of {panel.pitch_um:g} µm, {panel.bits} bit"
        axes.set_title(f"panel {index}: {size}", loc="left")
    top -= panels
    for number, scale in enumerate(scales):
        bottom = top - (number + 1) * SCALE + 0.3
        draw_scale(axes_at(figure, EDGE + LEFT, bottom, SCALES - LEFT - 0.3, 0.12), scale)
    for number, (index, circle) in enumerate(circles):
        left = EDGE + SCALES + number * (DETAIL + 0.12)
        axes = axes_at(figure, left, top - DETAILS + 0.2, DETAIL, DETAIL)
        draw_detail(axes, made.levels[index], circle, levels=panel.levels)
    draw_focus_pair(figure, focus_pair(made), bottom=0.0, wavelength=made.side.lens.wavelength)
    return figure


def _words(made: Sheet) -> list[tuple[str, dict[str, Any]]]:
    """Lines over the picture, with how they look."""
    lines = [(made.device.name, {"weight": "bold", "fontsize": 9.0})]
    lines.append((setup_line(made.side.lens, made.side.film), {}))
    first, *_ = made.verified.lines
    if made.counter is None:
        behind = "second of two lenses, in its own mirrored coordinates, " if made.share < 1 else ""
        lines.append((f"{behind}written and read back: {first}", {}))
    else:
        together, *_ = made.both.lines
        lines.append((f"first of two lenses, written and read back: {first}", {}))
        lines.append((f"both lenses together: {together}", {}))
    for text, warns in remarks(made.device, made.scheme, made.verified):
        style = {"color": PREDICTED_COLOUR} if warns else {}
        wrapped = textwrap.wrap(text, LETTERS, initial_indent="•  ", subsequent_indent="    ")
        lines += [(line, style) for line in wrapped]
    return [(text, {"fontsize": 7.5, **style}) for text, style in lines]


def _scales(device: Device) -> list[GreyScale]:
    """What the levels mean, once for all sections that answer alike."""
    alike: dict[Response, list[str]] = {}
    for section in device.section:
        alike.setdefault(response_of(section, device), []).append(section.name)
    levels = device.panel.levels
    return [
        GreyScale(tuple(names), response.shown(np.arange(levels)) if response.shows_phase else None, levels)
        for response, names in alike.items()
    ]
