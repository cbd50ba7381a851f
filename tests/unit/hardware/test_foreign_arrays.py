"""Arrays that PyMoDAQ and HOLOEYE's SDK take and give."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from optomag.hardware.holoeye_arrays import holoeye_data, holoeye_phases
from optomag.hardware.pymodaq_arrays import pymodaq_actuator, pymodaq_frame
from optomag.slm.gray_levels import VendorResponse

LEVELS = np.arange(256, dtype=np.uint8).reshape(8, 32)
FOCUS = np.add.outer(np.arange(9), np.arange(10)) + 3


def plane(*arrays, dim="Data2D", name="camera"):
    return SimpleNamespace(data=[np.asarray(one) for one in arrays], dim=SimpleNamespace(name=dim), name=name)


def test_levels_reach_the_actuator_unchanged():
    given = pymodaq_actuator(LEVELS)
    np.testing.assert_array_equal(given["data"][0], LEVELS)
    assert given["data"][0].dtype == np.uint8
    assert given["as_grey_levels"] is True


@pytest.mark.parametrize(
    "image", [LEVELS * 1.0, LEVELS[0], LEVELS.astype(int) - 1, None, np.zeros((0, 3), int)]
)
def test_other_images_are_refused(image, refusal):
    assert "grey levels" in refusal(pymodaq_actuator, image)


def test_a_frame_from_the_top_and_one_turned():
    np.testing.assert_array_equal(pymodaq_frame(plane(FOCUS)), FOCUS)
    np.testing.assert_array_equal(pymodaq_frame(plane(FOCUS), rows_down=False), FOCUS[::-1])
    both = pymodaq_frame(plane(FOCUS, 2 * FOCUS))
    np.testing.assert_array_equal(both, np.stack([FOCUS, 2 * FOCUS]))


def test_the_one_image_among_other_data():
    exported = SimpleNamespace(data=[plane(np.ones(3), dim="Data1D", name="spectrum"), plane(FOCUS)])
    np.testing.assert_array_equal(pymodaq_frame(exported), FOCUS)


@pytest.mark.parametrize(
    "data",
    [
        FOCUS,
        None,
        SimpleNamespace(data=[]),
        plane(np.ones(3), dim="Data1D"),
        SimpleNamespace(data=[plane(FOCUS, name="one"), plane(FOCUS, name="two")]),
        SimpleNamespace(data=[plane(np.ones(3), dim="Data1D", name="spectrum")]),
    ],
)
def test_data_without_one_image_are_refused(data, refusal):
    assert "PyMoDAQ" in refusal(pymodaq_frame, data)


def test_holoeyes_bytes_are_the_levels():
    found = holoeye_data(LEVELS.astype(np.uint16)[:, ::-1])
    assert found.dtype == np.uint8
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, LEVELS[:, ::-1])


@pytest.mark.parametrize("image", [LEVELS.astype(int) + 1, LEVELS.astype(int) - 1, LEVELS * 1.0, LEVELS[0]])
def test_levels_of_deeper_panels_are_refused(image, refusal):
    assert "0 to 255" in refusal(holoeye_data, image)


def test_holoeyes_phases_name_the_same_levels():
    """2 pi to 256 levels, as the SDK quantises: half a level from where ours were rounded, at most."""
    response = VendorResponse(8)
    phases = holoeye_phases(response.shown(LEVELS) + 2 * np.pi * np.arange(8)[:, None])
    assert phases.dtype == np.float32
    assert phases.min() >= 0
    assert phases.max() < np.float32(2 * np.pi)
    np.testing.assert_array_equal(response.levels(phases.astype(float)), LEVELS)


def test_a_phase_just_below_a_turn_stays_below():
    assert holoeye_phases(np.full((1, 1), -1e-12))[0, 0] == 0


@pytest.mark.parametrize("phases", [np.zeros(3), [[np.nan]], "phases", np.zeros((2, 2)) * 1j])
def test_other_phases_are_refused(phases, refusal):
    assert "phases" in refusal(holoeye_phases, phases)
