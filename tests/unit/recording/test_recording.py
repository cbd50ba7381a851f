"""Bytes as spots: what is chosen, what is told of it, and what is refused."""

from __future__ import annotations

import hashlib
from functools import partial

import numpy as np
import pytest
from tests.unit.recording.conftest import LENS, PAYLOAD

import optomag as om
from optomag.recording.constellation import ball
from optomag.recording.error_correction import codes
from optomag.recording.recording import LARGEST, header_of, plan

PITCH = 0.5 * LENS.wavelength


def test_what_is_told_of_a_recording(recording):
    header = recording.header
    assert header.total_bytes == 1000
    assert header.sha256 == hashlib.sha256(PAYLOAD).hexdigest()
    assert header.layout.pages == len(recording.pages) == 3
    assert recording.magnetizations.shape == (3 * header.layout.spots, 3)
    assert recording.positions.shape == (3 * header.layout.spots, 2)
    assert header.code.name == "8/9", "eight directions leave the noise of 35 dB ample room"
    assert 2.9 < recording.capacity <= 3.0
    assert recording.code_density == pytest.approx(3 * header.code.rate / 0.25)
    assert 0 < recording.user_density < recording.code_density
    assert recording.full_scale > 1, "neighbours and the cure add up"


def test_the_scan_of_a_recording_is_what_its_magnetizations_ask_for(recording):
    spots = recording.scan.spots
    lengths = np.linalg.norm(recording.magnetizations, axis=1)
    assert np.linalg.norm(spots.alone, axis=1) == pytest.approx(lengths, rel=1e-12)
    assert np.abs(spots.alone - recording.magnetizations).max() < 1e-12 * lengths.max()
    assert recording.scan.field.pitch is not None, "all pages on one lattice"


@pytest.mark.slow
def test_points_may_depend_on_the_strengths_of_reading(small):
    recorder, trial, _ = plan(LENS, pitch=PITCH, directions=partial(ball, 8), rate="1/2", precompensate=False)
    assert recorder.points.kind == "ball"
    assert recorder.regularisation is None
    assert np.array_equal(
        recorder.written(np.arange(4).reshape(2, 2)), recorder.points.points[[[0, 1], [2, 3]]]
    )
    noisier = recorder.trial(5.0)
    assert noisier.information < trial.information
    assert noisier.bitwise <= noisier.information + 0.05
    largest = header_of(recorder, trial, codes()["1/2"], LARGEST, "0" * 64, 35.0)
    assert largest.layout.pages > 1
    largest.require_room()


WRONG = {
    "data": ({"data": "text"}, "bytes"),
    "nothing": ({"data": b""}, "long"),
    "too much": ({"data": bytes(LARGEST + 1)}, "long"),
    "pitch": ({"pitch": -1.0}, "pitch"),
    "level": ({"level": np.nan}, "level"),
    "directions": ({"directions": 33}, "count"),
    "points of a function": ({"directions": lambda strengths: strengths}, "directions"),
    "rate": ({"rate": "7/8"}, "rate"),
    "method": ({"method": om.FlatAmplitude()}, "method"),
    "film": ({"reader": om.Reader(LENS, om.Film([(2.3, 80e-9)], 1.46))}, "film"),
    "noise": ({"level": 3.0}, "Take fewer directions"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_recorded_is_refused(small, refusal, what):
    settings, said = WRONG[what]
    given = {"data": b"a", "pitch": PITCH, "directions": 2 if what != "noise" else 16, **settings}
    assert said in refusal(om.record, given.pop("data"), LENS, **given)
