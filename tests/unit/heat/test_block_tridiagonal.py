"""Elimination in columns gives what a dense solver gives."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import lineax as lx
import numpy as np
import pytest

from optomag.heat.block_tridiagonal import BlockTridiagonal

ROUNDING = 1e-12


@pytest.mark.parametrize("fields", [1, 2])
def test_solutions_are_those_of_a_dense_matrix(fields):
    nz, nx, ny = 5, 2, 3
    random = np.random.default_rng(1)
    diagonals = jnp.asarray(random.normal(size=(3, nz, fields, fields, nx, ny)))
    diagonals = diagonals.at[1].add(6 * jnp.eye(fields)[None, :, :, None, None])

    def apply(v):
        padded = jnp.pad(v, ((1, 1), (0, 0), (0, 0), (0, 0)))
        return sum(jnp.einsum("zabij,zbij->zaij", diagonals[k], padded[k : k + nz]) for k in range(3))

    vector = jnp.asarray(random.normal(size=(nz, fields, nx, ny)))
    operator = lx.FunctionLinearOperator(apply, jax.eval_shape(lambda: vector))
    solver = BlockTridiagonal()
    found, result, _ = solver.compute(solver.init(operator, {}), vector, {})
    assert result == lx.RESULTS.successful
    size = vector.size
    dense = np.array([np.asarray(apply(row.reshape(vector.shape))).ravel() for row in jnp.eye(size)]).T
    np.testing.assert_allclose(found.ravel(), np.linalg.solve(dense, vector.ravel()), atol=ROUNDING)
