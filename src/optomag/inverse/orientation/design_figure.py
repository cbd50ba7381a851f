"""The figure of one design: the pupil that goes in and the magnetization that comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from optomag.grid import Grid
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import pixel_lattice
from optomag.plot.magnetization_planes import FocalMagnetization
from optomag.plot.pupil_and_focus import pupil_and_focus_figure

if TYPE_CHECKING:
    from optomag.inverse.orientation.design import Design

PLANE_HALF_WIDTH, PLANE_POINTS = 1.0, 121
"""Of the planes [wavelengths in the medium]."""

VOLUME_HALF_WIDTH, VOLUME_POINTS = 0.75, 49
PUPIL_POINTS = 161


def design_figure(design: Design) -> Figure:
    """Pupil field and focal magnetization of a design of one direction, simulated by the engine.

    Lengths are counted from the design's point. In a film only the layer with that point is shown: there is
    no magnetization elsewhere.
    """
    setup = design.setup
    beam, counter = design.beams
    wavelength = setup.lens.wavelength / setup.lens.index
    scale = field_scale(setup.lens)

    def simulate(half_width: float, points: int, axes: str) -> np.ndarray:
        line = np.linspace(-half_width, half_width, points) * wavelength
        x, y, z = (at + (line if name in axes else 0.0) for at, name in zip(setup.at, "xyz", strict=True))
        field = focus_field(beam, setup.lens, Grid(x, y, z), film=setup.film, counter=counter, rtol=1e-5)
        values = np.array(induced_magnetization(field / scale))
        if setup.film is not None:
            values[:, :, setup.film.medium_at(z) != setup.film.medium_at(setup.at[2])] = 0.0
        return values.reshape((points,) * len(axes) + (3,))

    planes = {name: simulate(PLANE_HALF_WIDTH, PLANE_POINTS, name) for name in ("xy", "xz", "yz")}
    row = FocalMagnetization(
        label=design.method.name,
        axis=np.linspace(-PLANE_HALF_WIDTH, PLANE_HALF_WIDTH, PLANE_POINTS) * wavelength,
        volume_axis=np.linspace(-VOLUME_HALF_WIDTH, VOLUME_HALF_WIDTH, VOLUME_POINTS) * wavelength,
        volume=simulate(VOLUME_HALF_WIDTH, VOLUME_POINTS, "xyz"),
        **planes,
    )
    pupil, axis = sampled_jones(beam, PUPIL_POINTS), pixel_lattice(PUPIL_POINTS).axis
    heading = (
        f"{design.method.name}: target ({', '.join(f'{m:.3f}' for m in design.target)}), "
        f"angle error {np.degrees(design.angle_error):.2g} deg, |M| = "
        f"{np.linalg.norm(design.magnetization):.3f}, efficiency {design.efficiency:.3f}"
    )
    return pupil_and_focus_figure(pupil, axis, row, wavelength=wavelength, heading=heading)
