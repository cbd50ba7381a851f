"""What `calibrate` and `follow` refuse, and how a loop ends early."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.hardware.small import LENS, small_device

import optomag as om
from optomag.errors import HardwareError
from optomag.hardware.calibrate import calibrate, follow
from optomag.hardware.camera import Camera
from optomag.hardware.simulated_bench import SimulatedBench

DEVICE = small_device(16)
PIXEL = 1e-7
PUPIL = om.MeasuredPupil(LENS, om.Transmission({(2, 2): 0.05}))
SMALL = {"rounds": 2, "frames": 2, "checks": 1, "highest": 2, "pixel": PIXEL}
IN_A_ROUND = SMALL["frames"] + 2 * SMALL["checks"]


class Interrupted(SimulatedBench):
    """Something happens at one frame."""

    def __init__(self, at, what):
        camera = Camera(pixel=PIXEL, shape=(13, 13), photons=1e4)
        super().__init__(DEVICE, LENS, pupil=PUPIL, camera=camera)
        self.at, self.what = at, what

    def capture(self):
        if self.frames + 1 == self.at:
            if isinstance(self.what, BaseException):
                raise self.what
            self.frames += 1
            return self.what
        return super().capture()


def quiet():
    return Interrupted(0, None)


@pytest.fixture(scope="module")
def whole():
    """One round."""
    return calibrate(quiet(), DEVICE, LENS, **(SMALL | {"rounds": 1}))


@pytest.fixture(scope="module")
def unchecked():
    """One round of which no frame checks anything."""
    return calibrate(quiet(), DEVICE, LENS, **(SMALL | {"rounds": 1, "checks": 0}))


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (KeyboardInterrupt(), "interrupted"),
        (TimeoutError("no frame"), "capture of the bench failed: TimeoutError: no frame"),
        (np.zeros((13, 13)), "Open the shutter"),
        (np.arange(14.0 * 13).reshape(14, 13), "Fix the camera's window"),
    ],
    ids=["Ctrl-C", "fault", "dark", "shape"],
)
def test_what_stops_the_second_round_leaves_what_the_first_one_found(whole, what, said):
    found = calibrate(Interrupted(IN_A_ROUND + 2, what), DEVICE, LENS, **SMALL)
    assert not found.finished
    assert whole.finished
    assert said in found.status
    assert found.status.startswith("1 of 2 rounds were made; then ")
    assert found.pupil == whole.pupil
    for one, other in zip(found.masks.levels, whole.masks.levels, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("what", "raised"),
    [
        (KeyboardInterrupt(), KeyboardInterrupt),
        (TimeoutError("no frame"), HardwareError),
        (np.zeros((13, 13)), om.InvalidInputError),
        (np.full((13, 13), 4095.0), om.InvalidInputError),
    ],
)
def test_in_the_first_round_it_is_raised(what, raised):
    with pytest.raises(raised):
        calibrate(Interrupted(2, what), DEVICE, LENS, **SMALL)


def test_it_tells_frames_and_rounds():
    told, rounds = [], []
    found = calibrate(
        quiet(), DEVICE, LENS, **SMALL, progress=lambda *done: told.append(done), on_round=rounds.append
    )
    assert told == [(n + 1, 2 * IN_A_ROUND) for n in range(2 * IN_A_ROUND)]
    assert tuple(rounds) == found.rounds
    assert [one.frames for one in rounds] == [IN_A_ROUND, 2 * IN_A_ROUND]


def test_its_numbers_are_plain_values_and_lines(unchecked):
    found = unchecked
    values = found.describe()
    assert values["rounds"][0]["seen_after"] is None
    assert set(values["rounds"][0]["terms"]) <= {f"{n},{m}" for n in range(3) for m in range(-n, n + 1, 2)}
    assert str(found).splitlines()[-1] == found.status == "1 of 1 rounds were made"
    assert "in truth" in str(found)


def test_a_bound_is_judged_by_what_rounds_met(whole):
    small = {"rounds": 2, "frames": 2, "highest": 2}
    kept = follow(quiet(), whole, **small, bound=np.radians(20))
    assert kept.within is True
    assert kept.worst == kept.rounds[1].angle_before
    assert "stayed within 20 degrees" in str(kept)
    left = follow(quiet(), whole, **small, bound=1e-9)
    assert left.within is False
    assert whole.within is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bench": None}, "show(images) and capture()"),
        ({"device": "nobody's"}, "device"),
        ({"lens": None}, "lens"),
        ({"pixel": 80.0}, "metres"),
        ({"pixel": np.nan}, "pixel"),
        ({"light": om.Light(om.circular(1), om.Objective(na=0.9, wavelength=532e-9))}, "lens of the light"),
        ({"light": 3}, "light"),
        ({"probe": LENS}, "probe"),
        ({"probe": om.circular(1) - om.circular(1)}, "power"),
        ({"pupil": {(2, 2): 0.1}}, "MeasuredPupil"),
        ({"rounds": 0}, "rounds"),
        ({"frames": 1}, "frames"),
        ({"checks": -1}, "checks"),
        ({"highest": 1}, "highest"),
        ({"highest": 60}, "highest"),
        ({"waves": 0.0}, "waves"),
        ({"waves": 3.0}, "no focus"),
        ({"reach": -1e-7}, "reach"),
        ({"seen": "camera"}, "Scatterer() or Relay()"),
        ({"polarisers": [90.0, 0.0]}, "numpy.radians"),
        ({"crosstalk": [[1.0]]}, "crosstalk"),
        ({"noise": 2.0}, "CameraNoise"),
        ({"rounding": "dither"}, "rounding"),
        ({"seed": 1.5}, "seed"),
        ({"progress": 3}, "progress"),
        ({"on_round": "print"}, "on_round"),
    ],
)
def test_wrong_arguments_are_refused_before_a_frame_is_taken(changed, said, refusal):
    bench = quiet()
    values = {"bench": bench, "device": DEVICE, "lens": LENS} | SMALL | changed
    places = [values.pop(name) for name in ("bench", "device", "lens")]
    assert said in refusal(calibrate, *places, **values)
    assert bench.frames == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"found": PUPIL}, "Calibration"), ({"bound": 0.0}, "bound"), ({"bound": 90.0}, "bound")],
)
def test_follow_refuses_what_it_cannot_follow(unchecked, changed, said, refusal):
    values = {"found": unchecked} | changed
    assert said in refusal(follow, quiet(), values.pop("found"), **values)
