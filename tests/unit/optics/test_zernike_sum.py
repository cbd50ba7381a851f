"""Sums of Zernike polynomials are those of the polynomials one by one."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.optics.zernike_polynomial import zernike_norm, zernike_polynomial
from optomag.optics.zernike_sum import AT_ONCE, zernike_sum

ROUNDING = 1e-12
"""Of polynomials up to n = 100, relative to their value at the rim."""

R, PHI = np.meshgrid(np.linspace(0.0, 1.0, 23), np.linspace(0.0, 6.2, 17), indexing="ij")
ORDERS = [(n, m) for n in range(9) for m in range(-n, n + 1, 2)]


@pytest.mark.parametrize("order", [*ORDERS, (40, 0), (41, 7), (60, -60), (100, 0), (100, 30), (99, -1)])
def test_one_term_is_the_polynomial(order):
    found = zernike_sum({order: 1.0}, R, PHI)
    np.testing.assert_allclose(
        found, zernike_polynomial(*order, R, PHI), atol=ROUNDING * zernike_norm(*order)
    )


def test_complex_weights_add():
    rng = np.random.default_rng(0)
    weights = {order: complex(*rng.normal(size=2)) for order in ORDERS}
    expected = sum(weight * zernike_polynomial(*order, R, PHI) for order, weight in weights.items())
    np.testing.assert_allclose(zernike_sum(weights, R, PHI), expected, atol=ROUNDING * np.abs(expected).max())


def test_many_points_are_summed_in_portions():
    r, phi = np.tile(R.ravel(), AT_ONCE // R.size + 2), np.tile(PHI.ravel(), AT_ONCE // R.size + 2)
    found = zernike_sum({(3, 1): 1.0}, r, phi)
    np.testing.assert_array_equal(found.reshape(-1, R.size)[-1], found[: R.size])


def test_nothing_is_nothing():
    np.testing.assert_array_equal(zernike_sum({}, R, PHI), np.zeros(R.shape))
