"""Surfaces and arrows are closed, the right size, and turned outwards."""

from __future__ import annotations

import numpy as np

from optomag.plot.isosurface import (
    arrow_triangles,
    draw_magnetization_volume,
    isosurface,
    orientation_arrows,
)
from optomag.plot.style import new_figure

AXIS = np.linspace(-1.0, 1.0, 41)
RADII = np.array([0.3, 0.4, 0.7])
"""Half axes of the ellipsoid on which the test's intensity is 0.8."""

GRID_ERROR = 0.02
"""Marching cubes is second order: (step 0.05 / smallest half axis 0.3)^2 / 2, with room."""


def ellipsoid():
    x, y, z = np.meshgrid(AXIS, AXIS, AXIS, indexing="ij")
    return 1 - 0.2 * ((x / RADII[0]) ** 2 + (y / RADII[1]) ** 2 + (z / RADII[2]) ** 2)


def enclosed_volume(triangles):
    """Positive where the corners run counter-clockwise seen from outside (divergence theorem)."""
    return np.einsum("ij,ij->", triangles[:, 0], np.cross(triangles[:, 1], triangles[:, 2])) / 6


def test_the_surface_lies_where_the_intensity_has_the_level():
    corners = isosurface(ellipsoid(), AXIS, 0.8).reshape(-1, 3)
    np.testing.assert_allclose(np.sum((corners / RADII) ** 2, axis=-1), 1.0, atol=GRID_ERROR)


def test_the_surface_encloses_the_region_and_faces_outwards():
    expected = 4 / 3 * np.pi * np.prod(RADII)
    np.testing.assert_allclose(enclosed_volume(isosurface(ellipsoid(), AXIS, 0.8)), expected, rtol=GRID_ERROR)


def test_arrows_reach_from_tail_to_tip_and_face_outwards():
    tails = np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]])
    vectors = np.array([[0.3, 0.0, 0.0], [0.1, -0.5, 0.2]])
    parts = arrow_triangles(tails, vectors, width=0.01).reshape(2, -1, 3, 3)
    for tail, vector, triangles in zip(tails, vectors, parts, strict=True):
        along = (triangles.reshape(-1, 3) - tail) @ vector / (vector @ vector)
        np.testing.assert_allclose([along.min(), along.max()], [0.0, 1.0], atol=1e-12)
        assert enclosed_volume(triangles - tail) > 0
        np.testing.assert_allclose(triangles.reshape(-1, 3)[along.argmax()], tail + vector, atol=1e-12)


def test_the_arrows_around_the_surface_follow_the_magnetization():
    direction = np.array([2.0, -1.0, 2.0]) / 3
    surface = isosurface(ellipsoid(), AXIS, 0.8)
    arrows = orientation_arrows(ellipsoid()[..., None] * direction, AXIS, surface, count=5)
    for arrow in arrows.reshape(5, -1, 3):
        tail, tip = arrow[(arrow @ direction).argmin()], arrow[(arrow @ direction).argmax()]
        aside = np.cross(arrow - tip, direction)
        assert (tip - tail) @ direction > 0.1
        # The widest ring is the base of the head: nearer to the tip than to the tail.
        widest = arrow[np.linalg.norm(aside, axis=-1).argmax()]
        assert (tip - widest) @ direction < (widest - tail) @ direction
        np.testing.assert_allclose(aside.mean(axis=0), 0.0, atol=1e-12)


def test_no_arrow_stands_where_there_is_no_magnetization():
    M = ellipsoid()[..., None] * np.array([0.0, 0.0, 1.0])
    M[:, :, AXIS > 0.2] = 0.0
    surface = isosurface(ellipsoid(), AXIS, 0.8)
    arrows = orientation_arrows(M, AXIS, surface, count=40)
    assert len(arrows) > 0
    assert arrows[..., 2].min(axis=1).max() < 0.4


def test_one_scale_serves_all_three_axes():
    axes = new_figure(2, 2).add_subplot(projection="3d")
    draw_magnetization_volume(axes, ellipsoid()[..., None] * np.ones(3), AXIS, level=0.8)
    reach = np.array([axes.get_xlim()[1], axes.get_ylim()[1], axes.get_zlim()[1]])
    box = axes._box_aspect  # matplotlib gives it back by no public name
    np.testing.assert_allclose(reach / box, np.full(3, reach[0] / box[0]))
