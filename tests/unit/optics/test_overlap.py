"""Power products of modes."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.optics.elementary import azimuthal, circular, linear, pupil_function, radial
from optomag.optics.masks import annulus, gaussian, phase_step, sector, vortex
from optomag.optics.overlap import overlap_matrix

ROUNDING = 1e-13
"""Quadrature rules that are exact for the integrand, in double precision."""


def overlap(first, second) -> complex:
    return overlap_matrix(first.modes + second.modes)[0, 1]


def test_the_matrix_is_hermitian_and_positive():
    beam = radial() * vortex(1) + linear(0.3) * gaussian(0.7) + azimuthal() * sector(0.2, 2.0)
    matrix = overlap_matrix(beam.modes)
    np.testing.assert_allclose(matrix, matrix.conj().T, atol=ROUNDING)
    assert np.linalg.eigvalsh(matrix).min() > 0


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (radial(), radial(), 1.0),
        (radial(), azimuthal(), 0.0),
        (radial(), radial() * vortex(2), 0.0),
        (radial(), radial() * phase_step("x"), 0.0),
        (radial() * phase_step("x"), radial() * phase_step("y"), 0.0),
        # The mean of |cos phi|, and of sign(sin phi) exp(i phi).
        (radial() * phase_step("y"), linear(), 2 / np.pi),
        (radial() * phase_step("x"), radial() * vortex(1), 2j / np.pi),
        (radial(), radial() * annulus(0.5, 0.8), 0.8**2 - 0.5**2),
        (azimuthal() * sector(0.0, 1.0), azimuthal() * sector(0.5, 2.0), 0.5 / (2 * np.pi)),
        (radial(), radial() * gaussian(0.6), 0.36 * (1 - np.exp(-1 / 0.36))),
        (radial() * annulus(0.2, 0.4), radial() * annulus(0.6, 0.8), 0.0),
    ],
)  # fmt: skip
def test_products_with_known_integrals(first, second, expected):
    assert abs(overlap(first, second) - expected) < ROUNDING


def test_circular_beams_of_opposite_hand_are_orthogonal():
    left, right = circular(-1), circular(+1)
    assert left.modes == right.modes
    product = left.weight_vector.conj() @ overlap_matrix(left.modes) @ right.weight_vector
    assert abs(product) < ROUNDING


@pytest.mark.parametrize(
    "order",
    [
        5,
        10,
        pytest.param(16),
        pytest.param(32),
        40,
    ],
)
def test_high_orders_do_not_alias(order):
    assert abs(overlap(radial(), radial() * vortex(order))) < ROUNDING
    assert abs((radial() + radial() * vortex(order)).power - 2) < ROUNDING


def test_a_user_function_overlaps_like_the_beam_that_it_writes_out():
    written = pupil_function(lambda r, phi: (np.cos(phi), -np.sin(phi)))
    assert abs(overlap(linear(), written) - np.sqrt(np.pi)) < ROUNDING
