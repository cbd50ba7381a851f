"""Disturbances: what each does to a pupil map."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.optics.jones import cartesian, sampled_jones
from optomag.optics.lattice import pixel_lattice
from optomag.tolerances.disturbance import (
    BitDepth,
    FringingFields,
    IlluminationFill,
    PatternRotation,
    PatternShift,
    PhaseFlicker,
    RetardanceError,
    ZernikeError,
    usual_disturbances,
)
from optomag.tolerances.disturbed_maps import DisturbedMaps, disturbed_map

BEAM = om.four_beam(0.398, -0.611, 0.467)
PIXELS = 40
MANY = 10
"""Typical sizes after which the phase steps of a turned or shifted pattern lie on other pixels."""


ROUNDING = 1e-13
"""Numbers of order 1 in double precision, some tens of operations later."""

STEP = 1e-5
"""Of central differences, in typical sizes: their error of second order is below `SECOND_ORDER`."""

SECOND_ORDER = 1e-6
"""Relative; rounding over `STEP` is smaller."""


def disturbed(*sizes, beam=BEAM, seed=0):
    return disturbed_map(sampled_jones(beam, PIXELS), sizes, generator=np.random.default_rng(seed))


def test_nothing_wrong_leaves_the_map_as_it_is():
    np.testing.assert_array_equal(disturbed(), sampled_jones(BEAM, PIXELS))


@pytest.mark.parametrize(
    "item", [d for d in usual_disturbances() if not isinstance(d, BitDepth)], ids=lambda d: d.name
)
def test_size_zero_is_no_error(item):
    np.testing.assert_allclose(disturbed((item, 0.0)), disturbed(), atol=ROUNDING)


@pytest.mark.parametrize("item", usual_disturbances(), ids=lambda d: d.name)
def test_every_error_changes_the_map(item):
    assert np.abs(disturbed((item, MANY * item.typical)) - disturbed()).max() > 1e-3


def test_phases_are_what_the_masks_of_the_library_make():
    waves = disturbed((ZernikeError(order=(3, 1)), 0.07))
    np.testing.assert_allclose(waves, sampled_jones(BEAM * om.zernike({(3, 1): 0.07}), PIXELS), atol=1e-14)
    filled = disturbed((IlluminationFill(), 1 / 1.5**2))
    np.testing.assert_allclose(filled, sampled_jones(BEAM * om.gaussian(1.5), PIXELS), atol=1e-14)


def test_a_quarter_turn_is_a_quarter_turn():
    turned = disturbed((PatternRotation(), 90.0), beam=om.linear() * om.phase_step("x"))
    np.testing.assert_allclose(
        turned, sampled_jones(om.linear(np.pi / 2) * om.phase_step("y") * -1.0, PIXELS), atol=1e-12
    )


def test_a_shift_by_one_pixel_moves_the_map_by_one_pixel():
    inside = pixel_lattice(PIXELS).radius[1:] < 0.9
    moved, still = disturbed((PatternShift(along="x"), 2 / PIXELS)), disturbed()
    np.testing.assert_allclose(moved[1:][inside], still[:-1][inside], atol=1e-12)


def test_a_shift_by_part_of_a_pixel_lies_between_its_neighbours():
    moved, still = disturbed((PatternShift(along="y"), 0.6 / PIXELS)), disturbed()
    between = 0.7 * still[:, 1:] + 0.3 * still[:, :-1]
    np.testing.assert_allclose(moved[:, 1:], between, atol=ROUNDING)


def test_a_shift_of_the_map_is_one_of_the_pattern():
    smooth = om.linear(0.3) * om.zernike({(2, 2): 0.1})
    moved, shift = disturbed((PatternShift(along="x"), 0.03), beam=smooth), 0.03
    lattice = pixel_lattice(PIXELS)
    x, y = np.meshgrid(lattice.axis - shift, lattice.axis, indexing="ij")
    inside = np.hypot(x, y) < 1 - 2 / PIXELS
    azimuth = np.arctan2(y, x)[inside]
    wanted = cartesian(smooth.evaluate(np.hypot(x, y)[inside], azimuth), azimuth)
    curved = 0.0025  # h^2/8 times the second derivative; the shift itself is worth 0.05
    np.testing.assert_allclose(moved[inside], wanted, atol=curved)


def test_the_pattern_moves_before_the_optics_and_after_the_panel():
    shift, coma = (PatternShift(along="x"), 0.1), (ZernikeError(order=(3, 1)), 0.1)
    np.testing.assert_array_equal(disturbed(shift, coma), disturbed(coma, shift))
    moved = disturbed(shift)
    np.testing.assert_allclose(
        disturbed(coma, shift), coma[0].changed(moved, 0.1, np.random.default_rng(0)), atol=ROUNDING
    )
    rounded = disturbed((BitDepth(bits=3), 1.0), shift)
    panel = disturbed((BitDepth(bits=3), 1.0))
    np.testing.assert_allclose(rounded, shift[0].changed(panel, 0.1, np.random.default_rng(0)), atol=ROUNDING)


@pytest.mark.parametrize(
    "item", [d for d in usual_disturbances() if d.stage >= 3], ids=lambda item: item.name
)
def test_derivatives_are_those_of_the_disturbed_map(item):
    step = STEP * item.typical
    difference = (disturbed((item, step)) - disturbed((item, -step))) / (2 * step)
    exact = item.derivative(disturbed())
    np.testing.assert_allclose(exact, difference, rtol=0, atol=SECOND_ORDER * np.abs(exact).max())


@pytest.mark.parametrize("item", [PhaseFlicker(), FringingFields(), BitDepth()], ids=lambda item: item.name)
def test_what_is_random_or_has_edges_has_no_slope(item):
    assert item.derivative(disturbed()) is None


def test_retardance_leaves_e_y_alone():
    changed, still = disturbed((RetardanceError(), 30.0)), disturbed()
    np.testing.assert_allclose(changed[..., 1], still[..., 1])
    np.testing.assert_allclose(changed[..., 0], still[..., 0] * np.exp(1j * np.pi / 6))


def test_flicker_is_drawn_anew_and_fringing_only_touches_edges():
    item = (PhaseFlicker(), 0.1)
    assert np.abs(disturbed(item, seed=1) - disturbed(item, seed=2)).max() > 1e-2
    blurred = disturbed((FringingFields(), 0.5), beam=om.circular(+1))
    np.testing.assert_allclose(blurred, disturbed(beam=om.circular(+1)), atol=1e-13)


@pytest.mark.parametrize(("bits", "largest"), [(8, 0.04), (12, 0.0025)])
def test_rounding_falls_with_the_number_of_bits(bits, largest):
    field, still = disturbed((BitDepth(bits=bits), 1.0)), disturbed()
    assert (
        0.1 * largest < np.sqrt(np.mean(np.abs(field - still) ** 2) / np.mean(np.abs(still) ** 2)) < largest
    )


def test_many_sizes_of_one_map_are_the_same_as_each_by_itself():
    items, jones = usual_disturbances(), sampled_jones(BEAM, PIXELS)
    together = DisturbedMaps(jones, items)
    for part in (0.5, -2.0):
        sizes = [part * item.typical for item in items]
        alone = jones
        generator = np.random.default_rng(1)
        for item, size in sorted(zip(items, sizes, strict=True), key=lambda pair: pair[0].stage):
            alone = item.changed(alone, size, generator)
        np.testing.assert_allclose(together(sizes, np.random.default_rng(1)), alone, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ZernikeError(order=(2, 1)),
        lambda: ZernikeError(0.0),
        lambda: PatternShift(along="z"),
        lambda: BitDepth(bits=0),
    ],
)
def test_bad_disturbances_are_refused(make, refusal):
    refusal(make)
