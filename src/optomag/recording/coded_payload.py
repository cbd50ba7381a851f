"""From bytes to the bits that spots carry, and back: frames, parity-check codes and interleaving in a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
from jaxtyping import UInt8

from optomag.errors import UnreadableError
from optomag.recording.corrections import Corrections
from optomag.recording.framing import Framing
from optomag.recording.interleaving import block_sizes, deinterleaved, interleaved
from optomag.recording.parity_check import ParityCheckCode


def coded_bits(total_bytes: int, code: ParityCheckCode) -> int:
    """Bits that spots carry for a payload of so many bytes."""
    return Framing(code.dimension, total_bytes).frames * code.length


def symbols_for(total_bytes: int, code: ParityCheckCode, bits: int) -> int:
    """Spots of so many bits each that carry a payload of so many bytes."""
    return -(-coded_bits(total_bytes, code) // bits)


def encode_payload(
    payload: Iterable[bytes], total_bytes: int, code: ParityCheckCode
) -> Iterator[UInt8[np.ndarray, " bits"]]:
    """The bits that spots carry, block after block of at most 64 frames.

    Parameters
    ----------
    payload : iterable of bytes
        Pieces of any lengths.
    total_bytes : int
        Their length together.
    code : ParityCheckCode
        From `codes()`.

    Yields
    ------
    uint8 (bits of the block,)
        `coded_bits` of them together.

    Raises
    ------
    InvalidInputError
        For a payload of another length.
    """
    framing = Framing(code.dimension, total_bytes)
    frames = framing.frames_of(payload)
    for size in block_sizes(framing.frames):
        yield interleaved(code.encode(np.stack(list(islice(frames, size)))))
    next(frames, None)  # refuses a payload that goes on


def decode_payload(
    likelihoods: Iterable[np.ndarray],
    total_bytes: int,
    code: ParityCheckCode,
    *,
    iterations: int = 40,
    counts: Corrections | None = None,
) -> Iterator[bytes]:
    """The payload again, or a refusal: every byte has passed the parity checks and a checksum.

    Parameters
    ----------
    likelihoods : iterable of float arrays (k,)
        Log-likelihood ratios of the bits in the order of `encode_payload`, in pieces of any lengths.
    total_bytes : int
        Length of the payload.
    code : ParityCheckCode
        The one it was encoded with.
    iterations : int
        Most rounds of the decoder.
    counts : Corrections, optional
        Where it is counted what was corrected.

    Yields
    ------
    bytes
        Pieces of the payload; hold them back until the last has come if nothing incomplete may be seen.

    Raises
    ------
    UnreadableError
        Where frames have more errors than the code corrects, or likelihoods are missing.
    """
    framing = Framing(code.dimension, total_bytes)
    yield from framing.bytes_of(_messages(likelihoods, framing, code, iterations, counts))


def _messages(
    likelihoods: Iterable[np.ndarray],
    framing: Framing,
    code: ParityCheckCode,
    iterations: int,
    counts: Corrections | None,
) -> Iterator[UInt8[np.ndarray, " dimension"]]:
    pieces = iter(likelihoods)
    held, count, first = [], 0, 0
    for size in block_sizes(framing.frames):
        wanted = size * code.length
        while count < wanted and (piece := next(pieces, None)) is not None:
            held.append(np.asarray(piece, np.float32).ravel())
            count += len(held[-1])
        row = np.concatenate([np.empty(0, np.float32), *held])
        if count < wanted:
            needed = framing.frames * code.length
            got = first * code.length + count
            raise UnreadableError(
                f"{got} of the {needed} bits of this recording were read; the others are missing."
            )
        words = deinterleaved(row[:wanted], size)
        found = code.decode(words, iterations=iterations)
        failed = np.flatnonzero(~found.converged)
        if len(failed):
            raise UnreadableError(
                f"{len(failed)} of frames {first} to {first + size - 1} have more errors than the code of "
                f"rate {code.name} corrects, the first is frame {first + failed[0]}. Read with less noise."
            )
        if counts is not None:
            counts.add(words, found, code)
        yield from found.bits
        held, count, first = [row[wanted:]], count - wanted, first + size
