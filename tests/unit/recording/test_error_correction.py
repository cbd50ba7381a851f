"""The table never changes; its codes have no short cycles and correct what codes of their length can."""

from __future__ import annotations

import hashlib
from importlib import resources

import numpy as np
import pytest
from scipy.sparse import coo_array

from optomag.recording.error_correction import TABLE, codes

SHA_256 = "49ec3825b4e0dedb73db5584cf534a3e1afcdb9d4c8c4c1401557c2916da6279"
"""Of the table: what is recorded with it must be readable for ever. If this test fails, restore the file."""

NOISE = {"1/2": 0.86, "2/3": 0.69, "3/4": 0.61, "5/6": 0.535, "8/9": 0.475}
"""Standard deviation for bits of +-1 that each code corrects, 0.2 dB below where one frame of 1000 fails."""

TOO_MUCH = {"1/2": 0.98, "2/3": 0.77, "3/4": 0.675, "5/6": 0.587, "8/9": 0.525}
"""The same beyond capacity."""


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
