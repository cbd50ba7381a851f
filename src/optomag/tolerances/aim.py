"""What is disturbed: light, the points at which its magnetization counts, and what is wanted there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float64

from optomag.errors import refuse
from optomag.light.light import Light, light_of
from optomag.magnetism.direction import angle_error, unit_vectors
from optomag.magnetism.metrics import HALF


def aimed_light(source: Any) -> Light:
    """The light of something, with the points at which errors of its direction count.

    Parameters
    ----------
    source : Light, or anything with `.light`
        A design of one direction, a structure, a design of the gallery.

    Returns
    -------
    Light
        Its points are those at which it writes at least half as much as anywhere; its target there is the
        magnetization that is wanted, dimensionless: along the light's own target, or what it writes.

    Raises
    ------
    InvalidInputError
        If there is no light, it is of many beams, or it writes no magnetization.
    """
    light = light_of(source)
    written = np.asarray(light.reduced_magnetization(light.points))
    lengths = np.linalg.norm(written, axis=-1)
    if not np.any(lengths):
        refuse("light", "such that it writes a magnetization", "none at its points")
    counts = lengths >= HALF * lengths.max()
    wanted = written if light.target is None else lengths[:, None] * unit_vectors(light.target)
    return replace(light, points=light.points[counts], target=wanted[counts])


def deviation(written: Float64[np.ndarray, "n 3"], wanted: Float64[np.ndarray, "n 3"]) -> tuple[float, float]:
    """How far off a magnetization is.

    Parameters
    ----------
    written, wanted : float64, shape (n, 3)

    Returns
    -------
    (float [rad], float)
        Largest angle over the points, a right one where nothing is written; ratio of the lengths, L2 over the
        points.
    """
    return float(np.max(angle_error(written, wanted))), float(
        np.linalg.norm(written) / np.linalg.norm(wanted)
    )
