"""What an `SlmsuiteBench` asks of its devices, told with stand-ins; slmsuite itself is in tests/compare."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.hardware.bench import Bench
from optomag.hardware.slmsuite_bench import SlmsuiteBench


class Modulator:
    shape, bitresolution, dtype, name = (4, 6), 256, np.uint8, "panel"

    def __init__(self, settle_time_s=0.0):
        self.settle_time_s, self.calls = settle_time_s, []

    def set_phase(self, image, settle):
        self.calls.append((image, settle))


class Chip:
    def __init__(self, frame):
        self.frame = frame

    def get_image(self):
        return self.frame


FRAME = np.arange(12, dtype=np.uint16).reshape(3, 4)
IMAGE = np.full((4, 6), 7, np.uint16)


def test_it_is_a_bench_that_waits_once_for_the_slowest():
    pair = [Modulator(0.3), Modulator(0.1)]
    bench = SlmsuiteBench(pair, Chip(FRAME))
    assert isinstance(bench, Bench)
    bench.show((IMAGE, IMAGE))
    assert [[settle for _, settle in slm.calls] for slm in pair] == [[False], [0.3]]
    assert pair[0].calls[0][0].dtype == np.uint8


def test_rows_come_from_the_top_and_cameras_are_analysers():
    np.testing.assert_array_equal(SlmsuiteBench(Modulator(), Chip(FRAME)).capture(), FRAME)
    upside_down = SlmsuiteBench(Modulator(), [Chip(FRAME), Chip(2 * FRAME)], rows_down=False)
    np.testing.assert_array_equal(upside_down.capture(), np.stack([FRAME, 2 * FRAME])[:, ::-1])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([], Chip(FRAME)), "slms"),
        (([None], Chip(FRAME)), "slms"),
        ((Modulator, Chip(FRAME)), "slms"),
        (([Modulator()], None), "camera"),
        (([Modulator()], []), "camera"),
    ],
)
def test_other_things_are_refused(arguments, said, refusal):
    message = refusal(SlmsuiteBench, *arguments)
    assert message.startswith(said)
    assert "optomag[hardware]" in message


def test_cameras_of_different_windows_are_refused(refusal):
    bench = SlmsuiteBench([Modulator()], [Chip(FRAME), Chip(FRAME.T)])
    assert "one shape" in refusal(bench.capture)
