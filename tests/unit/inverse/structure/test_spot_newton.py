"""The least change of a spot's field, and the iteration that is made of it."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from optomag.inverse.structure.gerchberg_saxton import cheapest_states
from optomag.inverse.structure.spot_newton import least_change, pattern_of, spot_newton
from optomag.magnetism.inverse_faraday import induced_magnetization

RNG = np.random.default_rng(0)
COUNT = 5
COUPLING = np.tile([3.0, 3.0, 2.0], (COUNT, 1))
FIELDS = RNG.normal(size=(COUNT, 3)) + 1j * RNG.normal(size=(COUNT, 3))
PATTERN = RNG.normal(size=(COUNT, 3))

RIDGE = 1e-5
"""Relative, of the ridge on the normal equations, which is 1e-6 of their trace."""


def written(fields):
    return np.asarray(induced_magnetization(fields))


def test_the_change_meets_the_equations_to_first_order():
    direction, errors = RNG.normal(size=(COUNT, 3)), []
    for size in (1e-2, 1e-3):
        wanted = written(FIELDS) + size * direction
        change = least_change(FIELDS, wanted, COUPLING)
        errors.append(np.linalg.norm(written(FIELDS + change) - wanted))
    assert errors[0] < 0.05 * 1e-2 * np.linalg.norm(direction)
    assert errors[1] == pytest.approx(1e-2 * errors[0], rel=0.5)  # what is left is of second order


def test_it_is_the_least_of_all_that_do():
    """Against the pseudo-inverse of a Jacobian by finite differences, in the metric G^-1."""
    wanted, step = written(FIELDS) + 1e-4 * PATTERN, 1e-6
    root = np.sqrt(COUPLING[0])
    for n in range(COUNT):
        columns = []
        for part in (1, 1j):
            for axis in range(3):
                moved = FIELDS[n] + step * part * root[axis] * np.eye(3)[axis]
                back = FIELDS[n] - step * part * root[axis] * np.eye(3)[axis]
                columns.append((written(moved[None])[0] - written(back[None])[0]) / (2 * step))
        y = np.linalg.pinv(np.array(columns).T) @ (wanted - written(FIELDS))[n]
        least = root * (y[:3] + 1j * y[3:])
        found = least_change(FIELDS, wanted, COUPLING)[n]
        assert np.linalg.norm(found - least) < 10 * RIDGE * np.linalg.norm(least)


def test_a_solution_does_not_move():
    states = cheapest_states(PATTERN, COUPLING)
    assert np.abs(least_change(states, PATTERN, COUPLING)).max() < 1e-12
    field = lambda moments: COUPLING * moments  # noqa: E731
    for moments, now in islice(spot_newton(field, PATTERN, COUPLING, states / COUPLING), 4):
        np.testing.assert_allclose(moments, states / COUPLING, atol=1e-12)
        assert now.error < 1e-12
        assert now.strength == pytest.approx(1.0)


def test_fields_without_spin_and_without_light_give_finite_steps():
    fields = np.array([[1, 0, 0], [0, 0, 0], [1, 1j, 0]], complex)
    change = least_change(fields, np.eye(3), COUPLING[:3])
    assert np.all(np.isfinite(change))
    assert np.all(np.linalg.norm(change, axis=-1) <= 0.5 * np.linalg.norm(fields, axis=-1) + 1e-12)


def test_spots_that_disturb_each_other_are_solved():
    """A random unitary-like mixing of the spots, of which each spot's own step knows nothing."""
    mix = np.eye(3 * COUNT) + 0.04 * (RNG.normal(size=(15, 15)) + 1j * RNG.normal(size=(15, 15)))

    def field(moments):
        return (mix @ (COUPLING * moments).ravel()).reshape(COUNT, 3)

    start = cheapest_states(PATTERN, COUPLING) / COUPLING
    errors = [now.error for _, now in islice(spot_newton(field, PATTERN, COUPLING, start), 40)]
    assert errors[0] > 1e-2
    assert min(errors) < 1e-6


def test_an_offset_is_part_of_the_field():
    states = cheapest_states(PATTERN, COUPLING)
    offset = 0.02 * FIELDS

    def field(moments):
        """Of unit power, as a pupil's: what is added cannot drown in it."""
        fields = COUPLING * moments
        return np.linalg.norm(states) / np.linalg.norm(fields) * fields

    steps = list(islice(spot_newton(field, PATTERN, COUPLING, states / COUPLING, offset=offset), 30))
    moments, now = min(steps, key=lambda step: step[1].error)
    assert now.error < 1e-6
    assert pattern_of(field(moments) + offset, PATTERN).error < 1e-6
    assert pattern_of(field(moments), PATTERN).error > 1e-3


def test_a_pattern_written_backwards_has_no_strength():
    states = cheapest_states(PATTERN, COUPLING)
    assert pattern_of(states.conj(), PATTERN) == (pytest.approx(-1.0), np.inf)
