"""The decoder, compared with a slow one, with sum-product and with a search through all words."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from optomag.recording import min_sum
from optomag.recording.parity_check import ParityCheckCode, accumulator

SINGLE = 1e-4
"""Absolute, of sums of some likelihoods in single precision."""


@pytest.fixture(scope="module")
def code():
    generator = np.random.default_rng(8)
    shifts = generator.integers(0, 31, (4, 8))
    shifts[generator.random((4, 8)) < 0.25] = -1
    return ParityCheckCode("small", np.hstack([shifts, accumulator(4)]), 31)


def received(code, frames, noise, seed=9):
    generator = np.random.default_rng(seed)
    bits = generator.integers(0, 2, (frames, code.dimension), dtype=np.uint8)
    samples = 1.0 - 2.0 * code.encode(bits) + noise * generator.normal(size=(frames, code.length))
    return bits, (2 * samples / noise**2).astype(np.float32)


def checks_of(code):
    """Bits of each check, layer by layer."""
    z = code.circulant
    return [[[c * z + (i + s) % z for c, s in row] for i in range(z)] for row in code.rows]


def slow_decoder(code, likelihoods, iterations, speak):
    """Layer after layer, check after check, edge after edge."""
    total = np.clip(likelihoods, -64, 64).astype(float)
    said = {}
    for turn in range(iterations + 1):
        hard = (total < 0).astype(np.uint8)
        if code.holds(hard[None])[0]:
            return hard, True, turn
        if turn == iterations:
            return hard, False, turn
        for layer in checks_of(code):
            for bits in layer:
                known = [total[b] - said.get((b, *bits), 0.0) for b in bits]
                for place, b in enumerate(bits):
                    said[b, *bits] = speak(known[:place] + known[place + 1 :])
                    total[b] = known[place] + said[b, *bits]
    raise AssertionError


def least_sure(others):
    return float(min_sum.NORMALISATION) * np.prod(np.sign(others)) * np.abs(others).min()


def sum_product(others):
    return 2 * np.arctanh(np.clip(np.prod(np.tanh(np.array(others) / 2)), -1 + 1e-15, 1 - 1e-15))


def test_it_is_the_slow_decoder_frame_by_frame(code):
    _, likelihoods = received(code, 10, 0.75)
    found = min_sum.decode_words(likelihoods, rows=code.rows, circulant=31, iterations=8)
    assert {True, False} == set(found.converged.tolist())
    for frame, values in enumerate(likelihoods):
        hard, right, turns = slow_decoder(code, values, 8, least_sure)
        assert (right, turns) == (found.converged[frame], found.iterations[frame])
        if right:
            assert np.array_equal(hard, found.bits[frame])


def test_sums_of_likelihoods_are_those_of_the_slow_decoder(code):
    _, likelihoods = received(code, 3, 0.9)
    posterior = min_sum._received(likelihoods, np.arange(3), 31)
    row, layer = code.rows[1], checks_of(code)[1]
    min_sum._update(posterior, np.zeros((len(row), 31, 3), np.float32), row)
    wanted = likelihoods.astype(float)
    for frame in wanted:
        before = frame.copy()
        for bits in layer:
            for b in bits:
                frame[b] = before[b] + least_sure([before[o] for o in bits if o != b])
    np.testing.assert_allclose(posterior.reshape(-1, 3).T, wanted, atol=SINGLE)


@pytest.mark.slow
def test_sum_product_corrects_little_more(code):
    _, likelihoods = received(code, 40, 0.62, seed=10)
    ours = code.decode(likelihoods, iterations=20).converged.sum()
    best = sum(slow_decoder(code, values, 20, sum_product)[1] for values in likelihoods)
    assert 30 <= ours <= best + 2
    assert ours >= best - 3


def test_a_tiny_code_is_decoded_like_a_search_through_all_words():
    tiny = ParityCheckCode("tiny", np.hstack([[[0, 1], [2, -1], [-1, 0]], accumulator(3)]), 5)
    messages = np.array(list(product([0, 1], repeat=tiny.dimension)), np.uint8)
    words = 1.0 - 2.0 * tiny.encode(messages)
    _, likelihoods = received(tiny, 300, 0.55)
    likeliest = messages[(likelihoods @ words.T).argmax(axis=1)]
    found = tiny.decode(likelihoods)
    same = (found.bits == likeliest).all(axis=1)
    assert found.converged.mean() > 0.95
    assert same[found.converged].mean() > 0.95


def test_frames_do_not_feel_each_other(code, monkeypatch):
    _, likelihoods = received(code, 23, 0.7)
    together = code.decode(likelihoods, iterations=12)
    monkeypatch.setattr(min_sum, "POOL", 5)
    few = code.decode(likelihoods, iterations=12)
    alone = [code.decode(values[None], iterations=12) for values in likelihoods]
    for frame, single in enumerate(alone):
        for found in (together, few):
            assert np.array_equal(found.bits[frame], single.bits[0])
            assert found.converged[frame] == single.converged[0]
            assert found.iterations[frame] == single.iterations[0]


def test_right_words_take_no_round_and_erased_ones_are_filled_in(code):
    bits, likelihoods = received(code, 4, 0.05)
    found = code.decode(likelihoods)
    assert found.iterations.tolist() == [0] * 4
    likelihoods[:, ::9] = 0.0
    filled = code.decode(likelihoods)
    assert filled.converged.all()
    assert np.array_equal(filled.bits, bits)


def test_no_frames_are_no_error(code):
    assert code.decode(np.zeros((0, code.length), np.float32)).bits.shape == (0, code.dimension)
