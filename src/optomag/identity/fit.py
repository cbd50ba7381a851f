"""Many readings at once: where they were taken, and how like they are to what the key predicts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optomag.identity.prediction import Prediction, Read
from optomag.identity.registration import SLACK

STEPS = 2
"""Of Gauss-Newton; more change the score of genuine cards by less than 1e-4, at 15 dB and at 25."""

LONGEST_STEP = 0.5
"""Of a parameter, in units of its limit: readings are far from linear beyond."""


class Fitted(NamedTuple):
    """Readings with the place that makes them most like a prediction."""

    parameters: np.ndarray
    """(cards, 4), in units of the limits."""
    read: Read
    """What is predicted there."""
    score: np.ndarray
    """Correlation of readings and prediction, (cards,)."""
    in_plane: np.ndarray
    """Correlation of in-plane readings with what in-plane magnetization adds to the prediction, (cards,)."""


def fit(readings: np.ndarray, prediction: Prediction) -> Fitted:
    """Register readings (cards, n, 3), over theta_F t and whitened, with a prediction, and score them.

    The place is that of the largest normalised correlation over a table of starts, and from there the least
    squares of y - a p(place) by Gauss-Newton steps within the limits, the amplitude a a fifth parameter.
    """
    flat = readings.reshape(len(readings), -1)
    starts, table = prediction.starts
    best = starts[np.argmax(flat @ table.T, axis=1)]
    read = prediction.at(best)
    score = correlation(flat, read.whole)
    tried, there = best, read
    for _ in range(STEPS):
        tried = np.clip(tried + _step(flat, there), -SLACK, SLACK)
        there = prediction.at(tried)
        found = correlation(flat, there.whole)
        better = found > score
        score = np.where(better, found, score)
        best = np.where(better[:, None], tried, best)
    read = prediction.at(best)
    return Fitted(best, read, score, in_plane_score(readings, read))


def _step(flat: np.ndarray, read: Read) -> np.ndarray:
    """The next step (cards, 4) of Gauss-Newton."""
    model = np.concatenate([read.whole[:, None], read.slopes], axis=1).reshape(len(flat), 5, -1)
    normal = model @ np.swapaxes(model, 1, 2)
    solved = np.linalg.solve(normal, (model @ flat[:, :, None]))[:, :, 0]
    # an amplitude near or below zero says that nothing is like the prediction
    amplitude = np.maximum(solved[:, :1], 0.1 * np.abs(solved[:, :1]) + 1e-12)
    return np.clip(solved[:, 1:] / amplitude, -LONGEST_STEP, LONGEST_STEP)


def in_plane_score(readings: np.ndarray, read: Read) -> np.ndarray:
    """Partial correlation (cards,) of the in-plane readings with the in-plane part of the prediction.

    Readings for Mx and My see M_z of neighbours too; what that foretells is taken out of both.
    """
    shape = len(readings), -1
    seen, whole, upright = (part[..., :2].reshape(shape) for part in (readings, read.whole, read.upright))
    return correlation(without(seen, upright[:, None]), without(whole - upright, upright[:, None]))


def without(values: np.ndarray, model: np.ndarray) -> np.ndarray:
    """Values (cards, m) less their projection on vectors (cards, k, m)."""
    normal = model @ np.swapaxes(model, 1, 2)
    amplitudes = np.linalg.solve(normal, model @ values[:, :, None])
    return values - (np.swapaxes(model, 1, 2) @ amplitudes)[:, :, 0]


def correlation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Normalised scalar product of arrays (cards, ...), (cards,); zero where one vanishes."""
    a, b = one.reshape(len(one), -1), other.reshape(len(other), -1)
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.einsum("bi,bi->b", a, b) / np.where(lengths > 0, lengths, 1.0)
