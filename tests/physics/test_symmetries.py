"""Symmetries of the integral that hold exactly: rotation, mirror, time reversal, translation, scaling."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om

WAVELENGTH = 532e-9
LENS = om.Objective(na=0.95, index=1.0, wavelength=WAVELENGTH)
AGREEMENT = 1e-11
"""Two correct evaluations of one field at rtol = 1e-12 differ by no more than this."""

ABERRATION = {(2, 2): 0.07, (3, -1): -0.1, (4, 0): 0.05, (2, -2): 0.04, (5, 3): 0.03}
POINTS = WAVELENGTH * np.array(
    [[0.0, 0.0, 0.0], [0.4, -0.3, 0.2], [-1.2, 0.7, -0.9], [0.1, 2.1, 1.4], [3.0, -2.0, -4.0]]
)


def field_at(beam, points, lens=LENS) -> np.ndarray:
    return np.asarray(om.focus_field(beam, lens, points, rtol=1e-12))


def assert_same_field(field, expected) -> None:
    assert np.linalg.norm(field - expected) < AGREEMENT * np.linalg.norm(expected)


def rotation(angle: float) -> np.ndarray:
    return np.array(
        [[np.cos(angle), -np.sin(angle), 0.0], [np.sin(angle), np.cos(angle), 0.0], [0.0, 0.0, 1.0]]
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("beam", "turned", "angle"),
    [
        (om.linear(angle=0.2), om.linear(angle=1.5), 1.3),
        (om.azimuthal() * om.phase_step("y"), om.azimuthal() * om.phase_step("x"), np.pi / 2),
        (om.radial() * om.sector(0.1, 1.9), om.radial() * om.sector(0.8, 2.6), 0.7),
        (om.circular(+1), np.exp(-0.9j) * om.circular(+1), 0.9),
        (om.radial() * om.vortex(2), np.exp(-0.8j) * om.radial() * om.vortex(2), 0.4),
        (
            om.linear() * om.zernike({(3, 1): 0.1}),
            om.linear(angle=np.pi / 2) * om.zernike({(3, -1): 0.1}),
            np.pi / 2,
        ),
    ],
    ids=["linear", "step", "sector", "circular", "vortex", "coma"],
)
def test_turning_the_pupil_turns_the_field(beam, turned, angle):
    turn = rotation(angle)
    assert_same_field(field_at(turned, POINTS @ turn.T), field_at(beam, POINTS) @ turn.T)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("beam", "mirrored"),
    [
        (om.linear(angle=0.4), om.linear(angle=-0.4)),
        (om.circular(+1) * om.vortex(1), om.circular(-1) * om.vortex(-1)),
        (om.radial() * om.sector(0.2, 1.1), om.radial() * om.sector(-1.1, -0.2)),
        (om.azimuthal() * om.phase_step("y"), -1.0 * om.azimuthal() * om.phase_step("y")),
        (
            om.radial() * om.zernike(ABERRATION),
            om.radial() * om.zernike({(n, m): np.sign(m + 0.5) * w for (n, m), w in ABERRATION.items()}),
        ),
    ],
    ids=["linear", "circular vortex", "sector", "step", "aberrated"],
)
def test_mirror_image_of_the_pupil_gives_the_mirror_image_of_the_field(beam, mirrored):
    mirror = np.array([1.0, -1.0, 1.0])
    assert_same_field(field_at(mirrored, POINTS * mirror), field_at(beam, POINTS) * mirror)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("beam", "conjugate"),
    [
        (om.circular(+1), om.circular(-1)),
        ((0.3 + 0.5j) * om.radial() * om.vortex(2), (0.3 - 0.5j) * om.radial() * om.vortex(-2)),
        (
            om.linear(angle=0.3) * om.zernike(ABERRATION),
            om.linear(angle=0.3) * om.zernike({order: -w for order, w in ABERRATION.items()}),
        ),
    ],
    ids=["circular", "vortex", "aberrated"],
)
def test_time_reversal(beam, conjugate):
    """The conjugate pupil focuses to the conjugate field at the opposite point: E'(r) = E(-r)*."""
    assert_same_field(field_at(conjugate, POINTS), field_at(beam, -POINTS).conj())


def test_a_tilt_of_the_pupil_moves_the_field_sideways():
    """2 a r cos(phi) waves equal the phase k sin(theta) cos(phi) X with X = 2 a wavelength / NA."""
    waves_x, waves_y = 0.3, -0.2
    shift = 2 * WAVELENGTH / LENS.na * np.array([waves_x, waves_y, 0.0])
    tilted = om.circular(+1) * om.zernike({(1, 1): waves_x, (1, -1): waves_y})
    assert_same_field(field_at(tilted, POINTS + shift), field_at(om.circular(+1), POINTS))


def test_field_scales_with_the_wavelength():
    """At equal power the pattern grows with the wavelength and the field falls with it."""
    infrared = om.Objective(na=0.95, index=1.0, wavelength=3 * WAVELENGTH)
    beam = om.four_beam(0.398, -0.611, 0.467)
    assert_same_field(field_at(beam, 3 * POINTS, infrared), field_at(beam, POINTS) / 3)


def test_field_scales_with_the_index():
    """The same cone in a denser medium gives the same pattern in units of L/n; the field grows as sqrt(n)."""
    immersed = om.Objective(na=0.95 * 1.5, index=1.5, wavelength=WAVELENGTH)
    beam = om.four_beam(0.398, -0.611, 0.467)
    assert_same_field(field_at(beam, POINTS / 1.5, immersed), field_at(beam, POINTS) * np.sqrt(1.5))


@pytest.mark.slow
def test_field_is_linear_in_the_beam():
    first, second = om.radial() * om.vortex(1), om.linear(angle=0.7) * om.annulus(inner=0.3, outer=1.0)
    both = (0.3 - 1.2j) * first + 2.5j * second
    expected = (0.3 - 1.2j) * field_at(first, POINTS) + 2.5j * field_at(second, POINTS)
    assert_same_field(field_at(both, POINTS), expected)


def test_field_goes_with_the_root_of_the_power():
    one = np.asarray(om.focus_field(om.radial(), LENS, POINTS))
    nine = np.asarray(om.focus_field(om.radial(), LENS, POINTS, power=9.0))
    assert_same_field(nine, 3 * one)


@pytest.mark.slow
def test_complementary_sectors_and_rings_add_up():
    """Babinet: what a mask passes and what it blocks give the whole beam."""
    beam = om.circular(-1)
    parts = [beam * om.sector(0.4, 2.0), beam * om.sector(2.0, 0.4 + 2 * np.pi)]
    assert_same_field(sum(field_at(part, POINTS) for part in parts), field_at(beam, POINTS))
    inner, outer = beam * om.annulus(inner=0.0, outer=0.6), beam * om.annulus(inner=0.6, outer=1.0)
    assert_same_field(field_at(inner, POINTS) + field_at(outer, POINTS), field_at(beam, POINTS))
    assert_same_field(field_at(beam * om.binary_rings([0.6]), POINTS), field_at(inner + -1.0 * outer, POINTS))
