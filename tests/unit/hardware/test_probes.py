"""Known phases and defocus."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.hardware.small import LENS

import optomag as om
from optomag.hardware.probes import FocusMove, random_probes

ROUNDING = 1e-9


def probes(count, seed=0, highest=4):
    return random_probes(count, waves=0.15, highest=highest, reach=3e-7, random=np.random.default_rng(seed))


def test_phases_have_the_size_that_was_asked_for_and_no_tilt():
    for probe in probes(7):
        assert probe.phase.rms == pytest.approx(0.15)
        orders = {order for order, _ in probe.phase.waves}
        assert orders == {(n, m) for n in (2, 3, 4) for m in range(-n, n + 1, 2)}


def test_heights_reach_to_both_sides_evenly():
    heights = sorted(probe.height for probe in probes(5))
    np.testing.assert_allclose(heights, np.linspace(-3e-7, 3e-7, 5), atol=1e-20)
    assert probes(1)[0].height == 0.0


def test_they_are_those_of_the_seed():
    assert probes(4) == probes(4)
    assert probes(4) != probes(4, seed=1)


def test_a_focus_move_brings_another_plane_into_the_focus():
    beam = om.circular(+1) * om.zernike({(3, 1): 0.1})
    z = 4e-7
    around = np.array([[0.0, 0.0, 0.0], [2e-7, -1e-7, 0.0], [0.0, 3e-7, 0.0]])
    moved = om.focus_field(beam * FocusMove(LENS, z), LENS, around)
    there = om.focus_field(beam, LENS, around + np.array([0.0, 0.0, z]))
    assert np.abs(moved - there).max() < ROUNDING * np.abs(there).max()
