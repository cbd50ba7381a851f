"""The largest |M| that four beams write anywhere in the focal plane.

In the plane z = 0 the field is E = (b1 F_b + c H e_z) + i (a F_a + b2 F_b + c G) with real F_a, F_b, G along
x and y and real H, so that |M|^2 is a sum of nine known functions of the place,

    |M|^2/4 = c^2 H^2 |a F_a + b2 F_b + c G|^2 + b1^2 [a F_b x F_a + c F_b x G]^2,

each times a monomial of the weights. Two facts, proven in `tests/physics/test_focal_peak_region.py`, say
where to look, for every lens, in units of wavelength/NA:

* **Signs do not matter.** The mirrors x -> -x and y -> -y turn a, or b1 and b2, into their negatives, and b1
  enters squared. With all weights positive, every term is non-negative on the quarter disc x >= 0, y <= 0 of
  radius 0.34: no other quarter of the disc holds more.
* **The peak lies in that disc.** Outside it |M|^2 is less than a weighted mean of its values at the focus and
  at the four points (+-0.16, +-0.10), whatever the weights are.

So a square in one quadrant is searched: the best of its cell centres by one matrix product, then Newton steps
on the polynomial that interpolates the nine functions in that cell. Being sums of positive terms, the values
keep their relative accuracy next to the poles, where |M| nearly vanishes everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev

from optomag.errors import require_finite_array
from optomag.grid import Grid
from optomag.learning.four_beam_kernels import basis_fields
from optomag.optics.objective import Objective

REACH = 0.34
"""Side of the searched square [wavelength/NA]: the radius of the disc that holds every peak."""

CELLS = 20
"""Cells along a side: a peak is some 25 cells wide, so the best centre lies on its lobe."""

NODES = 7
"""Interpolation nodes along a cell: |M|^2 is exact to 1e-8 of its peak. Odd, so that one is the centre."""

LONGEST_STEP = 2.0
"""Limit of a step along each principal curvature [half cells]."""

FLAT = 1e-290
"""Keeps the division by a curvature finite where |M| vanishes everywhere: its slope is zero too."""

SETTLED = 1e-3
"""A step [cells] so short that the next one would change |M| by less than 1e-9 of it."""

MOST_STEPS = 60
"""Two or three do, except along that flat ring, which is 30 cells long."""

BATCH = 2000
"""Samples worked on at once: they fit the processor's cache, and memory does not grow with their number."""


def focal_peak(weights: Any, lens: Objective) -> np.ndarray:
    """Largest |M| over the focal plane.

    Parameters
    ----------
    weights : array_like, shape (n, 4)
        (E_ax, E_ay1, E_ay2, E_rho), of any power.
    lens : Objective

    Returns
    -------
    float64, shape (n,)
        max |M| for gamma = 1 and the dimensionless field of unit power, exact to 1e-6 of itself (the tests
        ask an independent search). Zero where the field is linear everywhere: E_rho = 0 and E_ax E_ay1 = 0.

    Raises
    ------
    InvalidInputError
        If the weights are not finite numbers of shape (n, 4).

    Examples
    --------
    The example of arXiv:2103.13592, whose maximum lies beside the focus:

    >>> lens = Objective(na=0.95, wavelength=532e-9)
    >>> round(float(focal_peak([[0.398, -0.611, 0.467, 0.5006]], lens)[0]), 4)
    1.4925
    """
    weights = require_finite_array("weights", weights, shape="(n, 4)", ndim=2, last=4)
    plane = _tabulate(lens)
    batches = (weights[start : start + BATCH] for start in range(0, len(weights), BATCH))
    return np.concatenate([_peaks(batch, plane) for batch in batches])


@dataclass(frozen=True, eq=False)
class _FocalPlane:
    """The nine functions of |M|^2 at the centres of the cells, and their coefficients around each centre."""

    centres: np.ndarray  # (9, cells)
    coefficients: np.ndarray  # (cells, 9, NODES * NODES), of u^k v^l with u, v in half cells

    def polynomials(self, monomials: np.ndarray, cell: np.ndarray) -> np.ndarray:
        """Coefficients P_kl of |M|^2 in the cell of each row, shape (n, NODES, NODES)."""
        return (monomials[:, None, :] @ self.coefficients[cell]).reshape(-1, NODES, NODES)


@lru_cache(maxsize=4)
def _tabulate(lens: Objective) -> _FocalPlane:
    half_cell = 0.5 * REACH / CELLS * lens.wavelength / lens.na
    nodes = chebyshev.chebpts1(NODES)
    line = half_cell * (2 * np.arange(CELLS)[:, None] + 1 + nodes).ravel()
    fields = basis_fields(lens, Grid(line, -line[::-1], [0.0]))[:, :, ::-1, 0, :]
    values = _nine_functions(fields).reshape(9, CELLS, NODES, CELLS, NODES)
    middle = NODES // 2
    to_powers = np.linalg.inv(np.vander(nodes, increasing=True))
    coefficients = np.einsum("ku,maubv,lv->abmkl", to_powers, values, to_powers, optimize=True)
    return _FocalPlane(
        centres=values[:, :, middle, :, middle].reshape(9, -1).copy(),
        coefficients=coefficients.reshape(CELLS**2, 9, NODES**2),
    )


def _nine_functions(fields: np.ndarray) -> np.ndarray:
    """What the nine monomials are multiplied with, shape (9, ...).

    `fields` are those of the four beams in the focal plane: i F_a, F_b, i F_b, i G + H e_z.
    """
    f_a, f_b, g = fields[0].imag, fields[1].real, fields[3].imag
    h2 = np.square(fields[3].real[..., 2])

    def dot(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        return u[..., 0] * v[..., 0] + u[..., 1] * v[..., 1]

    def cross(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        return u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]

    p, q = cross(f_b, f_a), cross(f_b, g)
    radial = [dot(f_a, f_a), dot(f_b, f_b), dot(g, g), 2 * dot(f_a, f_b), 2 * dot(f_a, g), 2 * dot(f_b, g)]
    return 4 * np.stack([h2 * term for term in radial] + [p * p, 2 * p * q, q * q])


def _nine_monomials(weights: np.ndarray) -> np.ndarray:
    a, b1, b2, c = np.abs(weights).T
    radial = [a * a, b2 * b2, c * c, a * b2, a * c, b2 * c]
    return np.stack(
        [c * c * term for term in radial] + [b1 * b1 * term for term in (a * a, a * c, c * c)], axis=1
    )


def _peaks(weights: np.ndarray, plane: _FocalPlane) -> np.ndarray:
    """max |M| for each row of weights: M is quadratic in them, so their length is taken out first."""
    length = np.linalg.norm(weights, axis=1, keepdims=True)
    monomials = _nine_monomials(weights / np.where(length > 0, length, 1.0))
    best_centre = (monomials @ plane.centres).argmax(axis=1)
    return length[:, 0] ** 2 * np.sqrt(_climb(monomials, best_centre, plane))


def _climb(monomials: np.ndarray, cell: np.ndarray, plane: _FocalPlane) -> np.ndarray:
    """Largest |M|^2 that Newton's steps find from the centres of the cells, shape (n, 9), (n,) -> (n,)."""
    highest = np.zeros(len(cell))
    moving = np.arange(len(cell))
    place = np.stack(np.divmod(cell, CELLS)) + 0.5  # (2, n), in cells along x and -y
    polynomials = plane.polynomials(monomials, cell)
    for _ in range(MOST_STEPS):
        column, row = corner = np.minimum(place.astype(int), CELLS - 1)
        crossed = cell != column * CELLS + row
        cell = column * CELLS + row
        polynomials[crossed] = plane.polynomials(monomials[crossed], cell[crossed])
        derivatives = _derivatives(polynomials, *(2 * (place - corner) - 1))
        highest[moving] = np.maximum(highest[moving], derivatives[0, 0])
        before, place = place, np.clip(place + 0.5 * _newton_step(derivatives), 0, CELLS)
        go_on = np.abs(place - before).max(axis=0) > SETTLED
        monomials, cell, polynomials, moving = (
            monomials[go_on],
            cell[go_on],
            polynomials[go_on],
            moving[go_on],
        )
        place = place[:, go_on]
        if len(moving) == 0:
            break
    return highest


def _derivatives(polynomials: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """d^(i+j)/du^i dv^j of each polynomial for i, j in 0, 1, 2, shape (3, 3, n)."""
    along_u, along_v = (
        (np.vander(t, NODES, increasing=True) @ _POWER_DERIVATIVES).reshape(-1, 3, NODES) for t in (u, v)
    )
    return np.moveaxis(along_u @ polynomials @ along_v.transpose(0, 2, 1), 0, -1)


def _power_derivatives() -> np.ndarray:
    """Matrix from the powers (1, t, ...) to these and their first and second derivatives, side by side."""
    once = np.diag(np.arange(1.0, NODES), k=1)
    return np.concatenate([np.eye(NODES), once, once @ once], axis=1)


_POWER_DERIVATIVES = _power_derivatives()


def _newton_step(derivatives: np.ndarray) -> np.ndarray:
    """Newton's step (2, n) towards a maximum [half cells].

    It is taken along the two principal curvatures: one that has the wrong sign is turned round, and on the
    nearly flat ring of an almost radial beam the step along the ring is cut without spoiling the one across.
    """
    (_, f_v, f_vv), (f_u, f_uv, _), (f_uu, _, _) = derivatives
    mean, half_difference = 0.5 * (f_uu + f_vv), np.hypot(0.5 * (f_uu - f_vv), f_uv)
    angle = 0.5 * np.arctan2(2 * f_uv, f_uu - f_vv)
    cosine, sine = np.cos(angle), np.sin(angle)
    along, across = (
        np.clip(slope / np.maximum(np.abs(curvature), FLAT), -LONGEST_STEP, LONGEST_STEP)
        for slope, curvature in (
            (cosine * f_u + sine * f_v, mean + half_difference),
            (cosine * f_v - sine * f_u, mean - half_difference),
        )
    )
    return np.stack([cosine * along - sine * across, sine * along + cosine * across])
