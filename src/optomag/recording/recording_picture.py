"""The figure of a recording: a corner of the pattern that its spots write together."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from optomag.optics.description import SUMMED, figure_heading
from optomag.plot.scan_pattern import scan_figure
from optomag.plot.style import headed
from optomag.scanning.raster import raster_step
from optomag.scanning.scan import Scan

SHOWN, AROUND = 14.0, 4.0
"""Wavelengths: side of the part of the pattern that is shown, and how far spots beyond it count."""


def recording_picture(recording: Any) -> Figure:
    """The first corner of the first page, as a scan of its spots draws it."""
    layout, lens = recording.header.layout, recording.recorder.lens
    wavelength, count = lens.wavelength, int((SHOWN + AROUND) * lens.wavelength / layout.pitch)
    part = recording.pages[0][:count, :count]
    places = layout.positions(0).reshape(layout.rows, layout.columns, 2)[:count, :count]
    spots = recording.recorder.writer.spots(places.reshape(-1, 2), part.reshape(-1, 3))
    sides = (np.array([layout.rows, layout.columns]) - 1) * layout.pitch
    last = np.minimum(sides + wavelength, (SHOWN - 1.0) * wavelength)
    x, y = (np.arange(-wavelength, end, raster_step(lens)) for end in last.tolist())
    pattern = Scan.of(spots, recording.recorder.basis).magnetization(x, y)
    told = f"{layout.pitch * 1e9:.4g} nm from spot to spot; first corner of the first page"
    heading = figure_heading(lens, recording.recorder.basis.setup.film, shown=SUMMED, told=told)
    return headed(scan_figure(x, y, pattern), heading)
