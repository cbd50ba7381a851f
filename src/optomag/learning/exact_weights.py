"""All weights with which four beams write a direction exactly, and the one nearest to a guess.

For a unit vector m the weights (E_ax, E_ay1, E_ay2, E_rho) that write M(0) along it are

    w = +-(cos tau u1 + sin tau u2),   u1 = (m_y, 0, m_x, 0)/h,   u2 = sign(m_y) (0, r m_z, 0, -m_y)/g,

with r = kz/k, h = |(m_x, m_y)|, g = |(m_y, r m_z)| and 0 < tau < pi/2: a plane of weights, of which two
quadrants write +m and the other two -m. Their strength is |M(0)| = sin 2 tau times the most that four beams
can do in that direction; tau = pi/4 is the closed form `best_four_beam_weights`. Nothing is iterated.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from optomag.errors import refuse, require_finite_array, require_real
from optomag.learning.four_beam import best_four_beam_weights
from optomag.magnetism.direction import require_direction
from optomag.optics.objective import Objective


def nearest_exact_weights(
    guess: Any, directions: Any, lens: Objective, *, strength: float = 1.0
) -> np.ndarray:
    """Weights that write a direction exactly and with a chosen strength, nearest to a guess.

    Parameters
    ----------
    guess : array_like, shape (n, 4)
        (E_ax, E_ay1, E_ay2, E_rho) of any power, such as a network's answer.
    directions : array_like, shape (n, 3)
        Wanted directions of any non-zero length.
    lens : Objective
    strength : float, default 1
        Wanted |M(0)| over the largest that four beams of that power write in the direction, in (0, 1].

    Returns
    -------
    float64, shape (n, 4)
        Weights of unit power. On the great circle m_y = 0, but for +-x and +-z, they write nothing.

    Raises
    ------
    InvalidInputError
        If weights are not finite or of another shape, a direction is zero, or the strength is not in (0, 1].

    Notes
    -----
    The guess is projected onto the plane of exact weights. Where that lands in a quadrant that writes -m,
    the smaller of its two coordinates changes its sign. Of the two tau with the strength the nearer one is
    taken; at full strength there is only one, and nothing but the sign of all weights, which M does not
    know, is left of the guess. An iteration on M/|M| - m instead can end at E_ax = E_rho = 0, where M
    vanishes with any direction next to it.

    Examples
    --------
    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> nearest_exact_weights([[0.4, -0.6, 0.5, 0.4]], [[-0.56, -0.48, -0.56]], lens).round(3).tolist()
    [[0.46, -0.546, 0.537, 0.449]]
    """
    m = require_direction(directions)
    if m.ndim != 2:
        refuse("directions", "of shape (n, 3)", f"shape {m.shape}")
    weights = require_finite_array("weights", guess, shape="(n, 4)", ndim=2, last=4)
    if len(weights) != len(m):
        refuse("weights", f"one row for each of {len(m)} directions", len(weights))
    fraction = require_real("strength", strength, above=0.0)
    if fraction > 1:
        refuse("strength", "at most 1", fraction)
    # Both unit vectors are halves of the strongest answer, sqrt(2) apart.
    strongest = np.sqrt(2) * best_four_beam_weights(m, lens)
    first, second = strongest * [1, 0, 1, 0], strongest * [0, 1, 0, 1]
    along = np.stack([np.sum(weights * first, axis=-1), np.sum(weights * second, axis=-1)])
    leading = np.abs(along[0]) >= np.abs(along[1])
    sign = np.where(np.where(leading, along[0], along[1]) < 0, -1.0, 1.0)
    # sin 2 tau = strength; the tau in (0, pi/4] gives the coordinate that leads cos tau.
    tau = 0.5 * np.arcsin(fraction)
    more, less = sign[:, None] * np.cos(tau), sign[:, None] * np.sin(tau)
    return np.where(leading[:, None], more * first + less * second, less * first + more * second)
