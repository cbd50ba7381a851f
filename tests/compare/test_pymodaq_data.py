"""PyMoDAQ's own data classes, which its actuators and viewers exchange."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from optomag.hardware.pymodaq_arrays import pymodaq_actuator, pymodaq_frame

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its own imports warn
    pymodaq = pytest.importorskip(
        "pymodaq_data.data", reason="needs pymodaq-data: pip install 'optomag[hardware]'"
    )

LEVELS = np.arange(256, dtype=np.uint8).reshape(8, 32)
FOCUS = np.add.outer(np.arange(9.0), np.arange(10.0)) + 3

pytestmark = pytest.mark.filterwarnings("ignore")  # of its own about axes and units


def test_an_image_for_a_modulator_survives_their_record():
    """`DataActuator` is a `DataRaw` with defaults for single numbers."""
    data = pymodaq.DataRaw(**pymodaq_actuator(LEVELS))
    assert data.dim.name == "Data2D"
    assert data.as_grey_levels
    assert "as_grey_levels" in data.extra_attributes
    assert data[0].dtype == np.uint8
    np.testing.assert_array_equal(data[0], LEVELS)


def test_frames_of_a_viewer_and_of_its_export():
    camera = pymodaq.DataRaw("camera", data=[FOCUS, 2 * FOCUS], dim="Data2D", labels=["0", "90"])
    spectrum = pymodaq.DataRaw("spectrum", data=[np.arange(5.0)], dim="Data1D")
    wanted = np.stack([FOCUS, 2 * FOCUS])
    np.testing.assert_array_equal(pymodaq_frame(camera), wanted)
    np.testing.assert_array_equal(pymodaq_frame(pymodaq.DataToExport("all", data=[spectrum, camera])), wanted)
