"""Measured aberrations taken out by masks: the numbers that grey levels reach, never those of phases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import optomag as om
from optomag.slm.device_file import load_device
from optomag.slm.rounding import Nearest
from optomag.slm.saved_masks import load_masks
from optomag.slm.verification import verify
from optomag.tolerances.mask_cure import magnetization_through
from optomag.tolerances.precompensation import precompensate

pytestmark = pytest.mark.slow

LENS = om.Objective(na=0.95, wavelength=532e-9)
TARGET = [-0.559, -0.479, -0.560]
TERMS = {(2, 2): 0.1, (3, 1): 0.1}

BAR = 0.1
"""What masks must reach through a tenth of a wave of astigmatism and of coma [degree]."""

DITHERED = 0.01
"""What 8 bits reach with ordered dither [degree]: 0.002 to 0.005 for these designs."""

KEPT = 1e-3
"""Part of |M| that 8 bits may cost: 3e-4 to 5e-4, scattered by the dither."""

METHODS = [om.FourBeam(), om.FlatAmplitude(), pytest.param(om.Optimal(), marks=pytest.mark.long)]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_grey_levels_of_the_default_device_undo_an_aberration(method):
    cure = precompensate(om.design(TARGET, LENS, method=method), TERMS, device="holoeye-pluto-2")
    assert cure.through_masks is not None
    assert np.degrees(cure.through_masks.aberrated) > 10
    assert cure.through_masks.aberrated == pytest.approx(cure.aberrated, rel=KEPT)
    assert np.degrees(cure.through_masks.cured) < DITHERED < BAR
    assert cure.through_masks.cured_strength == pytest.approx(1.0, abs=KEPT)


@pytest.fixture(scope="module")
def flat():
    return om.design(TARGET, LENS, method=om.FlatAmplitude())


@pytest.mark.parametrize("name", [pytest.param("holoeye-pluto-2-pair", marks=pytest.mark.long), "ti-dlp6500"])
def test_holograms_reach_the_bar_too(flat, name):
    cure = precompensate(flat, TERMS, device=name).through_masks
    assert cure is not None
    assert np.degrees(cure.cured) < BAR < np.degrees(cure.aberrated)


@pytest.fixture(scope="module")
def nearest(flat):
    return precompensate(flat, TERMS, device=load_device(), rounding=Nearest())


def test_rounding_is_the_callers_choice(nearest):
    assert nearest.masks.rounding == Nearest()
    assert np.degrees(nearest.through_masks.cured) < DITHERED


def test_the_images_are_those_of_a_panel_that_corrects_the_same_wavefront(flat, nearest):
    """A second way to the same numbers: the aberration as light that one section of the device lacks."""
    device = load_device()
    section = replace(device.named("phase"), zernike=tuple((n, m, -waves) for (n, m), waves in TERMS.items()))
    corrected = replace(device, section=(section, *device.section[1:]))
    other = om.masks(flat, corrected, rounding=Nearest())
    different = [np.mean(a != b) for a, b in zip(other.levels, nearest.masks.levels, strict=True)]
    assert max(different) < 1e-4  # levels whose phase lies half way between two of them
    assert other.verified.angle_error == pytest.approx(nearest.through_masks.cured, abs=np.radians(1e-4))
    uncured = om.masks(flat, device, rounding=Nearest())
    wrong = verify(uncured.levels, corrected, uncured.scheme, uncured.side, uncured.wanted)
    assert wrong.angle_error == pytest.approx(nearest.through_masks.aberrated, rel=1e-9)


@pytest.mark.long  # masks that are read back are verified by unit tests of slm
def test_what_lies_in_the_folder_reaches_the_same(flat, nearest, tmp_path):
    nearest.masks.save(tmp_path, formats=("png",))
    read = load_masks(tmp_path)
    found = magnetization_through(read, om.MeasuredPupil(LENS, om.Transmission(TERMS))).magnetization
    assert float(om.angle_between(found, flat.target)[0]) == pytest.approx(
        nearest.through_masks.cured, rel=1e-6
    )


def test_an_unknown_device_is_refused(flat):
    with pytest.raises(om.InvalidInputError):
        precompensate(flat, TERMS, device="no such device")
