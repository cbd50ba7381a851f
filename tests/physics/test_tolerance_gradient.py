"""Sensitivities from the gradient: against finite differences, closed forms and jumps that move."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

import optomag as om
from optomag.optics.focus import field_scale
from optomag.optics.jones import sampled_jones
from optomag.tolerances.disturbance import (
    IlluminationFill,
    PatternRotation,
    PatternShift,
    RetardanceError,
    ZernikeError,
)
from optomag.tolerances.gradient import slopes, zernike_slopes
from optomag.tolerances.pattern import Pattern
from optomag.tolerances.tolerance import tolerance

pytestmark = pytest.mark.slow

LENS = om.Objective(na=0.95, wavelength=532e-9)
EXAMPLE = om.four_beam(0.398, -0.611, 0.467)
FOCUS = (0.0, 0.0, 0.0)
ASIDE = (120e-9, -70e-9, 60e-9)
AMPLITUDE = 1 / np.sqrt(np.pi)
"""Of a uniform pupil of unit power."""

FINITE = 1e-7
"""Central differences in double precision: steps of 1e-4 err by 1e-8 in second order, rounding by 1e-12."""

WAVEFRONT = {(3, 1): 1.4, (2, -2): 7.0, (2, 2): 4.5, (2, 0): 18.0}
"""Relative error, times N^2, of a slope on N x N pixels; that of M itself is 5."""

TURN, TURN_ASIDE = 2.0, 13.0
"""The same of a rotation, at the focus and 150 nm from it, where waves turn across the pupil."""

LINE = 0.8
"""The same of a shift by which a straight jump between pixels moves."""

CUT = 10.0
"""Relative error, times N^1.5, where jumps cut pixels at all angles: 1.5 to 8, for they do so irregularly."""

RIM = 1.5
"""Relative error, times N, where the pattern changes along the radius at the rim: 1.3 to 1.4."""


def light(beam, *, at=FOCUS, film=None, counter=None):
    return om.Light(beam, LENS, film=film, counter=counter, points=[at])


def field(beam, at=FOCUS):
    return np.asarray(om.focus_field(beam, LENS, [at]))[0] / field_scale(LENS)


def magnetization(beam):
    E = field(beam)
    return 2 * np.cross(E.real, E.imag)


def turning(E, dE):
    """dM of M = 2 Re E x Im E."""
    return 2 * (np.cross(dE.real, E.imag) + np.cross(E.real, dE.imag))


def derivative(beam, item, count, *, at=FOCUS):
    jones = sampled_jones(beam, count)
    _, gradient = Pattern(light(beam, at=at), jones).gradient(0)
    return np.real(np.tensordot(gradient, item.derivative(jones), axes=3))


def error(beam, item, count, exact, *, at=FOCUS):
    return np.linalg.norm(derivative(beam, item, count, at=at) - exact) / np.linalg.norm(exact)


@pytest.mark.parametrize("behind", ["air", "film", "two lenses"])
def test_the_gradient_is_that_of_finite_differences(behind):
    film = om.Film(((1.95, 150e-9),), substrate=1.46) if behind == "film" else None
    at, count = np.array(ASIDE), 24
    counter = om.pixels(sampled_jones(om.radial() * 1j, count)) if behind == "two lenses" else None
    around = light(EXAMPLE, at=ASIDE, film=film, counter=counter)
    generator = np.random.default_rng(3)
    jones, change = generator.normal(size=(2, count, count, 2)) + 1j * generator.normal(
        size=(2, count, count, 2)
    )
    M, gradient = Pattern(around, jones).gradient(0)
    ahead, behind_it = (
        np.asarray(around.reduced_magnetization(at[None], beam=om.pixels(jones + sign * 1e-4 * change)))[0]
        for sign in (1, -1)
    )
    expected = (ahead - behind_it) / 2e-4
    found = np.real(np.tensordot(gradient, change, axes=3))
    np.testing.assert_allclose(found, expected, rtol=0, atol=FINITE * np.linalg.norm(expected))
    np.testing.assert_allclose(
        M, around.reduced_magnetization(at[None], beam=om.pixels(jones))[0], rtol=1e-12
    )


@pytest.mark.parametrize("order", WAVEFRONT, ids=str)
@pytest.mark.parametrize("count", [50, 100, 200])
def test_wavefront_errors_converge_to_the_exact_engine(order, count):
    step = 1e-4
    ahead, behind = (magnetization(EXAMPLE * om.zernike({order: sign * step})) for sign in (1, -1))
    exact = (ahead - behind) / (2 * step)
    assert error(EXAMPLE, ZernikeError(order=order), count, exact) < WAVEFRONT[order] / count**2


@pytest.mark.parametrize("count", [50, 100, 200])
def test_a_turned_pattern_turns_the_magnetization(count):
    exact = np.radians(1.0) * np.cross([0, 0, 1], magnetization(EXAMPLE))
    assert error(EXAMPLE, PatternRotation(), count, exact) < TURN / count**2


@pytest.mark.parametrize("count", [50, 100, 200])
def test_off_the_axis_a_turned_pattern_turns_the_whole_field(count):
    step = 1e-11
    along = [
        (field(EXAMPLE, ASIDE + step * u) - field(EXAMPLE, ASIDE - step * u)) / (2 * step) for u in np.eye(3)
    ]
    E = field(EXAMPLE, ASIDE)
    dE = np.cross([0, 0, 1], E) - np.cross([0, 0, 1], ASIDE) @ np.array(along)
    exact = np.radians(1.0) * turning(E, dE)
    assert error(EXAMPLE, PatternRotation(), count, exact, at=ASIDE) < TURN_ASIDE / count**2


@pytest.mark.parametrize("count", [50, 100, 200, 400])
def test_jumps_that_cut_pixels_turn_too(count):
    beam = om.linear(0.3) * om.sector(0.4, 2.1) + om.circular(+1) * 0.5
    exact = np.radians(1.0) * np.cross([0, 0, 1], magnetization(beam))
    assert error(beam, PatternRotation(), count, exact) < CUT / count**1.5


@pytest.mark.parametrize("count", [50, 51, 100, 200])
def test_a_straight_jump_moves_with_a_shifted_pattern(count):
    """x light with a step on the x axis: the jump of 2 sends its line integral of sqrt(cos theta) E_x."""
    beam = om.linear(0.0) * om.phase_step("x") + om.circular(+1) * 0.7
    line = quad(lambda r: (1 - (LENS.sine * r) ** 2) ** 0.25, 0, 1)[0]
    dE = np.array([-4 * AMPLITUDE * LENS.sine * line, 0, 0])
    exact = turning(field(beam), dE)
    assert error(beam, PatternShift(along="y"), count, exact) < LINE / count**2


@pytest.mark.parametrize("count", [50, 100, 200, 400])
def test_a_round_jump_moves_with_a_shifted_pattern(count):
    """x light in a disc of radius a: its moved rim sends pi a sin theta/sqrt(cos theta) along z."""
    edge = 0.6
    beam = om.linear(0.0) * om.annulus(0, edge) + om.circular(+1) * 0.7
    theta = np.arcsin(LENS.sine * edge)
    dE = np.array([0, 0, AMPLITUDE * LENS.sine * np.pi * edge * np.sin(theta) / np.sqrt(np.cos(theta))])
    exact = turning(field(beam), dE)
    assert error(beam, PatternShift(along="x"), count, exact) < CUT / count**1.5


@pytest.mark.parametrize("count", [50, 100, 200])
def test_patterns_that_change_at_the_rim_converge_more_slowly(count):
    width = 0.7

    def moved(r, phi):  # -d/dx of circular light in exp(-(r/w)^2)
        slope = 2 * r * np.cos(phi) / width**2 * np.exp(-((r / width) ** 2) + 1j * phi)
        return AMPLITUDE / np.sqrt(2) * slope, 1j * AMPLITUDE / np.sqrt(2) * slope

    beam = om.circular(+1) * om.gaussian(width) + om.linear(0.3) * 0.3
    exact = turning(field(beam), field(om.pupil_function(moved)))
    assert error(beam, PatternShift(along="x"), count, exact) < RIM / count


SIZES = [
    (ZernikeError(0.002, (2, 2)), 0.02),
    (ZernikeError(0.002, (3, 1)), 0.02),
    (RetardanceError(0.1), 0.01),
    (IlluminationFill(0.002), 0.01),
    (PatternShift(0.001, "x"), 0.01),
    (PatternShift(0.001, "y"), 0.01),
    (PatternRotation(0.05), 0.01),
]
"""Small errors, and how far first order may be from what is simulated: the second order of each."""


@pytest.fixture(scope="module")
def four_beams():
    return om.design([-0.559, -0.479, -0.560], LENS, method=om.FourBeam())


@pytest.mark.parametrize("pixels", [60, 90])
def test_slopes_agree_with_small_errors_whatever_the_pixels(four_beams, pixels):
    result = tolerance(four_beams, [item for item, _ in SIZES], draws=1, pixels=pixels)
    allowed = dict(SIZES)
    for row in result.sensitivities:
        first_order = row.slope * row.disturbance.typical
        assert first_order == pytest.approx(row.angle, rel=allowed[row.disturbance]), row.disturbance.name


def test_one_gradient_knows_every_zernike_term(four_beams):
    found = zernike_slopes(four_beams, highest=4, pixels=60)
    assert len(found) == sum(n + 1 for n in range(1, 5))
    items = [ZernikeError(order=order) for order in [(2, 2), (3, -1), (4, 0)]]
    for row in tolerance(four_beams, items, draws=1, pixels=60).sensitivities:
        assert isinstance(row.disturbance, ZernikeError)
        assert found[row.disturbance.order] == pytest.approx(row.slope, rel=1e-12)


def test_of_several_points_the_worst_one_counts():
    at = [FOCUS, ASIDE, (-200e-9, 30e-9, 0.0)]
    jones = sampled_jones(EXAMPLE, 40)
    changes = [item.derivative(jones) for item in (ZernikeError(), PatternShift())]
    together = slopes(Pattern(om.Light(EXAMPLE, LENS, points=at), jones), changes)
    alone = np.array([slopes(Pattern(light(EXAMPLE, at=point), jones), changes) for point in at])
    np.testing.assert_array_equal(together, alone.max(axis=0))
    backwards = slopes(Pattern(om.Light(EXAMPLE, LENS, points=at[::-1]), jones), changes)
    np.testing.assert_array_equal(backwards, together)
    assert np.all(alone.min(axis=0) < together)
