"""Elementary beams: unit power, one polarisation pattern each, and the four of the paper."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optomag.optics.elementary import (
    azimuthal,
    circular,
    four_beam,
    linear,
    pupil_function,
    radial,
)

ROUNDING = 1e-13
"""A few operations in double precision on values of order one."""
STEP = 1e-6
SLOPE_TOLERANCE = 1e-8
"""Central differences of smooth functions: STEP^2 and rounding over STEP, with a margin."""

R, PHI = (a.ravel() for a in np.meshgrid([0.0, 0.4, 1.0], np.linspace(0.1, 6.1, 7)))
WEIGHTS = (0.398, -0.611, 0.467)


def cartesian(beam) -> np.ndarray:
    """(E_x, E_y) at the sample points, times sqrt(pi)."""
    rho_part, phi_part = np.moveaxis(np.asarray(beam.evaluate(R, PHI)), -1, 0) * np.sqrt(np.pi)
    return np.stack(
        [
            rho_part * np.cos(PHI) - phi_part * np.sin(PHI),
            rho_part * np.sin(PHI) + phi_part * np.cos(PHI),
        ],
        axis=-1,
    )


@pytest.mark.parametrize("angle", [0.0, 0.3, -2.0, np.pi / 2, jnp.asarray(0.3)])
def test_linear_polarisation_is_uniform(angle):
    beam = linear(angle)
    assert float(beam.power) == pytest.approx(1.0, rel=ROUNDING)
    expected = np.broadcast_to([np.cos(angle), np.sin(angle)], (len(R), 2))
    np.testing.assert_allclose(cartesian(beam), expected, atol=ROUNDING)


@pytest.mark.slow
def test_the_angle_may_be_traced():
    def along_x(angle):
        return jnp.real(linear(angle).evaluate([0.5], 0.0)[0, 0]) * jnp.sqrt(jnp.pi)

    assert jax.jit(along_x)(0.3) == pytest.approx(np.cos(0.3), rel=ROUNDING)
    assert jax.grad(along_x)(0.3) == pytest.approx(-np.sin(0.3), rel=ROUNDING)


@pytest.mark.parametrize("handedness", [1, -1])
def test_circular_polarisation_is_uniform(handedness):
    beam = circular(handedness)
    assert beam.power == pytest.approx(1.0, rel=ROUNDING)
    expected = np.broadcast_to(np.array([1, 1j * handedness]) / np.sqrt(2), (len(R), 2))
    np.testing.assert_allclose(cartesian(beam), expected, atol=ROUNDING)


def test_radial_and_azimuthal_follow_the_unit_vectors():
    np.testing.assert_allclose(cartesian(radial()), np.stack([np.cos(PHI), np.sin(PHI)], -1), atol=ROUNDING)
    np.testing.assert_allclose(
        cartesian(azimuthal()), np.stack([-np.sin(PHI), np.cos(PHI)], -1), atol=ROUNDING
    )
    assert radial().power == azimuthal().power == pytest.approx(1.0, rel=ROUNDING)


@pytest.mark.parametrize(
    ("build", "start"),
    [
        (lambda: linear(np.nan), "angle must be a finite number; got nan."),
        (lambda: linear("x"), "angle must be a finite number; got "),
        (lambda: linear([0.1, 0.2]), "angle must be a finite number; got [0.1, 0.2]."),
        (lambda: circular(0), "handedness must be +1 or -1; got 0."),
        (lambda: circular("left"), "handedness must be +1 or -1; got "),
        (lambda: circular(np.nan), "handedness must be +1 or -1; got nan."),
    ],
)
def test_polarisations_that_are_none_are_refused(build, start, refusal):
    assert refusal(build).startswith(start)


def test_four_beam_is_the_written_out_sum():
    from optomag.optics.masks import phase_step

    a, b1, b2 = WEIGHTS
    written = (
        1j * a * azimuthal() * phase_step("x")
        + (b1 + 1j * b2) * azimuthal() * phase_step("y")
        + 0.5 * radial()
    )
    beam = four_beam(*WEIGHTS, 0.5)
    assert set(beam.modes) == set(written.modes)
    np.testing.assert_allclose(beam.evaluate(R, PHI), written.evaluate(R, PHI), atol=ROUNDING)


def test_the_radial_weight_completes_the_power():
    left = 1 - np.square(WEIGHTS).sum()
    assert four_beam(*WEIGHTS).power == pytest.approx(1.0, rel=ROUNDING)
    assert complex(four_beam(*WEIGHTS).weights[-1]) == pytest.approx(np.sqrt(left), rel=ROUNDING)
    assert four_beam(0.0, 1.0, 0.0).power == pytest.approx(1.0, rel=ROUNDING)
    assert four_beam(*WEIGHTS, 2.0).power == pytest.approx(5 - left, rel=ROUNDING)


@pytest.mark.slow
def test_weights_of_the_four_beams_may_be_traced():
    def radial_weight(weights):
        return jnp.real(four_beam(*weights).weight_vector[-1])

    weights = jnp.array(WEIGHTS)
    expected = float(four_beam(*WEIGHTS).weights[-1].real)
    assert jax.jit(radial_weight)(weights) == pytest.approx(expected, rel=ROUNDING)
    np.testing.assert_allclose(jax.grad(radial_weight)(weights), -weights / expected, rtol=ROUNDING)
    batch = jnp.stack([weights, weights / 2])
    powers = jax.vmap(lambda w: four_beam(w[0], w[1], w[2]).power)(batch)
    np.testing.assert_allclose(powers, 1.0, rtol=ROUNDING)


def test_mixed_traced_and_plain_weights():
    slope = jax.grad(lambda a: four_beam(a, 0.2, 0.3, 0.4).power)(0.5)
    assert slope == pytest.approx(1.0, rel=ROUNDING)


@pytest.mark.parametrize(
    ("weights", "start"),
    [
        (
            (0.75, 1.0, 0.0),
            "sum of the squared weights must be <= 1; got 1.5625. Scale them down or give e_rho.",
        ),
        ((np.nan, 0.0, 0.0), "e_ax must be a finite number; got nan."),
        ((0.0, "0.1", 0.0), "e_ay1 must be a finite number; got "),
        ((0.0, 0.0, 0.1j), "e_ay2 must be a finite number; got 0.1j."),
        ((0.0, 0.0, 0.1, np.inf), "e_rho must be a finite number; got inf."),
    ],
)
def test_weights_that_cannot_be_are_refused(weights, start, refusal):
    assert refusal(four_beam, *weights).startswith(start)


def test_a_unit_sum_may_be_rounded():
    rng = np.random.default_rng(0)
    for weights in rng.normal(size=(20, 3)):
        assert four_beam(*weights / np.linalg.norm(weights)).power == pytest.approx(1.0, rel=ROUNDING)


def test_pupil_functions_give_arrays_or_numbers():
    def bent(r, phi):
        assert r.shape == phi.shape
        return r * np.exp(1j * phi), 0.5

    values = np.asarray(pupil_function(bent).evaluate(R, PHI))
    np.testing.assert_allclose(values[:, 0], R * np.exp(1j * PHI), rtol=ROUNDING)
    np.testing.assert_allclose(values[:, 1], 0.5, rtol=ROUNDING)
    assert pupil_function(bent).power == pytest.approx(np.pi / 2 + np.pi / 4, rel=ROUNDING)


def test_declared_jumps_make_the_power_exact():
    def jumps(r, phi):
        return np.where(r < 0.3, 2.0, 1.0), (phi > 1.0) & (phi < 4.0)

    beam = pupil_function(jumps, r_breaks=[0.3], phi_breaks=(1.0, 4.0))
    assert beam.power == pytest.approx(np.pi * (1 + 3 * 0.09) + 1.5, rel=ROUNDING)


def test_pupil_functions_may_use_jax():
    def field(r, phi):
        return jnp.cos(phi), jnp.sin(phi)

    assert pupil_function(field).power == pytest.approx(np.pi, rel=ROUNDING)


def test_pupil_functions_may_use_jax_under_jit():
    def field(r, phi):
        return jnp.cos(phi) + 0.125, jnp.sin(phi)

    power = jax.jit(lambda weight: (weight * pupil_function(field)).power)(2.0)
    assert power == pytest.approx(4 * np.pi * (1 + 0.125**2), rel=ROUNDING)


@pytest.mark.parametrize(
    ("build", "start"),
    [
        (lambda: pupil_function(0.5), "pupil function must be callable as f(r, phi) -> "),
        (lambda: pupil_function(np.hypot, r_breaks=[1.0]), "r_breaks must be a finite number > 0 and < 1; "),
        (lambda: pupil_function(np.hypot, r_breaks=[np.nan]), "r_breaks must be a finite number > 0 and < 1"),
        (lambda: pupil_function(np.hypot, phi_breaks=["x"]), "phi_breaks must be a finite number; got "),
        (lambda: pupil_function(lambda r, phi: (r * np.nan, r)).power, "pupil function must be finite "),
        (lambda: pupil_function(lambda r, phi: (phi > 1, 0.0)).power, "pupil function must be smooth "),
    ],
)  # fmt: skip
def test_functions_that_are_no_pupils_are_refused(build, start, refusal):
    assert refusal(build).startswith(start)


@pytest.mark.parametrize(
    "function",
    [
        lambda r, phi: r,
        lambda r, phi: None,
        lambda r, phi: (r, phi, r),
        lambda r, phi: (r[:2], phi),
        lambda r, phi: ("a", phi),
        lambda r: (r, r),
    ],
)
def test_functions_that_return_no_field_are_refused(function, refusal):
    message = refusal(lambda: pupil_function(function).power)
    assert message.startswith(
        "pupil function must be a function f(r, phi) that returns (E_rho, E_phi), each "
    )


def test_callable_objects_are_functions_too():
    @dataclass
    class Tilted:
        slope: float

        def __call__(self, r, phi):
            return np.exp(1j * self.slope * r * np.cos(phi)), 0.0

    assert pupil_function(Tilted(0.5)).power == pytest.approx(np.pi, rel=ROUNDING)
