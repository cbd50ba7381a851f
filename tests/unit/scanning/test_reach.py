"""Windows are 1 where kernels are exact and 0 beyond the reach; the automatic one covers what it can."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.scanning.reach import (
    DEFAULT_REACH,
    FADE,
    MOST_EXACT_POINTS,
    Round,
    Square,
    automatic_window,
    coarsest_step,
    fading,
    largest_distances,
    require_reach,
    scaled,
)

LENS = om.Objective(na=0.95, wavelength=532e-9)


def test_fading_is_exact_inside_and_nothing_outside():
    distance = np.linspace(0, 15, 601)
    window = fading(distance, 8.0, 10.0)
    assert np.all(window[distance <= 8] == 1)
    assert np.all(window[distance >= 10] == 0)
    assert np.all(np.diff(window) <= 0)


@pytest.mark.parametrize("window", [Round(24.0), Square(30.0, 12.0)])
def test_windows_are_exact_where_they_say_so(window):
    line = np.linspace(-50, 50, 201)
    values = window.values(line, line)
    assert np.array_equal(values, values.T)
    assert np.array_equal(values[30:80], window.values(line[30:80], line))
    x, y = np.meshgrid(line, line, indexing="ij")
    assert np.all(values[np.maximum(abs(x), abs(y)) >= window.reach] == 0)
    for i, j in np.random.default_rng(0).integers(0, 201, (300, 2)):
        assert window.covers(np.abs([line[i], line[j]])) == (values[i, j] == 1)


@pytest.mark.parametrize("na", [0.1, 0.3, 0.95])
def test_the_automatic_window_is_exact_where_the_raster_is_affordable(na):
    lens = om.Objective(na=na, wavelength=532e-9)
    sizes = np.linspace(0.1, 600.0, 800) * 0.3 / na
    windows = [automatic_window(np.array([0.5 * size, size]), lens) for size in sizes]
    exact = np.array(
        [window.covers(np.array([size, size])) for window, size in zip(windows, sizes, strict=True)]
    )
    largest = sizes[exact].max()
    assert np.all(exact[sizes <= largest])
    cut = Round(scaled(DEFAULT_REACH, lens))
    assert all(window == cut for window, size in zip(windows, sizes, strict=True) if size > largest)
    exact = Square(largest, scaled(FADE, lens))
    points = 2 * exact.reach * lens.wavelength / coarsest_step(exact, lens)
    assert 0.95 * MOST_EXACT_POINTS < points <= MOST_EXACT_POINTS


@pytest.mark.parametrize("size", [0.1, 40.0, 1e6])
def test_rasters_have_as_many_points_for_every_lens(size):
    """Lengths of windows scale with wavelength/NA, as kernels do."""
    lenses = [om.Objective(na=na, wavelength=532e-9) for na in (0.02, 0.3, 0.95)]
    windows = [automatic_window(np.full(2, size / lens.na), lens) for lens in lenses]
    points = [
        window.reach * lens.wavelength / coarsest_step(window, lens)
        for window, lens in zip(windows, lenses, strict=True)
    ]
    assert points == pytest.approx(points[:1] * 3, rel=1e-12)


def test_windows_at_the_reference_aperture():
    assert automatic_window(np.array([1.0, 2.0]), LENS) == Square(12.0, 12.0)
    assert automatic_window(np.array([1.0, 60.0]), LENS) == Square(60.0, 12.0)


@pytest.mark.parametrize("extent", [1e4, 1e200, 1e308, np.inf])
def test_what_is_too_large_to_be_exact_is_cut_off(extent):
    assert automatic_window(np.array([1.0, extent]), LENS) == Round()


def test_a_lattice_is_exact_as_far_as_its_own_raster_is_affordable():
    steps = (532e-9 / 5, 532e-9 / 4)
    for size, exact in ((340.0, True), (380.0, False)):
        window = automatic_window(np.full(2, size), LENS, steps)
        assert window.covers(np.full(2, size)) == exact
    assert automatic_window(np.array([500.0, 10.0]), LENS, steps).covers(np.array([500.0, 10.0]))
    assert automatic_window(np.array([900.0, 10.0]), LENS, steps) == Round()
    assert automatic_window(np.full(2, 200.0), LENS, steps, radial=False) == Round()
    assert automatic_window(np.full(2, 1e200), LENS, steps) == Round()


def test_largest_distances_are_those_between_corners():
    spots = np.array([0.0, 1.0]) * 532e-9, np.array([2.0, 3.0]) * 532e-9
    points = np.array([-4.0, 2.0]) * 532e-9, np.array([1.0, 9.0]) * 532e-9
    assert largest_distances(spots, points, LENS) == pytest.approx([6.0, 8.0])
    assert np.all(largest_distances(spots, (np.full(2, -1e308), np.full(2, 1e308)), LENS) > 1e300)


def test_refusals(refusal):
    assert "reach" in refusal(Round, 2.0)
    assert "reach" in refusal(Round, np.nan)


@pytest.mark.parametrize(("na", "least", "most"), [(0.95, 8, 200), (0.4, 10, 475), (0.1, 40, 1900)])
def test_the_reach_must_suit_the_lens(na, least, most, refusal):
    for reach in (least, most):
        require_reach(Round(reach), na)
    rule = f"between {least} and {most} wavelengths at NA {na}"
    assert rule in refusal(require_reach, Round(1.01 * most), na)
    if least > 8:
        assert rule in refusal(require_reach, Round(0.99 * least), na)
