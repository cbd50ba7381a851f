"""The oracle is itself checked: against closed forms, Bessel integrals and two other quadratures."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scipy.integrate import cubature
from tests.oracle import pupils
from tests.oracle.cases import CASES, FAR_POINTS, LENSES, NEAR_POINTS
from tests.oracle.closed_forms import focal_amplitudes, linear_by_bessel, linear_on_axis, spin_couplings
from tests.oracle.focal_integral import focal_field, pupil_power
from tests.oracle.reference import reference_field
from tests.oracle.second_opinion import nested_field, precise_component

ROUNDING = 1e-12
"""Ten times the cubature tolerance: what two correct double-precision integrals may differ by."""
PRINTED = 6e-4
"""Numbers of the literature are printed to three decimals."""

ORIGIN = np.zeros((1, 3))


@pytest.mark.parametrize("lens", LENSES)
def test_linear_polarisation_reduces_to_three_bessel_integrals(lens):
    points = np.concatenate([NEAR_POINTS, FAR_POINTS])
    stored = np.concatenate([reference_field(lens, "linear x", region) for region in ("near", "far")])
    assert np.abs(stored - linear_by_bessel(*LENSES[lens], points)).max() < ROUNDING


def test_axis_of_linear_polarisation_has_a_one_dimensional_form():
    z = np.array([0.0, 0.4, -3.3])
    field = focal_field(pupils.linear(), 0.95, 1.0, np.stack([0 * z, 0 * z, z], axis=-1))
    assert np.abs(field[:, 0] - linear_on_axis(0.95, 1.0, z)).max() < ROUNDING
    assert np.abs(field[:, 1:]).max() < ROUNDING


@pytest.mark.slow
@pytest.mark.parametrize("name", ["the paper's example", "pupil function with jumps"])
def test_nested_one_dimensional_rules_agree(name):
    point = NEAR_POINTS[1]
    expected = reference_field("air 0.95", name, "near")[1]
    assert np.abs(nested_field(CASES[name].pupil, 0.95, 1.0, point) - expected).max() < ROUNDING


@pytest.mark.slow
def test_tanh_sinh_quadrature_in_higher_precision_agrees():
    def jones(r, phi):
        aberration = 2 * mpmath.pi * mpmath.sqrt(8) * mpmath.mpf("0.1") * (3 * r**3 - 2 * r) * mpmath.cos(phi)
        return mpmath.expj(aberration - phi) / mpmath.sqrt(mpmath.pi), 0

    with mpmath.workdps(17):
        upper_half = [0, mpmath.pi]
        precise = precise_component(
            jones, "0.95", 1, ("0.225", "-0.15", "0.075"), 1, phi_panels=upper_half, digits=17
        )
    pupil = pupils.radial() * pupils.vortex(-1) * pupils.zernike({(3, 1): 0.1}) * pupils.sector(0.0, np.pi)
    double = focal_field(pupil, 0.95, 1.0, [[0.225, -0.15, 0.075]])[0, 1]
    assert abs(complex(precise) - double) < ROUNDING


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_stored_reference_is_what_the_oracle_gives_today(name):
    fresh = focal_field(CASES[name].pupil, *LENSES["air 0.95"], NEAR_POINTS[:3], tolerance=1e-12)
    assert np.abs(fresh - reference_field("air 0.95", name, "near")[:3]).max() < 10 * ROUNDING


def test_spin_couplings_by_cubature():
    alpha = np.arcsin(0.95)

    def integrand(nodes):
        theta, phi = nodes.T
        s = np.stack([-np.sin(theta) * np.cos(phi), -np.sin(theta) * np.sin(phi), np.cos(theta)], axis=-1)
        return np.sin(theta)[:, None, None] * (np.eye(3) - s[:, :, None] * s[:, None, :])

    coupling = cubature(integrand, [0.0, 0.0], [alpha, 2 * np.pi], rule="gk21", rtol=0.0, atol=1e-13).estimate
    gx, gz = spin_couplings(0.95, 1.0)
    assert np.abs(coupling - np.diag([gx, gx, gz])).max() < ROUNDING
    assert abs(gx - 3.176) < PRINTED
    assert abs(gz - 2.291) < PRINTED


def test_focal_amplitudes_of_the_four_beams():
    k, kz = focal_amplitudes(0.95, 1.0)
    stepped = focal_field(pupils.azimuthal() * pupils.phase_step("y"), 0.95, 1.0, ORIGIN)[0]
    axial = focal_field(pupils.radial(), 0.95, 1.0, ORIGIN)[0]
    assert np.abs(stepped - [0, k, 0]).max() < ROUNDING
    assert np.abs(axial - [0, 0, kz]).max() < ROUNDING
    assert abs(k**2 - 1.709) < PRINTED
    assert abs(kz**2 - 1.859) < PRINTED


@pytest.mark.parametrize(
    ("pupil", "spin"),
    [
        (pupils.circular(1), 3.001),
        (pupils.azimuthal() * pupils.vortex(1), 2.109),
        (pupils.radial() * pupils.vortex(1), 0.996),
        (pupils.azimuthal() * pupils.vortex(1) * pupils.annulus(0.95, 1.0), 0.371 * (1 - 0.95**2)),
    ],
    ids=["circular", "azimuthal vortex", "radial vortex", "needle"],
)
def test_magnetization_at_the_focus_is_the_published_one(pupil, spin):
    """The published needle has unit power behind its mask, which passes 1 - 0.95^2 of the pupil."""
    field = focal_field(pupil, 0.95, 1.0, ORIGIN)[0]
    magnetization = (1j * np.cross(field, field.conj())).real
    assert np.abs(magnetization - [0, 0, spin]).max() < PRINTED


@pytest.mark.parametrize("name", CASES)
def test_elementary_pupils_carry_the_power_that_their_name_says(name):
    unit = name.startswith(("linear", "circular", "radial", "azimuthal")) and not any(
        word in name for word in ("annulus", "gaussian", "sector")
    )
    power = pupil_power(CASES[name].pupil)
    assert (abs(power - 1) < ROUNDING) == unit


@pytest.mark.parametrize("first", [(0, 0), (1, -1), (2, 0), (2, 2), (4, 0), (5, 3)])
@pytest.mark.parametrize("second", [(2, 0), (2, -2), (4, 0), (5, 3)])
def test_zernike_polynomials_are_orthonormal_in_the_mean(first, second):
    def integrand(nodes):
        r, phi = nodes.T
        product = pupils.zernike_polynomial(*first, r, phi) * pupils.zernike_polynomial(*second, r, phi)
        return product * r / np.pi

    mean = cubature(integrand, [0.0, 0.0], [1.0, 2 * np.pi], rule="gk21", rtol=0.0, atol=1e-13).estimate
    assert abs(mean - (first == second)) < ROUNDING
