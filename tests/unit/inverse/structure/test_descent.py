"""The descent reports the loss of the very unknowns that it hands out."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from optomag.inverse.structure.descent import BURST, descend

ROUNDING = 1e-12


def valley(x, depth):
    return jnp.sum((x - jnp.array([1.0, -2.0])) ** 2) - depth


def test_each_loss_belongs_to_its_unknowns_the_start_included():
    start = jnp.zeros(2)
    seen = list(descend(valley, start, 3.0, steps=BURST + 5, rate=0.3))
    assert [done for done, _, _ in seen] == [0, BURST, BURST + 5]
    np.testing.assert_array_equal(seen[0][1], start)
    for _, x, loss in seen:
        assert loss == pytest.approx(float(valley(x, 3.0)), rel=ROUNDING)
    assert seen[-1][2] < seen[0][2] - 1


def test_no_steps_are_no_steps():
    assert list(descend(valley, jnp.zeros(2), 3.0, steps=0, rate=0.3)) == []
