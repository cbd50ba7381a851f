"""Beams as pytrees and to evaluate; their algebra is in tests/properties/test_beam_algebra.py."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optomag.optics.beam import Beam
from optomag.optics.elementary import azimuthal, four_beam, linear, radial
from optomag.optics.masks import annulus, gaussian, phase_step, sector, vortex

ROUNDING = 1e-13
"""A few operations in double precision on values of order one."""
STEP = 1e-6
SLOPE_TOLERANCE = 1e-8
"""Central differences of quadratic functions: rounding over the step, with a margin."""

UNIT = 1 / np.sqrt(np.pi)


def test_evaluate_broadcasts_and_gives_both_components():
    values = azimuthal().evaluate(np.linspace(0, 1, 4)[:, None], np.linspace(0, 6, 5))
    assert isinstance(values, jax.Array)
    assert values.shape == (4, 5, 2)
    assert values.dtype == jnp.complex128
    np.testing.assert_allclose(values[..., 0], 0.0, atol=ROUNDING)
    np.testing.assert_allclose(values[..., 1], UNIT, rtol=ROUNDING)


def test_one_pupil_point_gives_one_field():
    assert radial().evaluate(0.5, 0.1).shape == (2,)


def test_the_pupil_ends_at_its_rim():
    values = np.asarray(radial().evaluate([0.0, 1.0, np.nextafter(1.0, 2.0), 5.0], 0.3))
    np.testing.assert_allclose(values[:, 0], [UNIT, UNIT, 0, 0], rtol=ROUNDING)


@pytest.mark.parametrize("beam", [linear(0.3), radial() * vortex(3), azimuthal() * sector(0.5, 2.0)])
def test_azimuths_count_modulo_one_turn(beam):
    phi = np.linspace(0.1, 6.2, 9)
    expected = beam.evaluate(0.6, phi)
    for turns in (-3, -1, 2):
        np.testing.assert_allclose(beam.evaluate(0.6, phi + turns * 2 * np.pi), expected, atol=ROUNDING)


@pytest.mark.parametrize(
    ("r", "phi", "start"),
    [
        (np.nan, 0.0, "r must be a non-empty array of finite real numbers"),
        (np.inf, 0.0, "r must be a non-empty array of finite real numbers"),
        ([], 0.0, "r must be a non-empty array of finite real numbers"),
        ("rim", 0.0, "r must be a non-empty array of finite real numbers"),
        (0.5j, 0.0, "r must be a non-empty array of finite real numbers"),
        ([0.5, -0.25], 0.0, "r must be >= 0; got -0.25."),
        (0.5, np.nan, "phi must be a non-empty array of finite real numbers"),
        (0.5, None, "phi must be a non-empty array of finite real numbers"),
        pytest.param(np.ones(3), np.ones(4), "r"),
        pytest.param([[1.0], [1.0, 0.5]], 0.0, "r"),
    ],
)
def test_places_that_are_not_in_the_pupil_are_refused(r, phi, start, refusal):
    assert refusal(radial().evaluate, r, phi).startswith(start)


@pytest.mark.parametrize(
    "weight", [2, 2.0, 0.5j, np.float32(2), np.int64(3), np.complex64(1j), np.array(2.0)]
)
def test_numbers_of_python_and_numpy_scale_from_both_sides(weight):
    expected = complex(weight) * np.asarray(radial().evaluate([0.5], 1.0))
    for beam in (weight * radial(), radial() * weight):
        assert isinstance(beam, Beam)
        assert isinstance(beam.power, float)
        np.testing.assert_allclose(beam.evaluate([0.5], 1.0), expected, rtol=ROUNDING)


@pytest.mark.parametrize("weight", [jnp.asarray(2.0), jnp.asarray(1 - 2j), jnp.float32(0.5), jnp.asarray(3)])
def test_numbers_of_jax_scale_from_both_sides(weight):
    expected = complex(weight) * np.asarray(radial().evaluate([0.5], 1.0))
    for beam in (weight * radial(), radial() * weight):
        assert isinstance(beam, Beam)
        np.testing.assert_allclose(beam.evaluate([0.5], 1.0), expected, rtol=ROUNDING)
        assert float(beam.power) == pytest.approx(abs(complex(weight)) ** 2)


@pytest.mark.parametrize("factor", [np.ones(3), jnp.ones(3), [1.0, 2.0], "2"])
def test_beams_multiply_with_no_arrays(factor):
    with pytest.raises(TypeError):
        factor * radial()
    with pytest.raises(TypeError):
        radial() * factor


def test_beams_add_only_to_beams_and_do_not_multiply_each_other():
    with pytest.raises(TypeError):
        radial() + 1.0  # pyright: ignore[reportOperatorIssue]
    with pytest.raises(TypeError):
        radial() - vortex()  # pyright: ignore[reportOperatorIssue]
    with pytest.raises(TypeError):
        radial() * azimuthal()
    with pytest.raises(TypeError):
        radial() / azimuthal()


def test_beams_can_be_summed():
    assert sum([radial(), azimuthal()]).power == pytest.approx(2.0)  # pyright: ignore


@pytest.mark.parametrize(
    ("build", "start"),
    [
        (lambda: np.nan * radial(), "factor of a beam must be finite; got nan."),
        (lambda: radial() * complex(0, np.inf), "factor of a beam must be finite; got "),
        (lambda: radial() * None, "factor of a beam must be a complex number or a mask; got None."),
        (lambda: radial() / 0, "divisor of a beam must be different from zero; got 0."),
        (lambda: radial() / 0j, "divisor of a beam must be different from zero; got 0j."),
        (lambda: radial() / np.nan, "factor of a beam must be finite; got "),
        (lambda: (0 * radial()).normalized(), "beam power must be > 0; got 0. "),
        (lambda: (radial() - radial()).normalized(), "beam power must be > 0; got 0. "),
        (lambda: (radial() * annulus(0, 0.4) * annulus(0.6, 1)).normalized(), "beam power must be > 0; got 0. "),
    ],
)  # fmt: skip
def test_factors_and_powers_that_cannot_be_are_refused(build, start, refusal):
    assert refusal(build).startswith(start)


@pytest.mark.parametrize(
    "build",
    [
        lambda: (jnp.asarray(0.0) * radial()).normalized(),
        lambda: jnp.asarray(np.nan) * radial(),
        lambda: radial() / jnp.asarray(0.0),
        lambda: radial() / None,
        lambda: radial() * 10**400,
    ],
    ids=["no power", "NaN", "division by zero", "None", "too large"],
)
def test_the_same_is_refused_of_concrete_jax_numbers_and_odd_values(build, refusal):
    refusal(build)


def test_modes_that_cancel_carry_no_power(refusal):
    for angle in np.linspace(0.1, 3.0, 8):
        halves = radial() * sector(angle, angle + np.pi) + radial() * sector(angle + np.pi, angle + 2 * np.pi)
        refusal((halves - radial()).normalized)


def test_weights_are_numpy_unless_jax_traces_them():
    assert isinstance((2.0 * radial() + jnp.asarray(1.0) * azimuthal()).weight_vector, np.ndarray)
    traced = jax.eval_shape(lambda w: (2.0 * radial() + w * azimuthal()).weight_vector, 1.0)
    assert traced.dtype == jnp.complex128
    assert isinstance((2.0 * radial()).power, float)


def test_normalised_beams_keep_their_shape():
    beam = (3 - 4j) * radial() + 2.0 * linear() * gaussian(0.5)
    unit = beam.normalized()
    assert unit.power == pytest.approx(1.0, rel=ROUNDING)
    np.testing.assert_allclose(
        unit.evaluate([0.4], 1.0), beam.evaluate([0.4], 1.0) / math.sqrt(beam.power), rtol=ROUNDING
    )


def test_a_beam_is_a_pytree_of_its_weights():
    beam = 0.5 * radial() + 2j * azimuthal()
    assert jax.tree.leaves(beam) == [0.5, 2j]
    conjugate = jax.tree.map(np.conj, beam)
    assert conjugate.modes == beam.modes
    assert conjugate.weights == (0.5, -2j)
    through = jax.jit(lambda b: b.normalized())(beam)
    assert float(through.power) == pytest.approx(1.0, rel=ROUNDING)


def test_the_pupil_field_differentiates_with_respect_to_weights():
    def brightness(weights):
        beam = weights[0] * radial() + jax.lax.complex(weights[1], weights[2]) * linear() * phase_step("y")
        return jnp.sum(jnp.abs(beam.evaluate([0.2, 0.7], [1.0, 2.5])) ** 2) + beam.power

    weights = jnp.array([0.3, -0.7, 0.4])
    gradient = jax.jit(jax.grad(brightness))(weights)
    for i in range(3):
        step = STEP * jnp.zeros(3).at[i].set(1.0)
        central = (brightness(weights + step) - brightness(weights - step)) / (2 * STEP)
        assert abs(gradient[i] - central) < SLOPE_TOLERANCE


def test_vmap_over_weights_maps_power_and_field():
    batch = jnp.array([0.3, -2.0, 1.0])

    def power_and_field(weight):
        return (weight * radial() + azimuthal()).power, (weight * radial()).evaluate([0.5], 0.0)

    power, field = jax.vmap(power_and_field)(batch)
    np.testing.assert_allclose(power, batch**2 + 1, rtol=ROUNDING)
    np.testing.assert_allclose(field[:, 0, 0], batch * UNIT, rtol=ROUNDING)


def test_a_batch_of_beams_maps_back_over_its_weights():
    batch = jax.vmap(lambda w: four_beam(w, 0.2, 0.3, 0.4))(jnp.array([0.1, 0.2, 0.3]))
    np.testing.assert_allclose(
        jax.vmap(lambda beam: beam.power)(batch), np.array([0.01, 0.04, 0.09]) + 0.29, rtol=ROUNDING
    )


def test_a_batch_of_beams_has_a_leading_axis():
    batch = jax.vmap(lambda w: four_beam(w, 0.2, 0.3, 0.4))(jnp.array([0.1, 0.2, 0.3]))
    assert batch.batch_size == 3
    assert radial().batch_size == 0
    np.testing.assert_allclose(batch.power, np.array([0.01, 0.04, 0.09]) + 0.29, rtol=ROUNDING)
    assert batch.evaluate([0.5, 0.6], 0.0).shape == (3, 2, 2)
