"""|E|^2 of a scan is the sum of that of its spots, by the engine, one by one."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.optics.focus import field_scale

SUMMED = 1e-7
"""The error of a scan's sums over the largest value, which is its rtol."""

LENS = om.Objective(na=0.95, wavelength=532e-9)


@pytest.mark.parametrize(
    ("film", "four_pi"),
    [(None, False), (om.Film([(2.9 + 3.6j, 25e-9)], 1.46), False), (None, True)],
    ids=["one lens", "a metal film", "two lenses"],
)
def test_squared_fields_of_exposures_add_up(film, four_pi):
    rng = np.random.default_rng(0)
    places, wanted = rng.uniform(-1e-6, 1e-6, (3, 2)), rng.normal(size=(3, 3))
    scan = om.scan(places, wanted, LENS, film=film, four_pi=four_pi)
    x, y = np.linspace(-1e-6, 1e-6, 9), np.linspace(-8e-7, 8e-7, 7)
    found = scan.squared_field(x, y)
    expected = np.zeros((9, 7))
    for spot, row in zip(scan.spots.split(1), scan.spots.rows, strict=True):
        front, back = scan.kernels.basis.beams(row)
        lines = [line - at for line, at in zip((x, y), spot.positions[0], strict=True)]
        E = om.focus_field(front, LENS, om.Grid(*lines, [scan.setup.at[2]]), film=film, counter=back)
        expected += spot.exposures[0] * np.sum(np.abs(E[:, :, 0]) ** 2, axis=-1) / field_scale(LENS) ** 2
    assert np.abs(found - expected).max() < SUMMED * expected.max()


def test_a_reach_keeps_what_is_near():
    """With a reach the kernels are exact up to half of it, as those of M are."""
    cut, whole = (om.scan([[0.0, 0.0]], [[0.0, 0.0, 1.0]], LENS, reach=reach) for reach in (12.0, None))
    line = np.linspace(-2e-6, 2e-6, 9)
    difference = np.abs(cut.squared_field(line, line) - whole.squared_field(line, line)).max()
    assert difference < SUMMED * whole.squared_field([0.0], [0.0]).max()
