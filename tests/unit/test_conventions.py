"""Constants, precision and the keeping of compiled code; the signs are pinned by tests/physics/test_conventions.py."""

from __future__ import annotations

import os
import subprocess
import sys

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


FIRST_CALL = """
import os, optomag as om
film, lens = om.Film([(2.3, 1e-7)], 1.5), om.Objective(na=0.95, wavelength=532e-9)
print(os.path.exists(os.environ["JAX_COMPILATION_CACHE_DIR"]))
om.focus_field(om.radial() * om.phase_step("x"), lens, [[0.0, 1e-7, 2e-7]], film=film)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("threshold", "kept"), [(None, True), ("1000", False)], ids=["ours", "the user's"])
def test_compiled_sums_are_kept_where_the_user_names_a_folder(threshold, kept, tmp_path):
    """And nothing is written by an import."""
    environment = {**os.environ, "JAX_COMPILATION_CACHE_DIR": str(tmp_path / "compiled")}
    for name in ("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "XLA_FLAGS"):  # the tests' own
        environment.pop(name, None)
    if threshold:
        environment["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = threshold
    run = subprocess.run(
        [sys.executable, "-c", FIRST_CALL], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["False"]
    assert any(tmp_path.glob("compiled/jit_sum_at_points-*")) == kept
