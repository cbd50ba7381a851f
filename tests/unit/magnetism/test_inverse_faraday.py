"""M = i gamma E x E*, and the cosine between two magnetizations."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optomag.conventions import VACUUM_IMPEDANCE
from optomag.errors import InvalidInputError
from optomag.magnetism.inverse_faraday import MagneticTerm, induced_magnetization, similarity

ROUNDING = 1e-14
"""A few products in double precision, relative to the largest."""
STEP = 1e-6
SLOPE_TOLERANCE = 1e-8
"""Central differences: rounding over the step and STEP^2."""

RNG = np.random.default_rng(1)
FIELD = RNG.normal(size=(4, 5, 3)) + 1j * RNG.normal(size=(4, 5, 3))


@pytest.mark.parametrize("gamma", [1.0, -2.5, np.float32(0.5), jnp.asarray(3.0)])
def test_it_is_the_cross_product_with_the_conjugate(gamma):
    expected = 1j * np.cross(FIELD, FIELD.conj())
    assert np.abs(expected.imag).max() < ROUNDING
    magnetization = induced_magnetization(FIELD, gamma)
    assert magnetization.dtype == jnp.float64
    np.testing.assert_allclose(magnetization, float(gamma) * expected.real, atol=100 * ROUNDING)


def test_linear_polarisation_induces_nothing_and_the_phase_does_not_matter():
    linear = np.exp(0.7j) * np.array([0.3, -2.0, 1.1])
    assert np.abs(induced_magnetization(linear)).max() < ROUNDING
    assert np.all(np.asarray(induced_magnetization([1.0, 2.0, 3.0])) == 0)
    np.testing.assert_allclose(
        induced_magnetization(np.exp(1.2j) * FIELD), induced_magnetization(FIELD), atol=100 * ROUNDING
    )


def test_it_is_quadratic_in_the_field():
    np.testing.assert_allclose(
        induced_magnetization(3j * FIELD), 9 * np.asarray(induced_magnetization(FIELD)), rtol=1e-12
    )


@pytest.mark.slow
def test_it_differentiates_and_maps():
    def total(x):
        return jnp.sum(
            induced_magnetization(jax.lax.complex(jnp.stack([x[0], x[1], 0.0]), jnp.stack([0.0, x[2], 0.5])))
            * jnp.arange(1.0, 4.0)
        )

    x = jnp.array([0.3, -0.8, 0.6])
    gradient = jax.jit(jax.grad(total))(x)
    for i in range(3):
        step = STEP * jnp.zeros(3).at[i].set(1.0)
        assert abs(gradient[i] - (total(x + step) - total(x - step)) / (2 * STEP)) < SLOPE_TOLERANCE
    mapped = jax.vmap(induced_magnetization)(jnp.asarray(FIELD[0]))
    np.testing.assert_allclose(mapped, induced_magnetization(FIELD[0]), rtol=ROUNDING)


@pytest.mark.parametrize(("E", "shape"), [(1.0, "()"), ([1.0, 2.0], "(2,)"), (np.ones((3, 4)), "(3, 4)")])
def test_fields_without_three_components_are_refused(E, shape, refusal):
    message = refusal(induced_magnetization, E)
    assert message == f"E must be vectors with a last axis of length 3; got an array of shape {shape}."


@pytest.mark.parametrize(
    ("E", "gamma"),
    [
        ([np.nan, 0.0, 0.0], 1.0),
        ([1.0, np.inf, 0.0], 1.0),
        (np.zeros((0, 3)), 1.0),
        ([1.0, 1j, 0.0], np.nan),
        ([1.0, 1j, 0.0], "1"),
        (np.ones((3, 3)), np.ones(3)),
    ],
    ids=["NaN", "infinite", "empty", "gamma NaN", "gamma text", "gamma array"],
)
def test_values_that_are_no_field_are_refused(E, gamma, refusal):
    refusal(induced_magnetization, E, gamma)


def test_similarity_is_the_cosine_whatever_the_lengths():
    a, b = RNG.normal(size=(2, 7, 3))
    expected = np.sum(a * b, axis=-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)
    np.testing.assert_allclose(similarity(a, b), expected, rtol=1e-12)
    np.testing.assert_allclose(similarity(1e9 * a, 1e-9 * b), expected, rtol=1e-12)
    np.testing.assert_allclose(similarity(b, a), expected, rtol=1e-12)
    np.testing.assert_allclose(similarity(a, -a), -1.0, rtol=1e-12)


def test_similarity_broadcasts():
    assert similarity(RNG.normal(size=(2, 1, 3)), RNG.normal(size=(5, 3))).shape == (2, 5)
    assert float(similarity([1, 0, 0], [0, 0, 2])) == 0.0


def test_similarity_with_nothing_is_undefined():
    values = np.asarray(similarity([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]], [1.0, 0.0, 0.0]))
    np.testing.assert_array_equal(np.isnan(values), [True, False])


def test_similarity_differentiates():
    target = jnp.array([0.3, -0.5, 0.8])
    a = jnp.array([1.0, 0.2, -0.4])
    gradient = jax.grad(similarity)(a, target)
    for i in range(3):
        step = STEP * jnp.zeros(3).at[i].set(1.0)
        central = (similarity(a + step, target) - similarity(a - step, target)) / (2 * STEP)
        assert abs(gradient[i] - central) < SLOPE_TOLERANCE
    assert abs(gradient @ a) < ROUNDING, "the length does not matter"


def test_vectors_without_three_components_are_refused(refusal):
    assert refusal(similarity, [1.0, 0.0], [1.0, 0.0, 0.0]).startswith(
        "first must be vectors with a last axis"
    )
    assert refusal(similarity, [1.0, 0.0, 0.0], 1.0).startswith("second must be vectors with a last axis")


@pytest.mark.parametrize(
    ("first", "second"),
    [(np.ones((2, 3)), np.ones((4, 3))), ([1j, 0, 0], [1, 0, 0])],
    ids=["shapes that do not broadcast", "complex"],
)
def test_vectors_that_cannot_be_compared_are_refused(first, second, refusal):
    refusal(similarity, first, second)


MAGNETIC = (RNG.normal(size=(4, 5, 3)) + 1j * RNG.normal(size=(4, 5, 3))) / VACUUM_IMPEDANCE


@pytest.mark.parametrize(("chi", "index"), [(0.205, 1.0), (-3.0, 2.5), (0.0, 1.9)])
def test_the_magnetic_term_adds_its_cross_product(chi, index):
    electric, magnetic = ((1j * np.cross(field, field.conj())).real for field in (FIELD, MAGNETIC))
    expected = electric + chi * (VACUUM_IMPEDANCE / index) ** 2 * magnetic
    term = MagneticTerm(H=MAGNETIC, chi=chi, index=index)
    np.testing.assert_allclose(
        induced_magnetization(FIELD, magnetic=term), expected, atol=100 * ROUNDING * abs(1 + chi)
    )


def test_without_a_magnetic_term_nothing_changes_to_the_last_bit():
    term = MagneticTerm(H=MAGNETIC, chi=0.0)
    np.testing.assert_array_equal(
        induced_magnetization(FIELD, 0.3, magnetic=term), induced_magnetization(FIELD, 0.3)
    )


def test_the_magnetic_term_can_be_traced():
    def size(scale):
        return jnp.sum(induced_magnetization(FIELD, scale, magnetic=MagneticTerm(H=MAGNETIC, chi=0.5)) ** 2)

    slope = float(size(1.0 + STEP) - size(1.0 - STEP)) / (2 * STEP)
    assert float(jax.grad(size)(1.0)) == pytest.approx(slope, rel=SLOPE_TOLERANCE)


def test_a_wrong_magnetic_term_is_refused():
    with pytest.raises(InvalidInputError, match="of the shape of E"):
        induced_magnetization(FIELD, magnetic=MagneticTerm(H=MAGNETIC[0], chi=0.2))
    with pytest.raises(InvalidInputError, match="chi must be"):
        MagneticTerm(H=MAGNETIC, chi=np.nan)
