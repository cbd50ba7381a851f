"""Plane waves of a pupil: the map to points, its adjoint, and agreement with the engine."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.inverse.structure import plane_waves as module
from optomag.inverse.structure.plane_waves import plane_waves
from optomag.optics.coupling import focal_coupling
from optomag.optics.film import Film
from optomag.optics.objective import Objective

LENS = Objective(na=0.95, wavelength=532e-9)
WAVE = LENS.wavelength
FILM = Film([(2.3, 80e-9)], substrate=1.46)
SCATTERED = np.random.default_rng(0).uniform(-2, 2, size=(5, 3)) * WAVE
INSIDE = SCATTERED * [1, 1, 0] + [0, 0, 40e-9]

ROUNDING = 1e-12
QUADRATURE = 1e-9
"""The nodes integrate products of two waves to about 1e-11."""


def random_vectors(*shape):
    rng = np.random.default_rng(1)
    return jnp.asarray(rng.normal(size=shape) + 1j * rng.normal(size=shape))


@pytest.mark.slow
@pytest.mark.parametrize("four_pi", [False, True])
@pytest.mark.parametrize("film", [None, Film([(2.3, 80e-9)], substrate=1.0)])
def test_reversing_is_the_adjoint_of_focusing(film, four_pi):
    """<q, A u> = <A^H q, u>, where the power is that of both lenses together."""
    points = SCATTERED if film is None else INSIDE
    waves = plane_waves(points, LENS, film=film, four_pi=four_pi)
    u, q = random_vectors(*waves.theta.shape, 2), random_vectors(5, 3)
    forward = jnp.vdot(q, waves.focus(u))
    weight = waves.solid_angle[..., None] / waves.lenses
    backward = jnp.vdot(waves.reverse(q), weight.astype(u.dtype) * u)
    assert abs(forward - backward) < ROUNDING * abs(forward) * 100


@pytest.mark.slow
@pytest.mark.parametrize(("film", "four_pi"), [(None, False), (None, True), (FILM, False)])
def test_the_coupling_is_that_of_the_bound(film, four_pi):
    points = SCATTERED if film is None else INSIDE
    waves = plane_waves(points, LENS, film=film, four_pi=four_pi)
    gx, gz = focal_coupling(LENS, film=film, height=40e-9, four_pi=four_pi)
    assert np.allclose(waves.coupling(), np.diag([gx, gx, gz]), rtol=0, atol=QUADRATURE * gx * 10)


@pytest.mark.slow
def test_the_gram_matrix_is_focusing_after_reversing():
    waves = plane_waves(SCATTERED, LENS, four_pi=True)
    q = random_vectors(5, 3)
    assert np.allclose(
        waves.gram() @ np.ravel(q), np.ravel(waves.focus(waves.reverse(q))), rtol=ROUNDING * 100
    )


def test_a_flat_pupil_has_unit_power():
    waves = plane_waves(SCATTERED, LENS)
    u = jnp.stack([waves.flat, jnp.zeros_like(waves.flat)], axis=-1).astype(jnp.complex128)
    assert abs(waves.power(u) - 1) < QUADRATURE


@pytest.mark.slow
def test_chunks_do_not_change_the_field(monkeypatch):
    whole = plane_waves(SCATTERED, LENS)
    monkeypatch.setattr(module, "CHUNK", 500)
    parts = plane_waves(SCATTERED, LENS)
    assert parts.theta.shape[0] > whole.theta.shape[0] == 1
    q = random_vectors(5, 3)
    first, second = (waves.focus(waves.reverse(q)) for waves in (whole, parts))
    assert np.allclose(first, second, rtol=ROUNDING)


def test_structures_that_do_not_fit_into_memory_are_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    with pytest.raises(InvalidInputError, match="small enough"):
        plane_waves(SCATTERED, LENS)
