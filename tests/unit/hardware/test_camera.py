"""Photons, read noise, gain and bits of the camera."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.hardware.camera import Camera

MANY = 200
FIVE_SIGMA = 5.0
LIGHT = np.full((MANY, 9, 9), 50.0)


def test_axes_lie_around_the_middle_in_metres():
    along_x, along_y = Camera(pixel=1e-7, shape=(3, 4)).axes
    np.testing.assert_allclose(along_x, [-1.5e-7, -0.5e-7, 0.5e-7, 1.5e-7])
    np.testing.assert_allclose(along_y, [-1e-7, 0.0, 1e-7], atol=1e-20)


def test_mean_and_variance_are_those_of_photons_and_electronics():
    camera = Camera(pixel=1e-7, background=10.0, read_noise=3.0, gain=0.5, offset=100.0)
    found = camera.expose(LIGHT, np.random.default_rng(0))
    electrons, spread = 60.0, 60.0 + 9.0
    mean, variance = 0.5 * electrons + 100.0, 0.25 * spread + 1 / 12  # rounding to whole numbers
    uncertain = np.sqrt(variance / found.size)
    assert abs(found.mean() - mean) < FIVE_SIGMA * uncertain
    assert abs(found.var() / variance - 1) < FIVE_SIGMA * np.sqrt(2 / found.size)


def test_numbers_are_whole_and_end_at_the_bits():
    found = Camera(pixel=1e-7, bits=5).expose(LIGHT, np.random.default_rng(0))
    assert found.max() == 31
    np.testing.assert_array_equal(found, np.rint(found))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"pixel": 0.0}, "pixel"),
        ({"pixel": 80.0}, "metres"),
        ({"pixel": np.nan}, "pixel"),
        ({"shape": (0, 3)}, "shape"),
        ({"shape": 33}, "(rows, columns)"),
        ({"shape": (33, 33, 2)}, "(rows, columns)"),
        ({"photons": 0.0}, "photons"),
        ({"photons": "many"}, "photons"),
        ({"background": -1.0}, ">= 0"),
        ({"read_noise": np.inf}, "read_noise"),
        ({"gain": -2.0}, "gain"),
        ({"bits": 0}, "bits"),
        ({"bits": 12.5}, "bits"),
    ],
)
def test_wrong_values_are_refused(changed, said, refusal):
    assert said in refusal(Camera, **({"pixel": 1e-7} | changed))
