"""The channel's readings are those of the scan that it stands for, and its filter undoes them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.recording.conftest import LENS

import optomag as om
from optomag.inverse.orientation.linear_methods import LinearBasis
from optomag.optics.setup import Setup
from optomag.reading.read_out import noiseless
from optomag.recording.constellation import directions
from optomag.recording.layout import Layout
from optomag.recording.precompensation import precompensated
from optomag.recording.recorder import Recorder
from optomag.scanning.scan import Scan

ROUNDING = 1e-12
"""Of the largest reading: sums of some hundred spots."""

PRINTED = 6e-4
"""Three digits."""

SHAPE = (9, 7)


def recorder_of(method, *, film=None, geometry="transmission", pitch=0.45):
    reader = om.Reader(LENS, film, geometry)
    basis = method.family(Setup(LENS, film))
    return Recorder(basis, method, reader, pitch * LENS.wavelength, directions(2), None)


def read(recorder, written):
    """What the reader finds at the spots of a scan."""
    places = Layout(recorder.pitch, *written.shape[:2], 1, 0).positions(0)
    spots = recorder.writer.spots(places, written.reshape(-1, 3))
    return noiseless(Scan.of(spots, recorder.basis), recorder.reader).reshape(written.shape)


CASES = {
    "linear beams": (LinearBasis(), {}),
    "reflection": (LinearBasis(), {"geometry": "reflection", "pitch": 0.6}),
}


@pytest.mark.parametrize("case", CASES)
def test_readings_are_those_of_the_scan(case):
    method, settings = CASES[case]
    recorder = recorder_of(method, **settings)
    written = np.random.default_rng(0).normal(size=(*SHAPE, 3))
    written[2, 3] = 0.0  # no spot there
    expected = read(recorder, written)
    found = recorder.channel(SHAPE).readings(written)
    assert np.abs(found - expected).max() < ROUNDING * np.abs(expected).max()


@pytest.fixture(scope="module")
def recorder():
    return recorder_of(LinearBasis())


def test_strengths_are_readings_of_lonely_spots(recorder):
    """Of unit spots in a matched medium, as two independent programs found them."""
    assert recorder.channel((1, 1)).strengths == pytest.approx([0.298, 0.298, 0.474], abs=PRINTED)


def test_a_cured_page_is_read_as_if_each_spot_were_alone(recorder):
    """By the scan's own readings: the cure does not judge itself."""
    generator = np.random.default_rng(1)
    wanted = generator.normal(size=(*SHAPE, 3))
    wanted /= np.linalg.norm(wanted, axis=-1, keepdims=True)
    channel = recorder.channel(SHAPE)
    aim = wanted * channel.strengths
    errors = [np.abs(read(recorder, written) - aim).max() for written in (wanted, cured(channel, wanted))]
    assert errors[0] > 0.1 * np.abs(aim).max(), "there is crosstalk to cure"
    assert errors[1] < 0.05 * errors[0]


def cured(channel, wanted):
    return precompensated(channel, wanted, 0.01, rounds=30)


def test_the_more_lengths_cost_the_shorter_they_are(recorder):
    channel = recorder.channel(SHAPE)
    wanted = np.random.default_rng(2).normal(size=(*SHAPE, 3))
    lengths = [np.linalg.norm(channel.undone(wanted, price)) for price in (0.02, 0.1, 0.5)]
    assert lengths[0] > lengths[1] > lengths[2]
