"""Apodisations: each redistributes the power over the cone without losing any."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

import optomag as om
from optomag.conventions import SPEED_OF_LIGHT, VACUUM_PERMITTIVITY
from optomag.optics.focus import field_scale

WAVELENGTH = 532e-9
ALL = [om.AbbeSine(), om.Herschel(), om.ParabolicMirror()]
ANALYTIC = {
    "AbbeSine": lambda theta: np.sqrt(np.cos(theta)),
    "Herschel": lambda theta: 1.0,
    "ParabolicMirror": lambda theta: 2 / (1 + np.cos(theta)),
}
"""C. J. R. Sheppard and M. Gu, J. Mod. Opt. 40, 1631 (1993), written out again."""
RIM = {
    "AbbeSine": np.sin,
    "Herschel": lambda theta: 2 * np.sin(theta / 2),
    "ParabolicMirror": lambda theta: 2 * np.tan(theta / 2),
}
ACCURACY = 1e-10
"""The promised relative error of the field."""
TAIL = 1e-6
"""Energy of the soft beam outside the window."""


def name_of(apodization):
    return type(apodization).__name__


def lens_of(apodization, na=0.95):
    return om.Objective(na=na, wavelength=WAVELENGTH, apodization=apodization)


@pytest.mark.parametrize("apodization", ALL, ids=name_of)
def test_a_ring_of_the_pupil_keeps_its_power(apodization):
    """a^2 sin(theta) = h h': h by central differences of fourth order."""
    theta, step = np.linspace(0.05, 1.4, 12), 1e-3
    h = {s: apodization.height(theta + s * step) for s in (-2, -1, 1, 2)}
    slope = (8 * (h[1] - h[-1]) - (h[2] - h[-2])) / (12 * step)
    expected = np.sqrt(apodization.height(theta) * slope / np.sin(theta))
    np.testing.assert_allclose(apodization.amplitude(theta), expected, rtol=1e-9)


@pytest.mark.parametrize("apodization", ALL, ids=name_of)
def test_the_power_of_the_pupil_crosses_the_focal_plane(apodization):
    lens = lens_of(apodization, na=0.9)
    beam = om.pupil_function(
        lambda r, phi: ((1 - r**2) ** 6 * (np.cos(phi) + r), -((1 - r**2) ** 6) * np.sin(phi))
    )
    step, count = 0.45 * WAVELENGTH, 48
    axis = step * (np.arange(count) - count // 2)
    field = np.asarray(om.focus_field(beam, lens, om.Grid(axis, axis, 0.0)))[:, :, 0]
    waves = np.fft.fft2(field, axes=(0, 1)) / count
    k = 2 * np.pi * np.fft.fftfreq(count, step) / lens.wavenumber
    cosine = np.sqrt(np.clip(1 - k[:, None] ** 2 - k[None, :] ** 2, 0, None))
    power = np.sum(np.abs(waves) ** 2, axis=-1) * cosine * step**2
    flux = 0.5 * VACUUM_PERMITTIVITY * SPEED_OF_LIGHT * power.sum()
    assert flux == pytest.approx(beam.power, rel=TAIL)


@pytest.mark.parametrize("apodization", ALL, ids=name_of)
@pytest.mark.parametrize("na", [0.3, 0.95])
def test_the_focal_values_are_those_of_the_integral(apodization, na):
    lens, name = lens_of(apodization, na), name_of(apodization)
    amplitude, rim = ANALYTIC[name], RIM[name](np.arcsin(na))

    def focal(pattern):
        value, _ = quad(
            lambda t: amplitude(t) * pattern(t) * np.sin(t), 0, np.arcsin(na), epsabs=1e-13, epsrel=1e-13
        )
        return value / (np.sqrt(np.pi) * rim)

    across = np.pi * focal(lambda t: 1 + np.cos(t))
    along = 2 * np.pi * focal(np.sin)
    origin = np.zeros((1, 3))
    linear, radial = (
        np.asarray(om.focus_field(beam, lens, origin))[0] / field_scale(lens)
        for beam in (om.linear(), om.radial())
    )
    np.testing.assert_allclose(linear, [across, 0, 0], rtol=0, atol=ACCURACY)
    np.testing.assert_allclose(radial, [0, 0, along], rtol=0, atol=ACCURACY)


def test_all_lenses_are_one_at_small_aperture():
    """They differ by a relative O(NA^2): a quarter of the difference at half the aperture."""

    def difference(apodization, na):
        spot = WAVELENGTH / na
        points = spot * np.array([[0.0, 0.0, 0.0], [0.3, 0.2, 0.0], [0.1, 0.4, 0.5]])
        fields = [
            np.asarray(om.focus_field(om.linear(), lens_of(a, na), points)) for a in (ALL[0], apodization)
        ]
        return np.linalg.norm(fields[1] - fields[0]) / np.linalg.norm(fields[0])

    for apodization in ALL[1:]:
        coarse, fine = difference(apodization, 0.1), difference(apodization, 0.05)
        assert fine < 0.05**2
        assert np.log2(coarse / fine) == pytest.approx(2, abs=0.05)


def test_the_rim_gains_from_sine_to_parabola():
    """A radial beam lives on steep rays: the parabolic mirror focuses it hardest along z."""
    origin = np.zeros((1, 3))
    along = [abs(np.asarray(om.focus_field(om.radial(), lens_of(a), origin))[0, 2]) for a in ALL]
    assert along[0] < along[1] < along[2]
