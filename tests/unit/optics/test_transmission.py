"""Transmissions: exponents that are sums of Zernike polynomials, and add."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.optics.zernike_polynomial import zernike_norm, zernike_polynomial

ROUNDING = 1e-13
"""Exponentials of order one."""

R, PHI = np.meshgrid(np.linspace(0.0, 1.0, 9), np.linspace(0.0, 6.0, 7), indexing="ij")
ONE = om.Transmission({(2, 2): 0.1, (3, -1): -0.07}, nepers={(0, 0): -0.2, (2, 0): 0.1})


def test_the_transmission_is_the_exponential_of_the_sums():
    waves = 0.1 * zernike_polynomial(2, 2, R, PHI) - 0.07 * zernike_polynomial(3, -1, R, PHI)
    nepers = -0.2 + 0.1 * zernike_polynomial(2, 0, R, PHI)
    expected = np.exp(nepers) * np.exp(2j * np.pi * waves)
    np.testing.assert_allclose(ONE.transmission(R, PHI), expected, rtol=ROUNDING)


def test_a_phase_alone_is_the_mask_of_zernike_terms():
    terms = {(2, 0): 0.1, (4, 0): -0.05, (3, 1): 0.02}
    np.testing.assert_allclose(
        om.Transmission(terms).transmission(R, PHI), om.zernike(terms).transmission(R, PHI), rtol=ROUNDING
    )


def test_nothing_transmits_everything():
    assert om.Transmission().is_identity
    np.testing.assert_array_equal(om.Transmission().transmission(R, PHI), np.ones(R.shape))


def test_exponents_add_and_cancel_to_the_last_digit():
    other = om.Transmission({(2, 2): 0.3}, nepers={(4, 0): 0.1})
    both = ONE.followed_by(other)
    np.testing.assert_allclose(
        both.transmission(R, PHI), ONE.transmission(R, PHI) * other.transmission(R, PHI), rtol=ROUNDING
    )
    assert ONE.followed_by(ONE.inverse).is_identity
    left = ONE.followed_by(ONE.conjugate)
    assert (left.waves, left.nepers) == ((), ONE.nepers)


def test_terms_are_kept_in_order_whatever_they_came_as():
    assert om.Transmission({(3, -1): -0.07, (2, 2): 0.1}, {(2, 0): 0.1, (0, 0): -0.2}) == ONE
    assert om.Transmission(ONE.waves, ONE.nepers) == ONE
    assert hash(om.Transmission(ONE.waves, ONE.nepers)) == hash(ONE)
    assert dict(ONE.waves) == {(2, 2): 0.1, (3, -1): -0.07}


def test_norm_is_the_value_at_the_rim():
    for n, m in ((0, 0), (2, 0), (2, 2), (5, -3)):
        phi = np.pi / 2 / abs(m) if m < 0 else 0.0
        assert zernike_norm(n, m) == pytest.approx(
            abs(float(zernike_polynomial(n, m, np.array(1.0), np.array(phi)))), rel=ROUNDING
        )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (({(2, 1): 0.1},), "zernike order must be a pair"),
        (({(102, 0): 0.1},), "at most n = 100"),
        (({(2, 2): np.nan},), r"waves of \(2, 2\) must be a finite number"),
        (({}, {(2, 2): np.inf}), r"nepers of \(2, 2\) must be a finite number"),
        (({}, {(2, 2): 10.0}), "within e"),
        ((0.1,), "waves must be a mapping"),
        (([0.1],), "waves must be a mapping"),
        ((((((2, 2)), 0.1), ((2, 2), 0.2)),), "once for each order"),
        (({(2, 2): "0.1"},), r"waves of \(2, 2\) must be"),
    ],
)
def test_what_is_no_sum_of_zernike_polynomials_is_refused(arguments, message):
    with pytest.raises(om.InvalidInputError, match=message):
        om.Transmission(*arguments)
