"""The field in the pupil, however the sections' pixels lie, compared with fine samples of the panels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import optomag as om
from optomag.optics.lattice import areas_in_pupil, pixel_lattice
from optomag.slm import pupil_field as pupil_field_module
from optomag.slm.device import SECTIONS, Device, Illumination
from optomag.slm.device_file import device_from
from optomag.slm.gray_levels import response_of
from optomag.slm.mask_set import MaskSet, masks
from optomag.slm.pupil_field import pupil_field, require_affordable

LENS = om.Objective(na=0.95, wavelength=532e-9)
EXAMPLE = om.four_beam(0.398, -0.611, 0.467)

SUMS = 1e-12
"""Of means over the same constant pieces, taken in another order."""
SAMPLED_RIM = 3e-4
"""Of the samples' power: the rim of the disc falls between them."""
SAMPLED_FOCUS = 5e-5
"""Of the samples' M, relative: rim and middles of the samples, some 1/200 of a pixel's own."""
SAMPLES = 1280
"""Along the side; every edge of every section below lies between two samples, so that no step is missed."""

QUARTERS = ((0.25, 0.5), (-0.25, 0.75), (0.5, -0.25), (0.0, 0.25))
NONE = ((0.0, 0.0),) * 4
EVERYWHERE = {"radii": (20.0, 16.0, 20.0, 16.0), "offsets": QUARTERS, "flips": (True, False, False, True)}
FAMILIES = {
    "one lattice": {},
    "one section half a pixel off": {"offsets": ((0.0, 0.0), (0.5, 0.0), (0.0, 0.0), (0.0, 0.0))},
    "four offsets": {"offsets": QUARTERS},
    "two radii": {"radii": (20.0, 16.0, 20.0, 16.0)},
    "offsets, radii and flips": EVERYWHERE,
}


def device_with(radii=(20.0,) * 4, offsets=NONE, flips=(False,) * 4, bits: int = 8, **panel) -> Device:
    """Four sections on the quarters of one panel."""
    sections = [
        {"name": name, "radius": radius, "centre": (29.5 + 60 * (i % 2), 29.5 + 60 * (i // 2))}
        | {"offset": offset, "flip_x": flip}
        for i, (name, radius, offset, flip) in enumerate(
            zip(SECTIONS["vector-generator"], radii, offsets, flips, strict=True)
        )
    ]
    return device_from(
        {"name": "four", "panel": {"width": 120, "height": 120, "pitch_um": 8.0, "bits": bits, **panel}}
        | {"section": sections}
    )


def sampled_field(made: MaskSet, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(E_x, E_y) at pupil points by the generator's closed formula and the pixel below each point."""
    phases = {}
    for section in made.device.section:
        shown = response_of(section, made.device).shown(made.levels[section.panel])
        across, up = section.signs
        column = np.rint(section.centre[0] + section.offset[0] + across * section.radius * x).astype(int)
        row = np.rint(section.centre[1] + section.offset[1] + up * section.radius * y).astype(int)
        phases[section.name] = shown[row, column]
    d1, d2, d3, d4 = (phases[name] for name in SECTIONS["vector-generator"])
    common = np.cos(d2 / 2) * np.exp(1j * (d1 + d2 / 2 + d3 / 2))
    return common[..., None] * np.stack([np.cos(d3 / 2) * np.exp(1j * d4), -np.sin(d3 / 2)], axis=-1)


def focused_samples(made: MaskSet, samples: int, at=(0.0, 0.0, 0.0)) -> tuple[np.ndarray, float]:
    """M per power in the pupil, and throughput, from a sum of plane waves (docs/conventions.md)."""
    axis = (2 * np.arange(samples) + 1) / samples - 1
    x, y = (part.ravel() for part in np.meshgrid(axis, axis, indexing="ij"))
    inside = np.hypot(x, y) < 1
    x, y = x[inside], y[inside]
    light = made.device.illumination.amplitude(np.hypot(x, y))
    jones = light[:, None] * sampled_field(made, x, y)
    power = np.sum(np.abs(jones) ** 2)
    radius, azimuth = np.hypot(x, y), np.arctan2(y, x)
    sine = LENS.na * radius
    cosine, cos_phi, sin_phi = np.sqrt(1 - sine**2), np.cos(azimuth), np.sin(azimuth)
    radial, azimuthal = (
        jones[:, 0] * cos_phi + jones[:, 1] * sin_phi,
        jones[:, 1] * cos_phi - jones[:, 0] * sin_phi,
    )
    vectors = np.stack(
        [
            radial * cosine * cos_phi - azimuthal * sin_phi,
            radial * cosine * sin_phi + azimuthal * cos_phi,
            radial * sine,
        ]
    )
    phase = 2 * np.pi / LENS.wavelength * (-LENS.na * (x * at[0] + y * at[1]) + cosine * at[2])
    field = np.sum(vectors * np.exp(1j * phase) / np.sqrt(cosine), axis=-1)
    written = np.real(1j * np.cross(field, field.conj())) * LENS.na**2 * (2 / samples) ** 2 / power
    return written, float(power / np.sum(light**2))


@pytest.mark.parametrize("changes", FAMILIES.values(), ids=FAMILIES)
def test_means_over_pixels_are_those_of_fine_samples(changes):
    made = masks(EXAMPLE, device_with(**changes), lens=LENS)
    count, samples = 40, 640
    found = pupil_field(made.levels, made.device, made.scheme, count).jones
    axis = (2 * np.arange(samples) + 1) / samples - 1
    field = sampled_field(made, *np.meshgrid(axis, axis, indexing="ij"))
    means = field.reshape(count, samples // count, count, samples // count, 2).mean(axis=(1, 3))
    whole = pixel_lattice(count).area > (1 - SUMS) * (2 / count) ** 2
    assert np.abs(found - means)[whole].max() < SUMS


@pytest.mark.slow
@pytest.mark.parametrize("beam", [EXAMPLE, EXAMPLE * om.zernike({(1, 1): 0.3})], ids=["plain", "tilted"])
@pytest.mark.parametrize("changes", FAMILIES.values(), ids=FAMILIES)
def test_what_is_verified_is_what_fine_samples_write_to_the_uncertainty_that_is_stated(changes, beam):
    made = masks(beam, device_with(**changes), lens=LENS, at=(80e-9, -50e-9, 60e-9))
    found = made.verified
    written, passed = focused_samples(made, SAMPLES, made.side.points[0])
    assert found.throughput == pytest.approx(passed, rel=SAMPLED_RIM)
    turned = float(om.angle_between(found.magnetization, written))
    grown = abs(np.linalg.norm(found.magnetization) / np.linalg.norm(written) - 1)
    assert turned <= found.angle_uncertainty + SAMPLED_FOCUS
    assert grown <= found.strength_uncertainty + SAMPLED_FOCUS + SAMPLED_RIM
    assert found.angle_uncertainty < 2e-4
    assert found.strength_uncertainty < 2e-4


def test_nearest_pixels_alone_would_miss_steps():
    """The oracle, sampled as coarsely as the panels, is wrong by far more than what is stated."""
    made = masks(EXAMPLE, device_with(**EVERYWHERE), lens=LENS)
    written, _ = focused_samples(made, 80)
    off = float(om.angle_between(made.verified.magnetization, written))
    assert off > 20 * made.verified.angle_uncertainty


@pytest.mark.parametrize("changes", [{}, EVERYWHERE], ids=["one lattice", "four"])
def test_power_is_counted_within_the_pixels_too(changes):
    device = replace(device_with(**changes), illumination=Illumination(profile="gaussian", fill=1.2))
    made = masks(EXAMPLE, device, lens=LENS)
    coarse, fine = (pupil_field(made.levels, device, made.scheme, count) for count in (20, 160))
    assert coarse.arrived == pytest.approx(fine.arrived, rel=2e-3), "but for the illumination's own profile"
    area = pixel_lattice(20).area[..., None]
    assert np.sum(area * np.abs(coarse.jones) ** 2) < 0.997 * coarse.arrived, (
        "means over steps have lost some"
    )


def test_bands_of_cells_change_nothing(monkeypatch):
    made = masks(EXAMPLE, device_with(**EVERYWHERE), lens=LENS)
    whole = pupil_field(made.levels, made.device, made.scheme, 40)
    monkeypatch.setattr(pupil_field_module, "AT_ONCE", 500)
    bands = pupil_field(made.levels, made.device, made.scheme, 40)
    np.testing.assert_allclose(bands.jones, whole.jones, atol=SUMS)
    assert bands.arrived == pytest.approx(whole.arrived, rel=SUMS)


def test_areas_of_cells_fill_the_disc():
    edges = np.sort(np.concatenate([[-1.0, 1.0], np.random.default_rng(5).uniform(-1, 1, 30)]))
    areas = areas_in_pupil(edges, edges)
    assert areas.sum() == pytest.approx(np.pi, rel=SUMS)
    inside = np.hypot(*np.meshgrid(*2 * [np.maximum(np.abs(edges[1:]), np.abs(edges[:-1]))])) < 1
    np.testing.assert_allclose(areas[inside], np.outer(np.diff(edges), np.diff(edges))[inside], atol=SUMS)


def test_a_device_of_too_many_cells_is_refused_before_work(refusal, monkeypatch):
    monkeypatch.setattr(pupil_field_module, "MOST_CELLS", 5000)
    require_affordable(device_with(), 40)
    said = refusal(masks, EXAMPLE, device_with(**EVERYWHERE), lens=LENS)
    assert "at most 5000; got" in said
    assert "offsets in whole pixels" in said


@pytest.mark.slow
def test_pixels_of_a_tilted_beam_weaken_a_distant_spot_by_their_own_diffraction():
    """A ramp of steps: along x each pixel is a slit, whose sinc falls on the spot that the ramp points to."""
    far, pixels = 3e-6, 40
    waves = LENS.na * far / (2 * LENS.wavelength)
    beam = om.circular(+1) * om.zernike({(1, 1): waves})
    found = masks(beam, device_with(bits=16), lens=LENS, at=(far, 0, 0)).verified
    envelope = np.sinc(LENS.na * far * (2 / pixels) / LENS.wavelength) ** 2
    assert found.strength == pytest.approx(envelope, abs=found.strength_uncertainty + 1e-3)
    assert envelope < 0.8


@pytest.mark.slow
@pytest.mark.parametrize("waves", [0.5, 2.0])
def test_a_correction_by_steps_leaves_the_light_a_sawtooth(waves):
    """A tilt of the light, 4 pi waves r cos(phi), taken out pixel by pixel: the mean over a pixel is a sinc."""
    pixels = 40
    device = device_with(bits=16)
    first = replace(device.section[0], zernike=((1, 1, waves),))
    corrected = replace(device, section=(first, *device.section[1:]))
    found = masks(om.circular(+1), corrected, lens=LENS).verified
    left = np.sinc(4 * waves / pixels) ** 2
    assert found.strength == pytest.approx(left, abs=found.strength_uncertainty + 1e-3)
    assert found.throughput == pytest.approx(1.0, rel=SUMS)
