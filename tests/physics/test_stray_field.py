"""The field above a film is that of prisms, of dipoles far away, of waves in closed form, and has no sources."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.conventions import BOLTZMANN_CONSTANT, VACUUM_PERMEABILITY

STEP, THICKNESS, HEIGHT = 20e-9, 30e-9, 70e-9
CLOSED = 1e-11
"""Rounding, and a rule over faces that are twice as far as they are wide."""
ROUNDING = 1e-10


def film(seed=0, shape=(9, 12)):
    return 1e5 * np.random.default_rng(seed).normal(size=(*shape, 3))


def field_of_charges(M, sides, at):
    """B of a uniformly magnetized prism around the origin: mu0/(4 pi) sum over faces of charge times r/r^3."""
    half = 0.5 * np.array(sides)
    nodes, weights = np.polynomial.legendre.leggauss(30)
    total = np.zeros(3)
    for axis in range(3):
        a, b = (axis + 1) % 3, (axis + 2) % 3
        places = np.zeros((30, 30, 3))
        places[..., a], places[..., b] = half[a] * nodes[:, None], half[b] * nodes
        area = half[a] * half[b] * np.outer(weights, weights)
        for sign in (1, -1):
            places[..., axis] = sign * half[axis]
            apart = at - places
            pull = apart / np.linalg.norm(apart, axis=-1, keepdims=True) ** 3
            total += sign * M[axis] * np.einsum("uv,uvc->c", area, pull)
    return VACUUM_PERMEABILITY / (4 * np.pi) * total


def test_one_cell_is_a_prism_with_charged_faces():
    M = np.zeros((7, 6, 3))
    M[2, 3] = [0.4e5, -1.1e5, 0.7e5]
    found = om.stray_field(M, THICKNESS, HEIGHT, step=(STEP, 1.5 * STEP))
    for i, j in ((2, 3), (3, 1), (6, 5)):
        at = np.array([(i - 2) * STEP, (j - 3) * 1.5 * STEP, HEIGHT + 0.5 * THICKNESS])
        exact = field_of_charges(M[2, 3], (STEP, 1.5 * STEP, THICKNESS), at)
        assert np.abs(found[i, j] - exact).max() < CLOSED * np.abs(exact).max()


def test_far_away_a_cell_is_a_dipole():
    M = np.zeros((401, 1, 3))
    M[0, 0] = [1e5, 2e5, -1e5]
    moment = M[0, 0] * STEP**2 * THICKNESS
    r = np.array([400 * STEP, 0.0, HEIGHT + 0.5 * THICKNESS])
    length = np.linalg.norm(r)
    dipole = VACUUM_PERMEABILITY / (4 * np.pi) * (3 * r * (moment @ r) / length**5 - moment / length**3)
    found = om.stray_field(M, THICKNESS, HEIGHT, step=STEP)[400, 0]
    assert np.abs(found - dipole).max() < (STEP / length) ** 2 * np.abs(dipole).max() * 10


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_waves_have_their_closed_form(axis):
    """phi of cos(K x): surface charges of M_z, volume charges of M_x; M_y has none."""
    count, waves = 24, 3
    x = np.arange(count) * STEP
    K = 2 * np.pi * waves / (count * STEP)
    M = np.zeros((count, 5, 3))
    M[..., axis] = 1e5 * np.cos(K * x)[:, None]
    found = om.stray_field(M, THICKNESS, HEIGHT, step=STEP, periodic=True)
    strength = VACUUM_PERMEABILITY * 1e5 * 0.5 * np.exp(-K * HEIGHT) * (1 - np.exp(-K * THICKNESS))
    along = {
        0: (-np.cos(K * x), 0 * x, np.sin(K * x)),
        1: (0 * x, 0 * x, 0 * x),
        2: (np.sin(K * x), 0 * x, np.cos(K * x)),
    }[axis]
    exact = strength * np.stack(along, axis=-1)[:, None]
    assert np.abs(found - exact).max() < ROUNDING * strength


def test_a_turning_film_has_its_field_on_one_side():
    """J. C. Mallinson, IEEE Trans. Magn. 9, 678 (1973): M = (-sin, 0, cos) is strong above, (sin, 0, cos) dark.

    Charges -div M = K cos(K x) of the first have the sign of those of the upper face.
    """
    x = np.arange(32) * STEP
    K = 2 * np.pi / (32 * STEP)
    M = np.zeros((32, 3, 3))
    M[..., 2] = 1e5 * np.cos(K * x)[:, None]
    M[..., 0] = 1e5 * np.sin(K * x)[:, None]
    dark = np.abs(om.stray_field(M, THICKNESS, HEIGHT, step=STEP, periodic=True)).max()
    M[..., 0] *= -1
    strong = np.linalg.norm(om.stray_field(M, THICKNESS, HEIGHT, step=STEP, periodic=True), axis=-1)
    of_charges = VACUUM_PERMEABILITY * 1e5 * np.exp(-K * HEIGHT) * (1 - np.exp(-K * THICKNESS))
    assert np.abs(strong - of_charges).max() < ROUNDING * of_charges, "twice that of the faces alone"
    assert dark < ROUNDING * of_charges


@pytest.mark.parametrize("height", [1e-6, 1e-5, 1e-3])
def test_far_above_a_film_is_its_moment(height):
    """Also where the corners of a cell's closed form would cancel; the rest falls with (size/distance)^2."""
    M = film(shape=(3, 3))
    M[..., 2] += 3e5
    moment = M.sum(axis=(0, 1)) * STEP**2 * THICKNESS
    z = height + 0.5 * THICKNESS
    dipole = VACUUM_PERMEABILITY / (4 * np.pi * z**3) * moment * [-1, -1, 2]
    found = om.stray_field(M, THICKNESS, height, step=STEP)[1, 1]
    # a dipole beside the middle is as wrong as its distance, to first order
    assert np.abs(found - dipole).max() < 10 * STEP / z * np.abs(dipole).max()


def test_cells_that_are_cut_finer_are_the_same_film():
    M = film(shape=(6, 5))
    finer = np.repeat(np.repeat(M, 3, axis=0), 3, axis=1)
    coarse = om.stray_field(M, THICKNESS, HEIGHT, step=STEP)
    fine = om.stray_field(finer, THICKNESS, HEIGHT, step=STEP / 3)[1::3, 1::3]
    assert np.abs(fine - coarse).max() < CLOSED * np.abs(coarse).max()


@pytest.mark.parametrize("periodic", [False, True])
def test_layers_add_up(periodic):
    layers = np.stack([film(seed) for seed in range(3)], axis=2)
    heights = [HEIGHT, 3 * HEIGHT]
    found = om.stray_field(layers, 3 * THICKNESS, heights, step=STEP, periodic=periodic)
    for place, height in enumerate(heights):
        parts = [
            om.stray_field(
                layers[:, :, n], THICKNESS, height + (2 - n) * THICKNESS, step=STEP, periodic=periodic
            )
            for n in range(3)
        ]
        assert np.abs(found[:, :, place] - sum(parts)).max() < CLOSED * np.abs(found).max()
    same = np.repeat(film()[:, :, None], 3, axis=2)
    whole = om.stray_field(film(), 3 * THICKNESS, HEIGHT, step=STEP, periodic=periodic)
    cut = om.stray_field(same, 3 * THICKNESS, HEIGHT, step=STEP, periodic=periodic)
    assert np.abs(cut - whole).max() < CLOSED * np.abs(whole).max()


def test_prisms_and_waves_agree_on_a_smooth_film_and_nothing_has_sources():
    """A large smooth patch by prisms is that of waves up to the cells' size, and div B = 0 = curl B above."""
    count = 64
    x = (np.arange(count) - count / 2) * STEP
    bump = np.exp(-(x[:, None] ** 2 + x**2) / (6 * STEP) ** 2)
    M = 1e5 * bump[..., None] * np.array([0.3, -0.5, 0.8])
    one = om.stray_field(M, THICKNESS, HEIGHT, step=STEP)
    large = np.zeros((4 * count, 4 * count, 3))
    large[:count, :count] = M
    other = om.stray_field(large, THICKNESS, HEIGHT, step=STEP, periodic=True)[:count, :count]
    assert np.abs(one - other).max() < (STEP / (6 * STEP)) ** 2 / 6 * np.abs(one).max()

    h = 1e-2 * HEIGHT
    above, below = (om.stray_field(M, THICKNESS, HEIGHT + s, step=STEP) for s in (h, -h))
    slope_z = (above - below) / (2 * h)
    eighth = np.array([1 / 280, -4 / 105, 1 / 5, -4 / 5, 0, 4 / 5, -1 / 5, 4 / 105, -1 / 280]) / STEP

    def slope(values, axis):
        return sum(c * np.roll(values, 4 - n, axis=axis) for n, c in enumerate(eighth))

    inner = (slice(8, -8), slice(8, -8))
    scale = np.abs(slope_z).max()
    div = slope(one[..., 0], 0) + slope(one[..., 1], 1) + slope_z[..., 2]
    curl_z = slope(one[..., 1], 0) - slope(one[..., 0], 1)
    curl_x = slope(one[..., 2], 1) - slope_z[..., 1]
    for rest in (div, curl_z, curl_x):
        assert np.abs(rest[inner]).max() < 3e-3 * scale, "differences of cells that are jumps"


def test_a_bead_over_spots_is_held_as_published():
    """A 100 nm bead of chi = 3, 100 nm over +-z spots of 80 nm garnet: 13 mT, 13 k_B T."""
    pitch, count, periods = 532e-9, 26, 8
    step = pitch / count
    x = (np.arange(periods * count) + 0.5) * step
    M = np.zeros((len(x), len(x), 3))
    width = 0.22 * pitch
    for i in range(periods):
        near_x = (x - (i + 0.5) * pitch + len(x) * step / 2) % (len(x) * step) - len(x) * step / 2
        for j in range(periods):
            near_y = (x - (j + 0.5) * pitch + len(x) * step / 2) % (len(x) * step) - len(x) * step / 2
            spot = np.exp(-(near_x[:, None] ** 2 + near_y**2) / (2 * width**2))
            M[..., 2] += (-1) ** (i + j) * 1.11e5 * spot
    trap = om.bead_trap(M, 80e-9, 100e-9, om.Bead(50e-9, 3.0), step=step, periodic=True)
    assert np.linalg.norm(trap.field, axis=-1).max() == pytest.approx(13e-3, rel=0.04)
    assert trap.thermal_depth() == pytest.approx(13, rel=0.05)
    assert trap.depth == pytest.approx(13 * BOLTZMANN_CONSTANT * 293, rel=0.05)
