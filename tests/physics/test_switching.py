"""Laws of what light switches: Liu's law of Gaussian beams, energy, scale, symmetry, dichroism."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import j1

import optomag as om
from optomag.heat.absorbed_spot import absorbed_spot

WAVELENGTH = 532e-9
THRESHOLDS = om.FluenceThresholds(switch=30.0, multi=50.0)
WEAK = om.Film([(1 + 1e-4j, 20e-9)], 1.0)
"""Absorbs a little and reflects nothing: incident light as it is."""

METAL = om.Film([(2.9 + 3.6j, 20e-9)], 1.46)

BEYOND_PARAXIAL = 0.02
"""Relative error of a Gaussian's waist over NA^2: the next order, measured as 0.0078 at a fill of 0.25."""

CUT_OFF = 1e-6
"""What the rim of the pupil cuts off a Gaussian of fill 0.25, relatively; exp(-32) of the power."""


def gaussian(na, fill=0.25):
    lens = om.Objective(na=na, wavelength=WAVELENGTH)
    return om.Light(om.linear(0.0) * om.gaussian(fill), lens, film=WEAK), WAVELENGTH / (np.pi * na * fill)


@pytest.mark.parametrize("na", [0.1, pytest.param(0.05, marks=pytest.mark.slow)])
def test_a_gaussian_beam_obeys_lius_law(na):
    """D^2 = 2 w0^2 ln(E/E_th) with w0 = wavelength/(pi NA fill) and E_th = F pi w0^2/2."""
    light, waist = gaussian(na)
    threshold = 0.5 * np.pi * waist**2 * THRESHOLDS.switch
    energies = threshold * np.array([1.2, 2.0, 5.0, 20.0])
    found = om.liu_plot(light, THRESHOLDS, energies)
    limit = BEYOND_PARAXIAL * na**2 + CUT_OFF
    exact = waist * np.sqrt(2 * np.log(energies / threshold))
    assert np.abs(found.diameters / exact - 1).max() < limit
    assert abs(found.line.waist / waist - 1) < limit
    assert abs(found.line.threshold / threshold - 1) < limit
    assert abs(found.line.fluence / THRESHOLDS.switch - 1) < 2 * limit
    assert abs(found.gaussian.waist / waist - 1) < limit
    assert abs(found.energy_window[1] / (threshold * 5 / 3) - 1) < limit


def test_an_airy_spot_has_bessel_s_diameters():
    """Uniform pupil: F/F_max = (2 J1(v)/v)^2, v = k NA D/2; its peak is that of w = sqrt(8)/(k NA)."""
    na = 0.05
    light = om.Light(om.linear(0.0), om.Objective(na=na, wavelength=WAVELENGTH), film=WEAK)
    k_na = 2 * np.pi * na / WAVELENGTH
    threshold = THRESHOLDS.switch * 4 * np.pi / k_na**2
    ratios = np.array([1.3, 3.0, 10.0])
    found = om.liu_plot(light, THRESHOLDS, threshold * ratios)
    v = [brentq(lambda v, c=ratio: (2 * j1(v) / v) ** 2 - 1 / c, 1e-6, 3.8) for ratio in ratios]
    limit = 0.3 * na**2  # beyond paraxial: sqrt(cos) and the film, half an angle squared each
    assert np.abs(found.diameters / (2 * np.array(v) / k_na) - 1).max() < limit
    assert abs(found.gaussian.waist / (np.sqrt(8) / k_na) - 1) < limit
    assert abs(found.energy_window[0] / threshold - 1) < limit


def absorbed_part_of(theta, film, *, wavelength):
    """Part of a p-polarised plane wave that the only layer of a film in air absorbs: 1 - R - T, by Airy's sums."""
    (n, d), n3 = film.layers[0], film.substrate
    q = np.sin(theta)
    kz = [np.sqrt(complex(m) ** 2 - q**2) for m in (1.0, n, n3)]
    eps = [complex(m) ** 2 for m in (1.0, n, n3)]

    def r(a, b):
        return (eps[b] * kz[a] - eps[a] * kz[b]) / (eps[b] * kz[a] + eps[a] * kz[b])

    phase = np.exp(2j * np.pi / wavelength * kz[1] * d)
    whole = 1 + r(0, 1) * r(1, 2) * phase**2
    reflected = (r(0, 1) + r(1, 2) * phase**2) / whole
    magnetic = (1 + r(0, 1)) * (1 + r(1, 2)) * phase / whole  # transmitted H over incident H
    passed = np.abs(magnetic) ** 2 * np.real(kz[2] / eps[2]) / np.real(kz[0] / eps[0])
    return 1 - np.abs(reflected) ** 2 - passed


@pytest.mark.slow
def test_all_pixels_together_absorb_what_the_film_absorbs():
    """A soft radial beam, whose focal field falls fast: each of its plane waves is p-polarised."""
    lens = om.Objective(na=0.95, wavelength=WAVELENGTH)

    def amplitude(r):
        return r * (1 - r**2) ** 6

    beam = om.pupil_function(lambda r, phi: (amplitude(r), 0 * r))
    light = om.Light(beam, lens, film=METAL)
    spot = absorbed_spot(light, 1, half_width=3 * WAVELENGTH)
    total = spot.per_joule.sum() * (spot.x[1] - spot.x[0]) ** 2
    t, w = np.polynomial.legendre.leggauss(60)
    r, w = 0.5 * (1 + t), 0.5 * w
    power = amplitude(r) ** 2 * r * w
    expected = power @ absorbed_part_of(np.arcsin(0.95 * r), METAL, wavelength=WAVELENGTH) / power.sum()
    assert abs(total / expected - 1) < 1e-6  # outside of the window


def test_twice_as_large_at_twice_the_wavelength_and_four_times_the_energy():
    def found(scale):
        lens = om.Objective(na=0.95, wavelength=WAVELENGTH * scale)
        film = om.Film([(2.9 + 3.6j, scale * 20e-9)], 1.46)
        light = om.Light(om.circular(+1), lens, film=film)
        return om.switching(light, THRESHOLDS, om.Pulse(energy=7e-12 * scale**2, duration=1e-13))

    small, large = found(1.0), found(2.0)
    assert np.array_equal(small.map, large.map)
    assert abs(large.diameter / small.diameter - 2) < 1e-9
    assert abs(large.multi_diameter / small.multi_diameter - 2) < 1e-9


def test_only_energy_over_threshold_counts_and_no_duration():
    light = om.Light(om.circular(+1), om.Objective(na=0.95, wavelength=WAVELENGTH), film=METAL)
    first = om.switching(light, THRESHOLDS, om.Pulse(energy=7e-12, duration=1e-13))
    doubled = om.FluenceThresholds(switch=60.0, multi=100.0)
    second = om.switching(light, doubled, om.Pulse(energy=14e-12, duration=5e-12))
    assert np.array_equal(first.map, second.map)
    assert abs(second.diameter / first.diameter - 1) < 1e-12


def circular(sense, film=METAL):
    return om.Light(om.circular(sense), om.Objective(na=0.9, wavelength=WAVELENGTH), film=film)


def test_helicity_and_magnetization_turned_together_change_nothing():
    def areas(sense, up):
        return om.liu_plot(
            circular(sense), THRESHOLDS, [5e-12, 9e-12], mcd=0.3, magnetization=(0, 0, up)
        ).areas

    assert np.allclose(areas(+1, 1), areas(-1, -1), rtol=1e-9)
    assert np.allclose(areas(-1, 1), areas(+1, -1), rtol=1e-9)
    assert np.all(areas(+1, 1) > areas(-1, 1))


def test_dichroism_moves_the_thresholds_of_circular_light_by_half_of_it_on_the_axis():
    """On the axis the transverse field of circular light is circular; of linear light nothing changes."""
    plain = om.liu_plot(circular(+1), THRESHOLDS, [5e-12]).energy_window[0]
    for sense in (+1, -1):
        found = om.liu_plot(circular(sense), THRESHOLDS, [5e-12], mcd=0.04).energy_window[0]
        assert abs(plain / found - (1 + 0.02 * sense)) < 1e-9
    linear = replace(circular(+1), beam=om.linear(0.0))
    same = [om.liu_plot(linear, THRESHOLDS, [9e-12], mcd=mcd).energy_window[0] for mcd in (0.0, 0.04)]
    assert abs(same[0] / same[1] - 1) < 1e-6  # the hottest place is on the axis, where the field is linear


def test_the_two_helicities_add_up_to_twice_the_plain_absorption():
    plus, minus, plain = (
        absorbed_spot(circular(sense), 1, mcd=mcd, half_width=500e-9).per_joule
        for sense, mcd in ((+1, 0.3), (-1, 0.3), (+1, 0.0))
    )
    assert np.allclose(plus + minus, 2 * plain, rtol=1e-12)
    assert plus.sum() > plain.sum() > minus.sum()
