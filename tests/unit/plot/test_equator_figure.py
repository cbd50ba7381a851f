"""The surface M_z = 0 of a texture in space, in the colours of directions."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
import optomag.plot.equator_figure as module
from optomag.plot.direction_colours import colour_directions
from optomag.plot.equator_figure import equator_figure
from optomag.plot.style import render_png
from optomag.plot.volume_scene import MagnetizationVolume

WL = 532e-9
DEGREES = 15.0
"""A face of the coarse surface reaches so far from the plane z = 0, off which M turns."""


def drawn(target, M):
    grid = target.grid
    return equator_figure(MagnetizationVolume(grid.x, grid.y, grid.z, M), target.holds, wavelength=WL)


@pytest.mark.parametrize("polarity", [1, -1])
def test_a_hopfion_is_a_torus_whose_colours_are_its_directions(polarity, monkeypatch):
    solids = []
    monkeypatch.setattr(module, "draw_solids", lambda axes, parts: solids.extend(parts))
    target = om.hopfion(WL, polarity=polarity, helicity=0.0, sites=31)
    drawn(target, target.directions)
    ((triangles, colours),) = solids
    middles = triangles.mean(axis=1)
    assert np.hypot(*middles[:, :2].T).min() > 0.1, "there is a hole"
    inner = np.abs(middles[:, 2]) < 0.03
    m = colour_directions(colours[inner])[0]
    rho, azimuth = np.hypot(*middles[inner, :2].T), np.arctan2(middles[inner, 1], middles[inner, 0])
    outwards = np.where(rho < 0.5, 1, -1)  # near the centre along the radius, beyond the ring against it
    off = np.degrees(np.angle(outwards * (m[:, 0] + 1j * m[:, 1]) * np.exp(-1j * azimuth)))
    assert np.abs(off).max() < DEGREES


def test_it_is_drawn():
    target = om.hopfion(WL, sites=15)
    figure = drawn(target, target.directions)
    assert len(figure.axes[0].collections) == 1
    assert render_png(figure).startswith(b"\x89PNG")


def test_where_m_has_one_sign_there_is_no_surface():
    target = om.hopfion(WL, sites=9)
    figure = drawn(target, np.broadcast_to([0.1, 0.0, 1.0], target.directions.shape))
    assert not figure.axes[0].collections
    assert render_png(figure).startswith(b"\x89PNG")
