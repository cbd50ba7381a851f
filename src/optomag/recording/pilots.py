"""Spots of every page that are known beforehand: by them a reader finds its gain, and what does not fit."""

from __future__ import annotations

from hashlib import shake_128

import numpy as np

SEQUENCE = b"optomag recording, pilots 1"
"""What the pilots' symbols are derived from; never changed, like the codes."""

LARGEST_SHARE = 64
"""One spot in so many is a pilot, on small pages."""

MOST = 1024


def pilot_places(spots: int) -> np.ndarray:
    """Numbers of the pilots among the spots of a page, int64, spread evenly."""
    count = min(max(spots // LARGEST_SHARE, 1), MOST)
    return np.arange(count) * (spots // count)


def pilot_symbols(places: np.ndarray, points: int) -> np.ndarray:
    """Which of so many points (a power of two, up to 256) each pilot is, int64."""
    return np.frombuffer(shake_128(SEQUENCE).digest(len(places)), np.uint8).astype(np.int64) % points


def data_places(spots: int) -> np.ndarray:
    """Numbers of the spots of a page that carry data, int64."""
    free = np.ones(spots, bool)
    free[pilot_places(spots)] = False
    return np.flatnonzero(free)
