"""Points far apart, labels close to a Gray code, and bits that come back."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from optomag.recording.constellation import STARTS, Constellation, ball, directions, levels

METRIC = (0.298, 0.298, 0.474)
"""How strongly a matched lens of NA 0.95 reads the three components."""

BEST_ANGLES = {4: 109.47122, 8: 74.85847, 16: 52.24440, 32: 37.47521}
"""Largest smallest angles known [degrees]: N. J. A. Sloane and others, Tables of Spherical Codes, in three dimensions."""

ANGLE = 1e-3
"""Degrees: where the linear programmes stop."""


@cache
def received(count):
    """Directions for a lens that reads the components by METRIC."""
    return directions(count, METRIC)


@pytest.fixture(scope="module")
def sphere():
    return {count: directions(count) for count in BEST_ANGLES}


@pytest.mark.parametrize("count", BEST_ANGLES)
def test_directions_are_the_best_packings_known(sphere, count):
    closest = np.degrees(2 * np.arcsin(sphere[count].smallest_distance() / 2))
    assert abs(closest - BEST_ANGLES[count]) < ANGLE


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "angle"),
    [(64, 26.1), pytest.param(128, 18.5, marks=pytest.mark.long)],  # 64 points see it quicker
)
def test_many_directions_are_nearly_so(count, angle):
    found = directions(count)
    assert np.degrees(2 * np.arcsin(found.smallest_distance() / 2)) > angle
    assert 1.0 < found.gray_penalty() < 1.55


def test_two_directions_lie_along_the_component_that_is_read_best():
    assert np.abs(np.abs(received(2).points[:, 2]) - 1).max() < 1e-9


@pytest.mark.parametrize("make", [directions, ball])
def test_only_ratios_of_strengths_matter(make):
    one, other = make(8, METRIC), make(8, 2.0 * np.array(METRIC))
    np.testing.assert_allclose(one.points, other.points, atol=1e-12)
    assert np.array_equal(one.labels, other.labels)


def test_the_received_metric_is_what_counts(sphere):
    assert received(16).smallest_distance(METRIC) > 1.03 * sphere[16].smallest_distance(METRIC)


def test_a_full_ball_holds_points_farther_apart_than_its_surface(sphere):
    full = ball(32)
    lengths = np.linalg.norm(full.points, axis=1)
    assert lengths.max() < 1 + 1e-12
    assert lengths.min() < 0.5
    assert full.smallest_distance() > 1.03 * sphere[32].smallest_distance()


def test_levels_are_equally_spaced_with_a_gray_code():
    for count in (2, 4, 8, 16, 32):
        found = levels(count)
        np.testing.assert_allclose(np.diff(found.points[:, 2]), 2 / (count - 1), atol=1e-12)
        assert found.gray_penalty() == 1.0


@pytest.mark.parametrize("count", [2, 4, 8, 16, 32])
def test_labels_are_a_permutation_and_neighbours_differ_in_few_bits(count):
    found = received(count)
    assert sorted(found.labels) == list(range(count))
    assert found.bits == np.log2(count)
    random = np.random.default_rng(0).permutation(count)
    shuffled = Constellation(found.points, random, "directions").gray_penalty(METRIC)
    assert found.gray_penalty(METRIC) < 1.4
    assert count <= 4 or found.gray_penalty(METRIC) < 0.85 * shuffled


def test_bits_come_back_from_symbols():
    found = received(8)
    bits = np.random.default_rng(1).integers(0, 2, 300, dtype=np.uint8)
    symbols = found.symbols(bits)
    assert symbols.shape == (100,)
    assert np.array_equal(found.symbol_bits(symbols), bits)
    first = bits[:3].astype(int)
    assert found.labels[symbols[0]] == first @ [1, 2, 4]


def test_single_precision_of_a_header_is_accepted(sphere):
    kept = sphere[32].points.astype(np.float32)
    assert Constellation(kept, sphere[32].labels, "directions").bits == 5


def test_wrong_requests_are_refused(refusal):
    assert "count must be one of 2, 4, 8" in refusal(directions, 6)
    assert "count must be 2, 4, 8, 16 or 32" in refusal(levels, 64)
    assert "metric must be three positive strengths" in refusal(directions, 8, (1.0, 0.0, 1.0))
    assert set(STARTS) == {2, 4, 8, 16, 32, 64, 128}


@pytest.mark.parametrize(
    ("points", "labels", "kind", "words"),
    [
        (np.eye(3)[:2], [0, 1], "cube", "kind must be one of"),
        (np.eye(3), [0, 1, 2], "directions", "a power of two"),
        (0.5 * np.eye(3)[:2], [0, 1], "directions", "of length 1"),
        (1.5 * np.eye(3)[:2], [0, 1], "ball", "of length <= 1"),
        (np.eye(3)[:2], [0, 1], "levels", "(0, 0, Mz)"),
        (np.eye(3)[:2], [1, 1], "directions", "each of 0..1 once"),
        (np.full((2, 3), np.nan), [0, 1], "ball", "finite"),
    ],
)
def test_a_record_that_is_no_constellation_is_refused(points, labels, kind, words, refusal):
    assert words in refusal(Constellation, points, np.array(labels), kind)


def test_bits_that_fill_no_whole_spot_are_refused(refusal):
    assert "a multiple of 2" in refusal(levels(4).symbols, np.zeros(5, np.uint8))
