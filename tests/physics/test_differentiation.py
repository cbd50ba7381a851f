"""Transformations: gradients match finite differences; jit and vmap give what eager calls give."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import optomag as om

pytestmark = pytest.mark.slow

WAVELENGTH = 532e-9
LENS = om.Objective(na=0.95, index=1.0, wavelength=WAVELENGTH)
GRID = om.Grid.plane("xy", half_width=0.6 * WAVELENGTH, points=9)
PLACES = {
    "grid": GRID,
    "points": WAVELENGTH * np.array([[0.0, 0.0, 0.0], [0.2, -0.1, 0.3], [-0.7, 0.4, 1.0]]),
}
WEIGHTS = jnp.array([0.398, -0.611, 0.467, 0.5006])
SAME = 1e-13
"""The same sums in another order."""
STEP = 1e-5
SLOPE_TOLERANCE = 1e-8
"""A central difference of a polynomial of degree two is exact up to rounding over the step: 1e-14/STEP."""


@pytest.fixture(params=PLACES, ids=list(PLACES))
def place(request):
    return PLACES[request.param]


def field(weights, place):
    return om.focus_field(om.four_beam(*weights), LENS, place)


def spin(place):
    """A scalar of M, as a function of the weights, with no symmetry that could hide a wrong component."""

    def value(weights):
        magnetization = om.induced_magnetization(field(weights, place), gamma=1e-15)
        return jnp.sum(magnetization @ jnp.array([1.0, -0.4, 2.2]))

    return value


def test_gradient_matches_central_differences(place):
    value = jax.jit(spin(place))
    gradient = jax.jit(jax.grad(value))(WEIGHTS)
    for i, slope in enumerate(gradient):
        step = np.zeros(4)
        step[i] = STEP
        central = (value(WEIGHTS + step) - value(WEIGHTS - step)) / (2 * STEP)
        assert abs(slope - central) < SLOPE_TOLERANCE * np.abs(gradient).max()


def test_gradient_through_complex_weights():
    """For a function of a complex weight w = u + i v, JAX's gradient is df/du - i df/dv."""

    @jax.jit
    def peak(weight):
        beam = weight * om.radial() + 0.5 * om.circular(+1)
        return jnp.sum(jnp.abs(om.focus_field(beam, LENS, PLACES["points"])) ** 2) * 1e-14

    weight = 0.3 - 0.4j
    gradient = jax.grad(peak)(weight)
    slope_u = (peak(weight + STEP) - peak(weight - STEP)) / (2 * STEP)
    slope_v = (peak(weight + 1j * STEP) - peak(weight - 1j * STEP)) / (2 * STEP)
    assert abs(gradient - complex(slope_u, -slope_v)) < SLOPE_TOLERANCE * abs(gradient)


def test_second_derivatives_are_those_of_a_quadratic_form():
    """M is quadratic in the weights, so its constant Hessian gives M back."""
    value = spin(PLACES["points"])
    hessian = np.asarray(jax.jit(jax.hessian(value))(WEIGHTS))
    assert np.abs(hessian - hessian.T).max() < SAME * np.abs(hessian).max()
    assert abs(0.5 * WEIGHTS @ hessian @ WEIGHTS - value(WEIGHTS)) < SAME * np.abs(hessian).max()


def test_jit_agrees_with_eager(place):
    eager = field(WEIGHTS, place)
    compiled = jax.jit(lambda weights: field(weights, place))(WEIGHTS)
    assert jnp.abs(compiled - eager).max() < SAME * jnp.abs(eager).max()


def test_jit_before_eager_leaves_nothing_behind():
    """Plans are cached; the first use of a new grid inside a trace must not leak it."""
    grid = om.Grid.plane("xz", half_width=0.5 * WAVELENGTH, points=7)
    compiled = jax.jit(lambda weights: field(weights, grid))(WEIGHTS)
    eager = field(WEIGHTS, grid)
    assert jnp.abs(compiled - eager).max() < SAME * jnp.abs(eager).max()


def test_vmap_over_weights_agrees_with_a_loop(place):
    batch = jnp.stack([WEIGHTS, -0.5 * WEIGHTS[::-1], jnp.array([0.1, 0.2, 0.3, 0.4])])
    mapped = jax.vmap(lambda weights: field(weights, place))(batch)
    looped = jnp.stack([field(weights, place) for weights in batch])
    assert jnp.abs(mapped - looped).max() < SAME * jnp.abs(looped).max()


def test_a_beam_is_a_pytree():
    beam = om.four_beam(*WEIGHTS)
    through = jax.jit(lambda b: om.focus_field(b, LENS, GRID))(beam)
    eager = om.focus_field(beam, LENS, GRID)
    assert jnp.abs(through - eager).max() < SAME * jnp.abs(eager).max()
    doubled = jax.tree.map(lambda weight: 2 * weight, beam)
    assert abs(float(doubled.power) / float(beam.power) - 4) < SAME


def test_power_and_normalisation_differentiate():
    def power(weight):
        return (weight * om.radial() + om.linear() * om.sector(0.0, 1.0)).power

    slope = (power(0.7 + STEP) - power(0.7 - STEP)) / (2 * STEP)
    assert abs(jax.grad(power)(0.7) - slope) < SLOPE_TOLERANCE

    def unit_power(weight):
        return (weight * om.radial() + om.linear()).normalized().power

    assert abs(jax.grad(unit_power)(0.7)) < SAME
