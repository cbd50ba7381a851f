"""The table never changes; its codes have no short cycles and correct what codes of their length can."""

from __future__ import annotations

import hashlib
from importlib import resources
from itertools import combinations, permutations

import numpy as np
import pytest
from scipy.sparse import coo_array

from optomag.recording.error_correction import TABLE, codes

SHA_256 = "e9e38598fe8bf76079edc86d01b6edcaa9faa8124bd9cfc44f6c0c020b27d056"
"""Of the table: what is recorded with it must be readable for ever. If this test fails, restore the file."""

NOISE = {"1/2": 0.86, "2/3": 0.69, "3/4": 0.61, "5/6": 0.535, "8/9": 0.475}
"""Standard deviation for bits of +-1 that each code corrects, 0.2 dB below where one frame of 1000 fails."""

TOO_MUCH = {"1/2": 0.98, "2/3": 0.77, "3/4": 0.675, "5/6": 0.587, "8/9": 0.525}
"""The same beyond capacity."""

FEWEST_ONES = {"1/2": 44, "2/3": 29, "3/4": 23, "5/6": 17, "8/9": 14}
"""Noise at the threshold makes a word of so many ones in less than one frame of 1e9."""


def checks(code):
    """H as a sparse matrix."""
    places = np.arange(code.circulant)
    rows, columns = [], []
    for (row, column), shift in np.ndenumerate(code.base):
        if shift >= 0:
            rows.append(row * code.circulant + places)
            columns.append(column * code.circulant + (places + shift) % code.circulant)
    entries = np.concatenate(rows), np.concatenate(columns)
    shape = code.length - code.dimension, code.length
    return coo_array((np.ones(len(entries[0]), int), entries), shape=shape).tocsr()


def received(code, noise, frames, seed=14):
    generator = np.random.default_rng(seed)
    bits = generator.integers(0, 2, (frames, code.dimension), dtype=np.uint8)
    samples = 1.0 - 2.0 * code.encode(bits) + noise * generator.normal(size=(frames, code.length))
    return bits, (2 * samples / noise**2).astype(np.float32)


def test_the_table_is_what_it_was():
    data = (resources.files("optomag.recording") / "data" / TABLE).read_bytes()
    assert hashlib.sha256(data).hexdigest() == SHA_256


def test_rates_and_lengths():
    assert list(codes()) == ["1/2", "2/3", "3/4", "5/6", "8/9"]
    for name, code in codes().items():
        above, below = map(int, name.split("/"))
        assert code.name == name
        assert code.rate == pytest.approx(above / below, abs=1e-12)
        assert code.length == 12_960
        assert code.dimension % 8 == 0


@pytest.mark.parametrize("name", codes())
def test_no_two_checks_share_two_bits_and_words_solve_all(name):
    code = codes()[name]
    matrix = checks(code)
    shared = (matrix @ matrix.T).tolil()
    shared.setdiag(0)
    assert shared.tocsr().max() == 1
    bits = np.random.default_rng(15).integers(0, 2, (3, code.dimension), dtype=np.uint8)
    words = code.encode(bits)
    assert not (matrix @ words.T.astype(int) % 2).any()
    wrong = words.copy()
    wrong[:, 5] ^= 1
    assert code.holds(words).all()
    assert not code.holds(wrong).any()


def light_columns(code):
    """Message columns with three circulants."""
    message = code.base[:, : code.dimension // code.circulant]
    return [column for column, shifts in enumerate(message.T) if np.count_nonzero(shifts >= 0) == 3]


@pytest.mark.parametrize("name", codes())
def test_words_that_repeat_each_others_shifts_have_many_ones(name):
    """Whatever the shifts, ones of two columns at minus the other's shifts meet in pairs, joined by parity bits."""
    code = codes()[name]
    pairs = list(combinations(light_columns(code), 2))
    messages = np.zeros((len(pairs), code.base.shape[1] - code.base.shape[0], code.circulant), np.uint8)
    for message, (one, other) in zip(messages, pairs, strict=True):
        shifts = code.base[:, [one, other]]
        message[one, -shifts[shifts[:, 1] >= 0, 1] % code.circulant] = 1
        message[other, -shifts[shifts[:, 0] >= 0, 0] % code.circulant] = 1
    ones = code.encode(messages.reshape(len(pairs), -1)).sum(axis=1)
    assert ones.min() >= FEWEST_ONES[name]
    assert ones.max() < 200, "they are words of few ones"


@pytest.mark.parametrize("name", codes())
def test_no_two_ones_of_a_light_column_meet_twice(name):
    code = codes()[name]
    for column in light_columns(code):
        shifts = code.base[code.base[:, column] >= 0, column]
        turns = [(one - other) % code.circulant for one, other in permutations(shifts, 2)]
        assert len(set(turns)) == len(turns)


@pytest.mark.parametrize("name", codes())
def test_noise_below_the_threshold_is_corrected(name):
    bits, likelihoods = received(codes()[name], NOISE[name], 24)
    found = codes()[name].decode(likelihoods)
    assert found.converged.all()
    assert np.array_equal(found.bits, bits)


@pytest.mark.parametrize("name", codes())
def test_noise_beyond_capacity_is_never_taken_for_a_word(name):
    found = codes()[name].decode(received(codes()[name], TOO_MUCH[name], 6)[1], iterations=15)
    assert not found.converged.any()
    assert np.array_equal(found.iterations, np.full(6, 15))
