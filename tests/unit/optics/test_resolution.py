"""The pupil is cut at every jump, once, and the panels find the degrees on them."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError
from optomag.optics import resolution
from optomag.optics.elementary import pupil_function, radial
from optomag.optics.masks import annulus, binary_rings, phase_step, sector
from optomag.optics.objective import Objective
from optomag.optics.resolution import Degrees, PupilPanels

ROUNDING = 1e-13
TOLERANCE = 1e-12
TURN = 2 * np.pi
WHOLE = PupilPanels((0.0, 1.0), ())


def panels(beam) -> PupilPanels:
    return PupilPanels.of(beam.modes)


def test_a_smooth_pupil_is_one_panel_and_a_circle():
    assert panels(radial()) == WHOLE
    assert WHOLE.is_periodic


def test_edges_are_the_sorted_jumps_of_all_modes():
    beam = radial() * annulus(0.4, 0.9) * phase_step("y") + radial() * binary_rings([0.2, 0.6])
    cut = panels(beam)
    assert cut.radial_edges == (0.0, 0.2, 0.4, 0.6, 0.9, 1.0)
    assert cut.azimuthal_edges == pytest.approx((np.pi / 2, 1.5 * np.pi, 2.5 * np.pi))
    assert not cut.is_periodic


def test_the_rims_of_the_pupil_are_no_jumps():
    assert panels(radial() * annulus(0.0, 1.0)) == WHOLE


@pytest.mark.parametrize("shift", [-1e-15, 0.0, 1e-15, 4 * TURN])
def test_jumps_that_differ_by_rounding_are_one(shift):
    beam = radial() * phase_step("x") + radial() * sector(shift, np.pi + shift)
    beam = beam + pupil_function(lambda r, phi: (1.0, 0.0), r_breaks=[0.5, 0.5 + 1e-15])
    cut = panels(beam)
    assert len(cut.radial_edges) == 3
    assert len(cut.azimuthal_edges) == 3
    assert np.diff(cut.azimuthal_edges) == pytest.approx([np.pi, np.pi])


def test_azimuthal_panels_make_one_turn_wherever_they_start():
    cut = panels(radial() * sector(-0.6, 1.1))
    assert cut.azimuthal_edges[-1] - cut.azimuthal_edges[0] == pytest.approx(TURN)
    single = panels(pupil_function(lambda r, phi: (phi, 0.0), phi_breaks=[-1e-17]))
    assert len(single.azimuthal_edges) == 2


def test_in_polar_angle_maps_the_edges_by_the_sine_condition():
    cut = panels(radial() * annulus(0.5, 1.0) * phase_step("x")).in_polar_angle(
        Objective(na=0.95, wavelength=532e-9)
    )
    assert cut.radial_edges == pytest.approx((0.0, np.arcsin(0.475), np.arcsin(0.95)))
    assert cut.azimuthal_edges == pytest.approx((0.0, np.pi, TURN))


@pytest.mark.parametrize("beam", [radial(), radial() * annulus(0.3, 0.8) * sector(0.5, 2.0)])
def test_nodes_lie_inside_the_panels_and_weigh_the_pupil(beam):
    cut = panels(beam)
    radial_counts = (6,) * (len(cut.radial_edges) - 1)
    azimuthal_counts = (8,) * max(1, len(cut.azimuthal_edges) - 1)
    (r, r_weights), (phi, phi_weights) = cut.nodes(radial_counts, azimuthal_counts)
    assert len(r) == sum(radial_counts)
    assert len(phi) == sum(azimuthal_counts)
    assert not np.isin(np.round(r, 12), cut.radial_edges).any()
    assert abs(r_weights.sum() - 1) < ROUNDING
    assert abs(phi_weights.sum() - TURN) < ROUNDING


def test_rules_integrate_products_of_the_two_degrees_exactly():
    (r, r_weights), (phi, phi_weights) = WHOLE.rules(Degrees((5,), (3,)), Degrees((8,), (6,)))
    assert abs(r_weights @ r**13 - 1 / 14) < ROUNDING
    for order in range(1, 10):
        assert abs(phi_weights @ np.exp(1j * order * phi)) < ROUNDING
    cut = PupilPanels((0.0, 0.5, 1.0), (0.0, np.pi, TURN))
    (r, r_weights), (phi, phi_weights) = cut.rules(Degrees((2, 9), (4, 1)), Degrees((3, 2), (4, 2)))
    lower, left = r < 0.5, phi < np.pi
    assert abs(r_weights[lower] @ r[lower] ** 5 - 0.5**6 / 6) < ROUNDING
    assert abs(r_weights[~lower] @ r[~lower] ** 11 - (1 - 0.5**12) / 12) < ROUNDING
    assert phi_weights[left] @ phi[left] ** 8 == pytest.approx(np.pi**9 / 9, rel=ROUNDING)


@pytest.mark.parametrize(("power", "order"), [(0, 0), (3, 1), (20, 0), (2, -9), (30, 6)])
def test_degrees_of_a_known_function_are_found(power, order):
    def function(r, phi):
        return (r**power)[:, None] * np.exp(1j * order * phi)

    # r^20 on [0, 1] has Legendre coefficients down to 1e-11 at its degree.
    degrees = WHOLE.resolve(function, TOLERANCE)
    assert degrees.azimuthal == (abs(order),)
    assert 0.5 * power <= degrees.radial[0] <= power


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(lambda phi: np.cos(16 * phi), id="cos 16 phi"),
        pytest.param(lambda phi: np.sin(8 * phi) + np.cos(phi), id="sin 8 phi"),
        pytest.param(lambda phi: np.exp(-12j * phi), id="exp -12 i phi"),
    ],
)
def test_orders_that_alias_on_the_first_nodes_are_found_too(function):
    degrees = WHOLE.resolve(lambda r, phi: np.ones_like(r)[:, None] * function(phi), TOLERANCE)
    assert degrees.azimuthal[0] >= 8


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param(lambda r, phi: np.abs(r - 0.5) < 0.02, id="ring"),
        pytest.param(lambda r, phi: np.abs(phi - 3.3) < 0.06, id="wedge"),
        pytest.param(lambda r, phi: 5 * np.exp(-(((r - 0.5) / 0.004) ** 2)), id="bump"),
    ],
)
def test_what_is_narrow_is_refused_or_resolved(hidden):
    try:
        WHOLE.resolve(lambda r, phi: 1.0 + hidden(*np.broadcast_arrays(r[:, None], phi)), TOLERANCE)
        resolved = WHOLE.resolve(lambda r, phi: 1.0 + hidden(*np.broadcast_arrays(r[:, None], phi)), 1e-9)
    except InvalidInputError:
        return
    assert resolved.radial[0] > 16


@pytest.mark.parametrize(
    ("function", "beginning"),
    [
        (lambda r, phi: np.where(r > 0.5, np.nan, 1.0)[:, None] * phi, "pupil function must be finite"),
        (lambda r, phi: np.full((len(r), len(phi)), np.inf), "pupil function must be finite"),
        (lambda r, phi: (r > 0.37)[:, None] + 0 * phi, "pupil function must be smooth between its declared"),
        (lambda r, phi: np.sign(np.sin(phi)) + 0 * r[:, None], "pupil function must be smooth"),
        (lambda r, phi: np.sqrt(r)[:, None] + 0 * phi, "pupil function must be smooth"),
    ],
)
def test_what_is_not_finite_or_not_smooth_is_refused(function, beginning, refusal, monkeypatch):
    monkeypatch.setattr(resolution, "LARGEST_COUNT", 128)  # the verdict is the same at 1024, and slow
    assert refusal(WHOLE.resolve, function, TOLERANCE).startswith(beginning)
