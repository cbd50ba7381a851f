"""Frames carry numbers and checksums, look random, and refuse what is damaged, missing or in another's place."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.errors import InvalidInputError, UnreadableError
from optomag.recording.framing import Framing

FRAMING = Framing(dimension=400, total_bytes=333)
PAYLOAD = bytes(range(256)) + bytes(77)


def frames(payload=PAYLOAD, framing=FRAMING):
    return list(framing.frames_of([payload]))


def joined(read, framing=FRAMING):
    return b"".join(framing.bytes_of(read))


def test_bytes_come_back_from_pieces_of_any_length():
    assert FRAMING.share == 42
    assert FRAMING.frames == 8
    pieces = [PAYLOAD[:1], b"", PAYLOAD[1:100], PAYLOAD[100:]]
    assert joined(FRAMING.frames_of(pieces)) == PAYLOAD
    assert all(np.array_equal(a, b) for a, b in zip(FRAMING.frames_of(pieces), frames(), strict=True))


def test_frames_are_written_as_the_docstring_says():
    """By hand: number, share, CRC-32 of both (a table-free one), and SHAKE-128 over all."""
    from hashlib import shake_128

    body = (3).to_bytes(4, "big") + PAYLOAD[126:168]
    register = 0xFFFFFFFF
    for byte in body:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0xEDB88320 if register & 1 else 0)
    body += (register ^ 0xFFFFFFFF).to_bytes(4, "big")
    mask = shake_128(b"optomag recording, scrambler 1, frame 3").digest(50)
    bits = [
        (byte ^ other) >> place & 1
        for byte, other in zip(body, mask, strict=True)
        for place in range(7, -1, -1)
    ]
    assert frames()[3].tolist() == bits


def test_constant_files_give_balanced_bits_and_no_two_equal_frames():
    framing = Framing(9720, 100_000)
    bits = np.array(frames(bytes(100_000), framing))
    assert abs(bits.mean() - 0.5) < 5 * 0.5 / np.sqrt(bits.size)
    equal = (bits[:, None] == bits[None, :]).mean(axis=-1)
    np.fill_diagonal(equal, 0.5)
    assert np.abs(equal - 0.5).max() < 6 * 0.5 / np.sqrt(9720)


def test_every_single_flipped_bit_is_noticed():
    for place in range(FRAMING.dimension):
        read = frames()
        read[7] = read[7].copy()
        read[7][place] ^= 1
        with pytest.raises(UnreadableError, match="Frame 7 of 8 is damaged"):
            joined(read)


def test_swapped_missing_and_surplus_frames_are_noticed():
    read = frames()
    with pytest.raises(UnreadableError, match="Frame 1 of 8 is damaged or is not frame 1"):
        joined([read[0], read[2], read[1], *read[3:]])
    with pytest.raises(UnreadableError, match="7 of 8 frames were read"):
        joined(read[:-1])
    with pytest.raises(UnreadableError, match="0 of 8 frames were read"):
        joined([])
    with pytest.raises(UnreadableError, match="More than the 8 frames"):
        joined([*read, read[0]])
    with pytest.raises(UnreadableError, match="Frame 0 has 10 bits"):
        joined([read[0][:10]])


def test_a_frame_of_another_number_with_the_right_sequence_is_named():
    other = frames()[2] ^ FRAMING._sequence(2) ^ FRAMING._sequence(5)
    read = frames()
    read[5] = other
    with pytest.raises(UnreadableError, match="Frame 2 stands where frame 5 of 8 belongs"):
        joined(read)


def test_checked_pieces_come_before_the_refusal():
    read = frames()
    read[4] = read[4] ^ 1
    pieces = FRAMING.bytes_of(read)
    assert b"".join(next(pieces) for _ in range(4)) == PAYLOAD[:168]
    with pytest.raises(UnreadableError):
        next(pieces)


@pytest.mark.parametrize("payload", [PAYLOAD[:-1], PAYLOAD + b"x", b""])
def test_a_payload_of_another_length_is_refused(payload):
    with pytest.raises(InvalidInputError, match="payload must be 333 bytes long"):
        list(FRAMING.frames_of([payload]))


def test_impossible_frames_are_refused(refusal):
    assert "dimension must be a multiple of 8" in refusal(Framing, 401, 10)
    assert "dimension must be a whole number >= 72" in refusal(Framing, 64, 10)
    assert "total_bytes must be" in refusal(Framing, 400, 0)
    assert "total_bytes must be at most" in refusal(Framing, 72, 2**40)
