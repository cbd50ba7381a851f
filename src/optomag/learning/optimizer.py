"""Optimisers of Optax under any setting of JAX."""

from __future__ import annotations

from typing import Any

import jax
import optax


def self_promoting(optimizer: optax.GradientTransformation) -> optax.GradientTransformation:
    """The same optimiser, free to mix kinds of numbers where JAX_NUMPY_DTYPE_PROMOTION=strict forbids it.

    Optax raises its memories to the whole power of the step count. JAX's defaults allow that; a user's, or a
    test's, stricter setting is kept for everything but these few operations.
    """

    def update(updates: Any, state: Any, params: Any = None) -> tuple[Any, Any]:
        with jax.numpy_dtype_promotion("standard"):
            return optimizer.update(updates, state, params)

    return optax.GradientTransformation(optimizer.init, update)
