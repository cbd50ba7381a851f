"""Lattices are recognised from any blocks of a list, and nothing else is taken for one."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.scanning.lattice import Lattice, LatticeFinder, turned

WAVE = 532e-9
LONGEST = 110e-9


def found(positions, blocks=1):
    finder = LatticeFinder(WAVE, LONGEST)
    for block in np.array_split(np.asarray(positions, dtype=float), blocks):
        finder.add(block)
    return finder.lattice


def nodes(pitch_x, pitch_y, nx=40, ny=30):
    i, j = np.divmod(np.arange(nx * ny), ny)
    return np.column_stack([3e-6 + i * pitch_x, -7e-5 + j * pitch_y])


def without_raster(places):
    return found(places) is None


@pytest.mark.parametrize("blocks", [1, 7])
def test_a_lattice_with_holes_is_found_in_any_order(blocks):
    rng = np.random.default_rng(0)
    places = rng.permutation(nodes(500e-9, 300e-9))[:500]
    lattice = found(places, blocks)
    assert lattice is not None
    assert lattice.pitch == pytest.approx((500e-9, 300e-9), rel=1e-12)
    steps = lattice.steps(LONGEST)
    assert steps == pytest.approx((100e-9, 100e-9), rel=1e-12)
    assert lattice.on_raster(steps) == (5, 3)


def test_rounding_is_no_other_coordinate():
    rng = np.random.default_rng(1)
    places = nodes(WAVE, WAVE)
    noise = rng.uniform(-1, 1, places.shape) * 2e-11 * WAVE
    assert found(places + noise).pitch == pytest.approx((WAVE, WAVE), rel=1e-10)
    assert without_raster(places + 1e3 * noise)


def test_one_spot_off_its_node_leaves_no_lattice():
    places = nodes(WAVE, WAVE)
    for angle in (0.0, 0.3):
        for off in (1e-8, 1e-3, 0.1):
            moved = places.copy()
            moved[611, 0] = 3e-6 + off * WAVE
            assert without_raster(turned(moved, -angle))
            assert without_raster(turned(moved, -angle)[::-1])


def test_a_line_of_spots_takes_its_pitch_along_both_axes():
    row = found(nodes(WAVE, WAVE, nx=1))
    assert row.on_raster((0.25 * WAVE, 0.25 * WAVE)) == (4, 4)
    assert row.steps(0.22 * WAVE) == pytest.approx((WAVE / 5, WAVE / 5))


def test_spots_anywhere_have_no_raster():
    rng = np.random.default_rng(2)
    places = rng.uniform(0, 1e-4, (300, 2))
    assert without_raster(places)
    assert without_raster(np.round(places, 9)), "a raster of one nanometre is no gain"


def test_a_single_spot_needs_no_raster():
    assert found([[1e-6, 2e-6]]) is None
    assert found([[1e-6, 2e-6]] * 3) is None


def test_steps_follow_each_pitch_for_itself():
    slack = (1e-18, 1e-18)
    assert Lattice((500e-9, 320e-9 * np.sqrt(2)), slack).steps(110e-9) == pytest.approx(
        (
            100e-9,
            90.51e-9,
        ),
        rel=1e-4,
    )
    assert Lattice((1e-3, 1e-3), slack).steps(110e-9) is None, "two spots a millimetre apart"
    assert Lattice((20e-9, 20e-9), slack).steps(110e-9) is None


def test_a_raster_must_meet_the_last_node_too():
    lattice = found(nodes(WAVE, WAVE, nx=1000))
    step = WAVE / 5
    assert lattice.on_raster((step * (1 + 1e-13), step)) == (5, 5)
    assert lattice.on_raster((step * (1 + 1e-10), step)) is None


ANGLES = (1e-4, 0.1, 0.5, -0.7, 1.2, 3.0)


@pytest.mark.parametrize("blocks", [1, 5])
@pytest.mark.parametrize("angle", ANGLES)
@pytest.mark.parametrize("pitches", [(WAVE, WAVE), (500e-9, 731e-9)])
def test_turned_lattices_are_found_with_holes_and_rounding(angle, blocks, pitches):
    straight = nodes(*pitches)
    rng = np.random.default_rng(5)
    straight = straight[rng.uniform(size=len(straight)) < 0.8]
    places = turned(straight, -angle)
    lattice = found(places + rng.uniform(-1, 1, places.shape) * 1e-10 * WAVE, blocks)
    quarters = round((angle - lattice.angle) / (np.pi / 2))
    assert abs(angle - lattice.angle - quarters * np.pi / 2) < 1e-9
    assert abs(lattice.angle) <= np.pi / 4 + 1e-12
    wanted = pitches[::-1] if quarters % 2 else pitches
    assert lattice.pitch == pytest.approx(wanted, rel=1e-9)
    along = turned(places, lattice.angle)
    assert np.abs(along.min(axis=0) - lattice.low).max() < 1e-9 * WAVE
    assert np.abs(along.max(axis=0) - lattice.high).max() < 1e-9 * WAVE


@pytest.mark.parametrize("angle", [0.0, 0.2])
def test_a_hexagonal_lattice_is_one_of_rectangles_with_every_other_node(angle):
    i, j = np.divmod(np.arange(900), 30)
    places = np.column_stack([(i + 0.5 * (j % 2)) * WAVE, j * WAVE * np.sqrt(0.75)])
    lattice = found(turned(places, -angle))
    assert sorted(lattice.pitch) == pytest.approx(sorted([0.5 * WAVE, WAVE * np.sqrt(0.75)]), rel=1e-9)


def test_a_turned_line_is_no_lattice_in_the_plane():
    line = np.arange(50)[:, None] * np.array([[0.8, 0.6]]) * WAVE
    lattice = found(line)
    assert lattice is None or lattice.angle == 0
