"""Any bytes come back from frames; anything that is changed in a frame is noticed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optomag.errors import UnreadableError
from optomag.recording.coded_payload import decode_payload, encode_payload
from optomag.recording.framing import Framing
from optomag.recording.interleaving import deinterleaved, interleaved
from optomag.recording.parity_check import ParityCheckCode, accumulator

PAYLOADS = st.binary(min_size=1, max_size=300)
CODE = ParityCheckCode("small", np.hstack([np.arange(36).reshape(4, 9) % 16, accumulator(4)]), 16)


@given(PAYLOADS, st.integers(9, 60), st.lists(st.integers(0, 300), max_size=4))
def test_any_bytes_come_back_from_frames_of_any_size(payload, size, cuts):
    framing = Framing(8 * size, len(payload))
    edges = [0, *sorted(cuts), 300]
    pieces = [payload[start:stop] for start, stop in pairwise(edges)]
    assert b"".join(framing.bytes_of(framing.frames_of(pieces))) == payload


@given(PAYLOADS, st.integers(9, 60), st.data())
def test_any_flipped_bits_of_a_frame_are_noticed(payload, size, data):
    framing = Framing(8 * size, len(payload))
    frames = list(framing.frames_of([payload]))
    number = data.draw(st.integers(0, len(frames) - 1))
    places = data.draw(st.lists(st.integers(0, 8 * size - 1), min_size=1, max_size=3, unique=True))
    frames[number] = frames[number].copy()
    frames[number][places] ^= 1
    with pytest.raises(UnreadableError):
        list(framing.bytes_of(frames))


@given(PAYLOADS, st.data())
def test_any_cut_is_refused(payload, data):
    framing = Framing(80, len(payload))
    frames = list(framing.frames_of([payload]))
    kept = data.draw(st.integers(0, len(frames) - 1))
    with pytest.raises(UnreadableError, match="the others are missing"):
        list(framing.bytes_of(frames[:kept]))


@given(PAYLOADS)
def test_any_bytes_come_back_from_coded_bits(payload):
    blocks = [
        np.float32(8.0) - np.float32(16.0) * bits for bits in encode_payload([payload], len(payload), CODE)
    ]
    assert b"".join(decode_payload(blocks, len(payload), CODE)) == payload


@given(st.integers(1, 64), st.integers(1, 50))
def test_any_block_is_put_in_order_again(frames, length):
    words = np.arange(frames * length).reshape(frames, length)
    assert np.array_equal(deinterleaved(interleaved(words), frames), words)
