"""A few Gauss-Newton steps from a field that nearly writes a direction to one that does."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from optomag.magnetism.inverse_faraday import induced_magnetization


def refined_fields(
    fields: np.ndarray, directions: np.ndarray, coupling: np.ndarray, *, steps: int
) -> jax.Array:
    """Fields of unit power that write closer to the directions.

    Parameters
    ----------
    fields : complex128, shape (n, 3)
        Fields E at the point to start from.
    directions : float64, shape (n, 3)
        Wanted unit vectors m.
    coupling : complex128, shape (3, 3)
        Hermitian positive G: the field E costs the power E^H G^-1 E.
    steps : int
        How many steps; each about squares the error [rad].

    Returns
    -------
    complex128, shape (n, 3)

    Notes
    -----
    The residual M/|M| - m across m has rank 2 in the 6 real unknowns of F = G^-1/2 E. The least-norm step,
    J^T (J J^T + m m^T)^-1 r, changes the field by as little power as possible and so keeps |M|.
    """
    values, vectors = np.linalg.eigh(coupling)
    root = ((vectors * np.sqrt(values)) @ vectors.conj().T).astype(np.complex128)
    start = np.asarray(fields) @ np.linalg.inv(root).T
    return _refined(jnp.asarray(start), jnp.asarray(directions), jnp.asarray(root), steps) @ root.T


@partial(jax.jit, static_argnums=3)
def _refined(start: jax.Array, directions: jax.Array, root: jax.Array, steps: int) -> jax.Array:
    def miss(unknown: jax.Array, direction: jax.Array) -> jax.Array:
        M = induced_magnetization(jax.lax.complex(unknown[:3], unknown[3:]) @ root.T)
        u = M / jnp.linalg.norm(M) - direction
        return u - direction * (direction @ u)

    def step(unknown: jax.Array, direction: jax.Array) -> jax.Array:
        slope = jax.jacfwd(miss)(unknown, direction)
        square = slope @ slope.T + jnp.outer(direction, direction)
        moved = unknown - slope.T @ jnp.linalg.solve(square, miss(unknown, direction))
        moved = moved / jnp.linalg.norm(moved)
        # A field that writes nothing has no slope: it stays.
        return jnp.where(jnp.all(jnp.isfinite(moved)), moved, unknown)

    unknown = jnp.concatenate([start.real, start.imag], axis=-1)
    unknown = unknown / jnp.linalg.norm(unknown, axis=-1, keepdims=True)
    for _ in range(steps):
        unknown = jax.vmap(step)(unknown, directions)
    return jax.lax.complex(unknown[:, :3], unknown[:, 3:])
