"""Where light comes from and where the pixels of a page are seen."""

from __future__ import annotations

import numpy as np
import pytest

import optomag as om
from optomag.holography.patch import Patch

LENS = om.Objective(na=0.95, wavelength=532e-9)
PITCH = 1.06 * 532e-9


def test_the_first_order_leaves_along_the_normal():
    patch = Patch(LENS, PITCH, 32)
    waves_x, waves_y = patch.waves(patch.sines, patch.sines)
    assert waves_x[16] * PITCH == pytest.approx(-2 * np.pi, rel=1e-12)
    assert waves_y[16] == 0
    assert np.sin(patch.incidence) == pytest.approx(1 / 1.06)


def test_the_pixels_fill_the_zone_of_the_lattice_and_all_are_visible():
    patch = Patch(LENS, PITCH, 32)
    _, waves_y = patch.waves(patch.sines, patch.sines)
    assert np.diff(waves_y) * 32 * PITCH == pytest.approx(2 * np.pi, rel=1e-9)
    assert patch.sines[0] == pytest.approx(-0.5 / 1.06)
    assert np.linalg.norm(patch.directions, axis=-1) == pytest.approx(1, rel=1e-12)
    corner = patch.directions[0, 0]
    assert np.hypot(*corner[:2]) == pytest.approx(patch.widest)
    assert corner[2] > 0.7


def test_in_oil_the_wavelength_is_shorter():
    oil = om.Objective(na=1.4, index=1.518, wavelength=532e-9)
    patch = Patch(oil, 0.75 * 532e-9, 16)
    assert np.sin(patch.incidence) == pytest.approx(1 / (1.518 * 0.75))


@pytest.mark.parametrize(
    ("lens", "pitch", "side", "says"),
    [
        (LENS, 1.0, 16, None),
        (LENS, 0.99, 16, "light could not come in"),
        (om.Objective(na=0.5, wavelength=532e-9), 1.06, 16, "cannot write"),
        (LENS, 1.06, 17, "an even number"),
        (LENS, 1.06, 258, "an even number"),
        (LENS, 1.06, 8, "whole number >= 16"),
        (LENS, np.nan, 16, "finite"),
    ],
)
def test_what_cannot_be_lit_or_written_is_refused(refusal, lens, pitch, side, says):
    message = refusal(Patch, lens, pitch * 532e-9, side)
    assert (says or "pitch must be > 1 wavelengths") in message
