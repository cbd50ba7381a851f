"""Orientation, flips and offsets: where a pupil point lies on a panel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optomag.optics.lattice import pixel_lattice
from optomag.slm.device import Section
from optomag.slm.device_file import load_device
from optomag.slm.panel import lattice_count, window_of

CENTRE = (19.5, 29.5)
EXACT = 1e-12


def section(**changes) -> Section:
    return Section(name="phase", **{"radius": 8.0, "centre": CENTRE, **changes})


def test_x_runs_with_the_columns_and_y_against_the_rows():
    window = window_of(section())
    assert (window.columns, window.rows) == (slice(12, 28), slice(22, 38))
    np.testing.assert_allclose(window.x[[0, -1]], [-15 / 16, 15 / 16])
    np.testing.assert_allclose(window.y[[0, -1]], [15 / 16, -15 / 16])


@pytest.mark.parametrize(("flips", "signs"), [({"flip_x": True}, (-1, 1)), ({"flip_y": True}, (1, -1))])
def test_flips_turn_one_axis(flips, signs):
    plain, flipped = window_of(section()), window_of(section(**flips))
    np.testing.assert_allclose(flipped.x, signs[0] * plain.x)
    np.testing.assert_allclose(flipped.y, signs[1] * plain.y)


def test_offsets_move_the_pupil():
    moved, plain = window_of(section(offset=(3.0, -2.0))), window_of(section())
    assert (moved.columns, moved.rows) == (slice(15, 31), slice(20, 36))
    np.testing.assert_allclose(moved.x, plain.x, atol=EXACT)


@pytest.mark.parametrize("changes", [{}, {"flip_x": True}, {"flip_x": True, "flip_y": True}])
def test_pixels_of_whole_radii_are_the_pupil_lattice(changes):
    window, lattice = window_of(section(**changes)), pixel_lattice(16)
    np.testing.assert_allclose(np.sort(window.x), lattice.axis, atol=EXACT)
    np.testing.assert_allclose(np.sort(window.y), lattice.axis, atol=EXACT)
    for edges in window.edges:
        np.testing.assert_allclose(edges, np.linspace(-1, 1, 17), atol=EXACT)


@pytest.mark.parametrize("changes", [{}, {"flip_y": True}, {"radius": 7.3, "offset": (0.2, -0.4)}])
def test_positions_are_the_pixels_that_the_points_were_of(changes):
    window = window_of(section(**changes))
    columns, rows = window.positions(window.x, window.y)
    np.testing.assert_allclose(columns, np.arange(len(window.x)), atol=EXACT)
    np.testing.assert_allclose(rows, np.arange(len(window.y)), atol=EXACT)
    for edges, centres in zip(window.edges, (window.x, window.y), strict=True):
        np.testing.assert_allclose(0.5 * (edges[1:] + edges[:-1]), np.sort(centres), atol=EXACT)


def test_the_window_holds_every_pixel_that_touches_the_pupil():
    window = window_of(section(radius=7.3))
    inside = window.touches_pupil()
    assert inside.any(axis=1).all()
    assert inside.any(axis=0).all()
    assert np.array_equal(window_of(section()).touches_pupil(), pixel_lattice(16).area > EXACT)


@pytest.mark.parametrize(("radius", "count"), [(8.0, 16), (7.5, 16), (7.3, 16), (8.1, 18)])
def test_the_simulation_has_as_many_pixels_as_the_largest_section(radius, count):
    device = load_device("holoeye-pluto-2")
    sections = (
        replace(device.section[0], radius=radius),
        *(replace(s, radius=7.0) for s in device.section[1:]),
    )
    assert lattice_count(replace(device, section=sections)) == count
