"""The figure of light: the pupil that goes in and the magnetization that comes out."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np
from matplotlib.figure import Figure

from optomag.grid import Grid
from optomag.optics.beam import Beam
from optomag.optics.film import Film
from optomag.optics.jones import sampled_jones
from optomag.optics.lattice import pixel_lattice
from optomag.optics.objective import Objective
from optomag.plot.magnetization_planes import FocalMagnetization
from optomag.plot.pupil_and_focus import pupil_and_focus_figure

HALF_WIDTH, POINTS = 1.0, 101
"""Of the cube that is simulated [wavelengths in the medium]; its middle planes are drawn."""

MIDDLE = POINTS // 2
VOLUME = slice(MIDDLE - 38, MIDDLE + 39, 2)
"""Which of its points are the volume in which the surface at 80 % of the maximum is sought."""

PUPIL_POINTS = 161
RTOL = 1e-5


@runtime_checkable
class FocusedLight(Protocol):
    """What a figure or a file asks of `optomag.light.light.Light`, which draws and saves itself by these."""

    @property
    def beam(self) -> Beam: ...

    @property
    def lens(self) -> Objective: ...

    @property
    def film(self) -> Film | None: ...

    @property
    def counter(self) -> Beam | None: ...

    @property
    def points(self) -> Any: ...

    @property
    def target(self) -> Any: ...

    def reduced_magnetization(self, where: Any, *, rtol: float = ...) -> Any:
        """M on a grid or at points, dimensionless."""
        ...


def light_figure(light: FocusedLight, *, label: str, heading: str) -> Figure:
    """Pupil field and magnetization of light, simulated by the engine.

    Lengths are counted from the light's point, of several from the one in the middle of the list. In a film
    only the layer with that point is shown: there is no magnetization elsewhere.

    Parameters
    ----------
    light : Light
        Of one beam.
    label, heading : str
        Of the planes, and over the whole figure.
    """
    centre, film = light.points[len(light.points) // 2], light.film
    wavelength = light.lens.wavelength / light.lens.index
    line = np.linspace(-HALF_WIDTH, HALF_WIDTH, POINTS) * wavelength
    x, y, z = (at + line for at in centre)
    # One grid for all pictures: planes of three orientations and a cube would be compiled one by one.
    M = np.array(light.reduced_magnetization(Grid(x, y, z), rtol=RTOL))
    if film is not None:
        M[:, :, film.medium_at(z) != film.medium_at(centre[2])] = 0.0
    row = FocalMagnetization(
        label=label,
        axis=line,
        volume_axis=line[VOLUME],
        volume=M[VOLUME, VOLUME, VOLUME],
        xy=M[:, :, MIDDLE],
        xz=M[:, MIDDLE],
        yz=M[MIDDLE],
    )
    pupil, axis = sampled_jones(light.beam, PUPIL_POINTS), pixel_lattice(PUPIL_POINTS).axis
    return pupil_and_focus_figure(pupil, axis, row, wavelength=wavelength, heading=heading)
