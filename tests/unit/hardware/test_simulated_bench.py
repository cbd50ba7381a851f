"""The simulated bench against the exact engine, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import j1
from tests.unit.hardware.small import LENS, small_device

import optomag as om
from optomag.hardware.camera import Camera
from optomag.hardware.drifting_pupil import DriftingPupil
from optomag.hardware.focus_image import FocusImage
from optomag.hardware.probes import FocusMove
from optomag.hardware.simulated_bench import SimulatedBench
from optomag.optics.jones import sampled_jones
from optomag.retrieval.seen_light import Relay, Scatterer

DEVICE = small_device()
PIXEL = 90e-9
BRIGHT = Camera(pixel=PIXEL, shape=(21, 25), photons=1e9 - 1, gain=6e-5)
"""So many photons that rounding to 16 bits is the noise: 1e-5 of the peak."""

LEVELS = 4e-3
"""Of the peak: 8 bits on 80 x 80 pixels, dithered."""
SHARED = [[0.9, 0.1], [0.1, 0.9]]
ABERRATED = om.MeasuredPupil(LENS, om.Transmission({(2, 2): 0.1, (3, -1): 0.08}, nepers={(2, 0): -0.1}))


def bench(**changed) -> SimulatedBench:
    return SimulatedBench(DEVICE, LENS, **({"camera": BRIGHT} | changed))


def seen(a_bench, beam, height=0.0):
    a_bench.show(om.masks(beam, DEVICE, lens=LENS).levels)
    a_bench.move(height)
    return a_bench.capture() / (BRIGHT.gain * BRIGHT.photons)


def intensity(beam, height=0.0, components=slice(0, 3)):
    along_x, along_y = BRIGHT.axes
    field = om.focus_field(beam, LENS, om.Grid(along_x, along_y, [height]))[:, :, 0, components]
    ideal = om.focus_field(om.circular(+1), LENS, [[0.0, 0.0, 0.0]])
    return np.sum(np.abs(field) ** 2, axis=-1).T[::-1] / np.sum(np.abs(ideal) ** 2)


@pytest.mark.parametrize("height", [0.0, 4e-7])
@pytest.mark.parametrize("pupil", [None, ABERRATED], ids=["ideal", "aberrated"])
def test_frames_are_the_intensity_of_the_exact_engine(pupil, height):
    beam = om.circular(+1) * om.zernike({(3, 3): 0.1})
    arriving = beam if pupil is None else pupil.through(beam)
    found = seen(bench(pupil=pupil), beam, height)
    assert found.shape == BRIGHT.shape
    assert np.abs(found - intensity(arriving, height)).max() < LEVELS


def test_rows_lie_along_y_from_the_top():
    beam = om.circular(+1) * om.zernike({(1, -1): 0.15})  # a tilt along y moves the focus to larger y
    frame = seen(bench(), beam)
    assert intensity(beam).argmax() == frame.argmax()
    rows, columns = frame.sum(axis=1), frame.sum(axis=0)
    along_x, along_y = BRIGHT.axes
    assert abs(columns @ along_x / columns.sum()) < 0.02 * PIXEL
    points = [[0.0, 1e-7, 0.0], [0.0, -1e-7, 0.0]]
    up, down = np.sum(np.abs(om.focus_field(beam, LENS, points)) ** 2, axis=-1)
    assert (rows @ along_y[::-1] > 0) == (up > down)


@pytest.mark.parametrize("height", [-5e-7, 3e-7])
def test_the_panels_move_the_focus_as_a_stage_does(height):
    beam = om.circular(+1) * om.zernike({(3, 1): 0.1})
    moved = seen(bench(pupil=ABERRATED), beam, height)
    by_phase = seen(bench(pupil=ABERRATED), beam * FocusMove(LENS, height))
    assert np.abs(moved - by_phase).max() < LEVELS


def test_behind_analysers_it_is_malus_law():
    transverse, dim = Scatterer(axial=0.0), Camera(pixel=PIXEL, shape=(21, 25), photons=3e8, gain=6e-5)
    crossed = bench(camera=dim, seen=transverse, polarisers=[0.0, 0.5 * np.pi, 0.25 * np.pi])
    along, across, between = seen(crossed, om.linear(0.0))
    here = np.unravel_index(along.argmax(), along.shape)
    assert along[here] > 0.5
    assert across[here] / along[here] < LEVELS
    assert abs(between[here] / along[here] - 0.5) < LEVELS
    leaky = bench(camera=dim, seen=transverse, polarisers=[0.0, 0.5 * np.pi], crosstalk=SHARED)
    along, across = seen(leaky, om.linear(0.0))
    assert abs(across[here] / along[here] - 0.1 / 0.9) < LEVELS


def test_a_relay_shows_airys_disc():
    lattice = 256
    image = FocusImage(LENS, Camera(pixel=20e-9, shape=(1, 61)), Relay())
    found = image.of(sampled_jones(om.circular(+1), lattice))[0]
    v = LENS.wavenumber * LENS.sine * image.camera.axes[0]
    v[30] = 1e-9
    airy = (2 * j1(v) / v) ** 2
    finite = 1e-3  # 20 nm pixels, and steps of the lattice
    assert np.abs(found / found.max() - airy).max() < finite


def test_a_drifting_pupil_moves_on_with_each_frame():
    start = om.MeasuredPupil(LENS, om.Transmission({(2, 2): 0.05}))
    drifting = bench(pupil=DriftingPupil(start, {(2, 2): 0.01, (3, 1): -0.002}))
    drifting.show(om.masks(om.circular(+1), DEVICE, lens=LENS).levels)
    assert drifting.truth.terms == {(2, 2): 0.05}
    for _ in range(3):
        drifting.capture()
    assert drifting.frames == 3
    assert drifting.truth.terms == pytest.approx({(2, 2): 0.08, (3, 1): -0.006})


def test_a_walk_is_one_walk():
    start = om.MeasuredPupil(LENS, om.Transmission())
    walking = DriftingPupil(start, {(2, 2): 0.0, (2, -2): 0.0}, walk=0.01, seed=4)
    steps = [walking.at(n).terms for n in range(400)]
    assert steps[7] == walking.at(7).terms
    jumps = np.diff([step.get((2, 2), 0.0) for step in steps])
    assert abs(jumps.std() / 0.01 - 1) < 0.15  # 400 of them: 4 standard errors


def test_noise_is_that_of_the_seed():
    dim = Camera(pixel=PIXEL, photons=100.0)
    frames = [seen(bench(camera=dim, seed=seed), om.circular(+1)) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(frames[0], frames[1])
    assert np.any(frames[0] != frames[2])


def test_nothing_shown_is_refused(refusal):
    assert "Call show" in refusal(bench().capture)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"pupil": {(2, 2): 0.1}}, "MeasuredPupil"),
        ({"pupil": om.MeasuredPupil(om.Objective(na=0.9, wavelength=532e-9), om.Transmission())}, "0.9"),
        ({"camera": 33}, "Camera"),
        ({"seen": "scatterer"}, "Scatterer"),
        ({"polarisers": [0.0, 90.0]}, "numpy.radians"),
        ({"polarisers": []}, "polarisers"),
        ({"polarisers": [np.nan]}, "NaN"),
        ({"crosstalk": [[1.0]]}, "without polarisers"),
        ({"polarisers": [0.0, 1.0], "crosstalk": 0.1}, "crosstalk"),
        ({"polarisers": [0.0, 1.0], "crosstalk": [[1.0, 0.0]]}, "2 x 2"),
        ({"polarisers": [0.0, 1.0], "crosstalk": [[1.0, -0.1], [0.0, 1.0]]}, "2 x 2"),
        ({"seed": -1}, "seed"),
        ({"seed": 0.5}, "seed"),
    ],
)
def test_wrong_arguments_are_refused(changed, said, refusal):
    assert said in refusal(bench, **changed)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (({}, {(2, 2): 0.1}), "MeasuredPupil"),
        ((om.MeasuredPupil(LENS, om.Transmission()), [0.1]), "mapping"),
        ((om.MeasuredPupil(LENS, om.Transmission()), {(2, 1): 0.1}), "order"),
        ((om.MeasuredPupil(LENS, om.Transmission()), {(2, 2): 0.1}, np.nan), "walk"),
    ],
)
def test_wrong_drifts_are_refused(arguments, said, refusal):
    assert said in refusal(DriftingPupil, *arguments)
