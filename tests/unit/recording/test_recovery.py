"""Bytes come back from readings, whatever the gain; from wrong or damaged readings there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.recording.conftest import PAYLOAD

import optomag as om
from optomag.errors import UnreadableError
from optomag.recording.pilots import data_places
from optomag.recording.recovery import page_bits, payload_from
from optomag.scanning.scan import Scan

DRAWN = 0.1
"""Relative error of a covariance of some 1500 draws."""


def test_bytes_come_back_from_readings_with_noise(recording, silent, noisy):
    assert om.recover(silent, recording) == PAYLOAD
    assert om.recover(noisy, recording) == PAYLOAD
    assert om.recover(noisy.astype(np.float32), recording.header) == PAYLOAD


def test_noise_is_found_from_the_readings_where_it_is_not_known(recording, noisy):
    header = recording.header
    page = noisy[: header.layout.spots]
    known = (header.reader.rotation * 10 ** (-header.level / 20)) ** 2 * np.eye(3)
    one, other = page_bits(page, header, 0, known).noise, page_bits(page, header, 0).noise
    assert np.abs(one - other).max() < DRAWN * np.trace(one)


@pytest.mark.parametrize("gains", [(1e-6, 1e-6, 1e-6), (3.0, 2.0, 4.0)])
def test_gains_are_found_by_the_known_spots(recording, noisy, gains):
    assert om.recover(noisy * np.array(gains), recording) == PAYLOAD
    spots = recording.header.layout.spots
    one, other = (page_bits(values[:spots], recording.header).gains for values in (noisy, noisy * gains))
    assert other / one == pytest.approx(gains, rel=1e-9)


def test_a_recording_has_no_room_for_another_shape(recording, refusal):
    for wrong in (np.zeros(9), np.zeros((9, 2)), np.array([["a", "b", "c"]]), np.zeros((9, 3), complex)):
        assert "readings" in refusal(om.recover, wrong, recording)


def shuffled(values):
    return np.random.default_rng(0).permutation(values)


def with_nan(values):
    found = values.copy()
    found[7, 1] = np.nan
    return found


def with_a_stain(values):
    found = values.copy()
    found[1000:2200] = values[1000:2200].mean(axis=0)
    return found


DAMAGES = {
    "truncated": lambda values: values[:-1],
    "one spot more": lambda values: np.concatenate([values, values[:1]]),
    "none": lambda values: values[:0],
    "not a number": with_nan,
    "infinite": lambda values: np.where(np.arange(len(values))[:, None] == 5, np.inf, values),
    "shuffled": shuffled,
    "backwards": lambda values: values[::-1],
    "one spot on": lambda values: np.roll(values, 1, axis=0),
    "pages exchanged": lambda values: np.roll(values, len(values) // 3, axis=0),
    "channels exchanged": lambda values: values[:, ::-1],
    "zero": lambda values: 0 * values,
    "noise": lambda values: values.std() * np.random.default_rng(1).normal(size=values.shape),
    "a large stain": with_a_stain,
    "much more noise": lambda values: values + 5 * shuffled(values),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_readings_give_no_bytes(recording, noisy, damage):
    with pytest.raises(UnreadableError):
        om.recover(DAMAGES[damage](noisy), recording)


@pytest.mark.slow
def test_readings_at_another_pitch_give_no_bytes(recording):
    header = recording.header
    spots, basis = recording.scan.spots[: header.layout.spots], recording.recorder.basis
    page = Scan.of(spots, basis)
    wrong = om.read_out(page, header.reader, at=1.1 * spots.positions, full_scale=header.full_scale)
    with pytest.raises(UnreadableError, match="another pitch"):
        page_bits(np.asarray(wrong), header)


def test_the_header_of_another_recording_gives_no_bytes(recording, noisy):
    """The same spots, said to be something else: all checks hold but the SHA-256 of everything."""
    given = []
    with pytest.raises(UnreadableError, match="SHA-256"):
        given.extend(payload_from(np.split(noisy, 3), replace(recording.header, sha256="0" * 64)))
    assert len(b"".join(given)) < len(PAYLOAD)


def test_any_gain_of_each_pair_and_a_few_wild_readings_will_do(recording, noisy):
    other = noisy * [1.0, 100.0, -0.01]  # a reading reversed in sign is one of negative gain
    assert om.recover(other, recording) == PAYLOAD
    other[[3, 700, 1500]] = 1e4
    assert om.recover(other, recording) == PAYLOAD


def test_a_wild_reading_says_nothing_of_its_bits(recording, noisy):
    """Where the bits of such a reading counted fully, a few would outvote the code."""
    header = recording.header
    page = np.split(noisy, 3)[0].copy()
    spot = data_places(header.layout.spots)[10]
    page[spot] = 50.0 * np.abs(page).max()
    likelihoods = page_bits(page, header).likelihoods
    assert not likelihoods[10].any()
    assert np.abs(likelihoods).max(axis=1).astype(bool).mean() > 0.99


def test_a_pair_without_readings_is_named(recording, noisy):
    dark = noisy.copy()
    dark[:, 1] = 0.0
    with pytest.raises(om.UnreadableError, match="no readings for My"):
        om.recover(dark, recording)
