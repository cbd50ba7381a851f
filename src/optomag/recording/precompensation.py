"""Crosstalk cured before it happens: magnetizations whose readings are those wanted, neighbours and all."""

from __future__ import annotations

import numpy as np

from optomag.recording.channel import EVERYTHING, Channel, Cure

ROUNDS = 8
STEP = 0.7
"""Part of what is missing that is added in each round: the even part of the products is not in the filter."""


def precompensated(
    channel: Channel,
    magnetizations: np.ndarray,
    regularisation: float,
    *,
    cure: Cure = EVERYTHING,
    rounds: int = ROUNDS,
) -> np.ndarray:
    """What to write so that each spot is read as if it were alone.

    Parameters
    ----------
    channel : Channel
    magnetizations : float64, shape (nx, ny, 3)
        Wanted, of lengths up to 1.
    regularisation : float
        Reading, in units of theta_F t, below which a wave of magnetization is not worth its length: the
        larger, the less the pattern exceeds what is wanted, and the more crosstalk is left.
    cure : Cure, optional
        Which readings count, and which components may be written; by default all.
    rounds : int
        Of the fixed point v <- v + 0.7 F(wanted - read(v)), F the regularised inverse of the linear part.

    Returns
    -------
    float64, shape (nx, ny, 3)
        Of lengths that may exceed 1: the medium's full scale is that of the whole pattern.
    """
    wanted = magnetizations * channel.strengths
    found = channel.undone(wanted, regularisation, cure)
    for _ in range(rounds):
        found = found + STEP * channel.undone(wanted - channel.readings(found), regularisation, cure)
    return found
