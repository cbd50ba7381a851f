"""A scanned pattern is the sum of its exposures, each on its own, wherever the spots lie."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.inverse.orientation.four_beam_method import FourBeam
from optomag.inverse.orientation.linear_methods import CompletedBasis, LinearBasis, Optimal
from optomag.optics.elementary import stack_beams
from optomag.optics.focus import field_scale
from optomag.optics.setup import Setup
from optomag.scanning import pattern
from optomag.scanning.kernels import ScanKernels
from optomag.scanning.pair_kernels import pair_kernels, weight_products
from optomag.scanning.pattern import TileScanner, scan_pattern
from optomag.scanning.reach import SMALLEST_REACH, SMALLEST_REACH_NA, Round, automatic_window
from optomag.scanning.table import design_spots

pytestmark = pytest.mark.slow

EXACT = 1e-7
"""What the sum is asked for by default, relative to the largest |M|; 1e-8 was found for every lens and reach."""

TIGHT = 1e-8
"""The smallest rtol that the command takes; 5e-9 was found."""

ROUNDING = 1e-12

FAR = 1e-3
"""Of what two spots write 85 wavelengths away, itself some 1e-7 of their peak."""

LENS = om.Objective(na=0.95, wavelength=532e-9)
WAVE = LENS.wavelength


def random_spots(method, *, count=20, half=1.3, seed=0, film=None):
    """Spots whose pattern stays inside the radius within which kernels are exact."""
    rng = np.random.default_rng(seed)
    basis = method.family(Setup(LENS, film))
    places = rng.uniform(-half, half, (count, 2)) * WAVE
    return basis, design_spots(places, rng.normal(size=(count, 3)), method, basis)


def one_by_one(basis, spots, x, y):
    """The oracle: every beam focused by the engine at its own spot, and the magnetizations added."""
    setup = basis.setup
    total = np.zeros((len(x), len(y), 3))
    for place, row, time in zip(spots.positions, spots.rows, spots.exposures, strict=True):
        grid = om.Grid(x - place[0], y - place[1], setup.at[2])
        field = om.focus_field(basis.beams(row)[0], setup.lens, grid, film=setup.film)
        total += time * np.asarray(om.induced_magnetization(field))[:, :, 0] / field_scale(setup.lens) ** 2
    return total


@pytest.mark.parametrize("method", [CompletedBasis(), LinearBasis(), FourBeam(), Optimal()], ids=str)
def test_pattern_is_the_sum_of_the_engine_s_fields(method):
    basis, spots = random_spots(method)
    x, y = np.linspace(-1.4, 1.2, 23) * WAVE, np.linspace(-1.1, 1.4, 19) * WAVE
    found = scan_pattern(spots, ScanKernels(basis, Round(SMALLEST_REACH)), x, y)
    exact = one_by_one(basis, spots, x, y)
    assert np.abs(found - exact).max() < EXACT * np.abs(exact).max()


def test_pattern_in_a_film_is_that_sum_too():
    film = om.Film(layers=[(2.3, 0.15 * WAVE)], substrate=1.95)
    basis, spots = random_spots(LinearBasis(), count=5, film=film)
    x = y = np.linspace(-1.0, 1.0, 9) * WAVE
    found = scan_pattern(spots, ScanKernels(basis, Round(SMALLEST_REACH)), x, y)
    exact = one_by_one(basis, spots, x, y)
    assert np.abs(found - exact).max() < EXACT * np.abs(exact).max()


@pytest.fixture(scope="module")
def linear():
    basis, spots = random_spots(LinearBasis(), half=3.0)
    return spots, ScanKernels(basis, Round(SMALLEST_REACH))


AXIS = np.linspace(-3, 3, 41) * WAVE


def test_patterns_of_parts_add_up(linear):
    spots, kernels = linear
    whole, first, second = (scan_pattern(part, kernels, AXIS, AXIS) for part in (spots, spots[:7], spots[7:]))
    assert np.abs(whole - first - second).max() < ROUNDING * np.abs(whole).max()


def test_pattern_moves_with_its_spots(linear):
    spots, kernels = linear
    shift = np.array([0.37, -1.91]) * WAVE
    moved = type(spots)(spots.positions + shift, *(getattr(spots, n) for n in list(vars(spots))[1:]))
    here = scan_pattern(spots, kernels, AXIS, AXIS)
    there = scan_pattern(moved, kernels, AXIS + shift[0], AXIS + shift[1])
    assert np.abs(here - there).max() < ROUNDING * np.abs(here).max()
    fixed = scan_pattern(moved, kernels, AXIS, AXIS)
    assert np.abs(here - fixed).max() > 0.1 * np.abs(here).max(), (
        "the shift must be seen without moving along"
    )


def test_tiles_meet_without_a_seam(linear, monkeypatch):
    spots, kernels = linear
    whole = scan_pattern(spots, kernels, AXIS, AXIS)
    monkeypatch.setattr(TileScanner, "largest", lambda kernels, extent, **_: TileScanner(kernels, 2.3 * WAVE))
    assert pattern.TileScanner is TileScanner
    tiled = scan_pattern(spots, kernels, AXIS, AXIS)
    # Beyond half the reach kernels depend on the raster by what is folded back into the faded zone.
    assert np.abs(whole - tiled).max() < EXACT * np.abs(whole).max()


def test_reading_at_the_spots_agrees_with_the_grid(linear):
    spots, kernels = linear
    scanner = TileScanner(kernels, 6.2 * WAVE)
    tile = scanner.magnetization([spots], np.full(2, -3.1 * WAVE))
    at_spots = tile.at(spots.positions)
    on_grid = np.stack([tile.on_grid(place[:1], place[1:])[0, 0] for place in spots.positions])
    assert np.abs(at_spots - on_grid).max() < EXACT * np.abs(at_spots).max()
    assert np.abs(at_spots - spots.alone).max() > 0.01, "neighbours must be seen"


CROSSTALK = {0.5: 0.12, 0.75: 0.008, 1.0: 0.014, 1.5: 0.004, 2.0: 0.002}
"""|M(d)|/|M(0)| of circular light, d in wavelengths; three decimals, two at the nearest."""


def test_crosstalk_of_one_spot_has_the_reference_numbers():
    basis = LinearBasis((om.linear(), om.linear(0.5 * np.pi), om.radial())).family(Setup(LENS))
    spots = design_spots([[0.0, 0.0]], [[0, 0, 1]], LinearBasis(), basis)
    circular = type(spots)(
        spots.positions,
        spots.directions,
        np.array([[1, 1j, 0]]) / np.sqrt(2),
        np.ones(1),
        spots.alone,
        spots.reachable,
    )
    places = np.array([0.0, *CROSSTALK]) * WAVE
    M = scan_pattern(circular, ScanKernels(basis, Round(SMALLEST_REACH)), places, np.zeros(1))
    length = np.linalg.norm(M[:, 0], axis=-1)
    assert length[0] == pytest.approx(3.001, abs=5e-4)
    for ratio, (distance, reference) in zip(length[1:] / length[0], CROSSTALK.items(), strict=True):
        assert ratio == pytest.approx(reference, abs=5e-3 if distance == 0.5 else 6e-4)


def winding(x, y):
    return np.column_stack([np.cos(x / 5), np.sin(y / 7), np.cos(y / 5) * np.sin(x / 3)])


def random(x, y):
    return np.random.default_rng(0).normal(size=(len(x), 3))


def along_x(x, y):
    return np.tile([1.0, 0, 0], (len(x), 1))


def lattice(side, *, stretched=1.0):
    line = np.arange(side) - 0.5 * (side - 1)
    return (axis.ravel() for axis in np.meshgrid(line * stretched, line, indexing="ij"))


def direct(spots, basis, points):
    """The oracle: every uncut kernel at its distance from each point (n, 2), summed by the engine."""
    lens = basis.setup.lens
    products = spots.exposures[:, None] * weight_products(spots.rows)
    found = []
    for point in points:
        away = np.column_stack([point - spots.positions, np.zeros(len(spots))])
        fields = np.asarray(om.focus_field(stack_beams(basis.front), lens, away)) / field_scale(lens)
        found.append(np.einsum("np,pnc->c", products, pair_kernels(fields)))
    return np.array(found)


@pytest.mark.parametrize("texture", [random, winding, along_x])
def test_a_dense_pattern_is_exact_all_over_by_default(texture):
    x, y = lattice(28)
    found = om.scan(np.column_stack([x, y]) * WAVE, texture(x, y), LENS)
    assert found.exact
    places = found.spots.positions
    # a corner and two edges of the margin, and the middle
    line = np.array([-14.5, 0.3, 14.5]) * WAVE
    points = np.array([[line[0], line[2]], [line[1], line[0]], [line[2], line[1]], [line[1], line[1]]])
    M = found.magnetization(line, line)[[0, 1, 2, 1], [2, 0, 1, 1]]
    exact = direct(found.spots, found.kernels.basis, points)
    largest = np.abs(found.at_spots).max()
    assert np.abs(M - exact).max() < EXACT * largest
    at_spots = direct(found.spots, found.kernels.basis, places[::261])
    assert np.abs(found.at_spots[::261] - at_spots).max() < EXACT * largest


def test_a_long_pattern_is_exact_from_end_to_end():
    x, y = lattice(6, stretched=14.0)
    found = om.scan(np.column_stack([x, y]) * WAVE, random(x, y), LENS)
    assert found.exact
    exact = direct(found.spots, found.kernels.basis, found.spots.positions[[0, 20, 35]])
    assert np.abs(found.at_spots[[0, 20, 35]] - exact).max() < EXACT * np.abs(exact).max()


LENSES = [om.Objective(na=na, wavelength=532e-9) for na in (0.02, 0.1, 0.3, 0.6, 0.95)]
LENSES.append(om.Objective(na=1.4, index=1.518, wavelength=532e-9))


def a_few_spots(lens, width):
    """Spots within a square of so many wavelengths, and points among them (n,) along x and y."""
    rng = np.random.default_rng(1)
    basis = LinearBasis().family(Setup(lens))
    places = rng.uniform(-0.5, 0.5, (7, 2)) * width * lens.wavelength
    places[:2] = np.array([[-0.5, -0.5], [0.5, 0.5]]) * width * lens.wavelength
    spots = design_spots(places, rng.normal(size=(7, 3)), LinearBasis(), basis)
    x, y = np.sort(rng.uniform(-0.5, 0.5, (2, 6)) * width * lens.wavelength, axis=1)
    return basis, spots, np.append(x, 0.5 * width * lens.wavelength), y


def miss(found, spots, basis, x, y):
    points = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1).reshape(-1, 2)
    exact = direct(spots, basis, points)
    return np.abs(found.reshape(-1, 3) - exact).max() / max(np.abs(exact).max(), np.abs(spots.alone).max())


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: f"NA {lens.na:g}")
@pytest.mark.parametrize(("least", "times_na"), [(10.0, 0.0), (0.0, 13.0)])
def test_the_automatic_window_is_exact_for_every_lens(lens, least, times_na):
    """Kernels scale with wavelength/NA, and so must the zone in which they are faded out."""
    width = least + times_na / lens.na
    basis, spots, x, y = a_few_spots(lens, width)
    window = automatic_window(np.full(2, width), lens)
    assert window.covers(np.full(2, width))
    found = scan_pattern(spots, ScanKernels(basis, window), x, y)
    assert miss(found, spots, basis, x, y) < EXACT


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: f"NA {lens.na:g}")
def test_the_smallest_reach_is_exact_up_to_its_half(lens):
    window = Round(max(SMALLEST_REACH, SMALLEST_REACH_NA / lens.na))
    width = window.flat / np.sqrt(2.0) * (1 - 1e-9)
    assert window.covers(np.full(2, width))
    basis, spots, x, y = a_few_spots(lens, width)
    found = scan_pattern(spots, ScanKernels(basis, window), x, y)
    assert miss(found, spots, basis, x, y) < EXACT


@pytest.mark.parametrize("lens", [LENSES[1], LENSES[4]], ids=lambda lens: f"NA {lens.na:g}")
@pytest.mark.parametrize("fades", [0.5, 1.0])
def test_the_smallest_tolerance_is_reached(lens, fades):
    """Whatever the width of the faded zone, its leak lies below the smallest rtol."""
    window = Round(2 * fades * 12.0 * 0.95 / lens.na)
    width = window.flat / np.sqrt(2.0)
    basis, spots, x, y = a_few_spots(lens, width)
    extent = width * lens.wavelength
    scanner = TileScanner(ScanKernels(basis, window), extent * (1 + 1e-9), TIGHT)
    found = scanner.magnetization([spots], np.full(2, -0.5 * extent)).on_grid(x, y)
    assert miss(found, spots, basis, x, y) < TIGHT


def test_a_scan_is_exact_outside_of_its_spots_too():
    found = om.scan([[0, 0], [WAVE, 0]], [[0, 0, 1], [1, 0, 0]], LENS)
    line = np.array([-5.0, 0.3, 20.0, 60.0]) * WAVE
    M = found.magnetization(line, line)
    assert found.exact
    assert miss(M, found.spots, found.kernels.basis, line, line) < EXACT
    far = direct(found.spots, found.kernels.basis, line[[[3, 3]]])[0]
    # nothing else is near: the stencil's error is small against what is there
    assert np.abs(M[3, 3] - far).max() < FAR * np.abs(far).max()


def test_what_is_cut_off_a_dense_texture_stays_below_the_stated_bound():
    basis = LinearBasis().family(Setup(LENS))
    kernels = ScanKernels(basis, Round(SMALLEST_REACH))
    x, y = lattice(24)
    spots = design_spots(np.column_stack([x, y]) * WAVE, winding(x, y), LinearBasis(), basis)
    centre = np.array([[0.5 * WAVE, 0.5 * WAVE]])
    cut = scan_pattern(spots, kernels, centre[:, 0], centre[:, 1])[0, 0]
    whole = direct(spots, basis, centre)[0]
    error = np.linalg.norm(cut - whole) / np.linalg.norm(whole)
    assert EXACT < error < kernels.tail[1], "at one spot per square wavelength"


def test_a_large_area_of_one_direction_keeps_the_mean_that_its_spots_bring():
    """Mean M of a lattice: one square wavelength of circular light over the area of a cell (Parseval)."""
    basis = LinearBasis().family(Setup(LENS))
    kernels = ScanKernels(basis, Round(SMALLEST_REACH))
    pitch, half = 0.5, 10.0
    line = np.arange(-half, half + 0.1, pitch) * WAVE
    places = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
    one = design_spots([[0.0, 0.0]], [[0, 0, 1]], LinearBasis(), basis)
    row = np.array([1, 1j, 0]) / np.sqrt(2)
    n = len(places)
    spots = type(one)(places, np.tile([0.0, 0, 1], (n, 1)), np.tile(row, (n, 1)), np.ones(n), places, places)
    cell = (np.arange(8) / 8 - 0.5) * pitch * WAVE
    mean = scan_pattern(spots, kernels, cell, cell).mean(axis=(0, 1))
    assert np.abs(mean - [0, 0, 1 / pitch**2]).max() < 1e-3 / pitch**2, "the error of folding at this reach"
