"""Labels of a constellation: near points differ in few bits, so that a small error costs few bits."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

NOISE = 0.4
"""Standard deviation for which labels are made, over the smallest distance: what codes of rate 1/2 to 5/6
still correct. Labels for less noise lose more where much is lost, and gain little elsewhere."""

STARTS = 2
ROUNDS_PER_POINT = 16
SEED = 7


def gray_code(count: int) -> Int[np.ndarray, " count"]:
    """Labels of points in a row: neighbours differ in one bit."""
    places = np.arange(count)
    return places ^ (places >> 1)


def hamming_distances(labels: Int[np.ndarray, " count"]) -> Int[np.ndarray, "count count"]:
    """Number of bits in which two labels differ, pair by pair."""
    return np.bitwise_count(labels[:, None] ^ labels[None, :]).astype(np.int64)


def near_gray_labels(received: Float[np.ndarray, "count 3"]) -> Int[np.ndarray, " count"]:
    """Labels that make the sum of exp(-d^2/(4 sigma^2)) times Hamming distances over all pairs small.

    The best swap of two labels is made again and again, even where it makes things worse, but none is
    undone for a while (tabu search: Taillard, Parallel Comput. 17, 443 (1991),
    doi:10.1016/S0167-8191(05)80147-4); the costs of all swaps together are one product of matrices.

    Parameters
    ----------
    received : float (count, 3)
        Points as they are read; a power of two of them, at least 2.
    """
    count = len(received)
    squares = ((received[:, None] - received[None, :]) ** 2).sum(axis=-1)
    nearest = np.min(squares + np.where(np.eye(count), np.inf, 0.0))
    confusion = np.exp(-(squares / nearest - 1.0) / (4.0 * NOISE**2))
    np.fill_diagonal(confusion, 0.0)
    generator = np.random.default_rng(SEED)
    found = [_searched(confusion, generator.permutation(count), generator) for _ in range(STARTS)]
    return min(found, key=lambda labels: _cost(confusion, labels))


def _cost(confusion: np.ndarray, labels: np.ndarray) -> float:
    return float((confusion * hamming_distances(labels)).sum())


def _searched(confusion: np.ndarray, labels: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """The best labels on a walk of best swaps."""
    count = len(labels)
    upper = np.triu_indices(count, 1)
    tabu = np.zeros((count, count), np.int64)  # round until which a point may not have a label again
    cost = best_cost = _cost(confusion, labels)
    best = labels.copy()
    for turn in range(1, ROUNDS_PER_POINT * count + 1):
        hamming = hamming_distances(labels)
        mixed = confusion @ hamming
        own = np.diag(mixed)
        changes = 2.0 * (mixed + mixed.T - own[:, None] - own[None, :] + 2.0 * confusion * hamming)[upper]
        until = tabu[:, labels]
        allowed = (np.minimum(until, until.T)[upper] < turn) | (cost + changes < best_cost - 1e-9)
        swap = int(np.argmin(np.where(allowed, changes, np.inf)))
        one, other = upper[0][swap], upper[1][swap]
        tabu[[one, other], labels[[one, other]]] = turn + generator.integers(count, 2 * count)
        labels[[one, other]] = labels[[other, one]]
        cost += changes[swap]
        if cost < best_cost - 1e-9:
            best, best_cost = labels.copy(), cost
    return best
