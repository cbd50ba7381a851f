"""Orientation, flips and offsets: where a pupil point lies on a panel."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.optics.lattice import pixel_lattice
from optomag.slm.device import Section
from optomag.slm.device_file import device_from, load_device
from optomag.slm.panel import lattice_count, on_lattice, window_of

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
def test_aligned_pixels_are_the_pupil_lattice(changes):
    one = section(**changes)
    window, lattice = window_of(one), pixel_lattice(16)
    x = np.broadcast_to(window.x[:, None], (16, 16))
    y = np.broadcast_to(window.y, (16, 16))
    np.testing.assert_allclose(
        on_lattice(x, one, window, 16), np.broadcast_to(lattice.axis[:, None], (16, 16)), atol=EXACT
    )
    np.testing.assert_allclose(
        on_lattice(y, one, window, 16), np.broadcast_to(lattice.axis, (16, 16)), atol=EXACT
    )


def test_pixels_off_the_lattice_are_at_most_half_a_pixel_away():
    one = section(radius=7.3, offset=(0.2, -0.4))
    window = window_of(one)
    found = on_lattice(np.broadcast_to(window.x[:, None], (len(window.x), len(window.y))), one, window, 30)
    assert np.abs(found - pixel_lattice(30).axis[:, None]).max() <= 0.5 / 7.3 + EXACT


def test_the_window_holds_every_pixel_that_touches_the_pupil():
    window = window_of(section(radius=7.3))
    inside = window.touches_pupil()
    assert inside.any(axis=1).all()
    assert inside.any(axis=0).all()
    assert np.array_equal(window_of(section()).touches_pupil(), pixel_lattice(16).area > EXACT)


def test_sections_on_one_lattice_are_simulated_on_it():
    device = load_device("holoeye-pluto-2")
    assert lattice_count(device) == 600
    from dataclasses import asdict

    values = asdict(device)
    values["section"][1]["offset"] = (0.5, 0.0)
    assert lattice_count(device_from(values)) == 1200
