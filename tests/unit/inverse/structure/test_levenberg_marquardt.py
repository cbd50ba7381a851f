"""The matrix-free solver: quadratic convergence, shortest steps, coarse models."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from optomag.inverse.structure.levenberg_marquardt import levenberg_marquardt

SOLVED = 1e-24
LEAST_NORM = 1e-3
"""The damped step is a little shorter than the shortest solution."""


def circle_and_line(x, level):
    return jnp.array([x[0] ** 2 + x[1] ** 2 + x[2] ** 2 - level, x[0] - x[1]])


def test_equations_with_more_unknowns_are_solved():
    start = jnp.array([1.0, 0.5, 0.2])
    level = (jnp.asarray(2.0),)
    last = list(levenberg_marquardt(circle_and_line, start, steps=12, measured=level, modelled=level))[-1]
    assert last.cost < SOLVED
    assert last.steps <= 12


def test_costs_never_rise():
    start, level = jnp.array([5.0, -4.0, 0.1]), (jnp.asarray(1.0),)
    costs = [
        i.cost for i in levenberg_marquardt(circle_and_line, start, steps=10, measured=level, modelled=level)
    ]
    assert costs == sorted(costs, reverse=True)


@pytest.mark.slow
def test_a_linear_problem_takes_the_shortest_way():
    A = jnp.asarray(np.random.default_rng(0).normal(size=(3, 8)))
    b = jnp.array([1.0, -2.0, 0.5])
    start = jnp.zeros(8)
    run = levenberg_marquardt(lambda x, b: A @ x - b, start, steps=12, measured=(b,), modelled=(b,))
    found = list(run)[-1].x
    shortest = jnp.linalg.pinv(A) @ b
    assert jnp.linalg.norm(found - shortest) < LEAST_NORM * jnp.linalg.norm(shortest)


def test_a_coarse_model_still_solves_the_measured_equations():
    start = jnp.array([1.0, 0.5, 0.2])
    run = levenberg_marquardt(
        lambda x, level, tilt: circle_and_line(x * tilt, level),
        start,
        steps=20,
        measured=(jnp.asarray(2.0), jnp.asarray(1.0)),
        modelled=(jnp.asarray(2.0), jnp.asarray(1.03)),
    )
    assert list(run)[-1].cost < SOLVED
