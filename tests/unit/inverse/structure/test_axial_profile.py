"""Measures along the axis: widths in every direction, and strengths that always have a slope."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optomag.grid import Grid
from optomag.inverse.structure.axial_profile import (
    even_heights,
    largest,
    lateral_widths,
    minus_log,
    or_nan,
    penalty,
    unit_direction,
)
from optomag.magnetism.metrics import purity

UNIT = 1e-6
"""Metres."""


def elliptic(where):
    """A Gaussian of full widths 0.4 along x and 0.5 along y; twice as wide below z = 0."""
    if isinstance(where, Grid):
        return elliptic(where.points).reshape(*where.shape, 3)
    x, y, z = np.asarray(where).T / UNIT
    stretch = np.where(z < 0, 2.0, 1.0)
    value = np.exp(-4 * np.log(2) * ((x / 0.4) ** 2 + (y / 0.5) ** 2) / stretch**2)
    return np.stack([value, 0 * value, 0 * value], axis=-1)


def test_widths_are_those_of_an_ellipse_along_x_y_and_the_diagonals():
    diagonal = 1 / np.sqrt(0.5 / 0.4**2 + 0.5 / 0.5**2)
    widths = lateral_widths(
        elliptic, UNIT * np.array([-1.0, 1.0]), direction=(1.0, 0.0, 0.0), reach=0.8 * UNIT
    )
    expected = np.array([0.4, 0.5, diagonal, diagonal])
    np.testing.assert_allclose(widths / UNIT, [2 * expected, expected], atol=1e-3)


def test_what_does_not_fall_to_one_half_has_no_width():
    widths = lateral_widths(elliptic, UNIT * np.array([1.0]), direction=(1.0, 0.0, 0.0), reach=0.21 * UNIT)
    assert np.isfinite(widths[0, 0])
    assert np.isinf(widths[0, 1])
    assert np.all(
        np.isinf(lateral_widths(elliptic, np.zeros(1), direction=(-1.0, 0.0, 0.0), reach=0.8 * UNIT))
    )


def test_heights_are_even_and_hold_the_focus():
    heights = even_heights(1.0, 0.3)
    np.testing.assert_allclose(np.diff(heights), 0.25)
    assert 0.0 in heights


@pytest.mark.slow
def test_a_wrong_sign_still_has_a_slope():
    slope = jax.grad(minus_log)
    assert float(slope(jnp.float64(-1.0))) < 0
    assert float(slope(jnp.float64(0.5))) == pytest.approx(-2.0)
    assert float(minus_log(jnp.float64(0.5))) == pytest.approx(np.log(2))


def test_only_excess_is_penalised():
    terms = [(3.0, jnp.array([-1.0, 2.0])), (5.0, jnp.array([-2.0]))]
    assert float(penalty(terms)) == pytest.approx(3.0 * 4.0 / 2)


def test_directions_become_unit_vectors(refusal):
    assert unit_direction([0, 3, 4]) == (0.0, 0.6, 0.8)
    assert unit_direction([0, 3e200, 4e200]) == (0.0, 0.6, 0.8)
    assert unit_direction([0, 0, -1e-200]) == (0.0, 0.0, -1.0)
    refusal(unit_direction, [0.0, 0.0, 0.0])


def test_what_cannot_be_measured_is_nan():
    assert np.isnan(or_nan(purity, np.zeros((4, 3)), [0, 0, 1]))
    assert or_nan(purity, [[0, 0, 2.0]], [0, 0, 1]) == 1
    assert np.isnan(largest(np.zeros(0)))
    assert largest(np.array([1.0, 3.0])) == 3
