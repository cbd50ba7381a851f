"""Sensitivities at size zero: the gradient of the magnetization with respect to every pixel of the pupil."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Complex128, Float64

from optomag.errors import require_integer
from optomag.optics.jones import sampled_jones
from optomag.optics.zernike_polynomial import HIGHEST_ORDER
from optomag.tolerances.aim import aimed_light
from optomag.tolerances.disturbance import ZernikeError
from optomag.tolerances.pattern import Pattern

TOGETHER = 64
"""Points whose kernels are in memory at once."""


def slopes(
    pattern: Pattern, changes: Sequence[Complex128[np.ndarray, "N N 2"]]
) -> Float64[np.ndarray, " changes"]:
    """How fast the direction turns per unit of changes of the pupil map.

    Parameters
    ----------
    pattern : Pattern
        Undisturbed.
    changes : sequence of complex arrays, shape (N, N, 2)
        Derivatives of the map with respect to something's size; may be empty.

    Returns
    -------
    float64, shape (k,) [rad per unit]
        |M x dM|/|M|^2 with dM = Re sum G dJ; of several points the largest.
    """
    largest = np.zeros(len(changes))
    rows = np.reshape(changes, (len(changes), pattern.jones.size))
    for first in range(0, len(pattern.light.points), TOGETHER):
        points = pattern.light.points[first : first + TOGETHER]
        part = Pattern(replace(pattern.light, points=points, target=None), pattern.jones)
        for number in range(len(points)):
            M, gradient = part.gradient(number)
            turned = np.real(rows @ gradient.reshape(3, -1).T)
            largest = np.maximum(largest, np.linalg.norm(np.cross(turned, M), axis=-1) / (M @ M))
    return largest


def zernike_slopes(light: Any, *, highest: int = 6, pixels: int = 200) -> dict[tuple[int, int], float]:
    """Sensitivity to every Zernike term at once, from one gradient.

    Parameters
    ----------
    light : Light, or whatever has it
    highest : int, default 6
        Largest n.
    pixels : int, default 200
        Pixels along the pupil's diameter.

    Returns
    -------
    dict of (n, m) to float [rad per wave rms]
        How fast the direction turns, of several points that of the worst one; tilts included, which move the
        focus.

    Raises
    ------
    InvalidInputError
        If there is no light, it is of many beams, or a number is out of range.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([0, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> {order: round(slope, 2) for order, slope in zernike_slopes(found, highest=2, pixels=32).items()}
    {(1, 1): 2.66, (1, -1): 2.66, (2, 2): 0.0, (2, 0): 0.0, (2, -2): 0.0}
    """
    highest = require_integer("highest", highest, at_least=1, at_most=HIGHEST_ORDER)
    aim = aimed_light(light)
    jones = sampled_jones(aim.beam, require_integer("pixels", pixels, at_least=8))
    orders = [(n, m) for n in range(1, highest + 1) for m in range(n, -n - 1, -2)]
    found = slopes(Pattern(aim, jones), [ZernikeError(order=order).derivative(jones) for order in orders])
    return dict(zip(orders, found.tolist(), strict=True))
