"""Information of recordings: closed forms without crosstalk, dwell, cures of a part, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

import optomag as om
from optomag.recording.capacity import (
    gaussian_information,
    recorder_on,
    recording_capacity,
    sample_pages,
)
from optomag.recording.channel import Cure
from optomag.recording.constellation import Constellation, levels
from optomag.recording.precompensation import precompensated
from optomag.recording.recorder import SilentPage, silent_pages

LENS = om.Objective(na=0.95, wavelength=532e-9)
SAMPLING = 0.06
"""Bits: three standard deviations of a mean over 3600 spots, whose information varies by up to 1.2 bits."""
CROSSTALK = 0.02
"""Bits that neighbours in each other's dark ring take."""
ONLY_Z = Cure(read=(False, False, True), written=(False, False, True))


def two_levels(signal: float, sigma: float) -> float:
    """Bits that one sample +-signal with Gaussian noise holds."""
    ratio = signal / sigma

    def lost(x: float) -> float:
        return (
            np.exp(-0.5 * (x - ratio) ** 2) / np.sqrt(2 * np.pi) * np.logaddexp(0, -2 * ratio * x) / np.log(2)
        )

    return 1 - quad(lost, ratio - 9, ratio + 9)[0]


@pytest.fixture(scope="module")
def pages():
    return sample_pages(LENS, 0.75 * LENS.wavelength)  # the first dark ring of a spot


@pytest.mark.parametrize("dwell", [(1.0, 1.0, 1.0), (0.0, 0.0, 1.0), (0.0, 0.0, 3.0)])
def test_two_points_without_crosstalk_hold_what_the_integral_says(dwell):
    points, strength, level = levels(2), 0.3, 8.0
    sent = np.random.default_rng(3).integers(0, 2, 3600)
    page = SilentPage(points, sent, strength * points.points[sent], 1.0)
    trial = page.trial(level, dwell)
    expected = two_levels(strength, 10 ** (-level / 20) / np.sqrt(dwell[2]))
    assert 0.2 < expected < 0.9
    assert trial.information == pytest.approx(expected, abs=SAMPLING)
    assert trial.bitwise == pytest.approx(trial.information, abs=1e-6)


def test_what_is_not_read_tells_nothing():
    points = Constellation(
        np.array([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]]), np.arange(4), "directions"
    )
    sent = np.random.default_rng(3).integers(0, 4, 3600)
    page = SilentPage(points, sent, points.points[sent], 1.0)
    assert page.trial(60.0).information == pytest.approx(2.0)
    assert page.trial(60.0, (0.0, 0.0, 1.0)).information == pytest.approx(0.0, abs=1e-9)
    assert page.trial(60.0, (0.0, 1.0, 0.0)).information == pytest.approx(1.5, abs=SAMPLING)
    assert page.information(12.0, (1.0, 0.5, 0.0)) == page.trial(12.0, (1.0, 0.5, 0.0)).information


@pytest.mark.slow
def test_spots_far_apart_hold_what_lonely_ones_do(pages):
    level = 12.0
    (_, page), *_ = silent_pages(recorder_on(pages, levels(2)), pages, ())
    strength = pages.channel.strengths[2] / page.full_scale
    expected = two_levels(strength, 10 ** (-level / 20) / np.sqrt(3))
    found = page.trial(level, (0.0, 0.0, 3.0)).information
    assert found == pytest.approx(expected, abs=SAMPLING + CROSSTALK)


@pytest.mark.slow
def test_gaussian_information_of_lonely_spots_is_that_of_parallel_channels(pages):
    level, dwell = 25.0, np.array([1.0, 1.0, 2.0])
    signal = pages.channel.strengths**2 / 3 * dwell * 10 ** (level / 10)
    expected = 0.5 * np.log2(1 + signal).sum()
    found = gaussian_information(pages.channel, np.eye(3) / 3, 1.0, level, dwell)
    assert found == pytest.approx(expected, abs=3 * CROSSTALK)


@pytest.mark.slow
def test_a_cure_of_one_reading_writes_and_cures_that_alone(pages):
    channel = pages.channel
    wanted = levels(4).points[pages.symbols(4)]
    found = precompensated(channel, wanted, 0.03, cure=ONLY_Z)
    assert np.abs(found[..., :2]).max() == 0.0
    errors = [
        np.abs((channel.readings(what) - wanted * channel.strengths)[6:-6, 6:-6, 2]).max()
        for what in (found, wanted)
    ]
    assert errors[0] < 0.3 * errors[1]


@pytest.mark.slow
def test_the_table_goes_through_pitches_and_points(small):
    found = recording_capacity(LENS, [0.5 * LENS.wavelength], [2, levels(4)], 20.0, precompensate=False)
    assert [len(row.recorder.points.points) for row in found] == [2, 4]
    assert all(row.recorder.regularisation is None for row in found)
    assert found[0].pitch == pytest.approx(0.5)
    assert found[0].per_area == pytest.approx(found[0].per_spot / 0.25)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"dwell": (0, 0, 0)}, "dwell"),
        ({"dwell": (1, 1)}, "dwell"),
        ({"pitches": [0.0]}, "pitches"),
        ({"method": om.FlatAmplitude()}, "method"),
        ({"reader": om.Reader(LENS, om.Film(layers=[(2.3, 80e-9)], substrate=1.95))}, "film of the reader"),
    ],
)
def test_what_cannot_be_is_refused(change, named):
    given = {"pitches": [400e-9]} | change
    with pytest.raises(om.InvalidInputError, match=named):
        recording_capacity(LENS, given.pop("pitches"), [2], 25.0, **given)


def test_a_level_that_no_float_holds_is_refused(refusal):
    refusal(om.recording_capacity, LENS, [LENS.wavelength], [2], 1e4)
