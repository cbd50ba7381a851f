"""Fields on large rasters by a Fourier transform are those of the engine's direct sum."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.inverse.orientation.linear_methods import CompletedBasis, LinearBasis, Optimal
from optomag.optics.elementary import stack_beams
from optomag.optics.focus import field_scale
from optomag.optics.setup import Setup
from optomag.scanning.lattice import turned
from optomag.scanning.plane_field import plane_fields

CLOSE = 1e-10
"""Of the largest field; 1e-12 was found, 1e-10 is asked of both."""

ANGLE = 0.4
FILM = om.Film(layers=[(2.3, 80e-9), (2.9 + 3.6j, 13e-9)], substrate=1.95)


@pytest.mark.slow
@pytest.mark.parametrize("film", [None, FILM], ids=["air", "film"])
@pytest.mark.parametrize("method", [CompletedBasis(), LinearBasis(), Optimal()], ids=str)
@pytest.mark.parametrize("step", [0.112, 0.2])
def test_fields_are_those_of_the_engine(method, film, step):
    lens = om.Objective(na=0.95, wavelength=532e-9)
    basis = method.family(Setup(lens, film))
    count = 30
    steps, z = np.array([step, 0.8 * step]) * lens.wavelength, basis.setup.at[2]
    found = plane_fields(basis.sides[0], lens, steps, (count, count + 1), ANGLE)
    assert found.shape == (3, 3, 2 * count + 1, 2 * count + 3)
    i, j = np.random.default_rng(0).integers(-count, count + 1, (2, 12))
    i[:4], j[:4] = [0, count, -count, count], [0, count, count, -3]
    places = turned(np.column_stack([i, j]) * steps, -ANGLE)
    points = np.column_stack([places, np.full(len(i), z)])
    exact = np.asarray(om.focus_field(stack_beams(basis.front), lens, points, film=film)) / field_scale(lens)
    there = found[:, :, i + count, j + count + 1].swapaxes(1, 2)
    assert np.abs(there - exact).max() < CLOSE * np.abs(exact).max()


def test_a_raster_too_large_for_the_waves_is_refused(refusal):
    lens = om.Objective(na=0.95, wavelength=532e-9)
    basis = LinearBasis().family(Setup(lens))
    assert "distance" in refusal(plane_fields, basis.sides[0], lens, np.full(2, 1e-3), (4, 4))
