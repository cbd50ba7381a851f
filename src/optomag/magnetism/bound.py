"""The physical bound: the largest magnetization that any beam can write along a direction."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float64

from optomag.magnetism.direction import require_direction
from optomag.optics.arrays import in_jax
from optomag.optics.coupling import focal_coupling
from optomag.optics.film import Film
from optomag.optics.objective import Objective


def magnetization_bound(
    direction: Any,
    lens: Objective,
    *,
    film: Film | None = None,
    height: float = 0.0,
    four_pi: bool = False,
) -> Float64[Array, "*shape"]:
    """Largest |M| at the focus, exactly along `direction`, that unit power through the lens can induce.

    Parameters
    ----------
    direction : array_like, shape (..., 3)
        Directions of any non-zero length.
    lens, film, height, four_pi
        As for `focal_coupling`: what the light has to cross, and where the magnetization is wanted.

    Returns
    -------
    float64, shape (...)
        gx sqrt(gz)/sqrt(gx sin^2 b + gz cos^2 b) with b the polar angle of the direction (gamma = 1,
        dimensionless field; times `field_scale(lens)**2` in (V/m)^2 per watt).

    Raises
    ------
    InvalidInputError
        If a direction is not finite or has zero length.

    Notes
    -----
    E(0) costs the power E^H G^-1 E. In F = G^-1/2 E the cost is |F|^2 and the spin i E x E* is
    det(G)^1/2 G^-1/2 (i F x F*), whose length per power is largest for circular F: then i F x F* points
    along G^1/2 m with length |F|^2, which gives the formula.

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> [round(float(b), 3) for b in magnetization_bound([[0, 0, 1], [1, 0, 0]], lens)]
    [3.176, 2.697]
    """
    if not isinstance(direction, Tracer):
        direction = require_direction(direction)
        direction = direction / np.abs(direction).max(axis=-1, keepdims=True)
    # Where nothing is traced, NumPy: JAX would compile each of these lines for each new shape.
    xp: Any = jnp if isinstance(direction, Tracer) else np
    m = xp.asarray(direction, dtype=xp.float64)
    transverse, axial = focal_coupling(lens, film=film, height=height, four_pi=four_pi)
    across = m[..., 0] ** 2 + m[..., 1] ** 2
    along = m[..., 2] ** 2
    ratio = (transverse * across + axial * along) / (across + along)
    return in_jax(transverse * np.sqrt(axial) / xp.sqrt(ratio))
