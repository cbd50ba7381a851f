"""Pixel maps as they come in: their axes, and what they say of cells that the pupil holds nothing of."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from optomag.errors import refuse, require_choice, require_unmasked
from optomag.optics.lattice import pixel_lattice
from optomag.optics.map_shape import RULE, require_map_shape

ORDERS = ("xy", "image")
"""Axes of a map: along x and y; or rows from the top, where y is largest, and columns along x."""


def require_map(jones: Any, order: str) -> Any:
    """Return a map of (E_x, E_y) along x and y, complex128 (..., N, N, 2), zero where it says nothing.

    What is NaN or infinite in a cell without any area in the pupil is taken for zero. A map that JAX traces
    is returned as it is, since its values are not known yet.

    Raises
    ------
    InvalidInputError
        If the shape or the kind of numbers is wrong, the array is masked, the order is unknown, or a value is
        NaN or infinite in a cell with a part in the pupil.
    """
    require_choice("order", order, ORDERS)
    require_unmasked("pixels", jones)
    try:
        given = jones if isinstance(jones, jax.Array) else np.asarray(jones)
    except Exception:  # ragged, or an object whose own __array__ raises anything
        ragged = isinstance(jones, (list, tuple))
        refuse("pixels", RULE, "lists of several lengths" if ragged else jones)
    require_map_shape(given.shape, given.dtype)
    jones = given.astype(np.complex128)
    numpy: Any = jnp if isinstance(jones, jax.Array) else np
    if not isinstance(jones, Tracer) and not numpy.isfinite(jones).all():
        jones = _without_nothing(jones, order, numpy)
    return numpy.swapaxes(jones[..., ::-1, :, :], -3, -2) if order == "image" else jones


def _without_nothing(jones: Any, order: str, numpy: Any) -> Any:
    """The map with zeros for what is not finite outside of the pupil."""
    count = jones.shape[-2]
    inside = pixel_lattice(count).area > 0  # alike in either order
    wrong = ~np.isfinite(np.asarray(jones))
    there = wrong & inside[..., None]
    if there.any():
        place = tuple(map(int, np.argwhere(there)[0]))
        first, second = ((2 * n + 1) / count - 1 for n in place[-3:-1])
        x, y = (first, second) if order == "xy" else (second, -first)
        r, phi = np.hypot(x, y), np.mod(np.arctan2(y, x), 2 * np.pi)
        many = f"{np.count_nonzero(there)} values that are NaN or infinite"
        where = f"the first at {list(place)}, where r = {r:.4g} and phi = {phi:.4g}"
        advice = "Only cells outside of the pupil may be NaN; give 0 where it is dark."
        refuse("pixels", "finite", f"{many}, {where}", advice)
    return numpy.where(wrong, np.complex128(0.0), jones)
