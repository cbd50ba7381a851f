"""A bead above a film: its energy in closed form, forces as exact slopes, and what the point dipole leaves out."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.conventions import BOLTZMANN_CONSTANT, VACUUM_PERMEABILITY

STEP, THICKNESS, HEIGHT = 20e-9, 80e-9, 100e-9
BEAD = om.Bead(50e-9, 3.0)
ROUNDING = 1e-11
DIFFERENCES, ALONG_Z = 1e-4, 1e-7
"""Of central differences of fourth order over 4 nm across and 0.5 nm up, 100 nm above the film."""


def checkerboard(count=48, periods=1):
    """M_z = Ms cos(K x) cos(K y) and the field's closed form over s exp(-k z)."""
    x = np.arange(count) * STEP
    K = 2 * np.pi * periods / (count * STEP)
    c, s = np.cos(K * x), np.sin(K * x)
    M = np.zeros((count, count, 3))
    M[..., 2] = 1.1e5 * c[:, None] * c
    return M, K, c, s


def test_energy_and_force_over_waves_are_their_closed_forms():
    M, K, c, s = checkerboard()
    k = np.sqrt(2) * K
    size = VACUUM_PERMEABILITY * 1.1e5 * 0.5 * (1 - np.exp(-k * THICKNESS)) * np.exp(-k * HEIGHT)
    square = size**2 * ((c[:, None] * c) ** 2 + ((s[:, None] * c) ** 2 + (c[:, None] * s) ** 2) / 2)
    half = 0.5 * 1.5 * (4 / 3 * np.pi * 50e-9**3) / VACUUM_PERMEABILITY
    trap = om.bead_trap(M, THICKNESS, HEIGHT, BEAD, step=STEP, periodic=True)
    assert np.abs(trap.energy + half * square).max() < ROUNDING * half * square.max()
    along_x = half * size**2 * K * (s * c)[:, None] * (-2 * c**2 + c**2 - s**2)
    assert np.abs(trap.force[..., 0] - along_x).max() < ROUNDING * np.abs(along_x).max()
    assert np.abs(trap.force[..., 1] - along_x.T).max() < ROUNDING * np.abs(along_x).max()
    down = -2 * k * half * square
    assert np.abs(trap.force[..., 2] - down).max() < ROUNDING * np.abs(down).max()
    assert trap.depth == pytest.approx(np.ptp(half * square), rel=ROUNDING)
    assert trap.thermal_depth(300.0) == pytest.approx(trap.depth / (300 * BOLTZMANN_CONSTANT))


def test_force_over_prisms_is_the_slope_of_the_energy():
    """The same film, cut finer, has the energy between the centres of its cells, at its rim too."""
    M = 1e5 * np.random.default_rng(2).normal(size=(5, 4, 3))
    trap = om.bead_trap(M, THICKNESS, HEIGHT, BEAD, step=STEP)
    finer = np.repeat(np.repeat(M, 5, axis=0), 5, axis=1)
    fine = om.bead_trap(finer, THICKNESS, HEIGHT, BEAD, step=STEP / 5).energy
    scale = np.abs(trap.force).max()

    def slope(values, axis, step):
        ends = [np.take(values, np.arange(n, n + values.shape[axis] - 4, 5), axis=axis) for n in (0, 1, 3, 4)]
        return (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * step)

    assert np.abs(slope(fine, 0, STEP / 5)[:, 2::5] + trap.force[..., 0]).max() < DIFFERENCES * scale
    assert np.abs(slope(fine, 1, STEP / 5)[2::5] + trap.force[..., 1]).max() < DIFFERENCES * scale
    energies = [
        om.bead_trap(M, THICKNESS, HEIGHT + n * 0.5e-9, BEAD, step=STEP).energy for n in (-2, -1, 1, 2)
    ]
    up = (energies[0] - 8 * energies[1] + 8 * energies[2] - energies[3]) / 6e-9
    assert np.abs(up + trap.force[..., 2]).max() < ALONG_Z * scale


@pytest.mark.parametrize("susceptibility", [1e-3, 3.0, 1e4])
def test_the_quadrupole_is_the_next_term_over_a_wave(susceptibility):
    """|B|^2 = s^2 exp(-2 K z) over M_z cos(K x): mean over a ball 1 + (2 K a)^2/10 + ..., l = 1, 2, ..."""
    x = np.arange(40) * STEP
    K = 2 * np.pi / (40 * STEP)
    M = np.zeros((40, 3, 3))
    M[..., 2] = 1e5 * np.cos(K * x)[:, None]
    bead = om.Bead(30e-9, susceptibility)
    trap = om.bead_trap(M, THICKNESS, HEIGHT, bead, step=STEP, periodic=True)
    share = bead.polarizability(2) / bead.polarizability() * (2 * K * bead.radius) ** 2 / 10
    assert np.abs(trap.quadrupole / trap.energy - share).max() < ROUNDING * share * 100


@pytest.mark.parametrize("degree", [1, 2, 5])
def test_polarizabilities_follow_from_the_sphere_s_surface(degree):
    """Potential r^l + b r^-(l+1) outside, a r^l inside: it and mu times its slope go on across r = 1."""
    chi = 3.0
    inside = np.linalg.solve([[1.0, -1.0], [(1 + chi) * degree, degree + 1.0]], [1.0, float(degree)])[0]
    assert om.Bead(1e-7, chi).polarizability(degree) == pytest.approx(chi * inside, rel=ROUNDING)


def test_a_bead_is_pulled_towards_a_lonely_spot():
    M = np.zeros((21, 21, 3))
    M[8:13, 8:13, 2] = -1e5
    trap = om.bead_trap(M, THICKNESS, HEIGHT, BEAD, step=STEP)
    assert np.unravel_index(trap.energy.argmin(), trap.energy.shape) == (10, 10)
    assert trap.force[4, 10, 0] > 0 > trap.force[16, 10, 0]
    assert trap.force[10, 10, 2] < 0
    assert np.abs(trap.force[10, 10, :2]).max() < ROUNDING * np.abs(trap.force).max()


def test_refusals(refusal):
    M = np.ones((3, 3, 3))
    assert refusal(om.bead_trap, M, THICKNESS, 40e-9, BEAD, step=STEP).startswith("height")
    assert refusal(om.bead_trap, M, THICKNESS, [1e-7, 2e-7], BEAD, step=STEP).startswith("height")
    assert refusal(om.bead_trap, M, THICKNESS, HEIGHT, 50e-9, step=STEP).startswith("bead")
    assert refusal(om.bead_trap, M, THICKNESS, HEIGHT, BEAD).startswith("step")
    assert refusal(om.Bead, 0.0, 3.0).startswith("radius")
    assert refusal(om.Bead, 5e-8, -1.0).startswith("susceptibility")
    trap = om.bead_trap(M, THICKNESS, HEIGHT, BEAD, step=STEP)
    assert refusal(trap.thermal_depth, 0.0).startswith("temperature")
