"""4pi focusing: two equal lenses share the power, and what they send adds up in phase."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.optics.focus import field_scale

WAVELENGTH = 532e-9
LENS = om.Objective(na=0.95, wavelength=WAVELENGTH)
MIRROR = np.array([1.0, 1.0, -1.0])
ACCURACY = 1e-10
"""The promised relative error of the field."""
PRINTED_DIGITS = 5e-4
"""Half a unit of the last digit of |M| in the published table."""
PRINTED_WIDTH = 0.01
"""Relative; widths are printed to three digits."""

BEAMS = {"circular": om.circular(+1), "azimuthal vortex": om.azimuthal() * om.vortex(1)}
OBLIQUE = om.linear(0.4) * om.sector(0.2, 2.5) + 0.3j * om.radial()
"""A beam without any symmetry."""
DARK = 1e-20 * om.linear()
"""As good as no beam, which would be refused."""
GRID = om.Grid(*(WAVELENGTH * np.linspace(-w, w, 5) for w in (0.6, 0.5, 0.7)))
POINTS = WAVELENGTH * np.array([[0.0, 0.0, 0.0], [0.3, -0.2, 0.4], [-0.1, 0.2, -0.6]])


def field_of(beam, where=GRID, **options):
    return np.asarray(om.focus_field(beam, LENS, where, **options))


def along_axis(beam, heights, **options):
    """M_z on the axis, in units of unit power."""
    field = field_of(beam, om.Grid(0.0, 0.0, WAVELENGTH * heights), **options)[0, 0]
    return np.asarray(om.induced_magnetization(field / field_scale(LENS)))[:, 2]


def close(first, second):
    return np.linalg.norm(first - second) < ACCURACY * np.linalg.norm(second)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "peak", "width"), [("circular", 6.003, 0.342), ("azimuthal vortex", 4.217, 0.353)]
)
def test_the_magnetization_doubles_and_the_spot_shrinks(name, peak, width):
    heights = np.linspace(-0.3, 0.3, 1201)
    single = along_axis(BEAMS[name], np.zeros(1))[0]
    double = along_axis(BEAMS[name], heights, counter=BEAMS[name])
    assert double.max() == pytest.approx(peak, abs=PRINTED_DIGITS)
    assert double[600] == pytest.approx(2 * single, rel=ACCURACY)
    above = heights[double > 0.5 * double.max()]
    assert above[-1] - above[0] == pytest.approx(width, rel=PRINTED_WIDTH)


@pytest.mark.slow
@pytest.mark.parametrize("where", [GRID, POINTS], ids=["grid", "points"])
def test_each_lens_gets_half_the_power(where):
    alone = field_of(OBLIQUE, where, power=0.5)
    assert close(field_of(OBLIQUE, where, counter=DARK), alone)
    assert close(field_of(OBLIQUE, where, counter=DARK, power=6.0), np.sqrt(6.0) * alone)


@pytest.mark.slow
def test_the_second_beam_is_the_mirror_image_of_the_first():
    expected = field_of(OBLIQUE, power=0.5)[:, :, ::-1] * MIRROR
    assert close(field_of(DARK, counter=OBLIQUE), expected)
    assert close(
        field_of(DARK, POINTS * MIRROR, counter=OBLIQUE), field_of(OBLIQUE, POINTS, power=0.5) * MIRROR
    )


def test_the_field_of_equal_beams_is_its_own_mirror_image():
    field = field_of(OBLIQUE, counter=OBLIQUE)
    assert close(field[:, :, ::-1] * MIRROR, field)
    assert not close(field_of(OBLIQUE)[:, :, ::-1] * MIRROR, field_of(OBLIQUE))


def test_a_free_second_beam_adds_linearly():
    both = field_of(OBLIQUE, counter=2j * om.radial())
    first, second = field_of(OBLIQUE, power=0.5), field_of(2j * om.radial(), power=0.5)
    assert close(both, first + second[:, :, ::-1] * MIRROR)


@pytest.mark.slow
def test_a_relative_phase_slides_the_chain():
    """Ring at theta0: the standing wave moves by delta/(2 k cos theta0), physics of two crossed waves."""
    beam, delta = BEAMS["azimuthal vortex"] * om.annulus(0.899, 0.901), 0.8
    heights = np.linspace(-0.6, 0.6, 2401)
    cosine = np.sqrt(1 - (0.9 * LENS.sine) ** 2)
    at_rest = along_axis(beam, heights, counter=beam)
    moved = along_axis(beam, heights, counter=np.exp(1j * delta) * beam)
    expected = 0.5 * at_rest.max() * (1 + np.cos(4 * np.pi * cosine * heights - delta))
    np.testing.assert_allclose(moved, expected, atol=1e-4 * at_rest.max())


@pytest.mark.slow
def test_pixel_maps_meet_as_other_beams_do():
    jones = np.random.default_rng(1).normal(size=(8, 8, 2)) + 0j
    first, second = om.pixels(jones), om.pixels(1j * jones[::-1])
    both = field_of(first, counter=second)
    expected = field_of(first, power=0.5) + field_of(second, power=0.5)[:, :, ::-1] * MIRROR
    assert close(both, expected)


def test_the_field_has_the_precision_that_was_asked_for():
    assert field_of(OBLIQUE, counter=OBLIQUE, dtype=np.complex64).dtype == np.complex64


# --- with a film between the lenses -------------------------------------------------------------------------

LOPSIDED = om.Film(
    [(1.46, 0.2 * WAVELENGTH), (2.3 + 0.1j, 0.1 * WAVELENGTH)], 1.0, surface=-0.25 * WAVELENGTH
)


def test_a_symmetric_film_in_the_middle_keeps_the_symmetry():
    d = 0.2 * WAVELENGTH
    film = om.Film([(1.46, d), (2.3, d), (1.46, d)], 1.0, surface=-1.5 * d)
    field = field_of(OBLIQUE, film=film, counter=OBLIQUE)
    assert close(field[:, :, ::-1] * MIRROR, field)


@pytest.mark.slow
def test_turning_everything_around_turns_the_field_around():
    one = field_of(OBLIQUE, film=LOPSIDED, counter=om.circular(-1))
    other = field_of(om.circular(-1), film=LOPSIDED.mirrored(LENS), counter=OBLIQUE)
    assert close(other[:, :, ::-1] * MIRROR, one)
    assert close(
        field_of(om.circular(-1), POINTS * MIRROR, film=LOPSIDED.mirrored(LENS), counter=OBLIQUE) * MIRROR,
        field_of(OBLIQUE, POINTS, film=LOPSIDED, counter=om.circular(-1)),
    )


@pytest.mark.slow
def test_a_film_of_air_between_the_lenses_is_no_film():
    film = om.Film([(1.0, 0.2 * WAVELENGTH)], 1.0, surface=-0.3 * WAVELENGTH)
    options = {"counter": om.circular(-1)}
    assert close(field_of(OBLIQUE, film=film, **options), field_of(OBLIQUE, **options))


def displacement(film, grid):
    """(E_x, E_y, n^2 E_z), what an interface leaves continuous."""
    field = field_of(OBLIQUE, grid, film=film, counter=om.circular(-1))
    squared = film.index_at(grid.z, LENS)[:, None] ** 2
    return field * np.concatenate([np.ones((len(grid.z), 2)), squared], axis=1)


@pytest.mark.slow
def test_both_beams_are_continuous_at_the_interfaces():
    line = WAVELENGTH * np.array([-0.3, 0.2])
    sides = []
    for side in (-1, 1):
        grid = om.Grid(line, line, LOPSIDED.interfaces + side * 1e-9 * WAVELENGTH)
        sides.append(displacement(LOPSIDED, grid))
    # the fields change by k times the step across, in either medium
    assert np.linalg.norm(sides[1] - sides[0]) < 1e-7 * np.linalg.norm(sides[0])


@pytest.mark.slow
def test_both_beams_agree_on_the_medium_of_points_on_an_interface():
    layers = LOPSIDED.layers, LOPSIDED.substrate, LOPSIDED.surface
    line = WAVELENGTH * np.array([-0.3, 0.2])
    grid = om.Grid(line, line, LOPSIDED.interfaces)
    assert close(*(displacement(om.Film(*layers, front_owns=owns), grid) for owns in (True, False)))


def test_a_substrate_without_room_for_a_second_lens_is_refused():
    with pytest.raises(om.InvalidInputError, match="substrate must be the lens' index 1"):
        field_of(OBLIQUE, film=om.Film([(2.3, 1e-7)], 1.46), counter=OBLIQUE)
