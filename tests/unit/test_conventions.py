"""Constants and precision; the signs are pinned by tests/physics/test_conventions.py."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import pytest
from scipy import constants

from optomag import conventions


def test_constants_agree_with_codata():
    assert constants.c == conventions.SPEED_OF_LIGHT
    # The last digits of eps0 move between CODATA releases: 1.6e-10 is its standard uncertainty.
    assert pytest.approx(constants.epsilon_0, rel=1e-9) == conventions.VACUUM_PERMITTIVITY


def test_physics_is_in_double_precision():
    assert jax.config.jax_enable_x64  # pyright: ignore[reportAttributeAccessIssue]
    assert jnp.asarray(1.0).dtype == jnp.float64
    assert (jnp.asarray(1.0) * 1j).dtype == jnp.complex128
