"""Plans: where a field is summed, what is remembered, what grids are refused, honest errors."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optomag.grid import Grid
from optomag.optics.elementary import azimuthal, circular, four_beam, linear
from optomag.optics.film import Film
from optomag.optics.focus import focus_error, focus_field
from optomag.optics.masks import phase_step
from optomag.optics.objective import Objective
from optomag.optics.plan import band_limited_axis, plan_grid, plan_points

WAVELENGTH = 532e-9
LENS = Objective(na=0.95, wavelength=WAVELENGTH)
FILM = Film([(2.3, 0.2 * WAVELENGTH)], 1.46)
DOUBLE = np.dtype(np.complex128)
HARD = azimuthal() * phase_step("y") + 0.3 * circular(+1)
FINE = Grid(*(WAVELENGTH * np.linspace(-1.5, 1.5, n) for n in (61, 60, 3)))
SMALLER = Grid(*(WAVELENGTH * np.linspace(-0.7, 0.7, n) for n in (31, 30, 2)))


@pytest.mark.parametrize("rtol", [1e-4, 1e-8, 1e-12])
def test_band_limited_lines_are_interpolated_within_the_tolerance(rtol):
    axis = WAVELENGTH * np.linspace(-2.0, 3.0, 301)
    nodes, matrix = band_limited_axis(axis, LENS, rtol)
    assert matrix is not None
    assert len(nodes) < len(axis)
    k = LENS.wavenumber * LENS.sine * np.linspace(-1, 1, 11)
    error = matrix @ np.exp(1j * nodes[:, None] * k) - np.exp(1j * axis[:, None] * k)
    assert np.abs(error).max() < max(rtol, 1e-12)


def test_coarse_lines_are_summed_where_they_are():
    axis = WAVELENGTH * np.linspace(-2.0, 2.0, 9)
    nodes, matrix = band_limited_axis(axis, LENS, 1e-10)
    assert matrix is None
    np.testing.assert_array_equal(nodes, axis)
    single, none = band_limited_axis(np.array([1e-7]), LENS, 1e-10)
    assert none is None
    assert single == [1e-7]


def test_equal_questions_share_a_plan():
    question = (HARD.modes, LENS, FILM)
    grid = Grid(FINE.x.copy(), FINE.y.copy(), FINE.z.copy())
    assert plan_grid(*question, FINE, 1e-8, DOUBLE) is plan_grid(*question, grid, 1e-8, DOUBLE)
    points = FINE.points[:5]
    same = Film(FILM.layers, FILM.substrate)
    one = plan_points(*question, points.tobytes(), 1e-8, DOUBLE)
    assert one is plan_points(HARD.modes, LENS, same, points.copy().tobytes(), 1e-8, DOUBLE)


@pytest.mark.slow
def test_a_plan_made_under_a_trace_serves_later_calls():
    grid = Grid(FINE.x[:3], FINE.y[:2], [0.123e-7])

    def peak(weight):
        return jnp.abs(focus_field(four_beam(weight, 0.3, 0.4, 0.5), LENS, grid, film=FILM)).max()

    traced = jax.jit(peak)(0.2)
    assert float(peak(0.2)) == pytest.approx(float(traced), rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("film", [None, FILM], ids=["bare", "film"])
def test_single_precision_keeps_six_digits(film):
    assert 1e-9 < focus_error(HARD, LENS, SMALLER, film=film, dtype=np.complex64) < 2e-6
    points = SMALLER.points[::177]
    assert 1e-9 < focus_error(HARD, LENS, points, film=film, dtype=np.complex64) < 2e-6


@pytest.mark.slow
@pytest.mark.parametrize(
    ("film", "rtol"), [(None, 1e-2), (None, 1e-7), (None, 1e-10), (FILM, 1e-4), (FILM, 1e-10)]
)
def test_the_error_is_asked_for_kept_and_told(film, rtol):
    told = focus_error(HARD, LENS, FINE, film=film, rtol=rtol)
    rough = np.asarray(focus_field(HARD, LENS, FINE, film=film, rtol=rtol))
    # the same field by another way: point by point, other panels' counts, no interpolation
    points = FINE.points[::53]
    exact = np.asarray(focus_field(HARD, LENS, points, film=film, rtol=1e-13))
    true = np.linalg.norm(rough.reshape(-1, 3)[::53] - exact) / np.linalg.norm(exact)
    assert told <= rtol
    assert true <= rtol
    # both are L2 errors, one over all points and one over a fiftieth of them
    assert told < 1e-11 or 0.3 < true / told < 3


@pytest.mark.slow
def test_the_error_of_a_4pi_field_is_told_too():
    assert focus_error(HARD, LENS, FINE, counter=linear(), rtol=1e-6) <= 1e-6


def test_grids_above_the_memory_are_refused(refusal):
    huge = Grid(*(np.linspace(-1e-6, 1e-6, 1000) for _ in range(3)))
    message = refusal(focus_field, linear(), LENS, huge)
    assert (
        message
        == "field must be at most 8 GiB; got 44.7 GiB. Use stream_field, a smaller grid or a larger memory=."
    )
    assert refusal(focus_field, linear(), LENS, FINE, memory=1000).startswith("field must be at most ")
    assert refusal(focus_field, linear(), LENS, np.zeros((9, 3)), memory=400.0).startswith("field must be ")


@pytest.mark.parametrize("memory", [0, -1.0, np.nan, "much"])
def test_the_memory_is_a_positive_number(memory, refusal):
    assert refusal(focus_field, linear(), LENS, FINE, memory=memory).startswith(
        "memory must be a finite number > 0"
    )


@pytest.mark.parametrize("dtype", ["fine", np.float64, np.complex256, 5, object])
def test_only_complex_precisions_are_taken(dtype, refusal):
    assert refusal(focus_field, linear(), LENS, FINE, dtype=dtype).startswith(
        "dtype must be complex64 or complex128"
    )
