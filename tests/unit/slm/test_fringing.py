"""Fringing: the blurred phase of pixels, compared with fine samples of it, and what the verification says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.special import ndtr

import optomag as om
from optomag.slm.device import SECTIONS
from optomag.slm.device_file import device_from
from optomag.slm.first_order import Carrier, first_order
from optomag.slm.fringing import fringed, reach
from optomag.slm.mask_set import masks
from optomag.slm.panel import window_of

LENS = om.Objective(na=0.95, wavelength=532e-9)
TURN = 2 * np.pi

SAMPLES = 40
"""Along each side of a pixel, of the fine samples."""
SAMPLED = 2e-3
"""Of the mean of a pixel: middles of the samples, and the Gauss points' own 1e-3."""
OFF_AXIS = 0.03
"""Of the first order's field, relative: between the axis and the rim of the iris the pixels' inner structure is
that of the axis; no fringing at all is off by 0.2."""


def random_phases(width: float, count: int = 8) -> np.ndarray:
    side = count + 2 * reach(width)
    return np.random.default_rng(1).uniform(0, TURN, (side, side))


def samples(phase: np.ndarray, width: float) -> np.ndarray:
    """e^{i phase} on fine samples, the phase blurred by SciPy's filter."""
    fine = np.kron(phase, np.ones((SAMPLES, SAMPLES)))
    return np.exp(1j * gaussian_filter(fine, width * SAMPLES, truncate=8))


@pytest.mark.parametrize("width", [0.2, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("frequency", [(0.0, 0.0), (0.11, -0.12)])
def test_the_mean_of_a_pixel_is_that_of_fine_samples(width, frequency):
    phase, margin = random_phases(width), reach(width)
    along = (np.arange(SAMPLES) + 0.5) / SAMPLES - 0.5
    wave = np.exp(-2j * np.pi * (frequency[0] * along[:, None] + frequency[1] * along))
    cells = samples(phase, width).reshape(len(phase), SAMPLES, len(phase), SAMPLES).transpose(0, 2, 1, 3)
    expected = ((cells * wave).mean(axis=(-2, -1)) / wave.mean())[margin:-margin, margin:-margin]
    np.testing.assert_allclose(fringed(phase, width, frequency=frequency), expected, atol=SAMPLED)
    assert np.abs(expected).min() < 0.97, "there is light to lose"


def test_a_uniform_phase_and_a_very_narrow_kernel_change_nothing():
    np.testing.assert_allclose(fringed(np.full((12, 12), 1.3), 0.5), np.exp(1.3j), atol=1e-14)
    phase = random_phases(0.001)
    inner = phase[1:-1, 1:-1]
    np.testing.assert_allclose(fringed(phase, 0.001), np.exp(1j * inner), atol=1e-12)


def test_a_jump_by_a_whole_turn_is_seen():
    phase = np.zeros((12, 12))
    phase[6:] = TURN
    found = fringed(phase, 0.5)[:, 0]
    below = (np.arange(4000) + 0.5) / 4000 - 1
    expected = np.exp(1j * TURN * ndtr(below / 0.5)).mean()
    assert found[2] == pytest.approx(expected, abs=SAMPLED)
    assert found[3] == pytest.approx(np.conj(expected), abs=SAMPLED)
    assert abs(expected) ** 2 < 0.45, "more than half of the light on both sides of the wrap is lost"


def test_a_narrower_active_area_fringes_less():
    phase = np.zeros((12, 12))
    phase[6:] = np.pi
    whole, half = (np.abs(fringed(phase, 0.3, side=side)[3, 0]) for side in (1.0, 0.5))
    assert half > whole + 0.05


@pytest.mark.parametrize("width", [0.3, 0.5])
def test_the_first_order_of_a_fringing_hologram_is_that_of_its_fine_samples(width):
    """The same iris, over a lattice of pixels 8 times finer."""
    finer, radius, carrier = 8, 16.0, Carrier(6.3, 0.4)
    device = hologram(radius)
    window = window_of(device.section[0])
    margin, size = reach(width), len(window.x)
    shape = size + 2 * margin
    at = np.arange(shape) - margin - window.middle[0]
    wanted = np.mod(2 * np.pi * (carrier.frequency[0] * at[:, None] + carrier.frequency[1] * at), TURN)
    how = {"iris_radius": 0.5, "fill_factor": 1.0}
    found = first_order(fringed(wanted, width, frequency=carrier.frequency), window, carrier, **how)
    fine = np.kron(wanted, np.ones((finer, finer)))
    fine = np.exp(1j * gaussian_filter(fine, width * finer, truncate=8))
    fine = fine[margin * finer : -margin * finer, margin * finer : -margin * finer]
    middle = tuple(finer * (m + 0.5) - 0.5 for m in window.middle)
    small = replace(
        window,
        x=np.zeros(size * finer),
        y=np.zeros(size * finer),
        middle=middle,
        scale=tuple(finer * s for s in window.scale),
    )
    expected = first_order(fine, small, Carrier(finer * carrier.period, carrier.angle), **how)
    inside = np.linspace(-0.5, 0.5, 21)
    one, other = found.at(inside, inside), expected.at(inside, inside)
    assert np.linalg.norm(one - other) < OFF_AXIS * np.linalg.norm(other)
    sharp = first_order(np.exp(1j * wanted[margin:-margin, margin:-margin]), window, carrier, **how)
    assert np.linalg.norm(sharp.at(inside, inside) - other) > 5 * OFF_AXIS * np.linalg.norm(other)


def hologram(radius: float = 16.0, **panel):
    sections = [{"name": n, "radius": radius, "centre": (19.5 + 40 * i, 19.5)} for i, n in enumerate("xy")]
    return device_from(
        {
            "name": "pair",
            "scheme": "two-modulators",
            "panel": {"width": 80, "height": 40, "pitch_um": 8.0, "bits": 8, **panel},
            "section": sections,
            "carrier_period": 6.3,
        }
    )


def generator(lut=None, **panel):
    sections = [
        {"name": name, "radius": 20.0, "lut": lut, "centre": (29.5 + 60 * (i % 2), 29.5 + 60 * (i // 2))}
        for i, name in enumerate(SECTIONS["vector-generator"])
    ]
    size = {"width": 120, "height": 120, "pitch_um": 8.0, "bits": 8}
    return device_from({"name": "four", "panel": {**size, **panel}, "section": sections})


def test_what_fringing_costs_is_said_with_and_without_it():
    made = masks(om.circular(+1), generator(fringing=0.5), lens=LENS)
    plain = masks(om.circular(+1), generator(fringing=0.0), lens=LENS)
    found, sharp = made.verified, plain.verified
    assert found.fringing == 0.5
    assert found.strength < found.without_fringing.strength - 1e-3
    for name in ("angle_error", "strength", "throughput"):
        assert getattr(found.without_fringing, name) == pytest.approx(getattr(sharp, name), rel=1e-12)
    assert "without the fringing (0.5 px)" in str(found)
    assert sharp.without_fringing is None
    assert "fringing" not in str(sharp)


def test_where_a_device_does_not_describe_it_the_line_says_so():
    found = masks(om.circular(+1), generator(), lens=LENS).verified
    assert found.fringing is None
    assert str(found).endswith("fringing not included")


def test_a_checkerboard_across_the_wrap_costs_nearly_all_light_and_is_not_made():
    """The images of a constant 0 as they were once made, for a stroke whose level 245 shows 2 pi."""
    device = generator(tuple(np.linspace(0, TURN * 255 / 245, 256)), fringing=0.5)
    made = masks(om.circular(+1), device, lens=LENS)
    section = device.named("amplitude")
    window = window_of(section)
    shown = made.levels[section.panel][window.rows, window.columns]
    assert np.all(shown == 0)
    board = made.levels[section.panel].copy()
    board[window.rows, window.columns] = 245 * (np.indices(shown.shape).sum(axis=0) % 2)
    spoiled = made.with_levels((board,)).verified
    assert spoiled.without_fringing.throughput > 0.99, "nothing is seen without fringing"
    assert spoiled.throughput < 0.05
    assert made.verified.throughput > 0.98, "the rest is lost at the rim, where other phases begin"


@pytest.mark.parametrize("wrong", [-0.1, 8.0, float("nan"), "wide"])
def test_widths_that_no_panel_has_are_refused(wrong, refusal):
    assert "fringing must be" in refusal(generator, fringing=wrong)


def test_mirrors_have_no_fringing(refusal):
    values = {"panel": {"width": 80, "height": 40, "pitch_um": 8.0, "bits": 1, "fringing": 0.5}}
    sections = [{"name": n, "radius": 16.0, "centre": (19.5 + 40 * i, 19.5)} for i, n in enumerate("xy")]
    lee = {"name": "mirrors", "scheme": "lee-hologram", "carrier_period": 6.3, "section": sections}
    assert "mirrors have none" in refusal(device_from, {**lee, **values})
    values["panel"]["fringing"] = None
    assert device_from({**lee, **values}).fringing == 0.0


@pytest.mark.parametrize(("stroke", "missing"), [(5.0, 0.201), (6.25, 0.0), (7.0, 0.0)])
def test_a_short_stroke_is_compared_with_the_whole_one(stroke, missing):
    table = tuple(np.linspace(0, stroke, 256))
    beam = om.four_beam(0.398, -0.611, 0.467)
    found = masks(beam, generator(table), lens=LENS).verified
    assert found.missing_phases == pytest.approx(missing, abs=2e-3)
    if missing == 0:
        assert found.full_stroke is None
        return
    whole = masks(beam, generator(), lens=LENS).verified
    assert found.full_stroke.angle_error == pytest.approx(whole.angle_error, rel=1e-12)
    assert found.angle_error > found.full_stroke.angle_error + np.radians(1)
    assert "20.1 % of the phases lie beyond the stroke" in found.lines[-1]
