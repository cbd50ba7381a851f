"""The user never picks a resolution: where one asks does not change what is there."""

from __future__ import annotations

import numpy as np
import pytest
from tests.oracle.cases import CASES

import optomag as om

pytestmark = pytest.mark.slow

WAVELENGTH = 532e-9
LENS = om.Objective(na=0.95, index=1.0, wavelength=WAVELENGTH)
UNCHANGED = 1e-12
"""Hundred times below the promised accuracy: what interpolation and summation order may still move."""


@pytest.fixture(params=["linear x", "sum of unlike beams"])
def beam(request):
    return CASES[request.param].beam(om)


def largest(field) -> float:
    return float(np.abs(np.asarray(field)).max())


def test_refining_a_plane_keeps_the_values(beam):
    fields = [
        np.asarray(
            om.focus_field(beam, LENS, om.Grid.plane("xy", half_width=1.5 * WAVELENGTH, points=points))
        )
        for points in (11, 41, 201)
    ]
    for stride, refined in ((4, fields[1]), (20, fields[2])):
        assert largest(refined[::stride, ::stride] - fields[0]) < UNCHANGED * largest(fields[0])


def test_grid_and_points_agree(beam):
    grid = om.Grid(
        WAVELENGTH * np.array([-1.1, 0.0, 0.3]),
        WAVELENGTH * np.linspace(-0.5, 2.0, 60),
        WAVELENGTH * np.array([-2.0, 0.25]),
    )
    on_grid = np.asarray(om.focus_field(beam, LENS, grid))
    at_points = np.asarray(om.focus_field(beam, LENS, grid.points)).reshape(*grid.shape, 3)
    assert largest(on_grid - at_points) < UNCHANGED * largest(on_grid)


def test_a_larger_region_keeps_the_values(beam):
    inner = WAVELENGTH * np.linspace(-0.8, 0.8, 33)
    outer = np.concatenate([[-8 * WAVELENGTH], inner, [8 * WAVELENGTH]])
    small = np.asarray(om.focus_field(beam, LENS, om.Grid(inner, inner, [0.0])))
    large = np.asarray(om.focus_field(beam, LENS, om.Grid(outer, outer, [0.0])))[1:-1, 1:-1]
    assert largest(large - small) < UNCHANGED * largest(small)


def test_a_plane_is_a_slice_of_the_volume(beam):
    cube = np.asarray(om.focus_field(beam, LENS, om.Grid.cube(half_width=1.2 * WAVELENGTH, points=25)))
    for normal, index in (("yz", np.s_[6, :, :]), ("xz", np.s_[:, 6, :]), ("xy", np.s_[:, :, 6])):
        grid = om.Grid.plane(normal, half_width=1.2 * WAVELENGTH, points=25, at=-0.6 * WAVELENGTH)
        plane = np.asarray(om.focus_field(beam, LENS, grid)).squeeze()
        assert largest(plane - cube[index]) < UNCHANGED * largest(cube)


def test_order_and_number_of_points_do_not_matter(beam):
    points = WAVELENGTH * np.random.default_rng(3).uniform(-2, 2, (130, 3))
    field = np.asarray(om.focus_field(beam, LENS, points))
    backwards = np.asarray(om.focus_field(beam, LENS, points[::-1]))[::-1]
    alone = np.asarray(om.focus_field(beam, LENS, points[17:18]))
    assert largest(backwards - field) < UNCHANGED * largest(field)
    assert largest(alone[0] - field[17]) < UNCHANGED * largest(field)
