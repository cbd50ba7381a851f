"""Surfaces and arrows are closed, the right size, and turned outwards."""

from __future__ import annotations

import numpy as np

from optomag.plot.isosurface import arrow_triangles, draw_magnetization_volume, isosurface
from optomag.plot.style import new_figure

AXIS = np.linspace(-1.0, 1.0, 41)
RADII = np.array([0.3, 0.4, 0.7])
"""Half axes of the ellipsoid on which the test's intensity is 0.8."""

GRID_ERROR = 0.01
"""Marching cubes is second order: (step 0.05 / smallest half axis)^2 / 4, with room."""


def ellipsoid():
    x, y, z = np.meshgrid(AXIS, AXIS, AXIS, indexing="ij")
    return 1 - 0.2 * ((x / RADII[0]) ** 2 + (y / RADII[1]) ** 2 + (z / RADII[2]) ** 2)


def enclosed_volume(triangles):
    """Positive where the corners run counter-clockwise seen from outside (divergence theorem)."""
    return np.einsum("ij,ij->", triangles[:, 0], np.cross(triangles[:, 1], triangles[:, 2])) / 6


def test_the_surface_lies_where_the_intensity_has_the_level():
    corners = isosurface(ellipsoid(), AXIS, 0.8).reshape(-1, 3)
    np.testing.assert_allclose(np.sum((corners / RADII) ** 2, axis=-1), 1.0, atol=2 * GRID_ERROR)


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
    axes = new_figure(2, 2).add_subplot(projection="3d")
    draw_magnetization_volume(axes, ellipsoid()[..., None] * direction, AXIS, arrows=5)
    triangles = np.array(axes.collections[0]._vec[:3]).T.reshape(-1, 3, 3)
    surface = len(isosurface(ellipsoid() / ellipsoid().max(), AXIS, 0.8))
    for arrow in triangles[surface:].reshape(5, -1, 3):
        centred = arrow - arrow.mean(axis=0)
        principal = np.linalg.svd(centred, full_matrices=False)[2][0]
        assert abs(principal @ direction) > 0.999
        # The head is the blunt end: the widest part lies ahead of the middle.
        along, across = centred @ direction, np.linalg.norm(np.cross(centred, direction), axis=-1)
        assert along[across.argmax()] > 0.5 * (along.min() + along.max())


def test_one_scale_serves_all_three_axes():
    axes = new_figure(2, 2).add_subplot(projection="3d")
    draw_magnetization_volume(axes, ellipsoid()[..., None] * np.ones(3), AXIS)
    limits = np.array([axes.get_xlim(), axes.get_ylim(), axes.get_zlim()])
    np.testing.assert_allclose(
        np.ptp(limits, axis=1) / axes._box_aspect, np.ptp(limits[2]) / axes._box_aspect[2]
    )
