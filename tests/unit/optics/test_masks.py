"""Each mask: its values, its declared jumps, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.polynomial import legendre

from optomag.optics import masks
from optomag.optics.mode import MaskProduct

ROUNDING = 1e-13
"""Polynomials of low order and exponentials of order one."""

R = np.linspace(0.0, 1.0, 11)
TURN = 2 * np.pi


def transmission(mask, r, phi):
    r, phi = np.broadcast_arrays(r, phi)
    return np.asarray(mask.transmission(r, phi))


def test_vortex_winds_its_phase():
    phi = np.linspace(0, 6, 7)
    for charge in (-3, 0, 1, np.int64(2)):
        mask = masks.vortex(charge)
        np.testing.assert_allclose(transmission(mask, 0.4, phi), np.exp(1j * charge * phi), rtol=ROUNDING)
        assert (mask.r_breaks, mask.phi_breaks) == ((), ())
    assert masks.vortex() == masks.vortex(charge=1)


@pytest.mark.parametrize(
    ("line", "breaks", "function"), [("x", (0.0, np.pi), np.sin), ("y", (np.pi / 2, 1.5 * np.pi), np.cos)]
)
def test_phase_steps_are_the_sign_of_sine_and_cosine(line, breaks, function):
    mask = masks.phase_step(line)
    phi = np.linspace(0.05, 6.2, 50)
    np.testing.assert_array_equal(transmission(mask, 0.5, phi), np.sign(function(phi)))
    assert mask.phi_breaks == pytest.approx(breaks)
    assert mask.r_breaks == ()


def test_annulus_is_closed_at_both_rims():
    mask = masks.annulus(inner=0.3, outer=0.8)
    np.testing.assert_array_equal(transmission(mask, [0.29, 0.3, 0.5, 0.8, 0.81], 1.0), [0, 1, 1, 1, 0])
    assert mask.r_breaks == (0.3, 0.8)
    assert masks.annulus(0.3) == masks.annulus(inner=0.3, outer=1.0)
    np.testing.assert_array_equal(transmission(masks.annulus(0.0), R, 0.0), np.ones(11))


def test_binary_rings_alternate_from_plus_one():
    mask = masks.binary_rings([0.3, 0.6, 0.9])
    np.testing.assert_array_equal(
        transmission(mask, [0.0, 0.29, 0.31, 0.61, 0.91, 1.0], 2.0), [1, 1, -1, 1, -1, -1]
    )
    assert mask.r_breaks == (0.3, 0.6, 0.9)
    assert masks.binary_rings([0.5]) == masks.binary_rings((np.float64(0.5),))


def test_gaussian_falls_to_one_over_e_at_its_fill():
    np.testing.assert_allclose(
        transmission(masks.gaussian(fill=0.5), [0.0, 0.5, 1.0], 0.0), np.exp([0.0, -1.0, -4.0]), rtol=ROUNDING
    )
    assert masks.gaussian() == masks.gaussian(1.0)


@pytest.mark.parametrize("turns", [-1, 0, 2])
@pytest.mark.parametrize(("start", "stop"), [(0.0, np.pi), (-0.6, 1.1), (5.0, 7.0)])
def test_sector_is_a_half_open_wedge_wherever_its_angles_are_counted_from(start, stop, turns):
    mask = masks.sector(start + turns * TURN, stop + turns * TURN)
    inside = np.linspace(start + 1e-9, stop - 1e-9, 20) % TURN
    outside = np.linspace(stop + 1e-9, start + TURN - 1e-9, 20) % TURN
    assert np.all(transmission(mask, 0.5, inside) == 1)
    assert np.all(transmission(mask, 0.5, outside) == 0)
    np.testing.assert_allclose(
        np.sort(mask.phi_breaks), np.sort([start % TURN, stop % TURN]), atol=1e-14 * 100
    )


def test_a_sector_holds_its_start_and_not_its_stop():
    mask = masks.sector(0.0, 1.0)
    np.testing.assert_array_equal(transmission(mask, 0.5, [0.0, 0.5, 1.0]), [1, 1, 0])


@pytest.mark.parametrize("start", [0.0, 1.0, -2.5])
def test_a_sector_of_one_turn_is_open_and_has_no_rim(start):
    mask = masks.sector(start, start + TURN)
    assert mask.phi_breaks == ()
    assert np.all(transmission(mask, 0.5, np.linspace(0, 6.28, 30)) == 1)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ((0, 0), lambda r, phi: 1 + 0 * r),
        ((1, 1), lambda r, phi: 2 * r * np.cos(phi)),
        ((1, -1), lambda r, phi: 2 * r * np.sin(phi)),
        ((2, 0), lambda r, phi: np.sqrt(3) * (2 * r**2 - 1)),
        ((2, -2), lambda r, phi: np.sqrt(6) * r**2 * np.sin(2 * phi)),
        ((3, 1), lambda r, phi: np.sqrt(8) * (3 * r**3 - 2 * r) * np.cos(phi)),
        ((4, 0), lambda r, phi: np.sqrt(5) * (6 * r**4 - 6 * r**2 + 1)),
    ],
)
def test_zernike_polynomials_of_low_order(order, expected):
    phi = np.linspace(0.0, 6.0, 11)
    values = masks.zernike_polynomial(*order, R, phi)
    np.testing.assert_allclose(values, expected(R, phi), atol=ROUNDING)


def test_zernike_polynomials_are_orthonormal_over_the_disc():
    nodes, weights = legendre.leggauss(12)
    r, phi = np.meshgrid(0.5 * (nodes + 1), TURN * np.arange(24) / 24, indexing="ij")
    mean = np.repeat((0.5 * weights * (nodes + 1))[:, None] / 24, 24, axis=1)
    orders = [(n, m) for n in range(7) for m in range(-n, n + 1, 2)]
    values = np.stack([masks.zernike_polynomial(n, m, r, phi) for n, m in orders])
    gram = np.einsum("arp,brp,rp->ab", values, values, mean)
    np.testing.assert_allclose(gram, np.eye(len(orders)), atol=ROUNDING)


def test_zernike_polynomials_of_high_order_keep_their_digits():
    nodes, weights = legendre.leggauss(45)
    r = np.sqrt(0.5 * (nodes + 1))  # R_n^0(r) is the Legendre polynomial of 2 r^2 - 1
    values = masks.zernike_polynomial(40, 0, r, 0 * r)
    np.testing.assert_allclose(values, np.sqrt(41) * legendre.Legendre.basis(20)(nodes), atol=1e-10)
    assert abs(0.5 * weights @ values**2 - 1) < 1e-10


def test_zernike_masks_are_phases_of_the_sum_in_waves():
    mask = masks.zernike({(2, 2): 0.05, (np.int64(3), -1): 0.02})
    phi = np.full(11, 0.4)
    waves = 0.05 * masks.zernike_polynomial(2, 2, R, phi) + 0.02 * masks.zernike_polynomial(3, -1, R, phi)
    np.testing.assert_allclose(transmission(mask, R, phi), np.exp(2j * np.pi * waves), rtol=ROUNDING)


def test_the_order_of_zernike_terms_does_not_matter():
    terms = {(2, 2): 0.05, (3, 1): 0.02}
    assert masks.zernike(terms) == masks.zernike(dict(reversed(terms.items())))


def test_masks_multiply_into_one_flat_product():
    first, second, third = masks.vortex(2), masks.annulus(0.2, 0.7), masks.sector(1.0, 2.0)
    product = (first * second) * third
    assert product == first * (second * third)
    assert product == MaskProduct((first, second, third))
    assert product.r_breaks == (0.2, 0.7)
    assert product.phi_breaks == (1.0, 2.0)
    expected = np.prod([transmission(mask, R, 1.5) for mask in (first, second, third)], axis=0)
    np.testing.assert_allclose(transmission(product, R, 1.5), expected, rtol=ROUNDING)


@pytest.mark.parametrize("factor", [2.0, 1j, np.float64(2), np.ones(3), "x", None])
def test_masks_multiply_nothing_but_masks_and_beams(factor):
    with pytest.raises(TypeError):
        masks.vortex() * factor
    with pytest.raises(TypeError):
        factor * masks.vortex()


@pytest.mark.parametrize(
    ("build", "start"),
    [
        (lambda: masks.vortex(1.0), "charge must be a whole number; got 1.0."),
        (lambda: masks.vortex(np.nan), "charge must be a whole number; got nan."),
        (lambda: masks.phase_step("z"), "phase step line must be one of x, y; got "),
        (lambda: masks.phase_step(1), "phase step line must be one of x, y; got "),
        (lambda: masks.annulus(0.5, 0.5), "annulus must be a ring with 0 <= inner < outer <= 1; got (0.5"),
        (lambda: masks.annulus(-0.1, 0.5), "annulus must be a ring"),
        (lambda: masks.annulus(0.5, 1.1), "annulus must be a ring"),
        (lambda: masks.annulus(np.nan, 1.0), "inner must be a finite number; got nan."),
        (lambda: masks.annulus(0.1, "1"), "outer must be a finite number; got "),
        (lambda: masks.binary_rings([]), "radii must be one or more strictly increasing numbers in (0, 1)"),
        (lambda: masks.binary_rings([0.6, 0.3]), "radii must be one or more strictly increasing"),
        (lambda: masks.binary_rings([0.3, 0.3]), "radii must be one or more strictly increasing"),
        (lambda: masks.binary_rings([0.3, 1.0]), "radii must be a finite number > 0 and < 1; got 1.0."),
        (lambda: masks.binary_rings([np.nan]), "radii must be a finite number > 0 and < 1; got nan."),
        (lambda: masks.gaussian(0.0), "fill must be a finite number > 0; got 0.0."),
        (lambda: masks.gaussian(np.inf), "fill must be a finite number > 0; got inf."),
        (lambda: masks.zernike({}), "zernike terms must be a mapping"),
        (lambda: masks.zernike([(2, 2)]), "zernike terms must be a mapping"),
        (lambda: masks.zernike({2: 0.1}), "zernike order must be a pair (n, m)"),
        (lambda: masks.zernike({(2, 1): 0.1}), "zernike order must be a pair (n, m)"),
        (lambda: masks.zernike({(2, 4): 0.1}), "zernike order must be a pair (n, m)"),
        (lambda: masks.zernike({(-2, 0): 0.1}), "zernike order must be a pair (n, m)"),
        (lambda: masks.zernike({(2.0, 0): 0.1}), "zernike order must be a pair (n, m)"),
        (lambda: masks.zernike({(True, 1): 0.1}), "zernike order must be a pair (n, m)"),
        (lambda: masks.zernike({(2, 2): np.nan}), "waves of (2, 2) must be a finite number; got nan."),
        (lambda: masks.zernike({(2, 2): 0.1j}), "waves of (2, 2) must be a finite number; got 0.1j."),
        (lambda: masks.sector(1.0, 1.0), "sector must be a wedge with start < stop <= start + 2 pi; got "),
        (lambda: masks.sector(1.0, 0.0), "sector must be a wedge"),
        (lambda: masks.sector(0.0, 6.3), "sector must be a wedge"),
        (lambda: masks.sector(np.nan, 1.0), "start must be a finite number; got nan."),
        (lambda: masks.sector(0.0, None), "stop must be a finite number; got None."),
        pytest.param(
            lambda: masks.binary_rings(0.3),
            "radii must be"
        ),
    ],
)  # fmt: skip
def test_masks_that_cannot_be_are_refused(build, start, refusal):
    assert refusal(build).startswith(start)
