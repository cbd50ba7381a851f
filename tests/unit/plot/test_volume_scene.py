"""What the pictures of structures show: every spot, arrows along M, and true lengths."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.plot.volume_scene import MagnetizationVolume, build_scene

WAVELENGTH = 5e-7
DIRECTIONS = np.array([[0.0, 0.0, 1.0], [0.0, 0.6, -0.8], [1.0, 0.0, 0.0]])
PLACES = np.array([[-1.5, 0.0, 0.0], [0.0, 0.0, 0.0], [1.5, 0.0, 0.0]])

GRID_ERROR = 0.03
"""Marching cubes is second order: (step 0.07 / radius 0.35)^2, with room."""


def gaussian_spots(places=PLACES, directions=DIRECTIONS, size=(0.7, 0.7, 0.7), box=(2.2, 0.8, 0.9)):
    """Spots whose half maximum is an ellipsoid of the given full widths, in wavelengths."""
    axes = [np.linspace(-b, b, int(np.ceil(2 * b / 0.07))) for b in box]
    where = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    M = np.zeros(where.shape)
    for place, direction in zip(places, directions, strict=True):
        M += np.exp(-4 * np.log(2) * (((where - place) / size) ** 2).sum(axis=-1))[..., None] * direction
    return MagnetizationVolume(*(axis * WAVELENGTH for axis in axes), M)


def arrows_of(scene, count):
    return scene.arrows.triangles.reshape(count, -1, 3)


def test_each_spot_has_a_closed_surface_of_its_size():
    triangles = build_scene(gaussian_spots(), wavelength=WAVELENGTH).surface.triangles
    volume = np.einsum("ij,ij->", triangles[:, 0], np.cross(triangles[:, 1], triangles[:, 2])) / 6
    # Where neighbours overlap, |M| of the middle one changes by exp(-4 ln 2 (1.5/0.7)^2): nothing.
    assert volume == pytest.approx(3 * np.pi / 6 * 0.7**3, rel=2 * GRID_ERROR)


def test_each_spot_has_one_arrow_at_its_place_along_its_direction():
    scene = build_scene(gaussian_spots(), wavelength=WAVELENGTH)
    for place, direction, arrow in zip(PLACES, DIRECTIONS, arrows_of(scene, 3), strict=True):
        along = (arrow - place) @ direction
        np.testing.assert_allclose(along.max(), -along.min(), rtol=0.15)
        assert np.linalg.norm(np.cross(arrow - place, direction), axis=-1).max() < 0.35 * np.ptp(along)


def test_colours_tell_the_vertical_component():
    scene = build_scene(gaussian_spots(), wavelength=WAVELENGTH)
    np.testing.assert_allclose(scene.arrows.upward.reshape(3, -1)[:, 0], DIRECTIONS[:, 2], atol=1e-4)
    nearest = np.abs(scene.surface.triangles.mean(axis=1)[:, :1] - PLACES[:, 0]).argmin(axis=1)
    np.testing.assert_allclose(scene.surface.upward, DIRECTIONS[nearest, 2], atol=0.01)


def test_a_long_needle_is_shortened_and_its_arrows_are_spread_along_it():
    needle = gaussian_spots([np.zeros(3)], [[0.0, 0.6, 0.8]], size=(0.4, 0.4, 8.0), box=(0.5, 0.5, 5.0))
    scene = build_scene(needle, wavelength=WAVELENGTH)
    np.testing.assert_allclose(scene.scale, [1.0, 1.0, 0.5])
    assert np.ptp(scene.surface.triangles[..., 2]) == pytest.approx(4.0, rel=GRID_ERROR)
    size = len(scene.arrows.triangles)
    count = size // (len(build_scene(gaussian_spots(), wavelength=WAVELENGTH).arrows.triangles) // 3)
    assert count >= 4
    middles = arrows_of(scene, count).mean(axis=1)
    assert np.abs(middles[:, :2]).max() < 0.2
    gaps = np.diff(np.sort(middles[:, 2]))
    assert gaps.min() > 0.5 * gaps.max()


def test_what_the_box_cuts_is_closed_by_a_lid():
    cut = gaussian_spots([np.zeros(3)], [[0.0, 0.0, 1.0]], size=(0.7, 0.7, 9.0), box=(0.8, 0.8, 1.0))
    triangles = build_scene(cut, wavelength=WAVELENGTH).surface.triangles
    normals = 0.5 * np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    np.testing.assert_allclose(normals.sum(axis=0), 0.0, atol=1e-9)


def test_the_spacing_of_arrows_can_be_chosen():
    volume = gaussian_spots([np.zeros(3)], [[0.0, 0.0, 1.0]], size=(3.0, 0.7, 0.7))
    few, many = (
        len(build_scene(volume, wavelength=WAVELENGTH, spacing=s * WAVELENGTH).arrows.triangles)
        for s in (0.8, 0.4)
    )
    assert many > 2 * few


@pytest.mark.parametrize("name", ["shape", "axis", "zero"])
def test_impossible_volumes_are_refused(refusal, name):
    axis = np.linspace(-1e-6, 1e-6, 5)
    wrong = {
        "shape": (axis, axis, axis, np.ones((5, 5, 4, 3))),
        "axis": (axis**3, axis, axis, np.ones((5, 5, 5, 3))),
        "zero": (axis, axis, axis, np.zeros((5, 5, 5, 3))),
    }
    refusal(MagnetizationVolume, *wrong[name])


def test_a_volume_without_the_level_is_refused(refusal):
    axis = np.linspace(-1e-6, 1e-6, 5)
    even = MagnetizationVolume(axis, axis, axis, np.ones((5, 5, 5, 3)))
    refusal(build_scene, even, wavelength=WAVELENGTH)
