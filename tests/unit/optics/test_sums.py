"""The compiled sums: grids, points, blocks and batches add up the same waves."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optomag.grid import Grid
from optomag.optics import sums
from optomag.optics.elementary import azimuthal, circular, linear, pixels, radial, stack_beams
from optomag.optics.film import Film
from optomag.optics.focus import focus_field
from optomag.optics.masks import sector, vortex
from optomag.optics.objective import Objective

WAVELENGTH = 532e-9
LENS = Objective(na=0.95, wavelength=WAVELENGTH)
FILM = Film([(2.3, 0.2 * WAVELENGTH)], 1.46)
LINE = WAVELENGTH * np.linspace(-0.6, 0.5, 4)
GRID = Grid(LINE, LINE[:3], LINE[1:])
POINTS = GRID.points[::7]
SAME = 1e-12
"""The same sums in another order."""
BEAMS = [linear(), circular(+1) * sector(0.1, 2.0), 2j * radial() - azimuthal() * vortex(1), linear(0.3)]


def field_of(beam, where, **options):
    return np.asarray(focus_field(beam, LENS, where, **options))


def close(first, second, tolerance=SAME):
    return np.linalg.norm(first - second) < tolerance * np.linalg.norm(second)


def test_add_adds_one_or_more():
    assert float(sums.add([jnp.array(1.0)])) == 1.0
    assert float(sums.add(iter([jnp.array(1.0), jnp.array(2.0), jnp.array(4.0)]))) == 7.0


@pytest.mark.slow
@pytest.mark.parametrize(("dtype", "eps"), [(np.float64, 2.3e-16), (np.float32, 1.2e-7)])
def test_the_phasor_is_exact_to_the_last_digits(dtype, eps):
    turns = np.append(np.linspace(-40, 40, 99_991), [-0.5, -0.25, 0.0, 0.25, 0.5, 1.5]).astype(dtype)
    exact = np.exp(2j * np.pi * np.remainder(turns.astype(np.longdouble), 1))
    error = np.abs(np.asarray(sums.phasor(jnp.asarray(turns))) - exact).max()
    assert error < 8 * eps, "the double-angle formulas enlarge what rounding leaves"


@pytest.mark.slow
def test_the_gradient_at_points_does_not_keep_the_waves():
    """It would take gigabytes at the point counts of a mesh."""
    points = np.random.default_rng(6).normal(size=(40_000, 3)) * WAVELENGTH / 4

    def brightness(weight):
        return jnp.sum(jnp.abs(focus_field(weight * radial(), LENS, points)) ** 2)

    memory = jax.jit(jax.grad(brightness)).lower(0.3).compile().memory_analysis()
    assert memory.temp_size_in_bytes < 200e6, "the waves of all points are 0.7 GB"


@pytest.mark.slow
@pytest.mark.parametrize("film", [None, FILM], ids=["bare", "film"])
def test_grid_and_points_agree(film):
    for beam in BEAMS[1:3]:
        on_grid = field_of(beam, GRID, film=film).reshape(-1, 3)[::7]
        assert close(field_of(beam, POINTS, film=film), on_grid, 1e-10)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("film", "where", "count"), [(None, GRID, 1), (None, POINTS, 3), (FILM, GRID, 3), (FILM, POINTS, 3)]
)
def test_stacked_beams_equal_single_calls(film, where, count):
    """Here with no more beams than modes, so that they are summed one by one."""
    batch = field_of(stack_beams(BEAMS[:count]), where, film=film)
    singles = np.stack([field_of(beam, where, film=film) for beam in BEAMS[:count]])
    assert batch.shape == singles.shape
    assert close(batch, singles, 1e-10)


def test_many_beams_of_few_modes_equal_single_calls():
    """More beams than modes are combinations of the fields of the modes."""
    weights = np.random.default_rng(3).normal(size=(7, 2))
    batch = field_of(stack_beams([a * linear() + 1j * b * radial() for a, b in weights]), GRID)
    single = field_of(weights[4, 0] * linear() + 1j * weights[4, 1] * radial(), GRID)
    assert batch.shape == (7, *GRID.shape, 3)
    assert close(batch[4], single)


def test_many_beams_of_many_modes_equal_single_calls():
    """Beyond a few modes the combination is a matrix product."""
    weights = np.random.default_rng(5).normal(size=(sums.FEW_MODES + 2, sums.FEW_MODES + 1))
    beams = [sum(w * (radial() * vortex(charge)) for charge, w in enumerate(row)) for row in weights]
    assert close(field_of(stack_beams(beams), GRID)[4], field_of(beams[4], GRID))


@pytest.mark.slow
def test_batches_of_modes_and_pixels_add():
    jones = np.random.default_rng(4).normal(size=(5, 5, 2))
    beams = [linear() + pixels(jones), 2 * radial() + pixels(1j * jones)]
    batch = field_of(stack_beams(beams), POINTS)
    assert close(batch, np.stack([field_of(beam, POINTS) for beam in beams]))


@pytest.mark.slow
def test_a_batch_meets_a_counter_beam():
    batch = field_of(stack_beams(BEAMS[:2]), GRID, counter=radial())
    assert close(batch, np.stack([field_of(beam, GRID, counter=radial()) for beam in BEAMS[:2]]), 1e-10)


def test_batches_scale_and_take_masks():
    batch = 2j * stack_beams(BEAMS[:2]) * vortex(1)
    assert batch.batch_size == 2
    assert close(field_of(batch, POINTS)[1], field_of(2j * BEAMS[1] * vortex(1), POINTS), 1e-10)
    np.testing.assert_allclose(batch.power, [4 * beam.power for beam in BEAMS[:2]], rtol=SAME)


@pytest.mark.parametrize("beams", [[], [1.0], "beams", [linear(), None]])
def test_what_cannot_be_stacked_is_refused(beams, refusal):
    assert refusal(stack_beams, beams).startswith(
        "beams must be a sequence of one or more optomag Beams; got "
    )


def test_a_batch_with_one_dark_beam_is_refused(refusal):
    assert refusal(focus_field, stack_beams([linear(), 0 * linear()]), LENS, POINTS).startswith(
        "beam power must be > 0"
    )


def test_a_batch_counts_against_the_memory(refusal):
    one = 48.0 * len(POINTS)
    assert field_of(linear(), POINTS, memory=1.5 * one).shape == POINTS.shape
    refusal(focus_field, stack_beams(BEAMS[:2]), LENS, POINTS, memory=1.5 * one)


@pytest.mark.slow
def test_blocks_change_nothing(monkeypatch):
    """Sums over blocks of rings and of rows give what one sum gives."""
    fine = Grid(WAVELENGTH * np.linspace(-1, 1, 60), WAVELENGTH * np.linspace(-1, 1, 50), LINE[:2])
    whole = field_of(BEAMS[1], fine)
    monkeypatch.setattr(sums, "BLOCK_BYTES", 2**18)
    sums.sum_on_grid.clear_cache()
    in_blocks = field_of(BEAMS[1], fine)
    sums.sum_on_grid.clear_cache()
    assert not np.array_equal(in_blocks, whole), "another order of the sum"
    assert close(in_blocks, whole)


@pytest.mark.slow
@pytest.mark.parametrize("where", [GRID, POINTS], ids=["grid", "points"])
def test_gradients_with_respect_to_weights_under_jit(where):
    """|E_z|^2 is quadratic in the weight, so a central difference is exact up to rounding."""

    def brightness(weight):
        beam = weight * radial() + 0.4j * BEAMS[1]
        return 1e-12 * jnp.sum(jnp.abs(focus_field(beam, LENS, where, film=FILM)[..., 2]) ** 2)

    difference = 0.5 * (brightness(1.7) - brightness(-0.3))
    assert float(jax.jit(jax.grad(brightness))(0.7)) == pytest.approx(float(difference), rel=1e-10)
