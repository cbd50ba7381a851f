"""Bytes as numbered frames with checksums, made random to look at, and back: no wrong byte passes unseen."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import shake_128

import numpy as np
from jaxtyping import UInt8

from optomag.errors import UnreadableError, refuse, require_integer

NUMBER_BYTES = 4
CHECKSUM_BYTES = 4

SEQUENCE = b"optomag recording, scrambler 1, frame "
"""What the pseudo-random sequences are derived from; never changed, like the codes."""


@dataclass(frozen=True)
class Framing:
    """How a payload is cut: each frame is its number, a share of the bytes and a CRC-32 of both.

    The last share is filled up with zeros. All is added, bit by bit, to a sequence that looks random and
    differs from frame to frame (SHAKE-128 of the frame's number), so that constant files magnetize no
    constant pattern. Numbers are big-endian, bytes begin with their highest bit.

    Parameters
    ----------
    dimension : int
        Bits of a frame, a multiple of 8.
    total_bytes : int
        Length of the payload, at least 1.

    Examples
    --------
    >>> from optomag.recording.framing import Framing
    >>> framing = Framing(dimension=9720, total_bytes=5000)
    >>> framing.share, framing.frames
    (1207, 5)
    >>> b"".join(framing.bytes_of(framing.frames_of([b"a" * 5000]))) == b"a" * 5000
    True
    """

    dimension: int
    total_bytes: int

    def __post_init__(self) -> None:
        smallest = 8 * (NUMBER_BYTES + CHECKSUM_BYTES + 1)
        if require_integer("dimension", self.dimension, at_least=smallest) % 8:
            refuse("dimension", "a multiple of 8", self.dimension)
        require_integer("total_bytes", self.total_bytes, at_least=1)
        if self.frames > 1 << 8 * NUMBER_BYTES:
            refuse("total_bytes", f"at most {self.share << 8 * NUMBER_BYTES}", self.total_bytes)

    @property
    def share(self) -> int:
        """Bytes of the payload in a frame."""
        return self.dimension // 8 - NUMBER_BYTES - CHECKSUM_BYTES

    @property
    def frames(self) -> int:
        """Number of frames."""
        return -(-self.total_bytes // self.share)

    def frames_of(self, payload: Iterable[bytes]) -> Iterator[UInt8[np.ndarray, " dimension"]]:
        """Bits of one frame after the other, from pieces of the payload of any lengths.

        Raises
        ------
        InvalidInputError
            At the end, for a payload that is not `total_bytes` long.
        """
        held, taken, number = b"", 0, 0
        for piece in payload:
            held, taken = held + bytes(piece), taken + len(piece)
            if taken > self.total_bytes:
                break
            whole = len(held) // self.share * self.share
            for start in range(0, whole, self.share):
                yield self._frame(number, held[start : start + self.share])
                number += 1
            held = held[whole:]
        if taken != self.total_bytes:
            refuse("payload", f"{self.total_bytes} bytes long", f"{taken} bytes or more")
        if held:
            yield self._frame(number, held)

    def bytes_of(self, frames: Iterable[UInt8[np.ndarray, " dimension"]]) -> Iterator[bytes]:
        """The payload, piece by piece; each piece has been checked.

        Raises
        ------
        UnreadableError
            At the first frame that is damaged or another one than stands here, and at the end if frames are
            missing or too many.
        """
        number = -1
        for number, bits in enumerate(frames):
            if number >= self.frames:
                raise UnreadableError(f"More than the {self.frames} frames of this recording were read.")
            share = self._share(number, bits)
            yield share[: self.total_bytes - number * self.share]
        if number + 1 < self.frames:
            raise UnreadableError(f"{number + 1} of {self.frames} frames were read; the others are missing.")

    def _frame(self, number: int, share: bytes) -> UInt8[np.ndarray, " dimension"]:
        body = number.to_bytes(NUMBER_BYTES, "big") + share.ljust(self.share, b"\0")
        body += zlib.crc32(body).to_bytes(CHECKSUM_BYTES, "big")
        return np.unpackbits(np.frombuffer(body, np.uint8)) ^ self._sequence(number)

    def _share(self, number: int, bits: UInt8[np.ndarray, " dimension"]) -> bytes:
        if bits.shape != (self.dimension,):
            raise UnreadableError(f"Frame {number} has {bits.size} bits instead of {self.dimension}.")
        body = np.packbits(bits ^ self._sequence(number)).tobytes()
        if zlib.crc32(body[:-CHECKSUM_BYTES]) != int.from_bytes(body[-CHECKSUM_BYTES:], "big"):
            raise UnreadableError(f"Frame {number} of {self.frames} is damaged or is not frame {number}.")
        found = int.from_bytes(body[:NUMBER_BYTES], "big")
        if found != number:
            raise UnreadableError(f"Frame {found} stands where frame {number} of {self.frames} belongs.")
        return body[NUMBER_BYTES:-CHECKSUM_BYTES]

    def _sequence(self, number: int) -> UInt8[np.ndarray, " dimension"]:
        digest = shake_128(SEQUENCE + str(number).encode()).digest(self.dimension // 8)
        return np.unpackbits(np.frombuffer(digest, np.uint8))
