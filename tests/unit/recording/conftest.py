"""A recording that is made in seconds and still has everything: three pages, crosstalk, pilots, a code."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager

import numpy as np
import pytest

import optomag as om
from optomag.recording import layout, recorder, sample_pages

LENS = om.Objective(na=0.95, wavelength=532e-9)
PAYLOAD = hashlib.shake_128(b"a test").digest(1000)


@contextmanager
def small_pages():
    """Within the block, pages and the sample page are small, and one strength of the cure is tried."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "LARGEST_SIDE", 42)
        patch.setattr(sample_pages, "SAMPLE", 36)
        patch.setattr(recorder, "REGULARISATIONS", (0.15,))
        yield


@pytest.fixture
def small():
    """`small_pages` for a test."""
    with small_pages():
        yield


@pytest.fixture(scope="session")
def recording():
    """1000 bytes on three pages of eight directions."""
    with small_pages():
        return om.record(PAYLOAD, LENS, pitch=0.5 * LENS.wavelength, directions=8)


@pytest.fixture(scope="session")
def silent(recording):
    """Readings without noise."""
    return om.read_out(recording.scan, recording.header.reader, full_scale=recording.full_scale)


@pytest.fixture(scope="session")
def noisy(recording, silent):
    """Readings with the noise that the recording is made for."""
    header = recording.header
    noise = om.Noise.at_level(header.level, header.reader.rotation).rotation
    return np.asarray(silent) + noise * np.random.default_rng(0).normal(size=(len(silent), 3))
