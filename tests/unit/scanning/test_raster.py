"""Tiles cover the raster once, and every spot lies in the tile that is said to hold it."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.inverse.orientation.linear_methods import LinearBasis
from optomag.optics.setup import Setup
from optomag.scanning import pattern
from optomag.scanning.kernels import ScanKernels
from optomag.scanning.raster import Raster, SpotField, plan_raster, tile_scanner
from optomag.scanning.reach import Round

LENS = om.Objective(na=0.95, wavelength=532e-9)
RASTER = Raster(x=-1e-6, y=2e-6, steps=(1e-7, 1.5e-7), nx=25, ny=17, side=8)


@pytest.fixture(scope="module")
def kernels():
    return ScanKernels(LinearBasis().family(Setup(LENS)), Round(8.0))


def field(low, high, **settings):
    return SpotField.of(low, high, LENS, **settings)


def test_tiles_cover_the_raster_once():
    covered = np.zeros((RASTER.nx, RASTER.ny), dtype=int)
    for number in range(np.prod(RASTER.tiles)):
        covered[RASTER.slices(number)] += 1
    assert RASTER.tiles == (4, 3)
    assert np.all(covered == 1)


def test_a_position_lies_in_its_tile():
    x, y = RASTER.axes
    rng = np.random.default_rng(0)
    positions = np.column_stack([rng.uniform(x[0], x[-1], 200), rng.uniform(y[0], y[-1], 200)])
    for number, position in zip(RASTER.tile_of(positions), positions, strict=True):
        inside = position - RASTER.corner(number)
        assert np.all((inside >= 0) & (inside <= RASTER.side * np.array(RASTER.steps)))


def test_neighbours_within_a_distance():
    assert RASTER.around(4, 0.5e-6) == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert RASTER.around(0, 0.5e-6) == [0, 1, 3, 4]
    assert RASTER.around(4, 1e-6) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]


def test_the_plan_covers_the_spots_with_their_margin(kernels):
    low, high = np.array([0.0, -3e-6]), np.array([4e-6, 1e-6])
    raster = plan_raster(field(low, high), kernels, margin=5e-7)
    scanner = tile_scanner(raster, kernels, 1e-6)
    x, y = raster.axes
    assert (x[0], y[0]) == pytest.approx((-5e-7, -3.5e-6))
    assert x[-1] <= 4.5e-6 < x[-1] + raster.steps[0]
    assert raster.tiles == (1, 1)
    assert scanner.side >= x[-1] - x[0]
    assert scanner.surroundings == 0, "a tile that holds every spot"


def test_one_of_many_tiles_has_surroundings(kernels, monkeypatch):
    monkeypatch.setattr(pattern, "MOST_POINTS", 1)
    raster = plan_raster(field(np.zeros(2), np.full(2, 20e-6)), kernels, margin=0.0)
    assert raster.tiles != (1, 1)
    assert tile_scanner(raster, kernels, 1e-6).surroundings == kernels.radius


def test_refusals(kernels, refusal):
    low, high = np.zeros(2), np.array([1.0, 1.0])
    assert "field" in refusal(plan_raster, field(low, high), kernels, margin=0.0)
    assert "field" in refusal(plan_raster, field(-1e308 * high, 1e308 * high), kernels, margin=0.0)
    said = refusal(field, low, 1e-6 * high, step=150e-9)
    assert "step must be at most wavelength/(4 NA), 140 nm" in said
