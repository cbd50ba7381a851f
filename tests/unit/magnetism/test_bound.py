"""The bound against independent searches: an eigenvalue problem for each direction, and random pupils."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.linalg import eigh

from optomag.magnetism.bound import magnetization_bound
from optomag.magnetism.direction import require_direction
from optomag.optics.coupling import focal_coupling
from optomag.optics.objective import Objective
from optomag.quadrature import sphere_directions

LENS = Objective(na=0.95, wavelength=532e-9)
LENSES = [LENS, Objective(na=1.4, index=1.515, wavelength=532e-9), Objective(na=0.05, wavelength=532e-9)]
IDS = ["air", "oil", "weak"]
ROUNDING = 1e-12
"""Small eigenvalue problems in double precision, relative."""
STEP = 1e-6
SLOPE_TOLERANCE = 1e-8
"""Central differences of a smooth function of order one."""

DIRECTIONS = sphere_directions(40)


def metric(lens) -> np.ndarray:
    """G^-1: the power that a focal field E costs is E^H G^-1 E."""
    transverse, axial = focal_coupling(lens)
    return np.diag([1 / transverse, 1 / transverse, 1 / axial])


def spin_form(direction) -> np.ndarray:
    """Hermitian matrix of the quadratic form (i E x E*).m."""
    x, y, z = direction
    return 1j * np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])


@pytest.mark.parametrize("lens", LENSES, ids=IDS)
def test_coupling_is_the_integral_over_the_cone(lens):
    def integrate(function):
        return quad(lambda t: 2 * np.pi * np.sin(t) * function(t), 0, lens.alpha, epsabs=0, epsrel=1e-13)[0]

    expected = integrate(lambda t: 0.5 * (1 + np.cos(t) ** 2)), integrate(lambda t: np.sin(t) ** 2)
    np.testing.assert_allclose(focal_coupling(lens), expected, rtol=ROUNDING)


def test_coupling_of_a_faint_lens_keeps_its_digits():
    transverse, axial = focal_coupling(Objective(na=1e-5, wavelength=1e-6))
    assert transverse == pytest.approx(np.pi * 1e-10, rel=1e-9)
    assert axial == pytest.approx(np.pi * 1e-20 / 2, rel=1e-9)


def test_the_form_of_the_spin_is_the_spin():
    E = np.array([0.3 - 1j, 0.5j, -0.7 + 0.2j])
    for direction in DIRECTIONS[:5]:
        expected = (1j * np.cross(E, E.conj())).real @ direction
        assert (E.conj() @ spin_form(direction) @ E).real == pytest.approx(expected, rel=ROUNDING)


@pytest.mark.parametrize("lens", LENSES, ids=IDS)
def test_the_bound_is_the_best_of_all_fields_that_write_exactly_along_the_direction(lens):
    """E x E* is along m only if E is normal to m: an eigenvalue problem in that plane."""
    for direction in DIRECTIONS:
        plane = np.linalg.svd(direction[None])[2][1:]
        best = eigh(
            plane @ spin_form(direction) @ plane.T, plane @ metric(lens) @ plane.T, eigvals_only=True
        )[-1]
        assert float(magnetization_bound(direction, lens)) == pytest.approx(best, rel=ROUNDING)


def test_a_magnetization_that_may_tilt_projects_farther():
    """The largest M.m is sqrt(gx gz sin^2 b + gx^2 cos^2 b), never below the bound, equal on axis and equator."""
    transverse, axial = focal_coupling(LENS)
    for direction in DIRECTIONS:
        best = eigh(spin_form(direction), metric(LENS), eigvals_only=True)[-1]
        cosine = direction[2] ** 2
        assert best == pytest.approx(
            np.sqrt(transverse * axial * (1 - cosine) + transverse**2 * cosine), rel=ROUNDING
        )
        assert float(magnetization_bound(direction, LENS)) < best
    for direction, best in (([0, 0, 1], transverse), ([1, 0, 0], np.sqrt(transverse * axial))):
        assert float(magnetization_bound(direction, LENS)) == pytest.approx(best, rel=ROUNDING)


@pytest.mark.parametrize("lens", LENSES, ids=IDS)
def test_no_random_field_beats_the_bound(lens):
    rng = np.random.default_rng(2)
    E = (rng.normal(size=(20_000, 3)) + 1j * rng.normal(size=(20_000, 3))) @ np.sqrt(
        np.linalg.inv(metric(lens))
    )
    M = (1j * np.cross(E, E.conj())).real
    power = np.einsum("ni,ij,nj->n", E.conj(), metric(lens), E).real
    used = np.linalg.norm(M, axis=-1) / power / np.asarray(magnetization_bound(M, lens))
    assert used.max() < 1 + ROUNDING
    assert used.max() > 0.999, "and the best of so many comes close"


def test_printed_range_over_the_sphere():
    bounds = np.asarray(magnetization_bound(sphere_directions(10_000), LENS))
    # mean, min and max as printed, to the third decimal
    np.testing.assert_allclose([bounds.mean(), bounds.min(), bounds.max()], [2.842, 2.697, 3.176], atol=1e-3)


def test_the_length_of_the_direction_does_not_matter():
    expected = magnetization_bound(DIRECTIONS, LENS)
    for scale in (1e-9, -3.0, 1e9):
        np.testing.assert_allclose(magnetization_bound(scale * DIRECTIONS, LENS), expected, rtol=ROUNDING)
    assert magnetization_bound([0, 0, 1], LENS).shape == ()
    assert magnetization_bound(DIRECTIONS.reshape(2, 20, 3), LENS).shape == (2, 20)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_nor_does_an_extreme_length(scale):
    expected = magnetization_bound(DIRECTIONS, LENS)
    np.testing.assert_allclose(magnetization_bound(scale * DIRECTIONS, LENS), expected, rtol=ROUNDING)


@pytest.mark.slow
def test_it_differentiates_and_maps():
    def bound(direction):
        return magnetization_bound(direction, LENS)

    direction = jnp.array([0.4, -0.3, 0.8])
    gradient = jax.jit(jax.grad(bound))(direction)
    for i in range(3):
        step = STEP * jnp.zeros(3).at[i].set(1.0)
        central = (bound(direction + step) - bound(direction - step)) / (2 * STEP)
        assert abs(gradient[i] - central) < SLOPE_TOLERANCE
    np.testing.assert_allclose(jax.vmap(bound)(jnp.asarray(DIRECTIONS)), bound(DIRECTIONS), rtol=ROUNDING)


@pytest.mark.parametrize(
    ("direction", "start"),
    [
        ([0.0, 0.0, 0.0], "direction must be a vector of non-zero length; got a zero vector."),
        ([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]], "direction must be a vector of non-zero length; got a zero vector."),
        ([np.nan, 0.0, 1.0], "direction must be a non-empty array of finite real numbers of shape (..., 3)"),
        ([np.inf, 0.0, 1.0], "direction must be a non-empty array"),
        ([1.0, 0.0], "direction must be a non-empty array"),
        (np.zeros((0, 3)), "direction must be a non-empty array"),
        (1.0, "direction must be a non-empty array"),
        ("x", "direction must be a non-empty array"),
        ([1j, 0.0, 0.0], "direction must be a non-empty array"),
        (None, "direction must be a non-empty array"),
        pytest.param(
            [[1.0, 0.0, 0.0], [1.0]], "direction must"
        ),
    ],
)  # fmt: skip
def test_directions_that_are_none_are_refused(direction, start, refusal):
    assert refusal(require_direction, direction).startswith(start)
    assert refusal(magnetization_bound, direction, LENS).startswith(start)


@pytest.mark.parametrize(
    "direction", [jnp.zeros(3), jnp.ones(2), jnp.ones(4), jnp.array([jnp.nan, 0.0, 1.0])]
)
def test_the_same_is_refused_of_jax_arrays(direction, refusal):
    refusal(magnetization_bound, direction, LENS)


def test_directions_come_back_as_doubles_and_unchanged():
    np.testing.assert_array_equal(require_direction([0, -2, 0]), [0.0, -2.0, 0.0])
    assert require_direction(np.float32([[1, 2, 3]])).dtype == np.float64
