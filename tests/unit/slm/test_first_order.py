"""The order behind the iris, compared with a finely sampled hologram between opaque gaps."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import optomag as om
from optomag.slm.device import Section
from optomag.slm.device_file import device_from
from optomag.slm.first_order import Carrier, first_order
from optomag.slm.mask_set import masks
from optomag.slm.panel import window_of
from optomag.slm.two_modulators import hologram
from optomag.slm.verification import verify

LENS = om.Objective(na=0.95, wavelength=532e-9)
EXAMPLE = om.four_beam(0.398, -0.611, 0.467)
CARRIER = Carrier(6.3, np.radians(21.0))
WINDOW = window_of(Section(name="x", radius=20.0, centre=(24.3, 29.5), flip_x=True))

SIDE, REPEATS = 8, 8
"""Samples along a pixel, and length of the transform over the window's, of the brute-force oracle."""
STAIRCASE = 0.01
"""Of its field: the rim of its iris is a staircase of frequencies."""
CONVERGED = 5e-3
"""Of our own field on this small pupil when the waves are doubled; it falls with their number squared."""


def shown_hologram() -> np.ndarray:
    """Transmission of a hologram of a smooth field on the window's pixels."""
    x, y = WINDOW.x[:, None], WINDOW.y
    field = (0.6 + 0.3 * x) * np.exp(1j * (2 * x - 1.5 * y + 0.4)) * (np.hypot(x, y) < 1)
    return np.exp(1j * hologram(field, CARRIER.phase(WINDOW)))


def filtered_samples(transmission: np.ndarray, open_samples: int, iris_radius: float) -> np.ndarray:
    """Field in the middle of each pixel: the pixels as squares of samples, transformed, cut by the iris."""
    gap = SIDE - open_samples
    aperture = np.zeros(SIDE)
    aperture[gap // 2 : gap // 2 + open_samples] = 1.0
    fine = np.kron(transmission, np.outer(aperture, aperture))
    shape = [REPEATS * length for length in fine.shape]
    across, down = (np.fft.fftfreq(length, 1 / SIDE) for length in shape)
    # Sample s lies at s/SIDE - 1/2 + 1/(2 SIDE) from the first pixel's middle, and stands for its own width.
    start = -0.5 + 0.5 / SIDE
    spectrum = np.fft.fft2(fine, shape)
    spectrum *= (np.sinc(across / SIDE) * np.exp(-2j * np.pi * across * start))[:, None]
    spectrum *= np.sinc(down / SIDE) * np.exp(-2j * np.pi * down * start)
    fx, fy = CARRIER.frequency
    spectrum *= np.hypot(across[:, None] - fx, down - fy) < iris_radius / CARRIER.period
    behind = np.fft.ifft2(spectrum)[: fine.shape[0] : SIDE, : fine.shape[1] : SIDE]
    return behind * np.exp(-1j * CARRIER.phase(WINDOW))


@pytest.mark.slow
@pytest.mark.parametrize("iris_radius", [0.5, 0.25])
@pytest.mark.parametrize("open_samples", [8, 6])
def test_the_order_is_that_of_a_hologram_with_gaps_behind_a_hard_iris(iris_radius, open_samples):
    transmission = shown_hologram()
    fill_factor = (open_samples / SIDE) ** 2
    optics = {"iris_radius": iris_radius, "fill_factor": fill_factor}
    found = first_order(transmission, WINDOW, CARRIER, **optics, fineness=4.0)
    expected = filtered_samples(transmission, open_samples, iris_radius)
    inside = np.hypot(WINDOW.x[:, None], WINDOW.y) < 1
    off = np.linalg.norm((found.at(WINDOW.x, WINDOW.y) - expected)[inside])
    assert off / np.linalg.norm(expected[inside]) < STAIRCASE


def test_the_sum_of_waves_converges():
    orders = [
        first_order(shown_hologram(), WINDOW, CARRIER, iris_radius=0.25, fill_factor=0.9, fineness=f)
        for f in (2.0, 4.0, 8.0)
    ]
    x, y = np.linspace(-0.9, 0.9, 37), np.linspace(-0.9, 0.9, 31)
    fields = [one.at(x, y) for one in orders]
    steps = [np.abs(b - a).max() / np.abs(b).max() for a, b in pairwise(fields)]
    assert steps[0] < CONVERGED
    assert steps[1] < 0.4 * steps[0]


@pytest.mark.parametrize("fill_factor", [0.93, 0.5])
def test_a_plain_grating_has_the_power_of_the_smaller_aperture(fill_factor):
    """F^2 on the axis of the pixels' own diffraction; off it F^2 sinc^2(a f), a = sqrt(F)."""
    grating = np.exp(1j * CARRIER.phase(WINDOW))
    whole, part = (
        np.sum(
            np.abs(
                first_order(grating, WINDOW, CARRIER, iris_radius=0.5, fill_factor=f).at(*2 * [np.zeros(1)])
            )
            ** 2
        )
        for f in (1.0, fill_factor)
    )
    side, frequency = np.sqrt(fill_factor), np.array(CARRIER.frequency)
    envelope = np.prod(np.sinc(side * frequency) / np.sinc(frequency)) ** 2
    assert part / whole == pytest.approx(fill_factor**2 * envelope, rel=2e-3)


def hologram_pair(**changes):
    """Two phase holograms side by side; `changes` go to the device, or to the panel with `panel_` before."""
    panel = {"width": 250, "height": 124, "pitch_um": 8.0, "bits": 8}
    panel |= {name.removeprefix("panel_"): v for name, v in changes.items() if name.startswith("panel_")}
    sections = [{"name": n, "radius": 60.0, "centre": (61.5 + 125 * i, 61.5)} for i, n in enumerate("xy")]
    device = {"name": "pair", "scheme": "two-modulators", "carrier_period": 6.3, "carrier_angle_deg": 21.0}
    device |= {name: v for name, v in changes.items() if not name.startswith("panel_")}
    return device_from(device | {"panel": panel, "section": sections})


@pytest.mark.slow
def test_a_fill_factor_of_93_percent_costs_13_percent_of_the_light():
    """0.93^2 = 0.865; the smaller squares diffract wider, which gives back half a percent at this carrier."""
    whole, part = (
        masks(EXAMPLE, hologram_pair(panel_fill_factor=f), lens=LENS).verified for f in (1.0, 0.93)
    )
    side, frequency = np.sqrt(0.93), np.array(CARRIER.frequency)
    envelope = np.prod(np.sinc(side * frequency) / np.sinc(frequency)) ** 2
    assert part.throughput / whole.throughput == pytest.approx(0.93**2 * envelope, rel=1e-3)
    assert part.throughput / whole.throughput == pytest.approx(0.87, abs=5e-3)
    assert part.angle_error == pytest.approx(whole.angle_error, abs=np.radians(0.02))


@pytest.mark.slow
def test_a_smaller_iris_blurs_the_beam():
    made = masks(EXAMPLE, hologram_pair(), lens=LENS)
    tight = replace(made, device=replace(made.device, iris_radius=0.25)).verified
    assert tight.throughput < made.verified.throughput
    assert tight.strength < made.verified.strength - 1e-3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "wide", "tight"), [("holoeye-pluto-2-pair", 0.031, 0.072), ("ti-dlp6500", 0.026, 0.078)]
)
def test_half_the_iris_costs_the_shipped_devices_some_hundredths_of_a_degree(name, wide, tight):
    made = masks(EXAMPLE, om.load_device(name), lens=LENS)
    for iris_radius, degrees in ((0.5, wide), (0.25, tight)):
        device = replace(made.device, iris_radius=iris_radius)
        scheme = replace(made.scheme, iris_radius=iris_radius)
        found = verify(made.levels, device, scheme, made.side, made.wanted)
        assert np.degrees(found.angle_error) == pytest.approx(
            degrees, abs=1e-3 + np.degrees(found.angle_uncertainty)
        )


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["two-modulators", "lee-hologram"])
def test_holograms_take_out_an_error_of_their_light(scheme):
    plain = hologram_pair(scheme=scheme, panel_bits=8 if scheme == "two-modulators" else 1)
    sections = tuple(replace(s, zernike=((2, 2, 0.1), (3, 1, 0.05))) for s in plain.section)
    found, expected = (
        masks(EXAMPLE, d, lens=LENS).verified for d in (replace(plain, section=sections), plain)
    )
    assert found.angle_error < expected.angle_error + np.radians(0.3), (
        "a tenth of a wave turns M by 10 degrees"
    )
    assert found.throughput == pytest.approx(expected.throughput, rel=0.01)


@pytest.mark.slow
def test_dead_space_of_the_generator():
    """Absorbing, F^2 of the power is left at each of four reflections; reflecting, it dilutes what is written."""
    sections = [
        {"name": n, "radius": 20.0, "centre": (29.5 + 60 * (i % 2), 29.5 + 60 * (i // 2))}
        for i, n in enumerate(("phase", "amplitude", "rotation", "retardance"))
    ]
    panel = {"width": 120, "height": 120, "pitch_um": 8.0, "bits": 12}
    plain = device_from({"name": "four", "panel": panel, "section": sections})
    made = masks(EXAMPLE, plain, lens=LENS)
    whole = made.verified
    absorbing, reflecting = (
        replace(
            made, device=replace(plain, panel=replace(plain.panel, fill_factor=0.93, dead_space=kind))
        ).verified
        for kind in ("absorbs", "reflects")
    )
    assert absorbing.throughput == pytest.approx(0.93**8 * whole.throughput, rel=1e-9)
    assert absorbing.angle_error == pytest.approx(whole.angle_error, abs=1e-9)
    assert np.degrees(reflecting.angle_error) > 1.0
    assert reflecting.throughput > absorbing.throughput
