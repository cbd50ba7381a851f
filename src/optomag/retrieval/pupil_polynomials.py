"""Zernike polynomials on the lattice of pupil pixels, as sums of products of a function of x and one of y.

Products are what makes derivatives cheap: a wave sum over a lattice is two matrix products, and with
P_a(x) P_b(y) in front of the pupil the first of them is shared by all b.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float64
from numpy.polynomial import legendre

from optomag.optics.lattice import pixel_lattice
from optomag.optics.zernike_polynomial import zernike_polynomial

Order = tuple[int, int]
"""(n, m) of a Zernike polynomial."""


def orders_up_to(degree: int) -> tuple[Order, ...]:
    """All (n, m) with n <= degree.

    >>> orders_up_to(1)
    ((0, 0), (1, -1), (1, 1))
    """
    return tuple((n, m) for n in range(degree + 1) for m in range(-n, n + 1, 2))


@dataclass(frozen=True)
class PupilPolynomials:
    """Polynomials of total degree <= `degree` on count x count pixels; axis 0 of maps is y, axis 1 is x.

    Parameters
    ----------
    count : int
    degree : int
    """

    count: int
    degree: int

    @property
    def orders(self) -> tuple[Order, ...]:
        """Of the Zernike polynomials, K of them."""
        return orders_up_to(self.degree)

    @cached_property
    def along(self) -> Float64[np.ndarray, "degrees N"]:
        """Legendre polynomials P_0 ... at the centres of the pixels."""
        return legendre.legvander(pixel_lattice(self.count).axis, self.degree).T

    @cached_property
    def powers(self) -> tuple[tuple[int, int], ...]:
        """Degrees (a, b) in x and y of the products, a by a."""
        return tuple((a, b) for a in range(self.degree + 1) for b in range(self.degree + 1 - a))

    @cached_property
    def zernike(self) -> Float64[np.ndarray, "K N N"]:
        """The Zernike polynomials at the centres, 0 where a cell has no part in the pupil.

        Centres of cells that the rim cuts may lie a little outside.
        """
        axis = pixel_lattice(self.count).axis
        y, x = axis[:, None], axis[None, :]
        r, phi = np.hypot(x, y), np.arctan2(y, x)
        inside = pixel_lattice(self.count).area.T > 0
        return np.stack([zernike_polynomial(n, m, r, phi) * inside for n, m in self.orders])

    @cached_property
    def from_products(self) -> Float64[np.ndarray, "K products"]:
        """The matrix from products P_a(x) P_b(y), in the order of `powers`, to Zernike polynomials."""
        inside = pixel_lattice(self.count).area.T > 0
        products = np.stack([np.outer(self.along[b], self.along[a])[inside] for a, b in self.powers])
        return np.linalg.lstsq(products.T, self.zernike[:, inside].T)[0].T


@lru_cache(maxsize=8)
def pupil_polynomials(count: int, degree: int) -> PupilPolynomials:
    """The same object for the same sizes, so that it is worked out once."""
    return PupilPolynomials(count, degree)
