"""The figure of a field and of the trap of a bead."""

from __future__ import annotations

import io

import matplotlib.image
import numpy as np
import pytest
from matplotlib.quiver import Quiver

import optomag as om
from optomag.plot.bead_trap_figure import bead_trap_figure
from optomag.plot.style import render_png

STEP = 40e-9


def trap(shape=(24, 12)):
    x, y = np.meshgrid(*(np.arange(n) for n in shape), indexing="ij")
    M = np.zeros((*shape, 3))
    M[..., 2] = 1e5 * np.cos(2 * np.pi * x / 12) * np.cos(2 * np.pi * y / 12)
    return om.bead_trap(M, 80e-9, 100e-9, om.Bead(50e-9, 3.0), step=STEP, periodic=True)


def drawn(made, **options):
    return bead_trap_figure(made.field, made.energy, made.force, made.steps, **options)


@pytest.mark.parametrize("shape", [(24, 12), (12, 24), (12, 12)])
def test_the_figure_is_whole(shape):
    figure = drawn(trap(shape))
    pixels = matplotlib.image.imread(io.BytesIO(render_png(figure)))[..., :3]
    rim = [pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:]]
    assert all(np.all(side == 1.0) for side in rim), "ink at the edge: something is cut off"
    for panel, bar in ((0, 1), (2, 3)):
        left, right = figure.axes[panel].get_position(), figure.axes[bar].get_position()
        assert (right.y0, right.y1) == pytest.approx((left.y0, left.y1)), "a scale as high as its map"


def test_what_is_drawn_is_the_trap():
    made = trap()
    figure = drawn(made, temperature=300.0)
    field, energy = (figure.axes[n].get_images()[0] for n in (0, 2))
    assert np.allclose(field.get_array(), 1e3 * made.field[..., 2].T)
    low, high = field.get_clim()
    assert low == -high == pytest.approx(-1e3 * np.abs(made.field[..., 2]).max())
    assert np.ptp(np.asarray(energy.get_array())) == pytest.approx(made.thermal_depth(300.0))
    assert field.get_extent() == pytest.approx([-0.02, 0.94, -0.02, 0.46])


def test_arrows_point_where_the_bead_is_pulled():
    made = trap()
    arrows = next(a for a in drawn(made).axes[2].collections if isinstance(a, Quiver))
    i, j = (np.round(np.asarray(line) / (STEP * 1e6)).astype(int) for line in (arrows.X, arrows.Y))
    force = made.force[i, j, :2]
    largest = np.linalg.norm(made.force[..., :2], axis=-1).max()
    assert np.allclose(np.stack([arrows.U, arrows.V], axis=-1), force / largest)


def test_a_film_without_field_is_drawn_too():
    nothing = om.bead_trap(np.zeros((6, 6, 3)), 80e-9, 100e-9, om.Bead(50e-9, 3.0), step=STEP)
    assert render_png(drawn(nothing)).startswith(b"\x89PNG")


def test_refusals(refusal):
    made = trap()
    assert "energy" in refusal(bead_trap_figure, made.field, made.energy[1:], made.force, made.steps)
    assert "field" in refusal(bead_trap_figure, np.nan * made.field, made.energy, made.force, made.steps)
    assert "temperature" in refusal(drawn, made, temperature=0.0)
