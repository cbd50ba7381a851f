"""What masks write behind a pupil: their grey levels, run forwards through it."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float64

from optomag.light.light import Light
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.measured_pupil import MeasuredPupil
from optomag.optics.pixels import pixel_kernel
from optomag.slm.mask_set import MaskSet
from optomag.slm.panel import lattice_count
from optomag.slm.pupil_field import pupil_field
from optomag.tolerances.aim import deviation

MOST_PIXELS = 1024
"""Along the pupil: beyond, each pixel of a panel is one of the simulation."""


def angle_written(images: MaskSet, pupil: MeasuredPupil | None, aim: Light) -> float:
    """Direction error [rad] of what masks write through a pupil, see `magnetization_written`."""
    return deviation(magnetization_written(images, pupil, aim), np.asarray(aim.target))[0]


def magnetization_written(
    images: MaskSet, pupil: MeasuredPupil | None, aim: Light
) -> Float64[np.ndarray, "n 3"]:
    """What masks write through a pupil, at the points of a light.

    Parameters
    ----------
    images : MaskSet
    pupil : MeasuredPupil or None
        None is nothing in the way.
    aim : Light
        As `aimed_light` gives it: points, and what is wanted there.
    """
    count = lattice_count(images.device)
    if count * images.scheme.per_pixel <= MOST_PIXELS:
        count *= images.scheme.per_pixel
    jones = pupil_field(images.levels, images.device, images.scheme, count).jones
    if pupil is not None:
        jones = jones * pupil.on_pixels(count)
    kernel = pixel_kernel(count, aim.lens, aim.film, aim.points)
    field = kernel.field(kernel.spectra(jones[kernel.inside]))
    return np.asarray(induced_magnetization(field))
