"""Layered normalised min-sum decoding of quasi-cyclic codes, a pool of frames at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float32, Int, UInt8

NORMALISATION = np.float32(0.82)
"""Min-sum overstates what a check says; this share of it loses least, for all rates."""

LARGEST_LIKELIHOOD = np.float32(64.0)
"""Of a received bit: surer ones would drown what the checks say."""

POOL = 24
"""Frames decoded together: enough to fill vector instructions, few enough for the processor's cache."""

SIGN = np.uint32(1 << 31)

Row = Sequence[tuple[int, int]]
"""One layer of checks: (block column, shift) of each of its circulants."""


@dataclass(frozen=True, eq=False)
class Decoded:
    """What came out of a batch of frames.

    Attributes
    ----------
    bits : uint8 (frames, dimension)
        Message bits.
    converged : bool (frames,)
        True where all checks hold. The bits of other frames are a guess.
    iterations : int (frames,)
        Rounds through all checks that each frame took.
    """

    bits: UInt8[np.ndarray, "frames dimension"]
    converged: Bool[np.ndarray, " frames"]
    iterations: Int[np.ndarray, " frames"]


def decode_words(
    likelihoods: Float32[np.ndarray, "frames length"], *, rows: Sequence[Row], circulant: int, iterations: int
) -> Decoded:
    """Whole code words, parity bits included, from log-likelihood ratios (positive: 0).

    Frames whose checks all hold leave the pool and others take their places, so that a batch costs what its
    frames need, each for itself.

    Layered: Mansour and Shanbhag, IEEE Trans. VLSI Syst. 11, 976 (2003), doi:10.1109/TVLSI.2003.817545.
    Normalised min-sum: Chen and Fossorier, IEEE Trans. Commun. 50, 406 (2002), doi:10.1109/26.990903.
    """
    frames, length = likelihoods.shape
    words = np.zeros((frames, length), np.uint8)
    converged, rounds = np.zeros(frames, bool), np.zeros(frames, np.int64)
    size = min(POOL, frames)
    waiting = iter(range(size, frames))
    members = np.arange(size)
    posterior = _received(likelihoods, members, circulant)
    messages = [np.zeros((len(row), circulant, size), np.float32) for row in rows]
    while len(members):
        hard = (posterior < 0).view(np.uint8)
        right = _holds(hard, rows, circulant)
        leaves = right | (rounds[members] >= iterations)
        if leaves.any():
            (gone,) = np.nonzero(leaves)
            words[members[gone]] = hard[:, :, gone].reshape(length, -1).T
            converged[members[gone]] = right[gone]
            comers = [frame for _, frame in zip(gone, waiting, strict=False)]
            filled, emptied = gone[: len(comers)], gone[len(comers) :]
            members[filled] = comers
            posterior[:, :, filled] = _received(likelihoods, members[filled], circulant)
            for message in messages:
                message[:, :, filled] = 0.0
            if len(emptied):
                members = np.delete(members, emptied)
                posterior = np.delete(posterior, emptied, axis=2)
                messages = [np.delete(message, emptied, axis=2) for message in messages]
            continue  # a comer may be right as it is
        for row, message in zip(rows, messages, strict=True):
            _update(posterior, message, row)
        rounds[members] += 1
    return Decoded(words, converged, rounds)


def _received(likelihoods: np.ndarray, members: np.ndarray, circulant: int) -> np.ndarray:
    """(block columns, circulant, members): the frames stand last, side by side in memory."""
    limited = np.clip(likelihoods[members], -LARGEST_LIKELIHOOD, LARGEST_LIKELIHOOD)
    return np.ascontiguousarray(limited.T).reshape(limited.shape[1] // circulant, circulant, len(members))


def _holds(hard: np.ndarray, rows: Sequence[Row], circulant: int) -> np.ndarray:
    """Frames in which every check holds."""
    right = np.ones(hard.shape[2], bool)
    for row in rows:
        syndrome = np.zeros(hard.shape[1:], np.uint8)
        for column, shift in row:
            syndrome[: circulant - shift] ^= hard[column, shift:]
            syndrome[circulant - shift :] ^= hard[column, :shift]
        right &= ~syndrome.any(axis=0)
    return right


def _update(posterior: np.ndarray, message: np.ndarray, row: Row) -> None:
    """Let one layer of checks speak again: each bit hears the others' parity and the least sure of them.

    Signs are the first bits of the numbers, so that their products are exclusive ors.
    """
    circulant = posterior.shape[1]
    known = np.empty_like(message)
    for edge, (column, shift) in enumerate(row):
        cut = circulant - shift
        np.subtract(posterior[column, shift:], message[edge, :cut], out=known[edge, :cut])
        np.subtract(posterior[column, :shift], message[edge, cut:], out=known[edge, cut:])
    sureness = np.abs(known)
    least, second = sureness[0].copy(), np.full_like(sureness[0], np.inf)
    for other in sureness[1:]:
        np.minimum(second, np.maximum(least, other), out=second)
        np.minimum(least, other, out=least)
    bits = known.view(np.uint32)
    parity = np.bitwise_xor.reduce(bits, axis=0)
    far, near = NORMALISATION * least, NORMALISATION * second
    for edge, (column, shift) in enumerate(row):
        spoken = message[edge]
        np.copyto(spoken, far)
        np.copyto(spoken, near, where=sureness[edge] == least)
        spoken.view(np.uint32)[...] |= (parity ^ bits[edge]) & SIGN
        cut = circulant - shift
        np.add(known[edge, :cut], spoken[:cut], out=posterior[column, shift:])
        np.add(known[edge, cut:], spoken[cut:], out=posterior[column, :shift])
