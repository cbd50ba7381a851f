"""Bits of many frames mixed, so that a local defect takes a few bits of each frame and not all of one."""

from __future__ import annotations

from functools import cache
from hashlib import shake_128

import numpy as np
from jaxtyping import Shaped

from optomag.errors import refuse, require_integer

LARGEST_BLOCK = 64
"""Frames that are mixed; memory does not grow with the recording."""

SEQUENCE = b"optomag recording, interleaver 1, length "
"""What the permutation is derived from; never changed, like the codes."""


def block_sizes(frames: int) -> tuple[int, ...]:
    """Frames of each block that is mixed for itself: at most 64, and nearly the same in all blocks.

    Examples
    --------
    >>> from optomag.recording.interleaving import block_sizes
    >>> block_sizes(130)
    (44, 43, 43)
    """
    blocks = -(-require_integer("frames", frames, at_least=1) // LARGEST_BLOCK)
    each, more = divmod(frames, blocks)
    return (each + 1,) * more + (each,) * (blocks - more)


def interleaved(words: Shaped[np.ndarray, "frames length"]) -> Shaped[np.ndarray, " bits"]:
    """Bits of a block in the order in which they are recorded.

    Each run of as many bits as there are frames has one bit of each frame, in an order that turns from run
    to run, so that no frame has only the worst bits of the spots; within a frame bits are shuffled.

    Parameters
    ----------
    words : (frames, length)
        Code words.

    Returns
    -------
    (frames * length,)
    """
    places, turns = _shuffle(words.shape[1], len(words))
    return np.take_along_axis(words[:, places].T, turns, axis=1).ravel()


def deinterleaved(values: Shaped[np.ndarray, " bits"], frames: int) -> Shaped[np.ndarray, "frames length"]:
    """`interleaved`, undone: what is known of bits, in the order of words.

    Raises
    ------
    InvalidInputError
        For a number of values that is no multiple of `frames`.
    """
    if (
        values.ndim != 1
        or require_integer("frames", frames, at_least=1) > len(values)
        or len(values) % frames
    ):
        refuse("values", f"a row of values, a multiple of {frames}", f"shape {values.shape}")
    length = len(values) // frames
    places, turns = _shuffle(length, frames)
    turned = np.empty((length, frames), values.dtype)
    np.put_along_axis(turned, turns, values.reshape(length, frames), axis=1)
    words = np.empty((frames, length), values.dtype)
    words[:, places] = turned.T
    return words


@cache
def _keys(length: int) -> np.ndarray:
    digest = shake_128(SEQUENCE + str(length).encode()).digest(8 * length)
    return np.frombuffer(digest, ">u8")


def _shuffle(length: int, frames: int) -> tuple[np.ndarray, np.ndarray]:
    """Order of a word's bits (length,), and order of the frames in each run (length, frames)."""
    keys = _keys(length)
    starts = (keys % np.uint64(frames)).astype(np.int64)
    return np.argsort(keys, kind="stable"), (starts[:, None] + np.arange(frames)) % frames
