"""The physical bound: the largest magnetization that any beam can write along a direction."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from optomag.errors import InvalidInputError, dimensions, refuse, require_finite_array, require_real
from optomag.optics.film import Film
from optomag.optics.objective import Objective
from optomag.quadrature import panel_rule

FILM_NODES = 64
"""Gauss-Legendre nodes between critical angles, and one more for every radian of phase across the film."""


def focal_coupling(
    lens: Objective, *, film: Film | None = None, height: float = 0.0, four_pi: bool = False
) -> tuple[float, float]:
    """Transverse and axial coupling (gx, gz) of the full pupil to the field at a point.

    The tensor G = integral of P P^H over the solid angle of the lens is diag(gx, gx, gz): a pupil of unit
    power reaches at most |E_x|^2 = gx or |E_z|^2 = gz there (dimensionless focal field). In a homogeneous
    medium P P^H = 1 - s s^T wherever the point lies, and with c = cos(alpha)
    gx = pi [(1 - c) + (1 - c^3)/3], gz = 2 pi [2/3 - c + c^3/3]. Two lenses couple with the sum of both.

    Parameters
    ----------
    lens : Objective
    film : Film, optional
        Layered medium behind the lens.
    height : float [m], default 0
        Height z of the point, which matters in a film.
    four_pi : bool, default False
        Whether a second, equal lens shines from the other side with half the power.

    Examples
    --------
    >>> [round(g, 3) for g in focal_coupling(Objective(na=0.95, wavelength=532e-9))]
    [3.176, 2.291]
    """
    if not isinstance(lens, Objective):
        refuse("lens", "an optomag Objective", lens)
    if film is not None and not isinstance(film, Film):
        refuse("film", "an optomag Film", film)
    height = require_real("height", height)
    if film is not None:
        couplings = [_coupling_in_film(lens, film, height)]
        if four_pi:
            couplings.append(_coupling_in_film(lens, film.mirrored(lens), -height))
        gx, gz = np.sum(couplings, axis=0).tolist()
        return gx, gz
    sides = 2 if four_pi else 1
    c = np.sqrt((1 - lens.sine) * (1 + lens.sine))
    # 2/3 - c + c^3/3 = (1 - c)^2 (2 + c)/3 does not cancel at small apertures, where 1 - c is small too.
    versine = lens.sine**2 / (1 + c)
    gx, gz = np.pi * versine * (1 + (1 + c + c * c) / 3), 2 * np.pi * versine**2 * (2 + c) / 3
    return float(sides * gx), float(sides * gz)


def _coupling_in_film(lens: Objective, film: Film, height: float) -> tuple[float, float]:
    """gx = pi int (|P_s|^2 + |P_rho|^2) sin theta dtheta and gz = 2 pi int |P_z|^2 sin theta dtheta."""
    edges = (0.0, *film.critical_angles(lens), lens.alpha)
    depth = film.thickness * max(abs(index) for index in film.indices) + abs(film.surface) * lens.index
    depth += 2 * abs(height - film.surface) * lens.index  # standing waves in front of the film
    count = FILM_NODES + int(2 * np.pi / lens.wavelength * depth)
    theta, weights = panel_rule(edges, (count,) * (len(edges) - 1), (True,) * (len(edges) - 1))
    s, radial, axial = np.moveaxis(np.abs(film.axial_response(lens, theta, np.array([height]))) ** 2, -1, 0)
    cone = np.pi * weights * np.sin(theta)
    return float(cone @ (s + radial)[:, 0]), float(2 * cone @ axial[:, 0])


def magnetization_bound(
    direction: Any,
    lens: Objective,
    *,
    film: Film | None = None,
    height: float = 0.0,
    four_pi: bool = False,
) -> jax.Array:
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
    m = jnp.asarray(direction, dtype=jnp.float64)
    transverse, axial = focal_coupling(lens, film=film, height=height, four_pi=four_pi)
    across = m[..., 0] ** 2 + m[..., 1] ** 2
    along = m[..., 2] ** 2
    ratio = (transverse * across + axial * along) / (across + along)
    return transverse * np.sqrt(axial) / jnp.sqrt(ratio)


def require_direction(direction: Any) -> np.ndarray:
    """Return directions (..., 3) as finite float64 vectors of non-zero length, not normalised."""
    array = require_finite_array(
        "direction", direction, shape="(..., 3)", ndim=max(1, dimensions(direction)), last=3
    )
    if not np.all(np.any(array, axis=-1)):
        raise InvalidInputError("direction must be a vector of non-zero length; got a zero vector.")
    return array
