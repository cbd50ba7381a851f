"""The plane waves behind the lens: transverse, enough of them, and weighted so that they add up."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from optomag.optics.elementary import azimuthal, linear, radial
from optomag.optics.masks import annulus, phase_step, sector
from optomag.optics.objective import Objective
from optomag.optics.spectrum import Region, coefficient_tolerance, sample_spectrum

LENS = Objective(na=0.95, wavelength=532e-9)
FOCUS = Region(0.0, 0.0)
ROUNDING = 1e-13
"""Rules that are exact for the integrand, in double precision."""


def axial_coupling(inner: float, outer: float) -> float:
    """E_z(0) of a radial ring, by adaptive integration."""
    edges = np.arcsin(LENS.sine * np.array([inner, outer]))
    value, _ = quad(lambda theta: np.sin(theta) ** 2 * np.sqrt(np.cos(theta)), *edges, epsabs=1e-14)
    return 2 * np.sqrt(np.pi) * value / LENS.sine


@pytest.mark.parametrize(("inner", "outer"), [(0.0, 1.0), (0.3, 0.8), (0.95, 1.0)])
def test_amplitudes_add_up_to_the_focal_field(inner, outer):
    beam = radial() * annulus(inner, outer)
    spectrum = sample_spectrum(beam.modes, LENS, None, FOCUS, 1e-10)
    total = spectrum.amplitudes[0][0].sum(axis=(0, 1))
    np.testing.assert_allclose(total, [0, 0, axial_coupling(inner, outer)], atol=ROUNDING)


def test_every_wave_is_transverse():
    beam = radial() + linear() * sector(0.3, 2.0)
    spectrum = sample_spectrum(beam.modes, LENS, None, Region(3.0, 2.0), 1e-10)
    sine, cosine = np.sin(spectrum.theta)[:, None], np.cos(spectrum.theta)[:, None]
    direction = np.stack(
        np.broadcast_arrays(-sine * np.cos(spectrum.phi), -sine * np.sin(spectrum.phi), cosine), axis=-1
    )
    amplitudes = spectrum.amplitudes[0]
    assert amplitudes.shape == (2, len(spectrum.theta), len(spectrum.phi), 3)
    along = np.einsum("mtpc,tpc->mtp", amplitudes, direction)
    assert np.abs(along).max() < ROUNDING * np.abs(amplitudes).max()


def test_waves_lie_within_the_cone_and_in_every_panel():
    beam = azimuthal() * phase_step("y") * annulus(0.5, 0.7)
    spectrum = sample_spectrum(beam.modes, LENS, None, Region(10.0, 10.0), 1e-10)
    edges = np.arcsin(LENS.sine * np.array([0.0, 0.5, 0.7, 1.0]))
    assert np.all(np.histogram(spectrum.theta, edges)[0] > 0)
    assert spectrum.theta.max() < LENS.alpha
    dark = (spectrum.theta < edges[1]) | (spectrum.theta > edges[2])
    assert np.all(spectrum.amplitudes[0][:, dark] == 0)


def test_farther_points_and_smaller_errors_take_more_waves():
    modes = (linear() * phase_step("x")).modes

    def count(reach, rtol):
        spectrum = sample_spectrum(modes, LENS, None, reach, rtol)
        return len(spectrum.theta), len(spectrum.phi)

    near, across, along, rough = (
        count(FOCUS, 1e-10),
        count(Region(20.0, 0.0), 1e-10),
        count(Region(0.0, 20.0), 1e-10),
        count(Region(20.0, 0.0), 1e-4),
    )
    assert near[0] < across[0]
    assert near[1] < across[1]
    assert near[0] < along[0]
    assert near[1] == along[1], "the axial phase does not depend on the azimuth"
    assert rough[0] < across[0]
    assert rough[1] < across[1]


def test_the_same_question_is_answered_once():
    modes = radial().modes
    assert sample_spectrum(modes, LENS, None, FOCUS, 1e-10) is sample_spectrum(
        radial().modes, LENS, None, FOCUS, 1e-10
    )


def test_coefficients_are_kept_below_the_requested_error_and_above_rounding():
    assert coefficient_tolerance(1e-6) == pytest.approx(1e-7)
    assert coefficient_tolerance(1e-13) == pytest.approx(1e-14)
