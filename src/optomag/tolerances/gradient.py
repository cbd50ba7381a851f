"""Sensitivities at size zero: the gradient of the magnetization with respect to every pixel of the pupil."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from optomag.errors import require_integer
from optomag.inverse.orientation.design import Design
from optomag.inverse.structure.structure import Structure
from optomag.optics.elementary import pixels as pixel_beam
from optomag.optics.jones import sampled_jones
from optomag.tolerances.disturbance import ZernikeError
from optomag.tolerances.subject import Subject, subject_of


def magnetization_gradient(subject: Subject, jones: np.ndarray, point: np.ndarray) -> tuple[np.ndarray, ...]:
    """M at a point, and what each pixel does to it.

    Parameters
    ----------
    subject : Subject
    jones : complex array, shape (N, N, 2)
        Pupil map in place of the subject's beam.
    point : float64, shape (3,) [m]

    Returns
    -------
    (float64, shape (3,); complex128, shape (3, N, N, 2))
        M, dimensionless, and G with dM_c = Re sum G_c dJ for a small change dJ of the map: three backward
        passes through the pixel engine.
    """
    components = np.eye(3)

    def written(pupil: jax.Array) -> jax.Array:
        return subject.magnetization(pixel_beam(pupil), point[None])[0]

    M, backward = jax.vjp(written, jnp.asarray(jones))
    return np.asarray(M), np.stack([np.asarray(backward(jnp.asarray(c))[0]) for c in components])


def slopes(
    subject: Subject,
    jones: np.ndarray,
    changes: Sequence[np.ndarray],
    *,
    on_point: Callable[[], None] | None = None,
) -> np.ndarray:
    """How fast the direction turns per unit of changes of the pupil map.

    Parameters
    ----------
    subject : Subject
    jones : complex array, shape (N, N, 2)
    changes : sequence of complex arrays, shape (N, N, 2)
        Derivatives of the map with respect to something's size; may be empty.
    on_point : callable, optional
        Called after the gradient of each of the subject's points.

    Returns
    -------
    float64, shape (k,) [rad per unit]
        |M x dM|/|M|^2 with dM = Re sum G dJ; of several points the largest.
    """
    largest = np.zeros(len(changes))
    rows = np.reshape(changes, (len(changes), jones.size))
    for point in subject.points:
        M, gradient = magnetization_gradient(subject, jones, point)
        turned = np.real(rows @ gradient.reshape(3, -1).T)
        largest = np.maximum(largest, np.linalg.norm(np.cross(turned, M), axis=-1) / (M @ M))
        if on_point is not None:
            on_point()
    return largest


def zernike_slopes(
    design: Design | Structure, *, highest: int = 6, pixels: int = 200
) -> dict[tuple[int, int], float]:
    """Sensitivity to every Zernike term at once, from one gradient.

    Parameters
    ----------
    design : Design of one direction, or Structure
    highest : int, default 6
        Largest n.
    pixels : int, default 200
        Pixels along the pupil's diameter.

    Returns
    -------
    dict of (n, m) to float [rad per wave rms]
        How fast the direction turns, of a structure that of its worst point; tilts included, which move the
        focus.

    Raises
    ------
    InvalidInputError
        If the design is of many directions or a number is out of range.

    Examples
    --------
    >>> import optomag as om
    >>> found = om.design([0, 0, 1], om.Objective(na=0.95, wavelength=532e-9))
    >>> {order: round(slope, 2) for order, slope in zernike_slopes(found, highest=2, pixels=32).items()}
    {(1, 1): 2.66, (1, -1): 2.66, (2, 2): 0.0, (2, 0): 0.0, (2, -2): 0.0}
    """
    highest = require_integer("highest", highest, at_least=1)
    subject = subject_of(design)
    jones = sampled_jones(subject.beam, require_integer("pixels", pixels, at_least=8))
    orders = [(n, m) for n in range(1, highest + 1) for m in range(n, -n - 1, -2)]
    found = slopes(subject, jones, [ZernikeError(order=order).derivative(jones) for order in orders])
    return dict(zip(orders, found.tolist(), strict=True))
