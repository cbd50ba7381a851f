"""The skyrmion number of textures whose winding is known, on lattices fine and coarse."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.magnetism.texture import skyrmion_number, spherical_triangle

ROUNDING = 1e-12
RADIUS = 1.0


def lattice(points=41, half_width=1.3):
    line = np.linspace(-half_width, half_width, points)
    return np.meshgrid(line, line, indexing="ij")


def texture(tilt, *, winding=1, helicity=0.0, points=41):
    """m with polar angle tilt(r) and azimuth winding * phi + helicity: 0 is Néel, pi/2 is Bloch."""
    x, y = lattice(points)
    theta, azimuth = tilt(np.hypot(x, y)), winding * np.arctan2(y, x) + helicity
    return np.stack(
        [np.sin(theta) * np.cos(azimuth), np.sin(theta) * np.sin(azimuth), np.cos(theta)], axis=-1
    )


def skyrmion(r):
    return np.pi * np.minimum(r / RADIUS, 1.0)


def meron(r):
    return 0.5 * np.pi * np.minimum(r / RADIUS, 1.0)


@pytest.mark.parametrize("points", [9, 10, 41])
@pytest.mark.parametrize("helicity", [0.0, np.pi / 2, np.pi, 1.0], ids=["Néel", "Bloch", "Néel in", "mixed"])
def test_a_closed_skyrmion_is_whole_however_coarse_the_lattice(helicity, points):
    assert skyrmion_number(texture(skyrmion, helicity=helicity, points=points)) == pytest.approx(
        1.0, abs=ROUNDING
    )


@pytest.mark.parametrize("winding", [-2, -1, 2, 3])
def test_it_counts_the_winding_with_its_sign(winding):
    assert skyrmion_number(texture(skyrmion, winding=winding)) == pytest.approx(winding, abs=ROUNDING)


def test_turning_the_core_over_changes_the_sign():
    m = texture(skyrmion, helicity=np.pi / 2)
    assert skyrmion_number(-m) == pytest.approx(-1.0, abs=ROUNDING)
    assert skyrmion_number(texture(lambda r: np.pi - skyrmion(r))) == pytest.approx(-1.0, abs=ROUNDING)


@pytest.mark.parametrize("helicity", [0.0, np.pi / 2])
def test_a_meron_is_half(helicity):
    """The rim points outwards in the plane: along the lattice's edge the in-plane directions turn once, and
    their flat polygon is exactly half the sphere."""
    assert skyrmion_number(texture(meron, helicity=helicity)) == pytest.approx(0.5, abs=ROUNDING)


def test_inside_a_disc_it_is_the_covered_part_of_the_sphere():
    """(1 - cos theta(rim))/2; the jagged rim of the lattice disc costs a cell."""
    x, y = lattice(points=401)
    m = texture(skyrmion, points=401)
    for rim in (0.4, 0.7):
        number = skyrmion_number(m, inside=np.hypot(x, y) <= rim)
        assert number == pytest.approx((1 - np.cos(np.pi * rim)) / 2, abs=0.02)


def test_the_coverage_converges_with_the_lattice():
    """First order in the lattice spacing, which is how the jagged rim converges to a circle."""
    errors = []
    for points in (101, 401):
        x, y = lattice(points)
        number = skyrmion_number(texture(skyrmion, points=points), inside=np.hypot(x, y) <= 0.5)
        errors.append(abs(number - 0.5))
    assert errors[1] < 0.5 * errors[0] < 0.05


def test_only_directions_count():
    m = texture(skyrmion)
    lengths = np.random.default_rng(0).uniform(0.1, 5.0, m.shape[:2])
    assert skyrmion_number(m * lengths[..., None]) == pytest.approx(1.0, abs=ROUNDING)


def test_a_rotation_of_all_directions_changes_nothing_and_a_mirror_the_sign():
    m = texture(meron, points=15)
    rotation, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))
    rotation *= np.linalg.det(rotation)
    assert skyrmion_number(m @ rotation.T) == pytest.approx(skyrmion_number(m), abs=1e-9)
    assert skyrmion_number(m[::-1]) == pytest.approx(-skyrmion_number(m), abs=1e-9)


def test_a_uniform_texture_winds_not_at_all():
    assert skyrmion_number(np.broadcast_to([0.0, 0.6, 0.8], (5, 6, 3))) == pytest.approx(0.0, abs=ROUNDING)


def test_an_octant_is_half_pi_and_changes_sign_with_the_order():
    x, y, z = np.eye(3)
    assert float(spherical_triangle(x, y, z)) == pytest.approx(np.pi / 2, abs=ROUNDING)
    assert float(spherical_triangle(y, x, z)) == pytest.approx(-np.pi / 2, abs=ROUNDING)


def test_what_has_no_direction_is_refused_unless_it_is_left_out(refusal):
    m = texture(skyrmion)
    m[0, 0] = 0.0
    assert "non-zero where its direction counts" in refusal(skyrmion_number, m)
    inside = np.ones(m.shape[:2], bool)
    inside[0, 0] = False
    assert skyrmion_number(m, inside=inside) == pytest.approx(1.0, abs=ROUNDING)


@pytest.mark.parametrize(
    "inside",
    [np.zeros((41, 41), bool), np.ones((40, 41), bool), np.ones((41, 41))],
    ids=["empty", "shape", "float"],
)
def test_masks_that_fit_nothing_are_refused(inside, refusal):
    refusal(skyrmion_number, texture(skyrmion), inside=inside)


@pytest.mark.parametrize("m", [np.ones((4, 3)), np.ones((4, 4, 2)), np.full((4, 4, 3), np.nan)])
def test_arrays_that_are_no_texture_are_refused(m, refusal):
    refusal(skyrmion_number, m)
