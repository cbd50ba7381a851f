"""Spots on a lattice: the sum of all uncut kernels to rounding, and otherwise what scattered spots give."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.inverse.orientation.linear_methods import LinearBasis, Optimal
from optomag.scanning import lattice_sum
from optomag.scanning.lattice import turned
from optomag.scanning.lattice_sum import LatticeScanner
from optomag.scanning.pair_kernels import weight_products
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


def hexagons(nx, ny):
    """A hexagonal lattice, one wavelength apart."""
    i, j = np.divmod(np.arange(nx * ny), ny)
    places = np.column_stack([i + 0.5 * (j % 2), j * np.sqrt(0.75)]) * WAVE
    return places, np.random.default_rng(5).normal(size=(len(places), 3))


def planned(scan, margin=WAVE):
    return plan_raster(scan.field, scan.kernels, margin=margin)


def direct(scan, points):
    """The oracle: every uncut kernel at its distance from each point (n, 2), summed by the engine."""
    spots = scan.spots
    products = spots.exposures[:, None] * weight_products(spots.rows)
    kernels = (scan.kernels.at(point - spots.positions) for point in points)
    return np.array([np.einsum("np,pnc->c", products, kernel) for kernel in kernels])


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


@pytest.mark.parametrize("spots", ["rectangles", "hexagons"])
@pytest.mark.parametrize(
    ("angle", "film", "four_pi"), [(0.0, None, True), (0.4, None, False), (-1.2, FILM, False)]
)
def test_turned_and_hexagonal_lattices_and_two_lenses_are_exact_too(spots, angle, film, four_pi):
    places, directions = hexagons(9, 12) if spots == "hexagons" else holes(9, 12, pitch=(1.0, np.sqrt(0.6)))
    found = om.scan(turned(places, -angle), directions, LENS, film=film, four_pi=four_pi)
    raster = planned(found)
    scanner = tile_scanner(raster, found.kernels, SCATTERED)
    assert isinstance(scanner, LatticeScanner)
    u, v = raster.axes
    M = scanner.magnetization([found.spots], raster.corner(0)).on_grid(u, v)
    i, j = np.array([0, -1, 0, 41, -1]), np.array([0, -1, 20, 26, 31])
    exact = direct(found, turned(np.column_stack([u[i], v[j]]), -raster.angle))
    largest = np.abs(M).max()
    assert np.abs(M[i, j] - exact).max() < ROUNDING * largest
    at_spots = direct(found, found.spots.positions[::37])
    assert np.abs(found.at_spots[::37] - at_spots).max() < ROUNDING * largest
    near = found.magnetization(found.spots.positions[:1, 0], found.spots.positions[:1, 1])[0, 0]
    assert np.abs(near - found.at_spots[0]).max() < SCATTERED * largest


@pytest.mark.parametrize("reach", [None, 12.0])  # at 8 what is folded back depends on the raster by 7e-7
def test_a_lattice_is_what_scattered_spots_are(reach):
    found = om.scan(*holes(30, 25), LENS, reach=reach)
    raster = planned(found)
    x, y = raster.axes
    tile = tile_scanner(raster, found.kernels, SCATTERED).magnetization([found.spots], raster.corner(0))
    M = tile.on_grid(x, y)
    scattered = scan_pattern(found.spots, found.kernels, x, y)
    assert np.abs(M - scattered).max() < SCATTERED * np.abs(M).max()
    places = found.spots.positions
    on_grid = M[tuple(np.rint((places - [x[0], y[0]]) / raster.steps).astype(int).T)]
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
