"""Rules are exact up to their degree, degrees are found, and interpolation gives back what it was given."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.polynomial import legendre
from scipy.special import spherical_jn

from optomag import quadrature

ROUNDING = 1e-13
"""Sums of up to a hundred terms of order one in double precision."""


@pytest.mark.parametrize("count", [1, 2, 5, 20])
def test_gauss_legendre_is_exact_to_twice_its_count(count):
    nodes, weights = quadrature.gauss_legendre(count)
    for degree in range(2 * count):
        exact = (1 - (-1) ** (degree + 1)) / (degree + 1)
        assert abs(weights @ nodes**degree - exact) < ROUNDING
    missed = weights @ nodes ** (2 * count) - 2 / (2 * count + 1)
    assert abs(missed) > ROUNDING, "the degree beyond is not integrated"


def test_cached_rules_cannot_be_written_to():
    nodes, weights = quadrature.gauss_legendre(7)
    for array in (nodes, weights):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0.0


def test_panels_follow_one_another_and_integrate_each_side_of_a_jump():
    edges = (0.0, 0.3, 1.0)
    nodes, weights = quadrature.panel_rule(edges, (4, 6))
    assert len(nodes) == len(weights) == 10
    assert np.all(np.diff(nodes) > 0)
    np.testing.assert_allclose([weights[:4].sum(), weights[4:].sum()], [0.3, 0.7], rtol=ROUNDING)
    step = np.where(nodes < 0.3, 5.0, nodes**2)
    assert abs(weights @ step - (5 * 0.3 + (1 - 0.3**3) / 3)) < ROUNDING
    with pytest.raises(ValueError, match="zip"):
        quadrature.panel_rule(edges, (4, 6, 8))


def test_the_circle_is_exact_below_its_count_and_aliases_at_it():
    nodes, weights = quadrature.periodic_rule(8)
    for order in range(-7, 8):
        assert abs(weights @ np.exp(1j * order * nodes) - 2 * np.pi * (order == 0)) < ROUNDING
    assert weights @ np.exp(8j * nodes) == pytest.approx(2 * np.pi)


@pytest.mark.parametrize("degree", [0, 1, 7, 30])
def test_chebyshev_degree_of_a_polynomial(degree):
    nodes = quadrature.chebyshev_roots(40)
    polynomial = legendre.Legendre.basis(degree)(nodes)
    assert quadrature.chebyshev_degree(polynomial, 1e-13) == degree
    columns = np.stack([np.ones_like(nodes), polynomial], axis=-1)
    assert quadrature.chebyshev_degree(columns, 1e-13) == degree, "the highest of all columns counts"


def test_small_coefficients_count_as_absent():
    nodes = quadrature.chebyshev_roots(20)
    samples = 1 + 1e-6 * legendre.Legendre.basis(5)(nodes)
    assert quadrature.chebyshev_degree(samples, 1e-5) == 0
    assert quadrature.chebyshev_degree(samples, 1e-8) == 5
    assert quadrature.chebyshev_degree(0 * nodes, 1e-8) == 0


@pytest.mark.parametrize("order", [0, 1, -5, 7])
def test_fourier_degree_of_a_harmonic(order):
    nodes, _ = quadrature.periodic_rule(16)
    assert quadrature.fourier_degree(np.exp(1j * order * nodes), 1e-13) == abs(order)
    assert quadrature.fourier_degree(1 + np.cos(order * nodes), 1e-13) == abs(order)
    assert quadrature.fourier_degree(0 * nodes, 1e-13) == 0


@pytest.mark.parametrize("guess", [0, 16, 70])
def test_the_degree_on_a_panel_does_not_depend_on_the_guess(guess):
    assert quadrature.degree_on_panel(legendre.Legendre.basis(40), guess, 1e-12) == 40


@pytest.mark.parametrize(("degree", "count", "trusted"), [(0, 16, True), (13, 16, True), (14, 16, False)])
def test_a_degree_is_trusted_when_some_coefficients_vanish_behind_it(degree, count, trusted):
    assert quadrature.is_resolved(degree, count) == trusted


@pytest.mark.parametrize("tolerance", [1e-5, 1e-9, 1e-13])
@pytest.mark.parametrize("half_phase", [0.0, 1.0, 10.0, 30.0])
def test_plane_waves_need_the_degree_that_spherical_bessel_functions_give(half_phase, tolerance):
    """exp(i c t) = sum (2n + 1) i^n j_n(c) P_n(t); orthonormal coefficients sqrt(4n + 2) |j_n(c)|."""
    orders = np.arange(int(half_phase) + 60)
    coefficients = np.sqrt(4 * orders + 2) * np.abs(spherical_jn(orders, half_phase))
    present = np.flatnonzero(coefficients > tolerance * coefficients.max())
    # One order either way: a coefficient may lie within rounding of the threshold.
    assert abs(quadrature.plane_wave_degree(half_phase, tolerance) - present[-1]) <= 1


@pytest.mark.parametrize("half_phase", [55.0, 100.0, 400.0])
def test_far_plane_waves_have_a_degree_too(half_phase):
    degree = quadrature.plane_wave_degree(half_phase, 1e-13)
    assert half_phase < degree < half_phase + 12 * half_phase ** (1 / 3) + 12


@pytest.mark.parametrize("count", [2, 3, 12])
def test_chebyshev_nodes_hold_both_ends(count):
    nodes = quadrature.chebyshev_nodes(-0.5, 2.0, count)
    assert len(nodes) == count
    assert nodes[0] == pytest.approx(-0.5, abs=ROUNDING)
    assert nodes[-1] == pytest.approx(2.0, abs=ROUNDING)
    assert np.all(np.diff(nodes) > 0)


def test_interpolation_is_exact_for_polynomials_and_at_the_nodes():
    nodes = quadrature.chebyshev_nodes(-1.0, 3.0, 8)
    targets = np.concatenate([np.linspace(-1, 3, 41), nodes[2:3], [np.nextafter(nodes[3], 9)]])
    matrix = quadrature.interpolation_matrix(nodes, targets)
    for degree in range(8):
        np.testing.assert_allclose(matrix @ (nodes - 1) ** degree, (targets - 1) ** degree, atol=1e-11)
    np.testing.assert_array_equal(matrix[41], np.arange(8) == 2)
    np.testing.assert_allclose(matrix.sum(axis=1), 1.0, rtol=ROUNDING)


def test_interpolation_of_a_plane_wave_converges_to_rounding():
    targets = np.linspace(-1, 1, 101)
    errors = []
    for count in (10, 20, 40):
        nodes = quadrature.chebyshev_nodes(-1.0, 1.0, count)
        matrix = quadrature.interpolation_matrix(nodes, targets)
        errors.append(np.abs(matrix @ np.exp(10j * nodes) - np.exp(10j * targets)).max())
    assert errors[0] > 1e-2
    assert errors[1] < 1e-3
    assert errors[2] < ROUNDING


def test_directions_are_unit_vectors_spread_by_area():
    directions = quadrature.sphere_directions(1000)
    np.testing.assert_allclose(np.linalg.norm(directions, axis=-1), 1.0, rtol=ROUNDING)
    for axis in range(3):
        counts, _ = np.histogram(directions[:, axis], bins=10, range=(-1, 1))
        # Zones of equal height have equal area: 100 directions each, with less scatter than by chance (10).
        assert np.abs(counts - 100).max() <= 10
