"""What neighbours do to a spot: angle and length against the spot by itself, and statistics in constant memory."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.scanning.neighbours import NeighbourStatistics, neighbour_effect
from optomag.scanning.table import Spots

BIN = 0.01
"""Quantiles come from bins 0.7 % wide."""


def test_angle_and_length_of_what_neighbours_add():
    m = np.array([[0.0, 0, 1], [1, 0, 0]])
    spots = Spots(np.zeros((2, 2)), m, np.ones((2, 1), complex), np.ones(2), 2 * m, np.ones(2, bool))
    angle, ratio = neighbour_effect(np.array([[0.0, 1, 1], [3, 0, 0]]), spots)
    assert angle == pytest.approx([np.pi / 4, 0])
    assert ratio == pytest.approx([np.sqrt(0.5), 1.5])


def test_a_spot_that_its_neighbours_put_out_is_off_by_a_right_angle():
    up = np.array([[0.0, 0, 1]])
    spots = Spots(np.zeros((1, 2)), up, np.ones((1, 1), complex), np.ones(1), up, np.ones(1, bool))
    angle, ratio = neighbour_effect(np.zeros((1, 3)), spots)
    assert angle.tolist() == [0.5 * np.pi]
    assert ratio.tolist() == [0]


def test_summary_agrees_with_all_spots_at_once():
    rng = np.random.default_rng(0)
    angle, ratio = rng.exponential(0.02, 5000), rng.normal(1.0, 0.03, 5000)
    summary = NeighbourStatistics()
    for part in np.array_split(np.arange(5000), 7):
        summary.add(part, angle[part], ratio[part])
    summary.add(np.empty(0, int), np.empty(0), np.empty(0))
    found = summary.numbers()
    assert found["spots"] == 5000
    assert found["angle_error_deg"]["median"] == pytest.approx(np.degrees(np.median(angle)), rel=BIN)
    assert found["angle_error_deg"]["p99"] == pytest.approx(np.degrees(np.quantile(angle, 0.99)), rel=BIN)
    assert found["angle_error_deg"]["worst"] == pytest.approx(np.degrees(angle.max()))
    assert found["angle_error_deg"]["worst_spot"] == int(np.argmax(angle))
    assert found["length_ratio"]["mean"] == pytest.approx(ratio.mean())
    assert found["length_ratio"]["standard_deviation"] == pytest.approx(ratio.std())
    assert (found["length_ratio"]["shortest"], found["length_ratio"]["longest"]) == (ratio.min(), ratio.max())


def test_spots_that_nothing_disturbs_have_a_quantile_of_zero():
    summary = NeighbourStatistics()
    summary.add(np.arange(3), np.zeros(3), np.ones(3))
    assert summary.numbers()["angle_error_deg"]["p99"] == 0
