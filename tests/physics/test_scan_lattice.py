"""Spots on a lattice: the sum of all uncut kernels to rounding, and otherwise what scattered spots give."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.inverse.orientation.linear_methods import LinearBasis, Optimal
from optomag.optics.elementary import stack_beams
from optomag.optics.focus import field_scale
from optomag.scanning import lattice_sum
from optomag.scanning.kernels import pair_kernels, weight_products
from optomag.scanning.lattice import LatticeFinder
from optomag.scanning.lattice_sum import LatticeScanner
from optomag.scanning.pattern import scan_pattern
from optomag.scanning.raster import plan_raster, tile_scanner

pytestmark = pytest.mark.slow

LENS = om.Objective(na=0.95, wavelength=532e-9)
WAVE = LENS.wavelength
FILM = om.Film(layers=[(2.3, 0.15 * WAVE)], substrate=1.95)

ROUNDING = 1e-12
"""Of the largest |M|; 1e-13 was found."""

SCATTERED = 1e-7
"""What the stencil of scattered spots is asked for."""


def holes(nx, ny, *, pitch=(1.0, 0.75)):
    """Four of five nodes of a rectangular lattice far from the origin, and directions at random."""
    rng = np.random.default_rng(3)
    i, j = np.divmod(rng.permutation(nx * ny)[: 4 * nx * ny // 5], ny)
    places = np.column_stack([i * pitch[0] + 40, j * pitch[1] - 90]) * WAVE
    return places, rng.normal(size=(len(places), 3))


def planned(scan, margin=WAVE):
    finder = LatticeFinder(WAVE)
    finder.add(scan.spots.positions)
    places = scan.spots.positions
    corners = places.min(axis=0), places.max(axis=0)
    return plan_raster(*corners, scan.kernels, margin=margin, lattice=finder.lattice)


def direct(scan, points):
    """The oracle: every uncut kernel at its distance from each point (n, 2), summed by the engine."""
    spots, basis = scan.spots, scan.kernels.basis
    products = spots.exposures[:, None] * weight_products(spots.rows)
    found = []
    for point in points:
        away = np.column_stack([point - spots.positions, np.full(len(spots), basis.setup.at[2])])
        fields = om.focus_field(stack_beams(basis.front), LENS, away, film=basis.setup.film)
        kernels = pair_kernels(np.asarray(fields) / field_scale(LENS))
        found.append(np.einsum("np,pnc->c", products, kernels))
    return np.array(found)


@pytest.mark.parametrize(
    ("method", "film"), [(LinearBasis(), None), (Optimal(), None), (LinearBasis(), FILM)], ids=str
)
def test_a_lattice_is_exact_to_rounding(method, film):
    found = om.scan(*holes(14, 20), LENS, method=method, film=film)
    raster = planned(found)
    scanner = tile_scanner(raster, found.kernels, SCATTERED)
    assert isinstance(scanner, LatticeScanner)
    x, y = raster.axes
    M = scanner.magnetization([found.spots], raster.corner(0)).on_grid(x, y)
    largest = np.abs(M).max()
    # corners and edges of the margin, and points between spots
    i, j = np.array([0, -1, 0, 41, -1]), np.array([0, -1, 50, 66, 31])
    exact = direct(found, np.column_stack([x[i], y[j]]))
    assert np.abs(M[i, j] - exact).max() < ROUNDING * largest
    at_spots = direct(found, found.spots.positions[::37])
    assert np.abs(found.at_spots[::37] - at_spots).max() < ROUNDING * largest


@pytest.mark.parametrize("reach", [None, 8.0])
def test_a_lattice_is_what_scattered_spots_are(reach):
    found = om.scan(*holes(30, 25), LENS, reach=reach)
    raster = planned(found)
    x, y = raster.axes
    tile = tile_scanner(raster, found.kernels, SCATTERED).magnetization([found.spots], raster.corner(0))
    M = tile.on_grid(x, y)
    scattered = scan_pattern(found.spots, found.kernels, x, y)
    assert np.abs(M - scattered).max() < SCATTERED * np.abs(M).max()
    places = found.spots.positions
    on_grid = M[tuple(np.rint((places - [x[0], y[0]]) / raster.step).astype(int).T)]
    assert np.array_equal(tile.at(places), on_grid)


def test_tiles_of_a_lattice_meet_without_a_seam(monkeypatch):
    found = om.scan(*holes(40, 30), LENS, reach=8.0)
    whole = planned(found)
    alone = tile_scanner(whole, found.kernels, SCATTERED).magnetization([found.spots], whole.corner(0))
    monkeypatch.setattr(lattice_sum, "MOST_POINTS", 1)
    raster = planned(found)
    assert raster.tiles != (1, 1) == whole.tiles
    scanner = tile_scanner(raster, found.kernels, SCATTERED)
    x, y = raster.axes
    exact = alone.on_grid(x, y)
    for number in range(np.prod(raster.tiles)):
        part = raster.slices(number)
        tile = scanner.magnetization([found.spots[:100], found.spots[100:]], raster.corner(number))
        M = tile.on_grid(x[part[0]], y[part[1]])
        assert np.abs(M - exact[part]).max() < ROUNDING * np.abs(exact).max()
    single = alone.at(found.spots.positions)
    assert np.abs(found.at_spots - single).max() < ROUNDING * np.abs(single).max()


def test_a_spot_off_the_lattice_is_summed_as_before():
    places, directions = holes(6, 6)
    places[7] += 0.123 * WAVE
    found = om.scan(places, directions, LENS)
    assert planned(found).pitch is None
    exact = direct(found, places[[0, 7]])
    miss = np.abs(found.at_spots[[0, 7]] - exact).max()
    assert ROUNDING * np.abs(exact).max() < miss < SCATTERED * np.abs(exact).max()
