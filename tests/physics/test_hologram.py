"""Holograms in spots: what is seen is what the dipoles of the written pattern radiate."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

import optomag as om
from optomag.holography.channel import Channel, random_phases
from optomag.holography.layout import as_field
from optomag.holography.patch import Patch
from optomag.holography.polarization import collected, incident_field, radiated_field
from optomag.holography.quality import correlation, resized
from optomag.holography.spectra import kernel_spectra
from optomag.holography.spot_vectors import SpotVectors
from optomag.optics.setup import Setup
from optomag.scanning.kernels import ScanKernels
from optomag.scanning.reach import Round
from optomag.scanning.spot_writer import SpotWriter

LENS = om.Objective(na=0.95, wavelength=532e-9)
PITCH = 1.06 * 532e-9

FAR = 1e7
"""Wavelengths to the place where dipoles are added up: Fresnel phases of a patch 40 wide are 4e-4 there."""
FRESNEL = 1e-3
CUT = 5e-3
"""Of the largest amplitude: kernels of the design fade out, and the pattern of the simulation ends, at 8
wavelengths from the patch."""
BEST_PSNR, BEST_SSIM = 40.0, 0.99


def picture(side):
    return resized(data.camera() / 255.0, side, side)


def dipole_field(places, dipoles, point, wavenumber):
    """E of point dipoles at a place, with the whole Green's tensor: (3,), times 4 pi eps0."""
    r = point - places
    distance = np.linalg.norm(r, axis=-1)[:, None]
    s, kr = r / distance, wavenumber * distance
    along = np.sum(s * dipoles, axis=-1)[:, None] * s
    near, turn = 1 + 1j / kr - 1 / kr**2, 1 + 3j / kr - 3 / kr**2
    wave = wavenumber**2 * np.exp(1j * (kr - wavenumber * FAR * LENS.wavelength)) / distance
    return np.sum(wave * (near * dipoles - turn * along), axis=0)


@pytest.fixture(scope="module")
def small():
    return om.hologram(picture(16), LENS, pitch=PITCH)


@pytest.mark.parametrize("light", ["TM", "TE"])
def test_the_far_field_is_that_of_all_dipoles(small, light):
    """Each cell of the raster is a dipole eps0 i E x g in the wave that comes in; theta_F t = 1."""
    x, y, M = small.pattern.raster
    k, a = LENS.wavenumber, small.patch.incidence
    places = np.stack([*np.meshgrid(x, y, indexing="ij"), np.zeros(M.shape[:2])], axis=-1).reshape(-1, 3)
    field = incident_field(light, a) * np.exp(1j * k * np.sin(a) * places[:, :1])
    cell = (x[1] - x[0]) * (y[1] - y[0])
    dipoles = 1j * np.cross(field, LENS.wavelength / np.pi * M.reshape(-1, 3)) * cell
    rows, columns = np.array([0, 3, 8, 12]), np.array([15, 8, 8, 1])
    sines = small.patch.sines
    for i, j in zip(columns, rows, strict=True):
        s = small.patch.directions[i, j]
        waves = small.pattern.spectrum(sines[[i]], sines[[j]])[0, 0]
        wanted = radiated_field(waves, incident_field(light, a), s)
        # stationary phase: a spectrum of plane waves E(k) becomes k cos(theta)/(2 pi i) E exp(ikR)/R
        wanted = wanted * k * s[2] / (2j * np.pi) / (FAR * LENS.wavelength)
        found = dipole_field(places, dipoles, FAR * LENS.wavelength * s, k) / (4 * np.pi)
        np.testing.assert_allclose(found, wanted, rtol=0, atol=FRESNEL * np.linalg.norm(wanted))


def test_all_light_of_the_page_is_that_of_both_circular_analysers(small):
    """Parseval: two crossed analysers share the power of the collected waves."""
    pattern, patch = small.pattern, small.patch
    spectrum = pattern.spectrum(patch.sines, patch.sines)
    light = incident_field("TM", patch.incidence)
    field = radiated_field(spectrum, light, patch.directions)
    whole = np.sum(np.abs(collected(field, patch.directions)) ** 2, axis=-1)
    whole /= patch.area**2 * np.cos(patch.incidence)
    for pair in (("circular", "opposite"), ("x", "y")):
        shared = sum(np.abs(pattern.amplitudes("TM", name)) ** 2 for name in pair)
        np.testing.assert_allclose(shared, whole, rtol=1e-9)


def test_the_design_and_the_pattern_agree():
    """The amplitudes that the linear operator predicts, and those of the scanned pattern."""
    page = picture(20)
    made = om.hologram(page, LENS, pitch=PITCH)
    patch, writer = Patch(LENS, PITCH, 20), SpotWriter.of(Setup(LENS))
    spectra = kernel_spectra(ScanKernels(writer.basis, Round(48.0)), patch)
    channel = Channel("TM", "circular", random_phases(as_field(page), 0), np.ones((20, 20), bool))
    [predicted] = SpotVectors(patch, spectra, writer, [channel]).amplitudes(made.vectors.reshape(-1, 3))
    found = made.pattern.amplitudes("TM", "circular")
    np.testing.assert_allclose(found, predicted, rtol=0, atol=CUT * np.abs(found).max())


def test_a_bright_pixel_is_seen_at_its_angle_and_nowhere_else():
    dot = np.zeros((16, 16))
    dot[2, 13] = 1.0
    made = om.hologram(dot, LENS, pitch=PITCH)
    seen = made.view("TM")
    assert np.unravel_index(seen.argmax(), seen.shape) == (2, 13)
    aside = seen.copy()
    aside[2, 13] = 0
    assert aside.max() < 1e-3, "no twin, no undiffracted light"
    # the right and upper part of an image is at positive sines
    sines = made.patch.sines
    fine = np.linspace(sines[0], sines[-1], 61)
    light = np.abs(made.pattern.amplitudes("TM", "circular", fine, fine)) ** 2
    i, j = np.unravel_index(light.argmax(), light.shape)
    step = fine[1] - fine[0]
    assert abs(fine[i] - sines[13]) <= step
    assert abs(fine[j] - sines[15 - 2]) <= step


@pytest.mark.slow
def test_two_pages_of_128_by_128_pixels():
    page = picture(128)
    made = om.hologram(page, LENS, pitch=PITCH, second=np.rot90(page))
    found = made.metrics
    assert found["psnr_db"] >= BEST_PSNR
    assert found["ssim"] >= BEST_SSIM
    assert found["second_psnr_db"] >= BEST_PSNR
    assert found["second_ssim"] >= BEST_SSIM
    assert found["twin_correlation"] == pytest.approx(found["twin_correlation_of_page"], abs=1e-3)
    assert 1e-3 < found["efficiency"] < 4e-3
    assert max(made.wrong_light.values()) < 0.5
    assert correlation(made.view("TE")[:63], made.second) > 0.999


@pytest.mark.slow
def test_an_ordinary_hologram_has_half_the_pixels():
    page = picture(32)
    made = om.hologram(page, LENS, pitch=PITCH)
    ordinary = made.faraday
    assert made.metrics["psnr_db"] > BEST_PSNR
    assert ordinary.twin_psnr < ordinary.psnr < 0.8 * made.metrics["psnr_db"]
    squeezed = resized(resized(page, 15, 32), 32, 32)
    np.testing.assert_allclose(ordinary.view, squeezed, atol=0.01)
