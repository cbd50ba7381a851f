"""Pixel maps as beams: algebra, batches, gradients, refusals. Convergence is in tests/physics."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optomag.grid import Grid
from optomag.magnetism.inverse_faraday import induced_magnetization
from optomag.optics.apodization import Herschel
from optomag.optics.elementary import linear, pixels, stack_beams
from optomag.optics.film import Film
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.lattice import pixel_lattice
from optomag.optics.masks import annulus, vortex
from optomag.optics.objective import Objective
from optomag.optics.pixels import few_points_of_pixels, pixel_kernel, planes_of_pixels

WAVELENGTH = 532e-9
LENS = Objective(na=0.95, wavelength=WAVELENGTH)
POINTS = WAVELENGTH * np.array([[0.0, 0.0, 0.0], [0.3, -0.2, 0.1], [-0.4, 0.1, 0.1]])
LINE = WAVELENGTH * np.array([-0.3, 0.1, 0.4])
GRID = Grid(LINE, LINE[:2], LINE)
SAME = 1e-13
"""The same sums, perhaps in another order."""
COUNT = 6


def random_map(seed, *shape):
    rng = np.random.default_rng(seed)
    shape = shape or (COUNT, COUNT, 2)
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


def field_of(beam, where=POINTS, **options):
    return np.asarray(focus_field(beam, LENS, where, **options))


def close(first, second, tolerance=SAME):
    return np.linalg.norm(first - second) < tolerance * np.linalg.norm(second)


@pytest.mark.slow
@pytest.mark.parametrize("film", [None, Film([(2.3, 0.1 * WAVELENGTH)], 1.46)], ids=["bare", "film"])
def test_grids_and_points_give_one_field(film):
    beam = pixels(random_map(0))
    on_grid = field_of(beam, GRID, film=film).reshape(-1, 3)
    assert close(field_of(beam, GRID.points, film=film), on_grid)


@pytest.mark.slow
def test_a_fine_grid_is_interpolated_within_rtol():
    fine = Grid(WAVELENGTH * np.linspace(-0.3, 0.4, 120), [0.0], LINE[:1])
    beam = pixels(random_map(0))
    assert close(field_of(beam, fine).reshape(-1, 3), field_of(beam, fine.points), 1e-10)


@pytest.mark.slow
def test_maps_add_and_scale_like_their_arrays():
    a, b = random_map(1), random_map(2)
    assert close(field_of(2j * pixels(a) - pixels(b)), field_of(pixels(2j * a - b)))
    assert close(field_of(sum([pixels(a), pixels(b)]) / 4), field_of(pixels((a + b) / 4)))


@pytest.mark.slow
def test_maps_of_other_sizes_and_modes_add_too():
    a, b = pixels(random_map(1)), pixels(random_map(2, 9, 9, 2))
    mixed = a + b + 0.5 * linear()
    assert close(field_of(mixed), field_of(a) + field_of(b) + 0.5 * field_of(linear()))
    assert len(mixed.pixel_maps) == 2


@pytest.mark.slow
def test_masks_act_at_the_centres_of_the_pixels():
    jones, lattice = random_map(3), pixel_lattice(COUNT)
    masked = pixels(jones) * vortex(2) * annulus(0.0, 0.7)
    by_hand = jones * (np.exp(2j * lattice.azimuth) * (lattice.radius < 0.7))[..., None]
    assert close(field_of(masked), field_of(pixels(by_hand)))


def test_power_and_normalization():
    jones = random_map(4)
    beam = pixels(jones)
    expected = np.sum(pixel_lattice(COUNT).area[..., None] * np.abs(jones) ** 2)
    assert beam.power == pytest.approx(expected, rel=SAME)
    assert beam.normalized().power == pytest.approx(1.0, rel=SAME)


def test_the_value_of_a_pixel_fills_its_cell():
    jones = random_map(5)
    x, y = 0.05, -0.6  # in cell (3, 1) of six
    e_rho, e_phi = np.asarray(pixels(jones).evaluate(np.hypot(x, y), np.arctan2(y, x)))
    c, s = np.array([x, y]) / np.hypot(x, y)
    np.testing.assert_allclose([e_rho * c - e_phi * s, e_rho * s + e_phi * c], jones[3, 1], rtol=1e-12)


@pytest.mark.slow
def test_batches_equal_single_calls():
    maps = [random_map(seed) for seed in range(3)]
    singles = np.stack([field_of(pixels(jones)) for jones in maps])
    assert close(field_of(pixels(np.stack(maps))), singles)
    assert close(field_of(stack_beams([pixels(jones) for jones in maps])), singles)
    on_grid = field_of(pixels(np.stack(maps)), GRID)
    assert on_grid.shape == (3, *GRID.shape, 3)
    assert close(on_grid[1], field_of(pixels(maps[1]), GRID))


@pytest.mark.slow
def test_single_precision_keeps_six_digits():
    beam = pixels(random_map(6, 32, 32, 2))
    assert close(field_of(beam, GRID, dtype=np.complex64), field_of(beam, GRID), 2e-6)


def test_the_field_has_the_precision_that_was_asked_for():
    assert field_of(pixels(random_map(6)), GRID, dtype=np.complex64).dtype == np.complex64


def merit(jones):
    """A scalar of M that depends on every pixel."""
    field = focus_field(pixels(jones), LENS, POINTS) / field_scale(LENS)
    return jnp.sum(induced_magnetization(field) @ jnp.array([0.3, -0.5, 0.8]))


PARTS = np.stack([random_map(7).real, random_map(7).imag])


def merit_of_parts(parts):
    return merit(jax.lax.complex(parts[0], parts[1]))


@pytest.fixture(scope="module")
def differences():
    """Central differences of the merit; M is quadratic in the pupil, so they are exact up to rounding."""
    steps = np.eye(PARTS.size).reshape(-1, *PARTS.shape)
    value = jax.jit(lambda p: jax.lax.map(merit_of_parts, p))
    return 0.5 * (np.asarray(value(PARTS + steps)) - np.asarray(value(PARTS - steps)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "compiled",
    [pytest.param(False, marks=pytest.mark.long), True],  # compiled, the same gradient is quicker
    ids=["eager", "jit"],
)
def test_gradients_with_respect_to_every_pixel(compiled, differences):
    slope = jax.grad(merit_of_parts)
    gradient = (jax.jit(slope) if compiled else slope)(PARTS)
    np.testing.assert_allclose(
        np.asarray(gradient).ravel(), differences, rtol=0, atol=1e-11 * np.abs(differences).max()
    )
    # every cell that reaches into the pupil matters
    lit = np.broadcast_to(pixel_lattice(COUNT).area[..., None] > 1e-9, PARTS.shape)
    assert np.all(np.asarray(gradient)[lit] != 0)


@pytest.mark.parametrize("kind", [np.asarray, jnp.asarray], ids=["NumPy", "JAX"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, complex(0, np.nan)])
def test_pixels_that_are_not_finite_are_refused_counted_and_placed(bad, kind, refusal):
    jones = random_map(8)
    jones[2, 3, 1] = jones[3, 3, 0] = bad
    said = "pixels must be finite; got 2 values that are NaN or infinite, the first at [2, 3, 1], "
    r = f"{np.sqrt(2) / 6:.4g}"  # centre at (-1/6, 1/6)
    assert refusal(pixels, kind(jones)).startswith(f"{said}where r = {r} and phi = 2.356.")
    message = refusal(pixels, kind(jones), order="image")  # row 2 lies above, column 3 to the right
    assert message.startswith(f"{said}where r = {r} and phi = 0.7854.")


@pytest.mark.parametrize("kind", [np.asarray, jnp.asarray], ids=["NumPy", "JAX"])
@pytest.mark.parametrize("count", [20, 63, 64])
def test_cells_without_any_area_in_the_pupil_may_be_nan(kind, count):
    """Those whose nearest corner is not nearer than the rim; a cell that the rim cuts counts."""
    nearest = np.maximum(np.abs(2 * np.arange(count) + 1 - count) - 1, 0) / count
    outside = np.hypot(nearest[:, None], nearest[None, :]) >= 1
    assert outside.any()
    jones = random_map(9, count, count, 2)
    dark = np.where(outside[..., None], 0.0, jones)
    jones[outside] = np.nan
    assert np.array_equal(np.asarray(pixels(kind(jones)).pixel_maps[0]), dark)


def test_a_cell_that_the_rim_cuts_may_not_be_nan(refusal):
    jones = random_map(9, 20, 20, 2)
    jones[3, 3, 0] = np.nan  # centre at r = 0.92; the corner of [2, 2] lies outside
    jones[0, 7, 0] = np.nan  # centre at r = 0.98
    assert "got 2 values that are NaN or infinite, the first at [0, 7, 0]" in refusal(pixels, jones)


@pytest.mark.slow
def test_the_field_of_a_map_with_nan_outside_is_that_with_zeros():
    area = pixel_lattice(16).area
    jones = random_map(10, 16, 16, 2)
    holes = np.where(area[..., None] > 0, jones, np.nan)
    zeros = np.where(area[..., None] > 0, jones, 0)
    assert np.isnan(holes).any()
    assert np.array_equal(field_of(pixels(holes)), field_of(pixels(zeros)))
    assert np.array_equal(field_of(pixels(jnp.asarray(holes))), field_of(pixels(zeros)))


def test_traced_maps_are_left_as_they_are():
    jones = jnp.asarray(random_map(8)).at[2, 2, 0].set(jnp.nan)
    kept = jax.jit(lambda given: pixels(given).pixel_maps[0])(jones)
    assert np.array_equal(np.asarray(kept), np.asarray(jones), equal_nan=True)


@pytest.mark.parametrize("kind", [np.asarray, jnp.asarray], ids=["NumPy", "JAX"])
def test_rows_of_a_picture_begin_at_the_top(kind):
    """A map of x + 2 y, and E_y of y alone: no turn and no mirror image of it is the same."""
    y, x = np.meshgrid(pixel_lattice(8).axis[::-1], pixel_lattice(8).axis, indexing="ij")
    picture = np.stack([x + 2 * y, y], axis=-1).astype(complex)
    beam = pixels(kind(picture), order="image")
    for at in ([0.125, 0.375], [-0.625, 0.125], [0.375, -0.375]):
        r, phi = np.hypot(*at), np.arctan2(at[1], at[0])
        e_rho, e_phi = np.asarray(beam.evaluate(r, phi))
        c, s = np.cos(phi), np.sin(phi)
        found = [e_rho * c - e_phi * s, e_rho * s + e_phi * c]
        np.testing.assert_allclose(found, [at[0] + 2 * at[1], at[1]], atol=1e-12)


def test_pictures_come_in_batches_and_give_the_map_along_x_and_y():
    jones = random_map(11, 3, COUNT, COUNT, 2)
    pictures = np.stack([np.moveaxis(one, 1, 0)[::-1] for one in jones])
    assert np.array_equal(np.asarray(pixels(pictures, order="image").pixel_maps[0]), jones)


def test_other_orders_and_kinds_are_refused(refusal):
    assert refusal(pixels, random_map(0), order="yx") == "order must be one of xy, image; got yx."
    assert "an array of object" in refusal(pixels, np.full((2, 2, 2), None))
    assert "an array of <U1" in refusal(pixels, np.full((2, 2, 2), "1"))
    assert "lists of several lengths" in refusal(pixels, [[[1, 2]], [[1, 2], [3, 4]]])


def test_masked_maps_are_refused(refusal):
    masked = np.ma.masked_less(np.ones((4, 4, 2)), 0)
    assert "pixels must be an array without a mask" in refusal(pixels, masked)
    assert "pixels must be an array without a mask" in refusal(pixels, list(masked))


@pytest.mark.parametrize("shape", [(4, 4), (4, 5, 2), (4, 4, 3), (0, 0, 2), (2,), ()])
def test_arrays_that_are_no_maps_are_refused(shape, refusal):
    message = refusal(pixels, np.zeros(shape))
    assert message == f"pixels must be a complex array of shape (N, N, 2); got an array of shape {shape}."


@pytest.mark.slow
def test_dark_maps_are_refused(refusal):
    assert refusal(focus_field, pixels(np.zeros((4, 4, 2))), LENS, POINTS).startswith(
        "beam power must be > 0; got 0."
    )


def test_maps_of_different_sizes_do_not_stack(refusal):
    message = refusal(stack_beams, [pixels(random_map(0)), pixels(random_map(0, 4, 4, 2))])
    assert message.startswith("pixel maps of stacked beams must be of the same sizes; got ")


@pytest.mark.parametrize("where", [POINTS, GRID], ids=["points", "grid"])
def test_other_lenses_than_aplanatic_ones_are_refused(where, refusal):
    lens = Objective(na=0.9, wavelength=WAVELENGTH, apodization=Herschel())
    message = refusal(focus_field, pixels(random_map(0)), lens, where)
    assert message.startswith(
        "lens of a pixel pupil must be aplanatic (AbbeSine); got Herschel(). Other lenses bend"
    )


@pytest.mark.parametrize("film", [None, Film([(2.3, 80e-9)], substrate=1.46)], ids=["air", "film"])
def test_the_kernel_is_the_engine(film):
    jones, kernel = random_map(0), pixel_kernel(COUNT, LENS, film, POINTS)
    found = kernel.field(kernel.spectra(jones[kernel.inside]))
    assert close(found, field_of(pixels(jones), film=film) / field_scale(LENS))


def test_a_kernel_of_a_lens_that_bends_the_lattice_is_refused(refusal):
    refusal(
        pixel_kernel, COUNT, Objective(na=0.95, wavelength=WAVELENGTH, apodization=Herschel()), None, POINTS
    )


def test_a_turn_is_the_phase_of_every_wave():
    kernel = pixel_kernel(COUNT, LENS, None, POINTS)
    for shift in ([30e-9, -200e-9, 500e-9], [0.0, 70e-9, 0.0], [0.0, 0.0, 0.0]):
        exact = np.exp(1j * (kernel.waves @ np.array(shift)))
        np.testing.assert_allclose(kernel.turn(np.array(shift)), exact, rtol=0, atol=1e-14)


@pytest.mark.parametrize("film", [None, Film([(2.0, 60e-9), (2.9 + 3.6j, 20e-9)], 1.46)])
@pytest.mark.parametrize("count", [5, 6])
def test_planes_without_compilation_are_those_of_the_engine(film, count):
    jones = random_map(2, count, count, 2)
    axes = LINE, LINE[:2], WAVELENGTH * np.array([0.0, 0.13])
    found = planes_of_pixels(jones, LENS, film, axes)
    wanted = field_of(pixels(jones), Grid(*axes), film=film, rtol=1e-10) / field_scale(LENS)
    np.testing.assert_allclose(found, wanted, atol=1e-9 * np.abs(wanted).max())
    at = few_points_of_pixels(jones, LENS, film, POINTS)
    wanted = field_of(pixels(jones), POINTS, film=film, rtol=1e-10) / field_scale(LENS)
    np.testing.assert_allclose(at, wanted, atol=1e-9 * np.abs(wanted).max())
