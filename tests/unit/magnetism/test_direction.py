"""The one angle error: right for vectors of every length and precision, with NumPy and under JAX."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

from optomag.magnetism.direction import angle_between, angle_error, direction_of
from optomag.magnetism.inverse_faraday import similarity

ROUNDING = 1e-15
"""A few roundings of numbers of order one in double precision."""
STEP = 1e-6
SLOPE_TOLERANCE = 1e-8
"""Central differences: rounding over the step and STEP^2."""

LENGTHS = [5e-324, 1e-310, 1e-160, 1e-12, 1.0, 1e21, 1e200, 1e308]
TRACED_LENGTHS = [1e-300, 1e-160, 1.0, 1e21, 1e200, 4e307]
"""XLA takes subnormal numbers, and reciprocals that are so, for zero."""

RNG = np.random.default_rng(4)
FIRST, SECOND = RNG.uniform(-1, 1, size=(2, 40, 3))


def exact(first, second):
    """Cosine and angle in 50 digits, from the numbers as they are given."""
    with mpmath.workdps(400):
        a, b = (mpmath.matrix([mpmath.mpf(float(x)) for x in v]) for v in (first, second))
        cosine = (a.T * b)[0] / mpmath.sqrt((a.T * a)[0] * (b.T * b)[0])
        return float(cosine), float(mpmath.acos(cosine))


def compare(first, second, call=lambda function, *vectors: function(*vectors)):
    expected = np.array([exact(a, b) for a, b in zip(first, second, strict=True)])
    np.testing.assert_allclose(call(similarity, first, second), expected[:, 0], rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(call(angle_between, first, second), expected[:, 1], rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(call(angle_error, first, second), expected[:, 1], rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("length", LENGTHS)
def test_the_length_does_not_matter(length):
    long = length * np.sign(FIRST) if length < 1e-320 else length * FIRST
    compare(long, SECOND)
    compare(SECOND, long)
    compare(long, long[::-1])
    compare(long, SECOND * 1e200)
    compare(long, SECOND * 1e-200)


@pytest.mark.parametrize("length", TRACED_LENGTHS)
def test_nor_under_jit(length):
    compare(length * FIRST, SECOND, call=lambda function, *vectors: jax.jit(function)(*vectors))


@pytest.mark.slow
@pytest.mark.parametrize("length", [1e-40, 1e-19, 1.0, 1e21, 1e38])
def test_single_precision_is_computed_in_double(length):
    first = (length * FIRST).astype(np.float32)
    first = first[np.any(first != 0, axis=-1)]
    second = first + np.float32(1e-4 * length)
    compare(first, second)
    compare(jnp.asarray(first), jnp.asarray(second))
    assert similarity(first, second).dtype == angle_between(first, second).dtype == np.float64
    if length > 1e-30:
        compare(jnp.asarray(first), second, call=lambda function, *vectors: jax.jit(function)(*vectors))


@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int64, np.float16])
def test_products_of_small_integers_do_not_wrap(kind):
    vectors = np.array([[100, 100, 0], [-100, 100, 127], [-127, 1, 0]], dtype=kind)
    compare(vectors, vectors[::-1])
    assert np.all(np.asarray(similarity(vectors, vectors)) == 1)
    assert np.all(angle_between(vectors, vectors) == 0)
    assert float(similarity(np.array([-128, 0, 0], np.int8), np.array([1, 0, 0], np.int8))) == -1


@pytest.mark.parametrize("angle", [1e-12, 0.3, np.pi / 2, np.pi - 1e-9])
def test_angles_are_exact_however_small(angle):
    first, second = np.array([2.0, 0, 0]), 3 * np.array([np.cos(angle), np.sin(angle), 0])
    assert angle_between(first, second) == pytest.approx(angle, rel=1e-12, abs=ROUNDING)


def test_small_angles_are_exact_relative_to_themselves():
    angles = np.geomspace(1e-150, 1e-3, 40)
    turned = np.stack([np.cos(angles), np.sin(angles), 0 * angles], -1)
    np.testing.assert_allclose(angle_between([7e250, 0, 0], turned), angles, rtol=ROUNDING)
    opposite = angle_between([-1.0, 0.0, 0.0], turned)
    np.testing.assert_allclose(opposite, np.pi - angles, rtol=ROUNDING)


def test_a_vector_is_like_itself_by_exactly_one():
    assert np.all(np.asarray(similarity(FIRST, FIRST)) == 1)
    assert np.all(np.asarray(similarity(FIRST, -4 * FIRST)) == -1)


@pytest.mark.slow
@pytest.mark.parametrize("call", [lambda f, *v: f(*v), lambda f, *v: jax.jit(f)(*v)], ids=["NumPy", "jit"])
def test_a_zero_vector_has_no_direction(call):
    first, second = (
        np.array([[0, 0, 0], [0, 0, 0], [0, 0, 1.0]]),
        np.array([[0, 0, 1.0], [0, 0, 0], [0, 0, 0]]),
    )
    assert np.all(np.isnan(call(angle_between, first, second)))
    assert np.all(np.isnan(call(similarity, first, second)))
    np.testing.assert_array_equal(call(angle_error, first, second), [0.5 * np.pi, np.nan, np.nan])


def test_the_angle_error_differentiates_and_maps():
    target, a = jnp.array([0.3, -0.5, 0.8]), jnp.array([1.0, 0.2, -0.4])
    gradient = jax.jit(jax.grad(angle_error))(a, target)
    for i in range(3):
        step = STEP * jnp.zeros(3).at[i].set(1.0)
        central = (angle_error(a + step, target) - angle_error(a - step, target)) / (2 * STEP)
        assert abs(gradient[i] - central) < SLOPE_TOLERANCE
    assert abs(gradient @ a) < ROUNDING, "the length does not matter"
    mapped = jax.vmap(angle_error, in_axes=(0, None))(FIRST, target)
    np.testing.assert_allclose(mapped, angle_error(FIRST, target), rtol=0, atol=ROUNDING)


@pytest.mark.slow
def test_lists_of_traced_numbers_are_vectors():
    slope = jax.grad(lambda t: angle_between([jnp.cos(t), jnp.sin(t), 0.0], [1.0, 0.0, 0.0]))(0.3)
    assert float(slope) == pytest.approx(1.0, abs=1e-14)


@pytest.mark.parametrize("function", [angle_between, angle_error, similarity])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([1.0, 0.0], [1.0, 0.0, 0.0]),
        ([1.0, 0.0, 0.0], 1.0),
        (np.ones((2, 3)), np.ones((4, 3))),
        ([1j, 0, 0], [1, 0, 0]),
        ([np.nan, 0, 0], [1, 0, 0]),
        ([1, 0, 0], [np.inf, 0, 0]),
        (["a", "b", "c"], [1, 0, 0]),
        ([[1, 0, 0], [1, 0]], [1, 0, 0]),
        (np.ma.array([[1.0, 0, 0], [0, 1, 0]], mask=[[1, 1, 1], [0, 0, 0]]), [1, 0, 0]),
    ],
    ids=["two", "number", "shapes", "complex", "NaN", "infinite", "text", "ragged", "masked"],
)
def test_what_cannot_be_compared_is_refused(function, first, second, refusal):
    refusal(function, first, second)


def test_arrays_broadcast():
    assert angle_between(FIRST[:, None], SECOND).shape == (40, 40)
    assert angle_error(FIRST[0], SECOND).shape == (40,)


def test_directions_of_angles_have_them():
    azimuth, polar = RNG.uniform(-np.pi, np.pi, 40), RNG.uniform(0, np.pi, 40)
    found = direction_of(azimuth, polar)
    np.testing.assert_allclose(np.arctan2(found[:, 1], found[:, 0]), azimuth, atol=1e-12)
    np.testing.assert_allclose(angle_between(found, [0, 0, 1]), polar, atol=ROUNDING)
    assert direction_of(0.3, polar).shape == (40, 3)
