"""Pages read one by one, with what reaches them from other pages, are those of the whole recording."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.recording.conftest import PAYLOAD

import optomag as om
from optomag.reading.read_out import noiseless
from optomag.recording import page_reading
from optomag.recording.layout import Layout
from optomag.recording.page_reading import PageReader
from optomag.recording.recovery import payload_from
from optomag.scanning.scan import Scan

pytestmark = pytest.mark.slow

ROUNDING = 1e-12
"""Of the largest reading."""

DRAWN = 0.1
"""Relative error of a covariance of some 1500 draws."""

SCATTERED = 1e-6
"""Two sums with other tiles, each to 1e-7 of the largest magnetization."""

SINGLE = 1e-7
"""Of the full rotation: what pages in single precision change; the noise is 1e-2 and more."""


@pytest.fixture(scope="module")
def reader(recording):
    return PageReader(recording.recorder, recording.header.layout, recording.full_scale)


def test_pages_together_are_the_read_out_of_all_spots(recording, reader, silent, monkeypatch):
    monkeypatch.setattr(page_reading, "BLOCK", 1000)  # several to a page, the last one filled up
    found = [reader.noiseless(number, recording.pages.__getitem__) for number in range(3)]
    expected = np.asarray(silent)
    assert np.abs(np.concatenate(found) - expected).max() < ROUNDING * np.abs(expected).max()
    lonely = reader.noiseless(0, lambda n: recording.pages[n] * (n == 0))
    assert np.abs(lonely - found[0]).max() > 1e3 * ROUNDING * np.abs(expected).max(), "others are near"


def test_noise_of_each_page_has_the_covariance_that_is_told(recording, reader):
    noise = om.Noise(rotation=1e-4, medium=0.3)
    draws = []
    for number in range(2):
        values, covariance = reader.readings(number, recording.pages.__getitem__, noise, seed=1)
        draws.append(values - reader.noiseless(number, recording.pages.__getitem__))
        spread = draws[-1].T @ draws[-1] / len(values)
        assert np.abs(spread - covariance).max() < DRAWN * covariance.max()
    assert not np.allclose(draws[0], draws[1]), "each page its own"
    again, _ = reader.readings(1, recording.pages.__getitem__, noise, seed=1)
    assert np.array_equal(again, values)


def test_jitter_reads_what_lies_beside_the_spots(recording, monkeypatch):
    """A page of its own, in several tiles; noise is what the read-out at the shifted places says."""
    page = recording.pages[0][:12, :10]
    layout = Layout(recording.recorder.pitch, 12, 10, 1, 0)
    scan = Scan.of(
        recording.recorder.writer.spots(layout.positions(0), page.reshape(-1, 3)), recording.recorder.basis
    )
    lonely = PageReader(recording.recorder, layout, 1.0)
    largest = lonely._tiles
    monkeypatch.setitem(lonely.__dict__, "_tiles", replace(largest, side=largest.side / 2))
    shifts = 20e-9 * np.random.default_rng(0).normal(size=(120, 2))
    found = lonely._displaced(0, lambda n: page, shifts) / lonely._factor
    expected = noiseless(scan, recording.header.reader, layout.positions(0) + shifts)
    assert np.abs(found - expected).max() < SCATTERED * np.abs(expected).max()
    noisy, covariance = lonely.readings(0, lambda n: page, om.Noise(jitter=20e-9), seed=0)
    drawn = noisy - lonely.noiseless(0, lambda n: page)
    assert np.abs(drawn.T @ drawn / 120 - covariance).max() < SCATTERED * covariance.max()


def test_single_precision_changes_readings_by_far_less_than_noise(recording, reader, silent):
    single = [page.astype(np.float32).astype(np.float64) for page in recording.pages]
    found = [reader.noiseless(number, single.__getitem__) for number in range(3)]
    assert np.abs(np.concatenate(found) - np.asarray(silent)).max() < SINGLE * silent.rotation
    assert b"".join(payload_from(found, recording.header)) == PAYLOAD
