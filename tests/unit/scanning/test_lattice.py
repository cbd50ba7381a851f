"""Lattices are recognised from any blocks of a list, and nothing else is taken for one."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.scanning.lattice import Lattice, LatticeFinder

WAVE = 532e-9


def found(positions, blocks=1):
    finder = LatticeFinder(WAVE)
    for block in np.array_split(np.asarray(positions, dtype=float), blocks):
        finder.add(block)
    return finder.lattice


def nodes(pitch_x, pitch_y, nx=40, ny=30):
    i, j = np.divmod(np.arange(nx * ny), ny)
    return np.column_stack([3e-6 + i * pitch_x, -7e-5 + j * pitch_y])


def without_raster(places):
    lattice = found(places)
    return lattice is None or lattice.step(110e-9) is None


@pytest.mark.parametrize("blocks", [1, 7])
def test_a_lattice_with_holes_is_found_in_any_order(blocks):
    rng = np.random.default_rng(0)
    places = rng.permutation(nodes(500e-9, 300e-9))[:500]
    lattice = found(places, blocks)
    assert lattice is not None
    assert lattice.pitch == pytest.approx((500e-9, 300e-9), rel=1e-12)
    step = lattice.step(110e-9)
    assert step == pytest.approx(100e-9, rel=1e-12)
    assert lattice.on_raster(step) == (5, 3)


def test_rounding_is_no_other_coordinate():
    rng = np.random.default_rng(1)
    places = nodes(WAVE, WAVE)
    noise = rng.uniform(-1, 1, places.shape) * 2e-11 * WAVE
    assert found(places + noise).pitch == pytest.approx((WAVE, WAVE), rel=1e-10)
    assert without_raster(places + 1e3 * noise)


def test_one_spot_off_its_node_leaves_no_raster():
    places = nodes(WAVE, WAVE)
    for off in (1e-9, 1e-3, 0.1):
        places[611, 0] = 3e-6 + off * WAVE
        assert without_raster(places)


def test_a_line_of_spots_takes_its_pitch_along_both_axes():
    row = found(nodes(WAVE, WAVE, nx=1))
    assert row.on_raster(0.25 * WAVE) == (4, 4)
    assert row.step(0.22 * WAVE) == pytest.approx(WAVE / 5)


def test_spots_anywhere_have_no_raster():
    rng = np.random.default_rng(2)
    places = rng.uniform(0, 1e-4, (300, 2))
    assert without_raster(places)
    assert without_raster(np.round(places, 9)), "a raster of one nanometre is no gain"


def test_a_single_spot_needs_no_raster():
    assert found([[1e-6, 2e-6]]).step(110e-9) is None


def test_pitches_without_a_common_raster():
    slack = (1e-18, 1e-18)
    assert Lattice((500e-9, 500e-9 * np.sqrt(2)), slack).step(110e-9) is None
    assert Lattice((500e-9, 450e-9), slack).step(110e-9) is None, "50 nm would be a raster too fine"
    assert Lattice((500e-9, 400e-9), slack).step(110e-9) == pytest.approx(100e-9)
    assert Lattice((1e-3, 1e-3), slack).step(110e-9) is None, "two spots a millimetre apart"
    assert Lattice((20e-9, 20e-9), slack).step(110e-9) is None


def test_a_raster_must_meet_the_last_node_too():
    lattice = found(nodes(WAVE, WAVE, nx=1000))
    assert lattice.on_raster(WAVE / 5 * (1 + 1e-14)) == (5, 5)
    assert lattice.on_raster(WAVE / 5 * (1 + 1e-12)) is None
