"""How strongly lenses couple to the field at a point: the tensor G in air, in films and in 4pi."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float64

from optomag.errors import refuse, require_kind, require_yes_or_no
from optomag.optics.film import Film
from optomag.optics.objective import Objective
from optomag.plausible import PLACE, require_plausible
from optomag.quadrature import LARGEST_DEGREE, panel_rule

FILM_NODES = 64
"""Gauss-Legendre nodes between critical angles, and one more for every radian of phase across the film and
between the points."""


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
    require_kind("lens", lens, Objective, "an optomag Objective")
    if film is not None:
        require_kind("film", film, Film, "an optomag Film")
    height = require_plausible(PLACE, "height", height, above=None)
    require_yes_or_no("four_pi", four_pi)
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


def couplings_at(
    points: Float64[np.ndarray, "n 3"], lens: Objective, *, film: Film | None = None, four_pi: bool = False
) -> Float64[np.ndarray, "n 3"]:
    """Diagonals (gx, gx, gz) of G at points [m]: all there is of it, since lenses are round."""
    heights = points[:, 2] if film is not None else np.zeros(len(points))
    levels, which = np.unique(heights, return_inverse=True)
    pairs = [focal_coupling(lens, film=film, height=float(z), four_pi=four_pi) for z in levels]
    return np.array([(gx, gx, gz) for gx, gz in pairs])[which]


def coupling_nodes(
    lens: Objective, film: Film | None, heights: Float64[np.ndarray, " z"], *, reach: float = 0.0
) -> tuple[Float64[np.ndarray, " t"], Float64[np.ndarray, " t"]]:
    """Polar angles [rad] and weights that integrate products of two plane waves of the lens over theta.

    `heights` [m] are where the products are taken, `reach` [m] how far apart their points are at most.
    """
    phase = reach * lens.index
    if film is not None:
        phase += film.thickness * max(abs(index) for index in film.indices) + abs(film.surface) * lens.index
        # Standing waves in front of the film.
        phase += 2 * float(np.abs(heights - film.surface).max()) * lens.index
    edges = (0.0, *(() if film is None else film.critical_angles(lens)), lens.alpha)
    count = FILM_NODES + int(2 * np.pi / lens.wavelength * phase)
    if count > LARGEST_DEGREE:
        rule = f"so near each other that {LARGEST_DEGREE} nodes integrate their waves"
        refuse("points", rule, f"such that {count} are needed", "Lengths are in metres.")
    return panel_rule(edges, (count,) * (len(edges) - 1), (True,) * (len(edges) - 1))


def _coupling_in_film(lens: Objective, film: Film, height: float) -> tuple[float, float]:
    """gx = pi int (|P_s|^2 + |P_rho|^2) sin theta dtheta and gz = 2 pi int |P_z|^2 sin theta dtheta."""
    heights = np.array([height])
    theta, weights = coupling_nodes(lens, film, heights)
    s, radial, axial = np.moveaxis(np.abs(film.axial_response(lens, theta, heights)) ** 2, -1, 0)
    cone = np.pi * weights * np.sin(theta)
    return float(cone @ (s + radial)[:, 0]), float(2 * cone @ axial[:, 0])
