"""A defect spreads evenly over the frames of a block, and every order is undone."""

from __future__ import annotations

import numpy as np
import pytest

from optomag.recording.interleaving import LARGEST_BLOCK, block_sizes, deinterleaved, interleaved


@pytest.mark.parametrize(("frames", "length"), [(1, 100), (7, 33), (64, 12)])
def test_all_bits_come_back(frames, length):
    words = np.arange(frames * length).reshape(frames, length)
    mixed = interleaved(words)
    assert sorted(mixed) == list(range(frames * length))
    assert np.array_equal(deinterleaved(mixed, frames), words)
    assert not np.array_equal(mixed, words.ravel())


@pytest.mark.parametrize("frames", [5, 40, 64])
def test_each_run_takes_one_bit_of_each_frame(frames):
    words = np.repeat(np.arange(frames)[:, None], 200, axis=1)
    runs = interleaved(words).reshape(200, frames)
    assert np.array_equal(np.sort(runs, axis=1), np.tile(np.arange(frames), (200, 1)))


@pytest.mark.parametrize("bits", [2, 4, 5, 8])
def test_no_frame_has_only_one_kind_of_bits_of_a_spot(bits):
    """Also where the number of frames is a multiple of the bits of a spot."""
    frames, length = 40, 1200
    places = interleaved(np.repeat(np.arange(frames)[:, None], length, axis=1))
    for frame in (0, 1, 39):
        shares = np.bincount(np.flatnonzero(places == frame) % bits, minlength=bits) / length
        assert np.abs(shares - 1 / bits).max() < 6 * np.sqrt(1 / bits / length)


def test_bits_of_a_word_are_shuffled():
    order = interleaved(np.arange(5000)[None])
    assert abs(np.corrcoef(order, np.arange(5000))[0, 1]) < 5 / np.sqrt(5000)


def test_the_order_never_changes():
    assert interleaved(np.arange(12)[None]).tolist() == [11, 8, 5, 2, 10, 6, 3, 4, 0, 7, 9, 1]
    assert interleaved(np.arange(12).reshape(3, 4)).tolist() == [2, 6, 10, 7, 11, 3, 8, 0, 4, 9, 1, 5]


def test_blocks_are_nearly_equal_and_never_too_large():
    for frames in range(1, 400):
        sizes = block_sizes(frames)
        assert sum(sizes) == frames
        assert max(sizes) <= LARGEST_BLOCK
        assert max(sizes) - min(sizes) <= 1
        assert len(sizes) == -(-frames // LARGEST_BLOCK)


def test_values_that_fill_no_word_are_refused(refusal):
    assert "a multiple of 4" in refusal(deinterleaved, np.zeros(10), 4)
    assert "frames must be" in refusal(block_sizes, 0)
