"""Gray codes are found where there are any, and no swap of two labels is left that helps."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np

from optomag.recording import labelling

SAME = 1e-8
"""Relative, between costs that the search takes for equal."""


def penalty(points, labels):
    """Mean Hamming distance of nearest neighbours, pair by pair."""
    distances = np.linalg.norm(points[:, None] - points[None, :], axis=-1) + 9 * np.eye(len(points))
    pairs = [(a, b) for a, b in zip(*np.nonzero(distances < distances.min() * 1.001), strict=True)]
    return np.mean([bin(labels[a] ^ labels[b]).count("1") for a, b in pairs])


def test_a_gray_code_of_points_in_a_row():
    assert labelling.gray_code(8).tolist() == [0, 1, 3, 2, 6, 7, 5, 4]


def test_corners_of_a_cube_get_the_cubes_own_labels():
    corners = np.array(list(product([-1.0, 1.0], repeat=3)))
    assert penalty(corners, labelling.near_gray_labels(corners)) == 1.0


def test_a_four_by_four_square_gets_a_gray_code():
    square = np.array([[x, y, 0.0] for x in range(4) for y in range(4)])
    assert penalty(square, labelling.near_gray_labels(square)) == 1.0


def test_no_swap_is_left_that_helps():
    points = np.random.default_rng(4).normal(size=(16, 3))
    labels = labelling.near_gray_labels(points)
    assert sorted(labels) == list(range(16))
    squares = ((points[:, None] - points[None, :]) ** 2).sum(axis=-1)
    nearest = squares[squares > 0].min()

    def cost(labels):
        return sum(
            np.exp(-squares[a, b] / (4 * labelling.NOISE**2 * nearest))
            * bin(labels[a] ^ labels[b]).count("1")
            for a, b in combinations(range(16), 2)
        )

    found = cost(labels)
    for a, b in combinations(range(16), 2):
        swapped = labels.copy()
        swapped[[a, b]] = labels[[b, a]]
        assert cost(swapped) > found * (1 - SAME)
