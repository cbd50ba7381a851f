"""Signs, axes, handedness, units: each pinned once, in words that a laboratory would use."""

from __future__ import annotations

import numpy as np
import pytest
from tests.oracle.closed_forms import focal_amplitudes

import optomag as om

WAVELENGTH = 532e-9
LENS = om.Objective(na=0.95, index=1.0, wavelength=WAVELENGTH)
ORIGIN = np.zeros((1, 3))
EXACT = 1e-12
"""Relative rounding of a few operations on values computed to better than 1e-12."""


def at(beam, x: float, y: float, z: float) -> np.ndarray:
    """Field (3,) at one point given in wavelengths."""
    return np.asarray(om.focus_field(beam, LENS, WAVELENGTH * np.array([[x, y, z]]), rtol=1e-12))[0]


def points_along(vector, direction) -> bool:
    """Whether a complex vector is a positive multiple of `direction`."""
    vector, direction = np.asarray(vector), np.asarray(direction, dtype=complex)
    length = np.linalg.norm(vector)
    return bool(np.linalg.norm(vector / length - direction / np.linalg.norm(direction)) < 1e-9)


# Polarisation of the elementary beams at the focus


@pytest.mark.parametrize(
    ("beam", "direction"),
    [
        (om.linear(), (1, 0, 0)),
        (om.linear(angle=np.pi / 2), (0, 1, 0)),
        (om.linear(angle=0.3), (np.cos(0.3), np.sin(0.3), 0)),
        (om.circular(+1), (1, 1j, 0)),
        (om.circular(-1), (1, -1j, 0)),
        (om.radial(), (0, 0, 1)),
        (om.azimuthal() * om.phase_step("x"), (-1, 0, 0)),
        (om.azimuthal() * om.phase_step("y"), (0, 1, 0)),
        (om.radial() * om.vortex(charge=-1), (1, -1j, 0)),
        (om.azimuthal() * om.vortex(charge=1), (-1j, 1, 0)),
    ],
)
def test_field_at_the_focus_points_along(beam, direction):
    assert points_along(at(beam, 0, 0, 0), direction)


def test_pupil_fields_are_written_as_radial_then_azimuthal():
    sample = np.asarray(om.linear().evaluate(0.5, np.pi / 2))
    np.testing.assert_allclose(sample * np.sqrt(np.pi), [0, -1], atol=EXACT)
    along_x = om.pupil_function(lambda r, phi: (np.cos(phi), -np.sin(phi)))
    assert points_along(at(along_x, 0, 0, 0), (1, 0, 0))


def test_circular_is_a_right_angle_ahead_or_behind():
    """(1, +i)/sqrt2: with exp(-i w t), y follows x by a quarter period and turns counter-clockwise."""
    e_rho, e_phi = np.asarray(om.circular(+1).evaluate(0.7, 0.0))
    assert abs(e_phi / e_rho - 1j) < EXACT


# Time, propagation and the inverse Faraday effect


def test_light_travels_towards_plus_z():
    """With exp(-i w t) the phase grows along the way, a little slower than k z."""
    before, after = at(om.linear(), 0, 0, -0.05)[0], at(om.linear(), 0, 0, 0.05)[0]
    advance = np.angle(after / before) / (2 * np.pi * 0.1)
    assert 0.5 < advance < 1.0


def test_magnetization_points_along_the_spin():
    np.testing.assert_allclose(om.induced_magnetization(np.array([1, 1j, 0]) / np.sqrt(2)), [0, 0, 1])
    np.testing.assert_allclose(om.induced_magnetization(np.array([0, 1, 1j]), gamma=0.5), [1, 0, 0])
    assert om.induced_magnetization(at(om.circular(+1), 0, 0, 0))[2] > 0
    assert om.induced_magnetization(at(om.circular(-1), 0, 0, 0))[2] < 0


def test_the_four_beams_write_m_with_these_signs():
    """M(0) = 2 (-k kz b2 c, -k kz a c, k^2 a b1), with the weights in the order a, b1, b2, c."""
    k, kz = focal_amplitudes(LENS.na, LENS.index)
    a, b1, b2, c = 0.398, -0.611, 0.467, 0.5006
    magnetization = np.asarray(om.induced_magnetization(at(om.four_beam(a, b1, b2, c), 0, 0, 0)))
    expected = 2 * np.array([-k * kz * b2 * c, -k * kz * a * c, k**2 * a * b1])
    assert points_along(magnetization, expected)


def test_four_beam_completes_the_power():
    assert abs(om.four_beam(0.398, -0.611, 0.467).power - 1) < EXACT
    assert points_along(at(om.four_beam(0.0, 0.0, 0.0), 0, 0, 0), (0, 0, 1))


# Orientation of the pupil


def test_light_from_the_upper_half_of_the_pupil_comes_down_through_the_focus():
    upper = om.circular(+1) * om.sector(0.0, np.pi)
    assert np.linalg.norm(at(upper, 0, 3, -3)) > 5 * np.linalg.norm(at(upper, 0, -3, -3))
    assert np.linalg.norm(at(upper, 0, -3, 3)) > 5 * np.linalg.norm(at(upper, 0, 3, 3))


def test_light_from_the_right_half_crosses_to_the_left():
    right = om.circular(+1) * om.sector(-np.pi / 2, np.pi / 2)
    assert np.linalg.norm(at(right, 3, 0, -3)) > 5 * np.linalg.norm(at(right, -3, 0, -3))


def test_a_positive_tilt_along_x_moves_the_focus_to_plus_x():
    """W(1, 1) > 0 delays the light at +x; the focus follows the delayed side."""
    beam = om.circular(+1) * om.zernike({(1, 1): 0.25})
    assert np.linalg.norm(at(beam, 0.5 / 0.95, 0, 0)) == pytest.approx(
        np.linalg.norm(at(om.circular(+1), 0, 0, 0)), rel=EXACT
    )
    upwards = om.circular(+1) * om.zernike({(1, -1): 0.25})
    assert np.linalg.norm(at(upwards, 0, 0.5 / 0.95, 0)) > 5 * np.linalg.norm(at(upwards, 0, -0.5 / 0.95, 0))


def test_positive_defocus_moves_the_focus_to_plus_z():
    """W(2, 0) > 0 puts the phase of the rim ahead of the centre's. With z the centre's phase k z grows
    faster than the rim's k z cos(alpha), so both are in step where the centre has caught up: at z > 0."""
    z = np.linspace(-2, 2, 81)
    points = WAVELENGTH * np.stack([0 * z, 0 * z, z], axis=-1)
    field = np.asarray(om.focus_field(om.linear() * om.zernike({(2, 0): 0.15}), LENS, points))
    assert 0.1 < z[np.abs(field[:, 0]).argmax()] < 1.0


def test_a_positive_vortex_winds_the_focal_phase_the_same_way():
    """E_z of radial x exp(i phi) goes as exp(i psi), with psi the azimuth in the focal plane."""
    beam = om.radial() * om.vortex(charge=1)
    ahead, aside = at(beam, 0.3, 0, 0)[2], at(beam, 0, 0.3, 0)[2]
    assert abs(aside / ahead - 1j) < EXACT


def test_radius_is_the_sine_of_the_angle():
    """A thin ring at r travels with k_z = k sqrt(1 - (NA r / n)^2)."""
    ring = om.azimuthal() * om.phase_step("x") * om.annulus(inner=0.7999, outer=0.8001)
    phase = np.angle(at(ring, 0, 0, 0.25)[0] / at(ring, 0, 0, 0)[0])
    assert phase == pytest.approx(2 * np.pi * 0.25 * np.sqrt(1 - (0.95 * 0.8) ** 2), rel=1e-6)


# Masks


def test_masks_have_the_values_that_the_contract_gives_them():
    def factor(mask, r, phi):
        return complex(np.asarray((om.radial() * mask).evaluate(r, phi))[0] * np.sqrt(np.pi))

    assert factor(om.phase_step("x"), 0.5, 1.0) == pytest.approx(1)
    assert factor(om.phase_step("x"), 0.5, -1.0) == pytest.approx(-1)
    assert factor(om.phase_step("y"), 0.5, 1.0) == pytest.approx(1)
    assert factor(om.phase_step("y"), 0.5, 2.0) == pytest.approx(-1)
    assert factor(om.vortex(charge=2), 0.5, 0.3) == pytest.approx(np.exp(0.6j))
    rings = om.binary_rings([0.3, 0.6])
    assert [factor(rings, r, 0.0).real for r in (0.2, 0.4, 0.7)] == pytest.approx([1, -1, 1])
    ring = om.annulus(inner=0.5, outer=0.8)
    assert [factor(ring, r, 0.0).real for r in (0.4, 0.5, 0.8, 0.9)] == pytest.approx([0, 1, 1, 0])
    wedge = om.sector(0.2, 1.0)
    assert [factor(wedge, 0.5, phi).real for phi in (0.1, 0.2, 0.9, 1.0)] == pytest.approx([0, 1, 1, 0])
    assert factor(om.gaussian(fill=0.5), 0.5, 0.0) == pytest.approx(np.exp(-1))
    assert factor(om.zernike({(2, 0): 0.1}), 1.0, 0.0) == pytest.approx(np.exp(0.2j * np.pi * np.sqrt(3)))
    coma = 0.1 * np.sqrt(8) * (3 * 0.5**3 - 2 * 0.5)
    assert factor(om.zernike({(3, 1): 0.1}), 0.5, 0.4) == pytest.approx(
        np.exp(2j * np.pi * coma * np.cos(0.4))
    )
    assert factor(om.zernike({(3, -1): 0.1}), 0.5, 0.4) == pytest.approx(
        np.exp(2j * np.pi * coma * np.sin(0.4))
    )


# Arrays and units


def test_grids_are_indexed_x_y_z_component():
    grid = om.Grid([0.0, 1e-7], [-2e-7, 0.0, 3e-7], [0.0, 1e-7, 2e-7, 5e-7])
    field = np.asarray(om.focus_field(om.linear(angle=0.5), LENS, grid))
    assert field.shape == (2, 3, 4, 3)
    assert field.dtype == np.complex128
    point = np.array([[1e-7, 3e-7, 2e-7]])
    np.testing.assert_allclose(
        field[1, 2, 2], np.asarray(om.focus_field(om.linear(angle=0.5), LENS, point))[0], rtol=1e-9
    )


def test_named_planes_lie_where_their_name_says():
    for plane, normal in (("xy", "z"), ("xz", "y"), ("yz", "x")):
        grid = om.Grid.plane(plane, half_width=1e-6, points=5, at=2e-7)
        assert getattr(grid, normal).tolist() == [2e-7]
        assert all(len(getattr(grid, axis)) == 5 for axis in plane)


def test_a_watt_gives_this_many_volts_per_metre():
    """|E| = (n/L) sqrt(2 P/(n eps0 c)) k, here for 1 W, 532 nm and NA 0.95 in air: 1 / (eps0 c) is Z0."""
    impedance = 376.730313412
    k = focal_amplitudes(0.95, 1.0)[0]
    field = at(om.azimuthal() * om.phase_step("y"), 0, 0, 0)[1]
    assert field.real == pytest.approx(k * np.sqrt(2 * impedance) / WAVELENGTH, rel=1e-9)


def test_similarity_is_the_cosine():
    assert float(om.similarity([1, 0, 0], [1, 1, 0])) == pytest.approx(np.sqrt(0.5))
    assert float(om.similarity([0, 0, 2], [0, 0, -3])) == pytest.approx(-1)
