"""Which panels the figure of a hologram has."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from optomag.optics.description import figure_heading
from optomag.plot.hologram_figure import Picture, hologram_figure
from optomag.plot.style import headed

PHOTONS = 500.0, 50.0
"""For each pixel in the mean, of the two views with noise."""


def picture_of(hologram: Any) -> Figure:
    """Page, view, photon noise, second page with its view or wrong light, an ordinary hologram, and spots.

    Parameters
    ----------
    hologram : Hologram
    """
    metrics, ordinary = hologram.metrics, hologram.faraday
    many, few = (count * hologram.image.size for count in PHOTONS)
    panels = [
        Picture("page", hologram.image),
        Picture(f"TM, circular: {metrics['psnr_db']:.0f} dB", hologram.view("TM")),
        Picture(f"{scientific(many)} photons", hologram.view("TM", photons=many, seed=hologram.seed)),
        Picture(f"{scientific(few)} photons", hologram.view("TM", photons=few, seed=hologram.seed)),
    ]
    if hologram.second is not None:
        title = f"TE, crossed: {metrics['second_psnr_db']:.0f} dB"
        panels += [Picture("second page", hologram.second), Picture(title, hologram.view("TE"))]
    else:
        wrong = [("TE", "circular"), ("TM", "opposite")]
        panels += [Picture(f"{light}, {name}", hologram.view(light, analyser=name)) for light, name in wrong]
    panels.append(Picture(f"$M_z$ alone: {ordinary.psnr:.0f} dB", ordinary.view))
    patch = hologram.patch
    figure = hologram_figure(panels, float(-patch.sines[0]), hologram.vectors, patch.pitch)
    spots = f"{len(hologram.vectors)} × {len(hologram.vectors)} spots, {patch.pitch * 1e9:.4g} nm apart"
    return headed(figure, figure_heading(patch.lens, shown=f"{spots}; intensities as a camera sees them"))


def scientific(number: float) -> str:
    """A number with two digits and a power of ten, for figures."""
    digits, power = f"{number:.1e}".split("e")
    return rf"${digits}\times10^{{{int(power)}}}$"
