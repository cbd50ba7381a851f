"""A record becomes named arrays and comes back; a table that does not fit gives nothing."""

from __future__ import annotations

import jax
import numpy as np
import optax
import pytest

from optomag.io.tensors import from_tensors, to_tensors
from optomag.learning.four_beam_network import FourBeamNetwork


@pytest.fixture
def record():
    layers = FourBeamNetwork.initialise(3, sizes=(3, 4, 3)).layers
    return {"layers": layers, "optimizer": optax.adam(1e-3).init(layers)}


@pytest.mark.slow
def test_a_state_survives_the_round_trip(record):
    tensors = to_tensors(record)
    assert {"layers.0.weight", "layers.1.bias", "optimizer.0.count"} <= tensors.keys()
    back = from_tensors(tensors, jax.tree.map(np.zeros_like, record))
    assert jax.tree.structure(back) == jax.tree.structure(record)
    assert all(
        np.array_equal(a, b) for a, b in zip(jax.tree.leaves(back), jax.tree.leaves(record), strict=True)
    )


@pytest.mark.slow
def test_another_name_shape_or_type_does_not_fit(record):
    tensors = to_tensors(record)
    weight = tensors["layers.0.weight"]
    for changed in (
        {name: array for name, array in tensors.items() if name != "layers.0.weight"},
        {**tensors, "more": weight},
        {**tensors, "layers.0.weight": weight[:, :2]},
        {**tensors, "layers.0.weight": weight.astype(np.float64)},
    ):
        assert from_tensors(changed, record) is None
