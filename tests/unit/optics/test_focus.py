"""How `focus_field` is called: shapes, kinds of numbers, refusals, caches. Accuracy is in tests/physics."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optomag.grid import Grid
from optomag.learning.four_beam import focal_amplitudes
from optomag.optics.apodization import Herschel
from optomag.optics.elementary import circular, four_beam, linear, pixels, pupil_function, radial, stack_beams
from optomag.optics.film import Film
from optomag.optics.focus import field_scale, focus_field
from optomag.optics.masks import annulus, sector, vortex
from optomag.optics.objective import Objective

WAVELENGTH = 532e-9
LENS = Objective(na=0.95, wavelength=WAVELENGTH)
LENSES = [
    LENS,
    Objective(na=0.3, wavelength=633e-9, apodization=Herschel()),
    Objective(na=1.2, index=1.33, wavelength=WAVELENGTH),
]
FOCUS = np.zeros((1, 3))
POINTS = WAVELENGTH * np.array([[0.0, 0.0, 0.1], [0.3, -0.4, 0.5]])
GRID = Grid(WAVELENGTH * np.linspace(-0.5, 0.4, 3), [1e-7, 2e-7], [0.0, 1e-7])
TWO, THREE = stack_beams([linear(), circular(+1)]), stack_beams([radial()] * 3)
SAME = 1e-13
"""The same sums, perhaps in another order."""
ACCURACY = 1e-10
"""The promised relative error of the field."""


def norm(field) -> float:
    return float(np.linalg.norm(np.asarray(field)))


@pytest.mark.parametrize(
    ("where", "shape"),
    [
        (Grid([0.0, 1e-7], [0.0], [-1e-7, 0.0, 2e-7]), (2, 1, 3, 3)),
        (np.zeros((5, 3)), (5, 3)),
        ([[0.0, 0.0, 0.0]], (1, 3)),
        ([[0, 0, 0]], (1, 3)),
        (jnp.zeros((1, 3)), (1, 3)),
    ],
)
def test_shape_and_kind_of_the_field(where, shape):
    field = focus_field(radial(), LENS, where)
    assert isinstance(field, jax.Array)
    assert field.shape == shape
    assert field.dtype == jnp.complex128


def test_the_scale_is_the_dimensionless_field_at_one_watt():
    kz = focal_amplitudes(LENS)[1]
    field = np.asarray(focus_field(radial(), LENS, FOCUS))[0]
    np.testing.assert_allclose(
        field, [0, 0, kz * field_scale(LENS)], rtol=ACCURACY, atol=ACCURACY * norm(field)
    )
    # sqrt(2 Z0) / wavelength in air, Z0 = 376.73 ohm
    assert field_scale(LENS) == pytest.approx(np.sqrt(2 * 376.730313412) / WAVELENGTH, rel=1e-9)


@pytest.mark.parametrize("power", [4, 4.0, np.float32(4), np.array(4.0), jnp.asarray(4.0)])
def test_the_power_may_be_any_real_number(power):
    assert norm(focus_field(radial(), LENS, FOCUS, power=power)) == pytest.approx(
        2 * norm(focus_field(radial(), LENS, FOCUS)), rel=SAME
    )


@pytest.mark.parametrize(
    "rtol",
    [
        1e-6,
        np.float64(1e-6),
        pytest.param(np.array(1e-6)),
        pytest.param(jnp.asarray(1e-6)),
    ],
)
def test_the_tolerance_may_be_any_real_number(rtol):
    assert norm(focus_field(radial(), LENS, FOCUS, rtol=rtol)) > 0


def test_points_are_independent_of_their_neighbours():
    points = WAVELENGTH * np.array([[0.1, -0.2, 0.3], [0.0, 0.0, 0.0], [0.1, -0.2, 0.3]])
    field = np.asarray(focus_field(four_beam(0.3, 0.4, 0.5), LENS, points))
    np.testing.assert_array_equal(field[0], field[2])


def test_pupil_functions_and_elementary_beams_give_one_field():
    written = pupil_function(lambda r, phi: (np.cos(phi) / np.sqrt(np.pi), -np.sin(phi) / np.sqrt(np.pi)))
    points = WAVELENGTH * np.array([[0.0, 0.0, 0.0], [0.3, -0.4, 0.5]])
    difference = np.asarray(focus_field(written, LENS, points)) - np.asarray(
        focus_field(linear(), LENS, points)
    )
    assert norm(difference) < SAME * norm(focus_field(linear(), LENS, points))


@pytest.mark.parametrize(
    ("arguments", "options", "start"),
    [
        (("radial", LENS, FOCUS), {}, "beam must be an optomag Beam; got "),
        ((vortex(), LENS, FOCUS), {}, "beam must be an optomag Beam; got "),
        ((radial(), 0.95, FOCUS), {}, "lens must be an optomag Objective or a list of them; got 0.95."),
        ((radial(), [], FOCUS), {}, "lens must be an optomag Objective or a list of them; got []."),
        ((radial(), (LENS, 0.95), FOCUS), {}, "lens must be an optomag Objective or a list of them; got "),
        ((radial(), "lens", FOCUS), {}, "lens must be an optomag Objective or a list of them; got lens."),
        ((TWO, LENS, FOCUS), {"counter": THREE}, "batches of beam and counter must be equally long; got 2 and 3."),
        ((radial(), LENS, None), {}, "points must be a non-empty array of finite real numbers of shape (n, 3)"),
        ((radial(), LENS, [0.0, 0.0, 0.0]), {}, "points must be a non-empty array"),
        ((radial(), LENS, np.zeros((0, 3))), {}, "points must be a non-empty array"),
        ((radial(), LENS, np.zeros((4, 2))), {}, "points must be a non-empty array"),
        ((radial(), LENS, [[0.0, np.nan, 0.0]]), {}, "points must be a non-empty array"),
        ((radial(), LENS, [[0.0, np.inf, 0.0]]), {}, "points must be a non-empty array"),
        ((radial(), LENS, [[0j, 0.0, 0.0]]), {}, "points must be a non-empty array"),
        ((radial(), LENS, FOCUS), {"power": 0.0}, "power must be a finite number > 0; got 0.0."),
        ((radial(), LENS, FOCUS), {"power": np.nan}, "power must be a finite number > 0; got nan."),
        ((radial(), LENS, FOCUS), {"rtol": 1e-14}, "rtol must be between 1e-13 and 1e-2; got 1e-14."),
        ((radial(), LENS, FOCUS), {"rtol": 0.1}, "rtol must be between 1e-13 and 1e-2; got 0.1."),
        ((radial(), LENS, FOCUS), {"rtol": "fine"}, "rtol must be a finite number > 0; got "),
        ((0 * radial(), LENS, FOCUS), {}, "beam power must be > 0; got 0. Check the weights"),
        ((radial() - radial(), LENS, FOCUS), {}, "beam power must be > 0; got 0. Check the weights"),
        ((radial() * sector(0, 1) * sector(2, 3), LENS, FOCUS), {}, "beam power must be > 0; got 0. "),
    ],
)  # fmt: skip
def test_what_cannot_be_focused_is_refused(arguments, options, start, refusal):
    assert refusal(focus_field, *arguments, **options).startswith(start)


@pytest.mark.parametrize("weight", [0.0, np.nan])
def test_concrete_jax_weights_are_checked_too(weight, refusal):
    refusal(lambda: focus_field(jnp.asarray(weight) * radial(), LENS, FOCUS))


def test_a_batch_of_beams_is_focused_at_once():
    batch = jax.vmap(lambda w: four_beam(w, 0.2, 0.3, 0.4))(jnp.array([0.1, 0.2, 0.3]))
    fields = focus_field(batch, LENS, FOCUS)
    assert fields.shape == (3, 1, 3)
    for weight, field in zip((0.1, 0.2, 0.3), fields, strict=True):
        single = focus_field(four_beam(weight, 0.2, 0.3, 0.4), LENS, FOCUS)
        assert norm(field - single) < SAME * norm(single)


def test_a_batch_of_beams_is_focused_under_vmap():
    weights = jnp.array([0.1, 0.2, 0.3])
    batch = jax.vmap(lambda w: four_beam(w, 0.2, 0.3, 0.4))(weights)
    fields = jax.vmap(lambda beam: focus_field(beam, LENS, FOCUS))(batch)
    for weight, field in zip(weights, fields, strict=True):
        single = focus_field(four_beam(weight, 0.2, 0.3, 0.4), LENS, FOCUS)
        assert norm(field - single) < SAME * norm(single)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("beam", "options", "where"),
    [
        (four_beam(0.3, 0.4, 0.5), {"power": 3.0, "rtol": 1e-6}, GRID),
        (four_beam(0.3, 0.4, 0.5), {"power": 3.0, "rtol": 1e-6}, POINTS),
        (TWO, {"film": Film([(2.3, 1e-7)], 1.5), "dtype": np.complex64}, POINTS),
        (TWO, {"counter": radial()}, GRID),
    ],
    ids=["power, grid", "power, points", "film and beams", "counter and beams"],
)
def test_several_lenses_give_what_each_gives_alone(beam, options, where):
    fields = focus_field(beam, LENSES, where, **options)
    singles = [focus_field(beam, lens, where, **options) for lens in LENSES]
    assert fields.shape == (3, *singles[0].shape), "lenses come first, then beams, then space"
    for field, single in zip(fields, singles, strict=True):
        np.testing.assert_array_equal(field, single)


def test_a_list_of_one_lens_keeps_its_axis():
    assert focus_field(radial(), (LENS,), FOCUS).shape == (1, 1, 3)


@pytest.mark.slow
def test_pixels_go_through_several_lenses():
    beam = pixels(np.ones((4, 4, 2)))
    lenses = [LENS, Objective(na=0.5, wavelength=WAVELENGTH)]
    fields = focus_field(beam, lenses, POINTS)
    np.testing.assert_array_equal(fields[1], focus_field(beam, lenses[1], POINTS))


@pytest.mark.slow
def test_several_lenses_under_jit_grad_and_vmap():
    """|E|^2 is quadratic in the weight, so a central difference is exact up to rounding."""

    def brightness(weight):
        beam = weight * radial() + 0.4j * linear()
        return 1e-12 * jnp.sum(jnp.abs(focus_field(beam, LENSES[:2], POINTS)) ** 2)

    difference = 0.5 * (brightness(1.7) - brightness(-0.3))
    slope = jax.jit(jax.grad(brightness))
    assert float(slope(0.7)) == pytest.approx(float(difference), rel=ACCURACY)
    both = jax.vmap(jax.grad(brightness))(jnp.array([0.7, 0.9]))
    np.testing.assert_allclose(both, [slope(0.7), slope(0.9)], rtol=ACCURACY)


def test_several_lenses_count_against_the_memory(refusal):
    assert focus_field(radial(), LENS, FOCUS, memory=60).shape == (1, 3)
    assert refusal(focus_field, radial(), [LENS, LENS], FOCUS, memory=60).startswith("field must be at most ")


def test_a_film_that_suits_only_some_of_the_lenses_is_refused(refusal):
    options = {"film": Film([(2.3, 1e-7)], 1.0), "counter": radial()}
    assert refusal(focus_field, radial(), LENSES, FOCUS, **options).startswith(
        "substrate must be the lens' index 1.33"
    )


@pytest.mark.slow
@pytest.mark.parametrize("distance", [12.0, 30.0])
def test_points_tens_of_wavelengths_away_are_reached(distance):
    points = distance * WAVELENGTH * np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    assert norm(focus_field(radial(), LENS, np.concatenate([FOCUS, points]))) > 0
    line = distance * WAVELENGTH * np.linspace(-1, 1, 501)
    assert norm(focus_field(radial(), LENS, Grid(line, [0.0], [0.0]))) > 0


@pytest.mark.parametrize("where", [[[1.0, 0.0, 0.0]], [[0.0, 0.0, 0.5]], Grid([0.0, 0.9e-3], [0.0], [0.0])])
def test_distances_out_of_all_proportion_are_refused(where, refusal):
    refusal(focus_field, radial(), LENS, where)


def test_a_larger_rtol_takes_a_rougher_pupil():
    rough = pupil_function(lambda r, phi: (np.abs(r - 0.6) ** 3, 0.0))
    assert norm(focus_field(rough, LENS, FOCUS, rtol=1e-2)) > 0


def test_a_vortex_of_high_charge_is_dark_at_the_focus():
    points = WAVELENGTH * np.array([[0.0, 0.0, 0.0], [0.2, 0.1, 0.0]])
    dark = norm(focus_field(radial() * vortex(32), LENS, points))
    assert dark < SAME * norm(focus_field(radial(), LENS, points))


def test_double_precision_must_be_on(refusal):
    with jax.enable_x64(False):
        assert refusal(focus_field, linear(), LENS, FOCUS).startswith("jax_enable_x64 must be on")


def test_threads_get_the_same_field():
    beams = [radial() * annulus(0.1 * i, 0.9) for i in range(4)]
    alone = [norm(focus_field(beam, LENS, FOCUS, rtol=1e-9)) for beam in beams]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda beam: norm(focus_field(beam, LENS, FOCUS)), beams * 3))
    np.testing.assert_allclose(together, alone * 3, rtol=1e-9)
