"""Encoding, compared with the dense matrix over GF(2) and with all words of a small code."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from optomag.recording.parity_check import ParityCheckCode, accumulator


def small_code(rows=3, messages=2, circulant=3, seed=0):
    """Random shifts before the accumulator."""
    generator = np.random.default_rng(seed)
    shifts = generator.integers(-1, circulant, (rows, messages))
    return ParityCheckCode("small", np.hstack([shifts, accumulator(rows)]), circulant)


def dense(code):
    """H as the record's docstring says, entry by entry."""
    z = code.circulant
    matrix = np.zeros((code.base.shape[0] * z, code.base.shape[1] * z), int)
    for (row, column), shift in np.ndenumerate(code.base):
        for i in range(z):
            if shift >= 0:
                matrix[row * z + i, column * z + (i + shift) % z] = 1
    return matrix


def rank(matrix):
    """Over GF(2), by elimination."""
    matrix, found = matrix.copy() % 2, 0
    for column in range(matrix.shape[1]):
        pivots = np.flatnonzero(matrix[found:, column])
        if len(pivots):
            swap = found + pivots[0]
            matrix[[found, swap]] = matrix[[swap, found]]
            others = np.flatnonzero(matrix[:, column])
            matrix[others[others != found]] ^= matrix[found]
            found += 1
            if found == len(matrix):
                break
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_words_of_a_small_code_are_all_solutions_of_its_checks(seed):
    code = small_code(seed=seed)
    words = np.array(list(product([0, 1], repeat=code.length)), np.uint8)
    solutions = words[((words @ dense(code).T) % 2 == 0).all(axis=1)]
    messages = np.array(list(product([0, 1], repeat=code.dimension)), np.uint8)
    encoded = code.encode(messages)
    assert np.array_equal(encoded[:, : code.dimension], messages)
    assert {word.tobytes() for word in encoded} == {word.tobytes() for word in solutions}
    assert np.array_equal(code.holds(words), ((words @ dense(code).T) % 2 == 0).all(axis=1))


@pytest.mark.parametrize("rows", [3, 4, 6, 7])
def test_words_hold_for_any_number_of_rows_and_checks_are_independent(rows):
    code = small_code(rows=rows, messages=5, circulant=11, seed=rows)
    bits = np.random.default_rng(1).integers(0, 2, (20, code.dimension), dtype=np.uint8)
    assert not (code.encode(bits) @ dense(code).T % 2).any()
    assert rank(dense(code)) == code.length - code.dimension


def test_a_base_matrix_without_its_accumulator_is_refused(refusal):
    assert "base must be" in refusal(ParityCheckCode, "x", np.zeros((3, 5), int), 7)
    assert "shifts from -1 to 2" in refusal(
        ParityCheckCode, "x", np.hstack([np.full((3, 2), 5), accumulator(3)]), 3
    )


def test_wrong_bits_and_likelihoods_are_refused(refusal):
    code = small_code()
    assert "bits must be zeros and ones" in refusal(code.encode, np.full((1, 6), 2, np.uint8))
    assert "bits must be zeros and ones" in refusal(code.encode, np.zeros((1, 7), np.uint8))
    assert "likelihoods must be" in refusal(code.decode, np.zeros((1, 14)))
    assert "likelihoods must be finite" in refusal(code.decode, np.full((1, 15), np.nan))
    assert "iterations must be" in refusal(lambda: code.decode(np.zeros((1, 15)), iterations=0))
