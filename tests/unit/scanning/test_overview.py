"""The whole of a scan in few cells: means over whole pitches, the largest error of each, and where to look close."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.scanning import overview
from optomag.scanning.overview import PatternCells, SpotCells
from optomag.scanning.raster import Raster, SpotField

STEP, PITCH, MARGIN = 100e-9, 5, 5
ROUNDING = 1e-12
SAMPLED_LINES = 0.05
"""Of M: a cell has 9 pitches, or a part of that where a tile ends, and the lines that count meet each distance
from the spots four or five times."""


def lattice(nodes, *, margin=MARGIN, side=40):
    """Raster and field of a square lattice of nodes x nodes spots from the origin on."""
    points = (nodes - 1) * PITCH + 2 * margin + 1
    first = -margin * STEP
    raster = Raster(first, first, (STEP, STEP), points, points, side, (PITCH, PITCH), (margin, margin))
    last = (nodes - 1) * PITCH * STEP
    field = SpotField(np.zeros(2), np.array([last, last]), (STEP, STEP), (PITCH, PITCH))
    return raster, field


def gathered(raster, pattern):
    """Cells that took the pattern in tile by tile."""
    cells = PatternCells(raster)
    for number in range(raster.tiles[0] * raster.tiles[1]):
        part = raster.slices(number)
        cells.add(part, pattern[part])
    return cells


def spots_of(raster, wanted):
    """A pattern of one full point for each node, and nothing between."""
    pattern = np.zeros((raster.nx, raster.ny, 3))
    nodes = slice(MARGIN, raster.nx - MARGIN, PITCH)
    pattern[nodes, nodes] = wanted
    return pattern


def test_each_node_of_a_lattice_has_a_cell_with_its_spot_in_the_middle():
    raster, _ = lattice(12)
    wanted = np.random.default_rng(0).normal(size=(12, 12, 3))
    wanted /= np.linalg.norm(wanted, axis=-1, keepdims=True)
    cells = gathered(raster, spots_of(raster, wanted))
    left, right, below, above = cells.extent
    assert cells.points == (PITCH, PITCH)
    assert (right - left) / cells.shape[0] == pytest.approx(PITCH * STEP)
    index = round((0 - left) / (PITCH * STEP) - 0.5)
    assert left + (index + 0.5) * PITCH * STEP == pytest.approx(0, abs=ROUNDING * STEP)
    assert (left, right) == (below, above)
    found = cells.vectors[index : index + 12, index : index + 12]
    np.testing.assert_allclose(found, wanted / PITCH, atol=ROUNDING)  # of |M| M = 1 in one of 25 points: 1/25
    assert not cells.vectors[:index].any()


def test_many_pitches_share_a_cell_and_no_tile_leaves_a_seam(monkeypatch):
    monkeypatch.setattr(overview, "CELLS", 10)
    raster, _ = lattice(33, side=47)
    wanted = np.zeros((33, 33, 3))
    wanted[..., 2] = 1.0
    cells = gathered(raster, spots_of(raster, wanted))
    assert cells.points == (4 * PITCH, 4 * PITCH)
    assert max(cells.shape) <= 10
    inner = cells.vectors[1:-2, 1:-2, 2]
    np.testing.assert_allclose(
        inner, 1 / PITCH, rtol=0.25
    )  # lines with spots are two of ten, or three where a tile ends
    whole = gathered(lattice(33, side=1000)[0], spots_of(raster, wanted))
    np.testing.assert_allclose(whole.vectors, cells.vectors, atol=0.1)


def test_some_lines_of_a_cell_tell_the_mean_of_smooth_patterns(monkeypatch):
    monkeypatch.setattr(overview, "CELLS", 10)
    raster, _ = lattice(80, side=100)
    x = (np.arange(raster.nx) - MARGIN) / PITCH
    bump = np.exp(-(((x - np.rint(x)) / 0.25) ** 2))
    pattern = np.zeros((raster.nx, raster.ny, 3))
    pattern[..., 0] = bump[:, None] * bump
    cells = gathered(raster, pattern)
    assert cells.every == 2
    exact = np.sqrt(np.mean(bump[MARGIN : MARGIN + 8 * PITCH] ** 2) ** 2)
    np.testing.assert_allclose(cells.vectors[1:-2, 1:-2, 0], exact, rtol=SAMPLED_LINES)


@pytest.mark.parametrize(("pitch", "every"), [(3, 2), (4, 3), (5, 2), (6, 5), (1, 2)])
def test_the_lines_that_count_meet_all_distances_from_the_spots(monkeypatch, pitch, every):
    monkeypatch.setattr(overview, "CELLS", 10)
    points = 100 * pitch
    raster = Raster(0.0, 0.0, (STEP, STEP), points, points, 50, (pitch, pitch), (0, 0))
    assert PatternCells(raster).every == every


def test_the_weak_ground_between_spots_does_not_turn_the_mean():
    raster, _ = lattice(4)
    pattern = np.zeros((raster.nx, raster.ny, 3))
    pattern[..., 0] = 0.05  # everywhere, along +x: of a cell 1.25 in sum, more than its spot
    pattern += spots_of(raster, np.array([0, 0, 1.0]))
    cells = gathered(raster, pattern)
    m = cells.vectors[2, 2] / np.linalg.norm(cells.vectors[2, 2])
    assert m[2] > 0.99


def test_lonely_spots_are_shown_as_they_are():
    points = 200
    raster = Raster(0.0, 0.0, (STEP, STEP), points, points, 50, (40, 40), (5, 5))
    assert PatternCells(raster).points == (1, 1)
    pattern = np.random.default_rng(0).normal(size=(points, points, 3))
    np.testing.assert_allclose(gathered(raster, pattern).vectors, pattern, rtol=1e-9)


def test_the_largest_error_of_a_cell_is_kept_and_the_worst_spot_found(monkeypatch):
    monkeypatch.setattr(overview, "CELLS", 6)
    raster, field = lattice(12)
    places = np.stack(np.meshgrid(np.arange(12), np.arange(12), indexing="ij"), axis=-1).reshape(-1, 2)
    errors = np.random.default_rng(0).uniform(0.0, 0.1, 144)
    errors[places[:, 0] * 12 + places[:, 1] == 7 * 12 + 2] = 0.5
    cells = SpotCells(raster, field, 144)
    for part in np.array_split(np.random.default_rng(1).permutation(144), 5):
        cells.add(places[part] * PITCH * STEP, errors[part])
    assert cells.pooled
    assert cells.shape == (6, 6)
    np.testing.assert_array_equal(cells.angles, errors.reshape(6, 2, 6, 2).max(axis=(1, 3)))
    assert cells.worst == 0.5
    assert cells.worst_at == pytest.approx((7 * PITCH * STEP, 2 * PITCH * STEP))


def test_nodes_without_a_spot_have_no_error():
    raster, field = lattice(3)
    cells = SpotCells(raster, field, 2)
    cells.add(np.array([[0.0, 0.0], [PITCH * STEP, 0.0], [2 * PITCH * STEP] * 2]), np.array([0.1, 0.2, 0.3]))
    nan = np.nan
    np.testing.assert_array_equal(cells.angles, [[0.1, nan, nan], [0.2, nan, nan], [nan, nan, 0.3]])
    assert not cells.pooled


def test_scattered_spots_are_discs_as_wide_as_their_distance():
    raster = Raster(0.0, 0.0, (STEP, STEP), 101, 51, 101)
    field = SpotField(np.array([1e-6, 1e-6]), np.array([9e-6, 4e-6]), (STEP, STEP))
    cells = SpotCells(raster, field, 2)
    cells.add(np.array([[3e-6, 2.5e-6], [7e-6, 2.5e-6]]), np.array([0.1, 0.2]))
    there = ~np.isnan(cells.angles)
    radius = 101 * STEP * overview.WIDEST  # half their distance is more
    assert there.sum() * cells.sides.prod() == pytest.approx(2 * np.pi * radius**2, rel=0.02)


def test_a_turned_lattice_is_laid_along_its_axes():
    angle = 0.3
    raster, field = lattice(6)
    field = SpotField(field.low, field.high, field.steps, field.pitch, angle)
    along = (
        np.stack(np.meshgrid(np.arange(6), np.arange(6), indexing="ij"), axis=-1).reshape(-1, 2)
        * PITCH
        * STEP
    )
    c, s = np.cos(angle), np.sin(angle)
    cells = SpotCells(raster, field, 36)
    cells.add(along @ np.array([[c, s], [-s, c]]), np.arange(36) / 100)
    np.testing.assert_allclose(cells.angles, np.arange(36).reshape(6, 6) / 100)


def test_the_close_up_is_in_the_middle_of_full_scans_and_where_spots_are_of_others():
    raster, field = lattice(40)
    nodes = np.stack(np.meshgrid(np.arange(40), np.arange(40), indexing="ij"), axis=-1).reshape(-1, 2)
    middle = 0.5 * (field.low + field.high)
    side = 10 * PITCH * STEP
    full = SpotCells(raster, field, 1600)
    full.add(nodes * PITCH * STEP, np.zeros(1600))
    np.testing.assert_allclose(full.part(side), middle)
    corner = nodes[(nodes < 12).all(axis=1) | (nodes == 39).all(axis=1)]
    cells = SpotCells(raster, field, len(corner))
    cells.add(corner * PITCH * STEP, np.zeros(len(corner)))
    x, y = cells.part(side) / (PITCH * STEP)
    assert 4 <= x <= 8
    assert 4 <= y <= 8
