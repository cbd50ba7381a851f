"""The algebra of beams on their modes and weights; tests/properties/test_beam_space.py has their fields."""

from __future__ import annotations

from functools import reduce
from operator import mul

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optomag as om

ROUNDING = 1e-12
"""Relative to the largest weights: a few dozen operations in double precision."""

# Few distinct modes, so that overlap matrices are integrated once and hypothesis varies the rest.
BASIS = (
    om.linear(),
    om.radial() * om.vortex(charge=1),
    om.azimuthal() * om.phase_step("x"),
    om.azimuthal() * om.annulus(inner=0.4, outer=0.9),
)
MASKS = (
    om.vortex(charge=-1),
    om.phase_step("y"),
    om.gaussian(fill=0.8),
    om.sector(1.0, 3.0),
    om.annulus(inner=0.2, outer=0.7),
)
ZERO = om.linear() * 0.0

few = settings(max_examples=40)

weights = st.complex_numbers(max_magnitude=1e3, allow_nan=False, allow_infinity=False, allow_subnormal=False)
reals = st.floats(-1.0, 1.0)
vectors = st.lists(weights, min_size=len(BASIS), max_size=len(BASIS))
mask_lists = st.lists(st.sampled_from(MASKS), min_size=1, max_size=4)


def beam(vector) -> om.Beam:
    return reduce(lambda total, pair: total + pair[0] * pair[1], zip(vector, BASIS, strict=True), ZERO)


def coordinates(of: om.Beam) -> dict:
    """Weights by mode, without the modes of weight zero."""
    return {mode: weight for mode, weight in zip(of.modes, of.weights, strict=True) if weight != 0}


def assert_equal_beams(left: om.Beam, right: om.Beam, size: float) -> None:
    first, second = coordinates(left), coordinates(right)
    for mode in first.keys() | second.keys():
        assert abs(first.get(mode, 0) - second.get(mode, 0)) <= ROUNDING * size


def magnitude(*vectors_) -> float:
    return max(1.0, *(abs(weight) for vector in vectors_ for weight in vector))


@pytest.mark.slow
@few
@given(vectors, vectors, vectors)
def test_addition_is_that_of_a_commutative_group(u, v, w):
    size = magnitude(u, v, w)
    assert_equal_beams(beam(u) + beam(v), beam(v) + beam(u), size)
    assert_equal_beams((beam(u) + beam(v)) + beam(w), beam(u) + (beam(v) + beam(w)), size)
    assert_equal_beams(beam(u) + ZERO, beam(u), size)
    assert coordinates(beam(u) - beam(u)) == {}
    assert_equal_beams(beam(u) - beam(v), beam(u) + -beam(v), size)


@pytest.mark.slow
@few
@given(vectors, vectors, weights, weights)
def test_scaling_distributes_and_associates(u, v, a, b):
    size = magnitude(u, v) * max(1.0, abs(a), abs(b)) ** 2
    assert_equal_beams(a * (beam(u) + beam(v)), a * beam(u) + a * beam(v), size)
    assert_equal_beams((a + b) * beam(u), a * beam(u) + b * beam(u), size)
    assert_equal_beams(a * (b * beam(u)), (a * b) * beam(u), size)
    assert coordinates(1.0 * beam(u)) == coordinates(beam(u))


@pytest.mark.slow
@few
@given(vectors, weights)
def test_division_undoes_multiplication(u, a):
    if abs(a) < 1e-3:
        a += 1
    assert_equal_beams((a * beam(u)) / a, beam(u), magnitude(u))


@few
@given(vectors, weights, st.sampled_from([np.complex128, np.array, jnp.asarray]))
def test_the_kind_and_the_side_of_a_factor_do_not_matter(u, a, kind):
    expected = a * beam(u)
    for scaled in (kind(a) * beam(u), beam(u) * kind(a)):
        assert_equal_beams(scaled, expected, magnitude(u) * max(1.0, abs(a)))


@few
@given(vectors, mask_lists, st.randoms(use_true_random=False))
def test_masks_commute_and_associate_exactly(u, masks, random):
    """On the modes themselves: whatever the order and the brackets, the same beam, to the last bit."""
    one_by_one = reduce(mul, masks, beam(u))
    at_once = beam(u) * reduce(mul, masks)
    from_the_left = reduce(lambda masked, mask: mask * masked, masks, beam(u))
    random.shuffle(masks)
    shuffled = reduce(mul, masks, beam(u))
    expected = coordinates(one_by_one)
    assert coordinates(at_once) == coordinates(from_the_left) == coordinates(shuffled) == expected


@few
@given(vectors, vectors, mask_lists, weights)
def test_masks_are_linear(u, v, masks, a):
    mask = reduce(mul, masks)
    size = magnitude(u, v) * max(1.0, abs(a))
    assert_equal_beams((beam(u) + a * beam(v)) * mask, beam(u) * mask + a * (beam(v) * mask), size)


@few
@given(vectors, vectors)
def test_equal_modes_merge(u, v):
    assert len((beam(u) + beam(v)).modes) == len(BASIS)
    assert len((beam(u) * MASKS[0] + MASKS[0] * beam(v)).modes) == len(BASIS)


@few
@given(vectors, vectors)
def test_power_is_a_positive_quadratic_form(u, v):
    """It comes from an inner product: <u|v>, by polarisation, is sesquilinear and obeys Cauchy-Schwarz."""

    def product(first, second):
        return sum(1j**-n * (first + 1j**n * second).power for n in range(4)) / 4

    size = magnitude(u, v) ** 2
    first, second = beam(u), beam(v)
    assert first.power >= -ROUNDING * size
    assert abs(product(first, first) - first.power) <= ROUNDING * size
    assert abs(product(first, second) - np.conj(product(second, first))) <= ROUNDING * size
    assert abs(product(first, 2j * second) - 2j * product(first, second)) <= 10 * ROUNDING * size
    # (root of a product of powers: rounding of the size of the weights counts by its root)
    assert abs(product(first, second)) <= np.sqrt(first.power * second.power) + np.sqrt(ROUNDING) * size


@few
@given(vectors, weights)
def test_normalised_beams_are_rays(u, a):
    """Whatever factor is in front, what comes back has unit power and differs by a phase only."""
    if beam(u).power < 1e-6 or abs(a) < 1e-6:
        return  # nothing to normalise
    unit, scaled = beam(u).normalized(), (a * beam(u)).normalized()
    assert abs(unit.power - 1) <= ROUNDING * magnitude(u)
    assert_equal_beams(scaled, (a / abs(a)) * unit, magnitude(u))


@few
@given(reals, reals, reals, reals)
def test_four_beam_is_the_sum_of_the_contract(e_ax, e_ay1, e_ay2, e_rho):
    written = (
        e_ax * 1j * om.azimuthal() * om.phase_step("x")
        + (e_ay1 + 1j * e_ay2) * om.azimuthal() * om.phase_step("y")
        + e_rho * om.radial()
    )
    assert_equal_beams(om.four_beam(e_ax, e_ay1, e_ay2, e_rho), written, 1.0)
    used = e_ax**2 + e_ay1**2 + e_ay2**2
    assert abs(om.four_beam(e_ax, e_ay1, e_ay2, e_rho).power - (used + e_rho**2)) <= ROUNDING
    if used <= 1:
        completed = written + (np.sqrt(1 - used) - e_rho) * om.radial()
        assert_equal_beams(om.four_beam(e_ax, e_ay1, e_ay2), completed, 1.0)
