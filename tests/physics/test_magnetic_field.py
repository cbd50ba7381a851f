"""The magnetic field of light: Maxwell's curls, Poynting's flux, continuity, and what it adds to M."""

from __future__ import annotations

import numpy as np
import pytest
from tests.physics.test_maxwell import chebyshev_derivative

import optomag as om
from optomag.conventions import (
    SPEED_OF_LIGHT,
    VACUUM_IMPEDANCE,
    VACUUM_PERMEABILITY,
    VACUUM_PERMITTIVITY,
)

WAVELENGTH = 532e-9
AIR = om.Objective(na=0.95, wavelength=WAVELENGTH)
OIL = om.Objective(na=1.4, index=1.515, wavelength=WAVELENGTH)
FREQUENCY = 2 * np.pi * SPEED_OF_LIGHT / WAVELENGTH
NODES, DERIVATIVE = chebyshev_derivative(18)
CURL_TOLERANCE = 1e-10
"""The accuracy of the field itself; eps0, mu0 and c agree to 1e-12."""
FLUX_TOLERANCE = 1e-8
"""A square of 6 micrometres holds all of a Gaussian beam but 1e-10."""
ROUNDING = 1e-12

STACK = om.Film([(2.0, 200e-9), (2.9 + 3.6j, 60e-9), (1.7, 300e-9)], 1.46, surface=-100e-9)
GAP = om.Film([(1.0, 300e-9)], 1.515)
BENT = om.four_beam(0.398, -0.611, 0.467)
SMOOTH = ((om.circular(1) + 0.5 * om.linear(0.3)) * om.gaussian(0.3)).normalized()


def along(field, axis, half):
    return np.moveaxis(np.tensordot(DERIVATIVE / half, field, axes=(1, axis)), 0, axis)


def curl(field, half):
    x, y, z = ([along(field[..., component], axis, half) for axis in range(3)] for component in range(3))
    return np.stack([z[1] - y[2], x[2] - z[0], y[0] - x[1]], axis=-1)


CASES = {
    "air": (AIR, None, (1.3, -0.4, 0.6), {}),
    "in front of a film": (AIR, STACK, (0.1, 0.0, -0.5), {}),
    "in a layer": (AIR, STACK, (0.1, 0.2, 0.0), {}),
    "in a metal": (AIR, STACK, (0.1, 0.2, 130e-9 / WAVELENGTH), {}),
    "behind a film": (AIR, STACK, (0.0, 0.2, 1.2), {}),
    "beyond the critical angle": (OIL, GAP, (0.0, 0.1, 0.2), {}),
    "two lenses": (AIR, None, (0.1, 0.0, 0.2), {"counter": om.circular(1) * om.vortex(1)}),
    "two lenses and a film": (AIR, om.Film([(2.3, 300e-9)], 1.0), (0.1, 0.0, 0.3), {"counter": om.radial()}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_curl_e_is_h_and_curl_h_is_e(name):
    lens, film, centre, options = CASES[name]
    half = 25e-9
    grid = om.Grid(*(c * WAVELENGTH + half * NODES for c in centre))
    E = np.asarray(om.focus_field(BENT, lens, grid, film=film, rtol=1e-13, **options))
    H = np.asarray(om.magnetic_field(BENT, lens, grid, film=film, rtol=1e-13, **options))
    expected = 1j * FREQUENCY * VACUUM_PERMEABILITY * H
    assert np.linalg.norm(curl(E, half) - expected) < CURL_TOLERANCE * np.linalg.norm(expected)
    n = lens.index if film is None else film.index_at(grid.z[:1], lens)[0]
    expected = -1j * FREQUENCY * VACUUM_PERMITTIVITY * n**2 * E
    assert np.linalg.norm(curl(H, half) - expected) < CURL_TOLERANCE * np.linalg.norm(expected)
    divergence = sum(along(H[..., axis], axis, half) for axis in range(3))
    assert np.linalg.norm(divergence) < CURL_TOLERANCE * np.linalg.norm(curl(H, half))


def flux(z, film=None):
    """Power through a plane [W]."""
    line = np.linspace(-3e-6, 3e-6, 41)
    E, H = (
        np.asarray(field(SMOOTH, AIR, om.Grid(line, line, [z]), film=film))
        for field in (om.focus_field, om.magnetic_field)
    )
    return 0.5 * np.real(np.cross(E, H.conj()))[..., 2].sum() * (line[1] - line[0]) ** 2


def test_the_flux_through_a_plane_is_the_power():
    assert flux(0.0) == pytest.approx(1.0, abs=FLUX_TOLERANCE)
    assert flux(0.6e-6) == pytest.approx(1.0, abs=FLUX_TOLERANCE)


@pytest.mark.slow
def test_the_flux_through_transparent_layers_is_the_same_and_what_is_lost_is_heat():
    film = om.Film([(2.3, 150e-9), (2.9 + 3.6j, 20e-9)], 1.46)
    before, after = flux(50e-9, film), flux(400e-9, film)
    assert flux(-200e-9, film) == pytest.approx(before, abs=FLUX_TOLERANCE)
    nodes, weights = np.polynomial.legendre.leggauss(12)
    line = np.linspace(-3e-6, 3e-6, 41)
    inside = om.Grid(line, line, 160e-9 + 10e-9 * nodes)
    E = om.focus_field(SMOOTH, AIR, inside, film=film)
    heat = np.asarray(om.heat_density(E, index=2.9 + 3.6j, wavelength=WAVELENGTH)).sum(axis=(0, 1))
    assert before - after == pytest.approx(
        heat @ weights * 10e-9 * (line[1] - line[0]) ** 2, abs=FLUX_TOLERANCE
    )


def test_h_is_continuous_at_interfaces():
    step = 1e-16
    for height in STACK.interfaces:
        sides = [[[1e-7, -2e-7, height - step]], [[1e-7, -2e-7, height + step]]]
        before, after = (np.asarray(om.magnetic_field(BENT, AIR, side, film=STACK)) for side in sides)
        np.testing.assert_allclose(before, after, atol=1e-7 * np.abs(before).max())


def test_a_film_that_is_none_changes_nothing():
    points = [[1e-7, -2e-7, 3e-8], [0.0, 4e-7, -6e-7]]
    bare = om.magnetic_field(BENT, AIR, points)
    film = om.magnetic_field(BENT, AIR, points, film=om.Film([(1.0, 50e-9)], 1.0))
    np.testing.assert_allclose(film, bare, atol=1e-9 * np.abs(bare).max())


def test_a_pixel_map_has_the_magnetic_field_of_its_beam():
    axis = (2 * np.arange(256) + 1) / 256 - 1
    jones = np.broadcast_to(np.array([1.0, 1.0j]), (len(axis), len(axis), 2)) / np.sqrt(2 * np.pi)
    points = [[1e-7, -2e-7, 3e-8]]
    for film in (None, STACK):
        smooth = om.magnetic_field(om.circular(1), AIR, points, film=film)
        np.testing.assert_allclose(
            om.magnetic_field(om.pixels(jones), AIR, points, film=film),
            smooth,
            atol=1e-3 * np.abs(smooth).max(),
        )


def test_light_is_its_own_dual_where_it_is_circular():
    light = om.Light(om.circular(-1), AIR)
    points = [[2e-7, 1e-7, 3e-7]]
    expected = 1j * np.asarray(light.field(points)) / VACUUM_IMPEDANCE
    np.testing.assert_allclose(light.magnetic_field(points), expected, atol=ROUNDING * np.abs(expected).max())


FOCUS = [[0.0, 0.0, 0.0]]


def both_terms(light, points=FOCUS, index=1.0):
    """i E x E* and (Z0/n)^2 i H x H*."""
    E, H = light.field(points), light.magnetic_field(points)
    alone = np.asarray(om.induced_magnetization(E))
    added = om.induced_magnetization(E, magnetic=om.MagneticTerm(H=H, chi=1.0, index=index))
    return alone[0], np.asarray(added)[0] - alone[0]


def test_in_a_plane_wave_the_terms_are_equal_in_any_medium():
    lens = om.Objective(na=0.01, index=1.5, wavelength=WAVELENGTH)
    electric, magnetic = both_terms(om.Light(om.circular(1), lens), index=1.5)
    np.testing.assert_allclose(magnetic, electric, rtol=1e-9, atol=1e-9 * electric[2])


@pytest.mark.parametrize(
    ("beam", "ratio"),
    [
        (om.circular(1), 1.0),
        (om.radial() * om.vortex(1), 2.109 / 0.996),
        (om.azimuthal() * om.vortex(1), 0.996 / 2.109),
    ],
    ids=["circular", "radial vortex", "azimuthal vortex"],
)
def test_the_terms_differ_in_a_focus_as_the_dual_beam_says(beam, ratio):
    """The magnetic term of a vortex is the electric one of its dual: 0.996 and 2.109 at NA 0.95."""
    electric, magnetic = both_terms(om.Light(beam, AIR))
    assert magnetic[2] / electric[2] == pytest.approx(ratio, rel=1e-3)


def test_magnetization_across_the_axis_has_no_magnetic_term_at_its_focus():
    electric, magnetic = both_terms(om.design([1.0, 0.0, 0.0], AIR).light)
    assert np.linalg.norm(magnetic) < ROUNDING * np.linalg.norm(electric)
