"""How a bench is asked, and what is made of its frames."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.hardware.small import LENS, small_device

import optomag as om
from optomag.errors import HardwareError
from optomag.hardware.camera import Camera
from optomag.hardware.measuring import Measuring, behind, difference
from optomag.hardware.probes import Probe
from optomag.hardware.simulated_bench import SimulatedBench
from optomag.optics.transmission import Transmission
from optomag.retrieval.camera_noise import CameraNoise
from optomag.retrieval.seen_light import Scatterer
from optomag.slm.device import Illumination

DEVICE = small_device(24)
PIXEL = 90e-9
NOTHING = om.MeasuredPupil(LENS, om.Transmission())
DITHERED = 0.02
"""Relative L2 of images: 8 bits on 48 x 48 pixels."""
PROBES = (Probe(Transmission({(2, 2): 0.1}), 0.0), Probe(Transmission({(3, 1): 0.1}), 3e-7))


class Stiff:
    """A bench without a stage."""

    def __init__(self, inner):
        self.show, self.capture = inner.show, inner.capture


class Failing:
    def __init__(self, fault):
        self.fault = fault

    def show(self, images):
        """Nothing."""

    def capture(self):
        raise self.fault


def measuring(bench, probe=None, device=DEVICE):
    beam = om.circular(+1) if probe is None else probe
    return Measuring(bench, device, LENS, beam, PIXEL, Scatterer(), None, None, CameraNoise())


def bright(device=DEVICE):
    camera = Camera(pixel=PIXEL, shape=(15, 17), photons=1e8, gain=6e-4)
    return SimulatedBench(device, LENS, camera=camera)


def frames(asked):
    counted = []
    return asked.frames(NOTHING, PROBES, lambda: counted.append(1)), len(counted)


@pytest.mark.parametrize("stage", [True, False])
def test_an_ideal_bench_shows_what_is_expected_with_a_stage_or_without(stage):
    bench = bright()
    asked = measuring(bench if stage else Stiff(bench))
    assert asked.has_stage is stage
    seen, counted = frames(asked)
    assert counted == len(PROBES)
    assert bench.height == (3e-7 if stage else 0.0)
    off, noise = difference(seen, asked.expected(NOTHING, PROBES, seen.shape[1:]), CameraNoise(gain=6e-4))
    assert off < DITHERED
    assert noise < off


def test_light_that_the_illumination_shapes_is_expected_so():
    device = replace(DEVICE, illumination=Illumination(profile="gaussian", fill=0.8))
    asked = measuring(bright(device), device=device)
    seen, _ = frames(asked)
    off, _ = difference(seen, asked.expected(NOTHING, PROBES, seen.shape[1:]), CameraNoise())
    assert off < DITHERED
    uniform, _ = difference(
        seen, measuring(bright()).expected(NOTHING, PROBES, seen.shape[1:]), CameraNoise()
    )
    assert uniform > 2 * off


def test_the_difference_does_not_see_brightness_and_background():
    random = np.random.default_rng(0)
    expected = random.random((2, 9, 9))
    off, noise = difference(7 * expected + np.array([3.0, 5.0])[:, None, None], expected, CameraNoise())
    assert off < 1e-12
    assert noise > 0


def test_the_difference_of_noise_is_what_noise_leaves():
    random = np.random.default_rng(0)
    expected = 50 * random.random((20, 30, 30))
    seen = random.poisson(expected + 10).astype(float)
    off, noise = difference(seen, expected, CameraNoise())
    assert abs(off / noise - 1) < 0.02  # 18,000 pixels: half a percent


def test_frames_without_light_are_infinitely_off():
    assert difference(np.ones((1, 9, 9)), np.zeros((1, 9, 9)), CameraNoise())[0] == np.inf


def test_faults_of_drivers_are_named_and_kept_as_the_cause():
    fault = TimeoutError("no frame within 1 s")
    asked = measuring(Failing(fault))
    with pytest.raises(HardwareError, match="capture of the bench failed: TimeoutError: no frame") as caught:
        frames(asked)
    assert caught.value.__cause__ is fault


def test_an_interrupt_is_no_fault():
    with pytest.raises(KeyboardInterrupt):
        frames(measuring(Failing(KeyboardInterrupt())))


def test_pupils_behind_one_another_multiply():
    one = om.MeasuredPupil(LENS, om.Transmission({(2, 2): 0.1}, nepers={(2, 0): 0.1}))
    other = om.MeasuredPupil(LENS, om.Transmission({(2, 2): -0.04}), om.Transmission({(3, 1): 0.1}))
    np.testing.assert_allclose(behind(one, other).on_pixels(8), one.on_pixels(8) * other.on_pixels(8))
