"""slmsuite's simulated modulator, an independent program, shows our phases from our files."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import optomag as om
from optomag.slm.device import SECTIONS
from optomag.slm.device_file import device_from
from optomag.slm.gray_levels import response_of
from optomag.slm.mask_set import masks
from optomag.slm.rounding import Nearest

HOW_TO_INSTALL = "an optional comparison; install slmsuite to run it"
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its own imports warn
    pytest.importorskip("slmsuite", reason=HOW_TO_INSTALL)
    simulated = pytest.importorskip("slmsuite.hardware.slms.simulated", reason=HOW_TO_INSTALL)

SINGLE = 1e-4
"""slmsuite keeps phases in single precision: 1e-4 of a level."""
TIES = 1e-3
"""Part of the pixels whose phase lies midway between levels, to single precision."""
LENS = om.Objective(na=0.95, wavelength=532e-9)


@pytest.fixture(params=[8, 10])
def made(request):
    sections = [
        {
            "name": name,
            "radius": 25.0,
            "centre": [30.5 + 60 * (i % 2), 28.5 + 60 * (i // 2)],
            "flip_y": i == 2,
        }
        for i, name in enumerate(SECTIONS["vector-generator"])
    ]
    panel = {"width": 130, "height": 120, "pitch_um": 8.0, "bits": request.param}
    device = {"name": "small", "convention": "slmsuite", "panel": panel, "section": sections}
    return masks(om.four_beam(0.398, -0.611, 0.467), device_from(device), lens=LENS, rounding=Nearest())


def modulator(made):
    panel = made.device.panel
    return simulated.SimulatedSLM((panel.width, panel.height), bitdepth=panel.bits)


def test_it_shows_our_phases_to_half_a_level(made):
    slm, step = modulator(made), 2 * np.pi / made.device.panel.levels
    slm.set_phase(made.commands[0].copy())
    assert np.mean(slm.display != made.levels[0]) < TIES
    shown = response_of(made.device.section[0], made.device).shown(slm.display)
    assert np.abs(np.angle(np.exp(1j * (slm._gray2phase(slm.display) - shown)))).max() < SINGLE * step
    off = np.abs(np.angle(np.exp(1j * (slm._gray2phase(slm.display) - made.commands[0]))))
    assert off.max() <= (0.5 + SINGLE) * step


def test_it_loads_our_file(made, tmp_path, caplog):
    made.save(tmp_path, formats=("png", "h5"))
    slm = modulator(made)
    slm.load_phase(str(tmp_path / "panel-0.h5"))
    np.testing.assert_array_equal(slm.display, made.levels[0])
    assert "does not match" not in caplog.text
