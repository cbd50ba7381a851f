"""A scan in memory: pattern and crosstalk at the spots agree, over several tiles too."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.inverse.scan import pattern
from optomag.inverse.scan.scan import scan

LENS = om.Objective(na=0.6, wavelength=532e-9)
CLOSE = 1e-6
"""Ten times the stencils' tolerance."""


def places(count, half):
    rng = np.random.default_rng(4)
    return rng.uniform(-half, half, (count, 2)), rng.normal(size=(count, 3))


@pytest.mark.parametrize("most_points", [1, 1536])
def test_pattern_and_spots_agree(most_points, monkeypatch):
    monkeypatch.setattr(pattern, "MOST_POINTS", most_points)
    positions, directions = places(12, 15e-6)
    found = scan(positions, directions, LENS, reach=8.0)
    for (x, y), M in zip(positions, found.at_spots, strict=True):
        assert np.abs(found.magnetization([x], [y])[0, 0] - M).max() < CLOSE
    assert found.angle_error.shape == found.length_ratio.shape == (12,)


def test_lonely_spots_have_no_crosstalk_and_pairs_have():
    lonely = scan([[0, 0], [1e-5, 0]], [[0, 0, 1], [1, 0, 0]], LENS, method=om.CompletedBasis(), reach=8.0)
    assert lonely.angle_error.max() < CLOSE
    assert lonely.length_ratio == pytest.approx([1, 1], abs=CLOSE)
    pair = scan([[0, 0], [3e-7, 0]], [[0, 0, 1], [1, 0, 0]], LENS, reach=8.0)
    assert pair.angle_error.min() > 0.1


def test_refusals(refusal):
    assert "method" in refusal(scan, [[0, 0]], [[0, 0, 1]], LENS, method="linear")
    assert "weights a few beams" in refusal(scan, [[0, 0]], [[0, 0, 1]], LENS, method=om.FlatAmplitude())
    assert "positions" in refusal(scan, [], [[0, 0, 1]], LENS)
