"""A scan in memory: pattern and crosstalk at the spots agree, over several tiles too."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.plot.angle_text import angle_text
from optomag.scanning import pattern, scan_picture
from optomag.scanning.scan import scan

LENS = om.Objective(na=0.6, wavelength=532e-9)
CLOSE = 1e-7
"""The stencils' tolerance."""


def places(count, half):
    rng = np.random.default_rng(4)
    return rng.uniform(-half, half, (count, 2)), rng.normal(size=(count, 3))


@pytest.mark.slow
@pytest.mark.parametrize("most_points", [1, 1536])
def test_pattern_and_spots_agree(most_points, monkeypatch):
    monkeypatch.setattr(pattern, "MOST_POINTS", most_points)
    positions, directions = places(12, 15e-6)
    found = scan(positions, directions, LENS, reach=8.0)
    for (x, y), M in zip(positions, found.at_spots, strict=True):
        assert np.abs(found.magnetization([x], [y])[0, 0] - M).max() < CLOSE
    assert found.angle_error.shape == found.length_ratio.shape == (12,)


def test_lonely_spots_are_undisturbed_and_pairs_are_not():
    lonely = scan([[0, 0], [1e-5, 0]], [[0, 0, 1], [1, 0, 0]], LENS, method=om.CompletedBasis(), reach=8.0)
    assert lonely.angle_error.max() < CLOSE
    assert lonely.length_ratio == pytest.approx([1, 1], abs=CLOSE)
    pair = scan([[0, 0], [3e-7, 0]], [[0, 0, 1], [1, 0, 0]], LENS, reach=8.0)
    assert pair.angle_error.min() > 0.1


@pytest.mark.slow
def test_a_grid_is_the_list_of_its_vectors_that_are_not_zero():
    grid = om.Grid.plane("xy", half_width=5e-7, points=3)
    directions = np.random.default_rng(1).normal(size=(3, 3, 3))
    directions[1, 2] = 0
    exposures = np.linspace(1, 2, 9).reshape(3, 3)
    found = scan(grid, directions, LENS, exposures=exposures)
    listed = np.delete(np.arange(9), 5)
    same = scan(grid.points[listed, :2], directions.reshape(-1, 3)[listed], LENS)
    assert np.array_equal(found.spots.positions, same.spots.positions)
    assert np.array_equal(found.spots.directions, same.spots.directions)
    assert np.array_equal(found.spots.exposures, exposures.ravel()[listed])
    assert found.spots.positions[1] == pytest.approx([-5e-7, 0]), "y runs first"


def test_lengths_on_a_grid_are_those_of_its_spots():
    grid = om.Grid([0.0, 1e-6], [0.0, 1e-6], 0.0)
    directions = np.zeros((2, 2, 3))
    directions[0, :, 0], directions[1, 1, 2] = 2.0, -3.0
    found = scan(grid, directions, LENS, lengths=[[0.5, 1.0], [9.0, 2.0]])
    assert found.spots.alone == pytest.approx(np.array([[0.5, 0, 0], [1, 0, 0], [0, 0, -2]]), abs=CLOSE)


@pytest.mark.slow
@pytest.mark.parametrize("reach", [None, 8.0])
def test_a_scan_draws_itself_whole_and_close_up(monkeypatch, reach):
    monkeypatch.setattr(scan_picture, "SHOWN_WAVELENGTHS", 5.0)
    positions, directions = places(12, 4e-6)
    found = scan(positions, directions, LENS, reach=reach)
    figure = found.plot()
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    for title in (
        "direction of $M$, the whole",
        "error of each spot",
        "direction of $M$ near the worst spot",
    ):
        assert any(title in shown for shown in titles), titles
    told = " ".join(text.get_text() for text in figure.texts)
    assert "NA 0.6 in n = 1" in told
    assert "\nangle error: median " in told
    assert f"worst {angle_text(np.degrees(found.angle_error.max()))} at (" in told


def test_the_reach_follows_the_pattern_unless_it_is_given():
    apart = [[0, 0], [60 * LENS.wavelength, 0]]
    axes = [[0, 0, 1], [1, 0, 0]]
    assert scan(apart, axes, LENS).exact
    assert not scan(apart, axes, LENS, reach=24.0).exact
    assert not scan([[0, 0], [0.1, 0]], axes, LENS).exact


@pytest.mark.slow
def test_a_reach_that_is_given_stays_and_the_automatic_one_follows_the_axes(refusal):
    pair = [[0, 0], [LENS.wavelength, 0]]
    axes = [[0, 0, 1], [1, 0, 0]]
    far = [50 * LENS.wavelength]
    assert np.all(scan(pair, axes, LENS, reach=24.0).magnetization(far, [0.0]) == 0)
    automatic = scan(pair, axes, LENS)
    assert np.abs(automatic.magnetization(far, [0.0])).max() > 1e-7
    said = refusal(automatic.magnetization, [1e-3], [0.0])
    assert said.startswith("x and y must be near enough")
    assert "Scan with a reach" in said


@pytest.mark.parametrize("line", [[np.nan], 0.0, [[0.0, 1e-7]], [], [1e-7, 0.0], [0.0, 0.0], ["a"]])
def test_axes_must_be_finite_and_ascending(line, refusal):
    found = scan([[0, 0]], [[0, 0, 1]], LENS)
    assert refusal(found.magnetization, line, [0.0]).startswith("x must be")
    assert refusal(found.magnetization, [0.0], line).startswith("y must be")


@pytest.mark.slow
def test_a_grid_must_lie_in_the_plane_that_is_written(refusal):
    directions = np.ones((3, 3, 3))
    film = om.Film(layers=[(2.3, 80e-9)], substrate=1.95)
    for medium, z in ((None, 0.0), (film, 4e-8)):
        grid, other = (
            om.Grid.plane("xy", half_width=1e-6, points=3, at=height)
            for height in (z * (1 + 1e-12), z + 1e-8)
        )
        assert len(scan(grid, directions, LENS, film=medium).spots) == 9
        assert f"z = {z:g} m; got z = {z + 1e-8:g} m" in refusal(scan, other, directions, LENS, film=medium)


def test_a_reach_must_suit_the_lens(refusal):
    weak = om.Objective(na=0.1, wavelength=532e-9)
    assert "between 40 and 1900 wavelengths at NA 0.1" in refusal(
        scan, [[0, 0]], [[0, 0, 1]], weak, reach=8.0
    )


def test_fields_that_are_too_large_are_refused(refusal):
    apart = scan([[0, 0], [1e200, 1e300]], [[0, 0, 1], [1, 0, 0]], LENS)
    assert not apart.exact
    assert "raster points" in refusal(lambda: apart.at_spots)


def test_refusals_of_grids(refusal):
    grid = om.Grid([0.0, 1e-6], [0.0, 1e-6, 2e-6], 0.0)
    good = np.ones((2, 3, 3))
    assert "(2, 3, 3)" in refusal(scan, grid, np.ones((3, 2, 3)), LENS)
    assert "(2, 3, 3)" in refusal(scan, grid, np.ones((6, 3)), LENS)
    assert "directions" in refusal(scan, grid, good * np.nan, LENS)
    assert "at least one spot" in refusal(scan, grid, np.zeros((2, 3, 3)), LENS)
    assert "exposures" in refusal(scan, grid, good, LENS, exposures=np.ones(6))
    assert "exposures" in refusal(scan, grid, good, LENS, exposures=np.ones((3, 2)))
    assert "lengths must be of shape (2, 3)" in refusal(scan, grid, good, LENS, lengths=np.ones((3, 2)))
    assert "one plane" in refusal(scan, om.Grid([0.0], [0.0], [0.0, 1e-7]), np.ones((1, 1, 3)), LENS)


def test_refusals(refusal):
    assert "method" in refusal(scan, [[0, 0]], [[0, 0, 1]], LENS, method="linear")
    assert "weights a few beams" in refusal(scan, [[0, 0]], [[0, 0, 1]], LENS, method=om.FlatAmplitude())
    assert "positions" in refusal(scan, [], [[0, 0, 1]], LENS)
