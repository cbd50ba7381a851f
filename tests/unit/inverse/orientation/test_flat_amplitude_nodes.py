"""How many plane waves are enough for light of uniform amplitude, and when none are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import optomag as om
from optomag.inverse.orientation import flat_amplitude


@pytest.mark.parametrize(
    ("error", "expected"), [(1e-12, 16), (4e-9, flat_amplitude.MOST_NODES), (1e-6, None)]
)
def test_the_last_doubling_may_leave_a_little_more(monkeypatch, error, expected):
    """A film of 13.3 nm was designed in and one of 13.0 nm refused, for a change of 4e-9 instead of 1e-9."""
    lens = om.Objective(na=0.95, wavelength=532e-9)
    setup = om.design([0, 0, 1], lens, method=om.FlatAmplitude()).setup
    curve, _ = flat_amplitude._curve_and_rays(setup)
    calls = itertools.count()
    monkeypatch.setattr(
        flat_amplitude, "_focal_fields", lambda probes, rays: np.ones((1, 3)) * (1 + error * next(calls))
    )
    if expected is None:
        with pytest.raises(om.InvalidInputError, match=f"{flat_amplitude.MOST_NODES} nodes resolve"):
            flat_amplitude._enough_nodes(setup, curve)
    else:
        assert flat_amplitude._enough_nodes(setup, curve) == expected
