"""What a bench is, and the frames and images that are refused."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.hardware.bench import require_bench, require_frame, require_images
from optomag.slm.device import Panel

PANEL = Panel(width=6, height=4, pitch_um=8.0, bits=8, count=2)
IMAGE = np.zeros((4, 6), np.uint8)


class Mine:
    def show(self, images):
        """Nothing."""

    def capture(self):
        """A frame."""


def frame(shape=(9, 11), top=900.0):
    y, x = np.indices(shape[-2:]) - 0.5 * (np.array(shape[-2:])[:, None, None] - 1)
    return np.broadcast_to(np.rint(top * np.exp(-(x**2 + y**2) / 8) + 3.0), shape).copy()


def test_any_object_with_the_two_calls_is_a_bench():
    bench = Mine()
    assert require_bench(bench) is bench


@pytest.mark.parametrize(
    "bench", [None, 3, Mine, object(), np.zeros(3)], ids=["none", "int", "class", "object", "array"]
)
def test_another_thing_is_none(bench, refusal):
    assert "show(images) and capture()" in refusal(require_bench, bench)


def test_images_pass_as_they_are():
    assert [image is IMAGE for image in require_images([IMAGE, IMAGE], PANEL)] == [True, True]


@pytest.mark.parametrize(
    ("images", "said"),
    [
        ([IMAGE], "2 images of 6 x 4"),
        (IMAGE, "2 images"),
        ([IMAGE, IMAGE.T], "(6, 4)"),
        ([IMAGE, IMAGE.astype(float)], "whole numbers"),
        ([IMAGE, IMAGE.astype(np.int16) - 1], "levels from -1"),
        ([IMAGE, IMAGE.astype(np.uint16) + 256], "levels from 256"),
        ([IMAGE, np.ma.masked_equal(IMAGE, 1)], "mask"),
        ([IMAGE, None], "None"),
    ],
)
def test_images_that_the_panels_cannot_show(images, said, refusal):
    assert said in refusal(require_images, images, PANEL)


@pytest.mark.parametrize("shape", [(9, 11), (2, 9, 11)])
def test_frames_of_whole_numbers_become_floats(shape):
    given = frame(shape).astype(np.uint16)
    found = require_frame(given)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "array (ny, nx)"),
        ("a frame", "array (ny, nx)"),
        (np.zeros(9), "shape (9,)"),
        (np.zeros((2, 2, 9, 9)), "(2, 2, 9, 9)"),
        (np.zeros((9, 0)), "(9, 0)"),
        (frame() * 1j, "complex128"),
        (frame((3, 11)), "between 8"),
        (np.where(frame() > 800, np.nan, frame()), "NaN"),
        (np.where(frame() > 800, np.inf, frame()), "NaN or infinite"),
        (np.zeros((9, 11)), "Open the shutter"),
        (np.full((9, 11), 17.0), "Open the shutter"),
        (np.full((9, 11), 255, np.uint8), "saturated: expose much shorter"),
        (np.minimum(frame(top=9000.0), 4095), "expose shorter"),
        (np.minimum(frame(top=9000.0), 4095) * 16, "expose shorter"),
        (np.ma.masked_greater(frame(), 800), "mask"),
    ],
)
def test_frames_without_a_focus(given, said, refusal):
    assert said in refusal(require_frame, given)


def test_a_peak_of_one_pixel_at_the_top_is_no_plateau():
    given = frame()
    given[4, 5] = 1023.0
    np.testing.assert_array_equal(require_frame(given), given)


def test_a_camera_that_changes_its_shape(refusal):
    assert "Fix the camera's window" in refusal(require_frame, frame((10, 11)), like=(9, 11))
