"""Shapes in annotations are checked while the tests run, and JAX matches nothing on its own."""

from __future__ import annotations

import jax.numpy as jnp
import jaxtyping
import numpy as np
import pytest

from optomag.inverse.structure.circular_fields import circular_fields
from optomag.inverse.structure.levenberg_marquardt import Iterate
from optomag.optics.jones import cartesian
from optomag.slm.panel import Window


@pytest.mark.parametrize("wrong", [np.zeros(3), np.zeros((2, 2)), np.zeros((2, 3), np.float32), [[0.0] * 3]])
def test_a_wrong_shape_or_type_is_seen_in_a_call(wrong):
    with pytest.raises(jaxtyping.TypeCheckError):
        circular_fields(wrong)


def test_shapes_that_do_not_fit_each_other_are_seen():
    with pytest.raises(jaxtyping.TypeCheckError):
        cartesian(np.zeros((4, 2), np.complex128), np.zeros(5))


@pytest.mark.parametrize(
    "record",
    [
        lambda: Iterate(jnp.zeros((2, 2)), 0.0, 0),
        lambda: Window(slice(0, 2), slice(0, 2), np.zeros((2, 1)), np.zeros(2), (0.0, 0.0), (1.0, 1.0)),
    ],
)
def test_a_wrong_field_of_a_record_is_seen(record):
    with pytest.raises(jaxtyping.TypeCheckError):
        record()


def test_implicit_broadcasting_and_conversion_are_refused():
    with pytest.raises(ValueError, match="rank_promotion"):
        jnp.zeros((2, 3)) + jnp.zeros(3)
    with pytest.raises(ValueError, match="promotion path"):
        jnp.zeros(3, jnp.complex128) * jnp.zeros(3)
