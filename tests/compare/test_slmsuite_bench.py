"""slmsuite's own simulated modulators and cameras as a bench: real code of theirs, no hardware."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from tests.unit.hardware.small import LENS, small_device

import optomag as om
from optomag.hardware.camera import Camera
from optomag.hardware.simulated_bench import SimulatedBench
from optomag.hardware.slmsuite_bench import SlmsuiteBench
from optomag.hardware.written import angle_written
from optomag.retrieval.seen_light import Scatterer
from optomag.tolerances.aim import aimed_light

HOW_TO_INSTALL = "needs slmsuite: pip install 'optomag[hardware]'"
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its own imports warn
    pytest.importorskip("slmsuite", reason=HOW_TO_INSTALL)
    slms = pytest.importorskip("slmsuite.hardware.slms.simulated", reason=HOW_TO_INSTALL)
    cameras = pytest.importorskip("slmsuite.hardware.cameras.simulated", reason=HOW_TO_INSTALL)

DEVICE = small_device(convention="slmsuite")
PANEL = DEVICE.panel
CAMERA = Camera(pixel=90e-9, shape=(21, 25), photons=3000.0, bits=12)
ROUNDED = 1
"""Counts by which frames without noise may differ."""
PUPIL = om.MeasuredPupil(LENS, om.Transmission({(2, 2): 0.08, (3, 1): -0.06}))


class BothPanels(cameras.SimulatedCamera):
    """slmsuite's camera, looking at the focus behind both modulators instead of one's far field."""

    def __init__(self, modulators, optics, **kwargs):
        self.modulators, self.optics = modulators, optics
        super().__init__(modulators[0], resolution=optics.camera.shape[::-1], bitdepth=12, **kwargs)

    def _get_image_hw(self, timeout_s=0, quantize=True):
        self.optics.show([np.asarray(slm.display) for slm in self.modulators])
        return np.squeeze(self.optics.capture()).astype(np.uint16)


def modulators(count=PANEL.count):
    return [
        slms.SimulatedSLM((PANEL.width, PANEL.height), bitdepth=PANEL.bits, name=f"panel {i}")
        for i in range(count)
    ]


def made(beam):
    return om.masks(beam, DEVICE, lens=LENS)


def optics(**changed):
    return SimulatedBench(DEVICE, LENS, **({"pupil": PUPIL, "camera": CAMERA} | changed))


def test_two_modulators_show_our_levels_unchanged():
    pair = modulators()
    bench = SlmsuiteBench(pair, BothPanels(pair, optics()))
    images = made(om.circular(+1) * om.zernike({(3, 3): 0.2})).levels
    bench.show(images)
    for slm, image in zip(pair, images, strict=True):
        np.testing.assert_array_equal(slm.display, image)


def test_their_frames_are_those_of_the_simulated_bench():
    pair = modulators()
    bright = Camera(pixel=90e-9, shape=(21, 25), photons=1e9 - 1, gain=3.5e-6, bits=12)
    bench, own = SlmsuiteBench(pair, BothPanels(pair, optics(camera=bright))), optics(camera=bright)
    images = made(om.circular(+1) * om.zernike({(3, -1): 0.2})).levels
    for one in (bench, own):
        one.show(images)
    found, wanted = bench.capture(), own.capture()
    assert wanted.max() > 500
    assert np.abs(found - wanted).max() <= ROUNDED


def test_several_cameras_stand_behind_an_analyser_each():
    pair, flat = modulators(), {"pupil": None, "seen": Scatterer(axial=0.0)}
    behind = [BothPanels(pair, optics(**flat, polarisers=[angle])) for angle in (0.0, 0.5 * np.pi)]
    bench = SlmsuiteBench(pair, behind)
    bench.show(made(om.linear(0.0)).levels)
    along, across = bench.capture()
    assert along.shape == CAMERA.shape
    assert along.max() > 10 * across.max()


def test_their_own_camera_sees_a_grating_of_ours():
    """A blaze of 4 pixels along columns sends light a quarter of the far field to the side."""
    slm = modulators(1)[0]
    camera = cameras.SimulatedCamera(slm, bitdepth=16)
    bench = SlmsuiteBench([slm], camera)
    shape = (PANEL.height, PANEL.width)
    for period, cycles in ((None, 0.0), (4, 0.25)):
        column = np.arange(PANEL.width)
        phase = np.zeros(shape) if period is None else np.broadcast_to(2 * np.pi * column / period, shape)
        levels = np.mod(np.rint(-phase * PANEL.levels / (2 * np.pi)) - 1, PANEL.levels).astype(np.uint8)
        bench.show([levels])
        frame = bench.capture()
        row, place = np.unravel_index(frame.argmax(), frame.shape)
        assert abs(abs(place - PANEL.width / 2) - cycles * PANEL.width) <= 1
        assert abs(row - PANEL.height / 2) <= 1


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (1, "2, one for each modulator"),
        ("transposed", "Rows first"),
        ("larger", "shape"),  # slmsuite would crop it
        ("deep", "levels from"),
        ("float", "whole numbers"),
    ],
)
def test_images_that_slmsuite_would_take_or_bend(images, said):
    pair = modulators()
    bench = SlmsuiteBench(pair, BothPanels(pair, optics()))
    right = np.zeros((PANEL.height, PANEL.width), np.uint8)
    wrong = {
        1: [right],
        "transposed": [right.T, right],
        "larger": [right, np.pad(right, 2)],
        "deep": [right, right.astype(np.uint16) + 300],
        "float": [right, right * 1.0],
    }[images]
    before = [np.array(slm.display) for slm in pair]
    with pytest.raises(om.InvalidInputError, match=said):
        bench.show(wrong)
    for slm, image in zip(pair, before, strict=True):
        np.testing.assert_array_equal(slm.display, image)


@pytest.mark.slow
def test_the_loop_runs_on_their_simulated_hardware():
    """`move` is theirs neither: the panels defocus. 0.1 waves in all are found to within half a degree."""
    pair = modulators()
    bench = SlmsuiteBench(pair, BothPanels(pair, optics()))
    wish = om.design([-0.559, -0.479, -0.560], LENS, method=om.FlatAmplitude())
    asked = {"rounds": 1, "frames": 6, "checks": 1, "highest": 3}
    found = om.calibrate(bench, DEVICE, LENS, pixel=CAMERA.pixel, light=wish, **asked)
    aim = aimed_light(wish)
    assert angle_written(made(wish.beam), PUPIL, aim) > np.radians(5)
    assert angle_written(found.masks, PUPIL, aim) < np.radians(0.5)
    assert found.rounds[0].seen_after < 0.5 * found.rounds[0].seen_before
    assert np.isnan(found.rounds[0].true_after)
