"""Sensitivities at size zero: the gradient of the magnetization with respect to every pixel of the pupil."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from optomag.errors import require_integer
from optomag.light.light import Light
from optomag.optics.elementary import pixels as pixel_beam
from optomag.optics.jones import sampled_jones
from optomag.tolerances.aim import aimed_light
from optomag.tolerances.disturbance import ZernikeError


def magnetization_gradient(light: Light, jones: np.ndarray, point: np.ndarray) -> tuple[np.ndarray, ...]:
    """M at a point, and what each pixel does to it.

    Parameters
    ----------
    light : Light
    jones : complex array, shape (N, N, 2)
        Pupil map in place of the light's beam.
    point : float64, shape (3,) [m]

    Returns
    -------
    (float64, shape (3,); complex128, shape (3, N, N, 2))
        M, dimensionless, and G with dM_c = Re sum G_c dJ for a small change dJ of the map: three backward
        passes through the pixel engine.
    """
    components = np.eye(3)

    def written(pupil: jax.Array) -> jax.Array:
        return light.reduced_magnetization(point[None], beam=pixel_beam(pupil))[0]

    M, backward = jax.vjp(written, jnp.asarray(jones))
    return np.asarray(M), np.stack([np.asarray(backward(jnp.asarray(c))[0]) for c in components])


def slopes(
    light: Light,
    jones: np.ndarray,
    changes: Sequence[np.ndarray],
    *,
    on_point: Callable[[], None] | None = None,
) -> np.ndarray:
    """How fast the direction turns per unit of changes of the pupil map.

    Parameters
    ----------
    light : Light
    jones : complex array, shape (N, N, 2)
    changes : sequence of complex arrays, shape (N, N, 2)
        Derivatives of the map with respect to something's size; may be empty.
    on_point : callable, optional
        Called after the gradient of each of the light's points.

    Returns
    -------
    float64, shape (k,) [rad per unit]
        |M x dM|/|M|^2 with dM = Re sum G dJ; of several points the largest.
    """
    largest = np.zeros(len(changes))
    rows = np.reshape(changes, (len(changes), jones.size))
    for point in light.points:
        M, gradient = magnetization_gradient(light, jones, point)
        turned = np.real(rows @ gradient.reshape(3, -1).T)
        largest = np.maximum(largest, np.linalg.norm(np.cross(turned, M), axis=-1) / (M @ M))
        if on_point is not None:
            on_point()
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
    highest = require_integer("highest", highest, at_least=1)
    aim = aimed_light(light)
    jones = sampled_jones(aim.beam, require_integer("pixels", pixels, at_least=8))
    orders = [(n, m) for n in range(1, highest + 1) for m in range(n, -n - 1, -2)]
    found = slopes(aim, jones, [ZernikeError(order=order).derivative(jones) for order in orders])
    return dict(zip(orders, found.tolist(), strict=True))
