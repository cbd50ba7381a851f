"""Energy: what enters the pupil crosses the focal plane, and each beam carries the power it says."""

from __future__ import annotations

import numpy as np
import pytest
from tests.oracle.cases import CASES
from tests.oracle.focal_integral import pupil_power
from tests.oracle.pupils import Pupil

import optomag as om
from optomag.conventions import SPEED_OF_LIGHT, VACUUM_PERMITTIVITY

WAVELENGTH = 532e-9
ROUNDING = 1e-12
"""Both sides are integrals in double precision."""
TAIL = 1e-8
"""Energy of the smooth beam outside the window; its field falls below 1e-9 of the peak at the border."""


def _soft(r, phi):
    """Vanishes at the rim with six derivatives and is smooth at the centre, so that the focal field
    falls fast; the two terms differ in polarisation and phase."""
    window = (1 - r**2) ** 6
    along_x = window * (1 + 0.5j * r * np.cos(phi - 0.4))
    rho_part = along_x * np.cos(phi) + 1.5 * window * r
    phi_part = -along_x * np.sin(phi) + 0.8j * window * r
    return rho_part, phi_part


@pytest.mark.slow
@pytest.mark.parametrize(("na", "index"), [(0.95, 1.0), (1.3, 1.515)])
@pytest.mark.parametrize("height", [0.0, 1.7])
def test_flux_through_a_plane_is_the_power_of_the_pupil(na, index, height):
    """S_z of each plane wave is n eps0 c/2 |A|^2 cos(theta); the discrete Fourier sum is exact for a
    band-limited field that fits into the window."""
    lens = om.Objective(na=na, index=index, wavelength=WAVELENGTH)
    beam = om.pupil_function(_soft)
    step, count = 0.42 * WAVELENGTH / index, 48
    axis = step * (np.arange(count) - count // 2)
    grid = om.Grid(axis, axis, [height * WAVELENGTH])
    field = np.asarray(om.focus_field(beam, lens, grid, power=2.5))[:, :, 0]

    waves = np.fft.fft2(field, axes=(0, 1)) / count
    k_axis = 2 * np.pi * np.fft.fftfreq(count, step)
    transverse = np.hypot(k_axis[:, None], k_axis[None, :]) / lens.wavenumber
    cosine = np.sqrt(np.clip(1 - transverse**2, 0, None))
    intensity = np.sum(np.abs(waves) ** 2, axis=-1)
    flux = 0.5 * index * VACUUM_PERMITTIVITY * SPEED_OF_LIGHT * np.sum(intensity * cosine) * step**2
    assert abs(flux / (2.5 * beam.power) - 1) < TAIL


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_power_is_the_integral_over_the_pupil(name):
    ours, beam = CASES[name].pupil, CASES[name].beam(om)
    theirs = Pupil(
        lambda r, phi: np.moveaxis(np.asarray(beam.evaluate(r, phi)), -1, 0), ours.r_breaks, ours.phi_breaks
    )
    power = pupil_power(theirs)
    assert abs(pupil_power(ours) - power) < ROUNDING
    assert abs(beam.power - power) < ROUNDING
    assert abs(beam.normalized().power - 1) < ROUNDING


@pytest.mark.parametrize(
    ("mask", "passed"),
    [
        (om.vortex(charge=2), 1.0),
        (om.phase_step("x"), 1.0),
        (om.annulus(inner=0.6, outer=0.9), 0.9**2 - 0.6**2),
        (om.binary_rings([0.3, 0.6]), 1.0),
        (om.gaussian(fill=0.7), 0.7**2 / 2 * (1 - np.exp(-2 / 0.7**2))),
        (om.zernike({(4, 0): 0.3, (3, -1): 0.1}), 1.0),
        (om.sector(0.3, 1.3), 1 / (2 * np.pi)),
    ],
    ids=["vortex", "step", "annulus", "rings", "gaussian", "zernike", "sector"],
)
@pytest.mark.parametrize(
    "beam",
    [om.linear(angle=0.3), om.circular(-1), om.radial(), om.azimuthal()],
    ids=["linear", "circular", "radial", "azimuthal"],
)
def test_masks_absorb_what_they_cover_and_never_renormalise(beam, mask, passed):
    assert abs(beam.power - 1) < ROUNDING
    assert abs((beam * mask).power - passed) < ROUNDING


def test_the_four_beams_are_orthogonal():
    weights = (0.3, -0.5, 0.2, 0.9)
    beam = om.four_beam(*weights)
    assert abs(beam.power - np.square(weights).sum()) < ROUNDING
