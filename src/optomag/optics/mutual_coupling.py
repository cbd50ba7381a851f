"""How strongly lenses couple fields at several points to each other: the tensors G_nm."""

from __future__ import annotations

import numpy as np
from jaxtyping import Complex128, Float64
from scipy.special import j0, j1

from optomag.optics.coupling import coupling_nodes
from optomag.optics.film import Film, mirrored_film
from optomag.optics.focus import MIRROR
from optomag.optics.objective import Objective

DIGITS = 12
"""To which distances between points count as equal, in wavelengths: on a lattice most of them are."""

MOST_WAVES = 2**21
"""Distances times angles that are held at a time."""


def mutual_coupling(
    points: Float64[np.ndarray, "n 3"],
    lens: Objective,
    *,
    film: Film | None = None,
    four_pi: bool = False,
) -> Complex128[np.ndarray, "equations equations"]:
    """Gram matrix A A^H of the full pupil's focal fields at points.

    Parameters
    ----------
    points : float64, shape (n, 3) [m]
    lens : Objective
    film : Film, optional
        Layered medium behind the lens; it may absorb.
    four_pi : bool, default False
        Whether a second, equal lens shines from the other side; the two share the power.

    Returns
    -------
    complex128, shape (3n, 3n)
        With E = A u the fields at all points of a pupil u of power |u|^2, in units of `field_scale(lens)`.
        The blocks on the diagonal are those of `focal_coupling`.

    Notes
    -----
    G_nm = integral of P_n P_m^H e^{i k s.(r_n - r_m)} over the solid angle of the lens. The azimuth gives
    Bessel functions J0, J1 and J2 of k sin(theta) times the distance across the axis; theta is summed.

    Examples
    --------
    >>> G = mutual_coupling(np.zeros((1, 3)), Objective(na=0.95, wavelength=532e-9))
    >>> np.round(np.diag(G).real, 3).tolist()
    [3.176, 3.176, 2.291]
    """
    total = _of_one_lens(points, lens, film)
    if four_pi:
        behind = _of_one_lens(points * MIRROR, lens, mirrored_film(film, lens))
        signs = np.tile(MIRROR, len(points))
        total += signs[:, None] * behind * signs
    return total


def _of_one_lens(
    points: Float64[np.ndarray, "n 3"], lens: Objective, film: Film | None
) -> Complex128[np.ndarray, "equations equations"]:
    reach = float(np.linalg.norm(np.ptp(points, axis=0)))
    heights, level = np.unique(points[:, 2], return_inverse=True)
    theta, weight = coupling_nodes(lens, film, heights, reach=reach)
    response = _response(lens, film, theta, heights)
    across = lens.wavenumber * np.sin(theta)
    cone = weight * np.sin(theta)
    tensors = np.empty((len(points), len(points), 3, 3), np.complex128)
    for upper in range(len(heights)):
        for lower in range(upper + 1):
            n, m = np.flatnonzero(level == upper), np.flatnonzero(level == lower)
            apart = points[n, None, :2] - points[None, m, :2]
            products = response[:, upper, :, None] * response[:, lower, None, :].conj() * cone[:, None, None]
            block = _block(apart, products, across, lens.wavelength)
            tensors[np.ix_(n, m)] = block
            tensors[np.ix_(m, n)] = block.conj().transpose(1, 0, 3, 2)
    return tensors.swapaxes(1, 2).reshape(3 * len(points), -1)


def _response(
    lens: Objective, film: Film | None, theta: Float64[np.ndarray, " t"], heights: Float64[np.ndarray, " z"]
) -> Complex128[np.ndarray, "t z 3"]:
    """Factors of e_phi E_phi, e_rho E_rho and e_z E_rho at each height, as of `Film.axial_response`."""
    if film is not None:
        return film.axial_response(lens, theta, heights)
    wave = np.exp(1j * lens.wavenumber * np.cos(theta)[:, None] * heights)
    return wave[..., None] * np.stack([np.ones_like(theta), np.cos(theta), np.sin(theta)], axis=-1)[:, None]


def _block(
    apart: Float64[np.ndarray, "n m 2"],
    products: Complex128[np.ndarray, "t 3 3"],
    across: Float64[np.ndarray, " t"],
    unit: float,
) -> Complex128[np.ndarray, "n m 3 3"]:
    """Tensors between points of two heights from the products of their responses (s, radial, axial)."""
    rho, psi = np.hypot(*np.moveaxis(apart, -1, 0)), np.arctan2(apart[..., 1], apart[..., 0])
    distances, which = np.unique(np.round(rho / unit, DIGITS), return_inverse=True)
    parts = range(0, len(distances), max(1, MOST_WAVES // len(across)))
    slices = np.split(unit * distances, parts[1:])
    integrals = np.concatenate([_integrals(part, products, across) for part in slices], axis=1)
    even, odd, up, down, axial = integrals[:, which.reshape(rho.shape)]
    cos, sin = np.cos(psi), np.sin(psi)
    rows = [
        [even - odd * np.cos(2 * psi), -odd * np.sin(2 * psi), up * cos],
        [-odd * np.sin(2 * psi), even + odd * np.cos(2 * psi), up * sin],
        [down * cos, down * sin, axial],
    ]
    return np.array(rows).transpose(2, 3, 0, 1)


def _integrals(
    distances: Float64[np.ndarray, " d"],
    products: Complex128[np.ndarray, "t 3 3"],
    across: Float64[np.ndarray, " t"],
) -> Complex128[np.ndarray, "5 d"]:
    """Transverse part that is the same all around, the one that turns twice, both mixed ones, axial part."""
    x = distances[:, None] * across
    zeroth, first = j0(x), j1(x)
    # J2, whose cancellation at small x leaves an absolute error of rounding only.
    second = 2 * np.divide(first, x, out=np.full_like(x, 0.5), where=x > 0) - zeroth
    ss, rr, zz = (products[:, i, i] for i in range(3))
    return np.pi * np.stack(
        [
            zeroth @ (rr + ss),
            second @ (rr - ss),
            -2j * (first @ products[:, 1, 2]),
            -2j * (first @ products[:, 2, 1]),
            2 * (zeroth @ zz),
        ]
    )
