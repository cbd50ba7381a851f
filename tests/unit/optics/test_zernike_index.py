"""Zernike indices against the published tables, written out by hand."""

import numpy as np
import pytest

import optomag as om
from optomag.errors import InvalidInputError

# R. J. Noll (1976), table I: j from 1; even j with cosines (m > 0), odd with sines.
NOLL = [
    (0, 0), (1, 1), (1, -1), (2, 0), (2, -2), (2, 2), (3, -1), (3, 1), (3, -3), (3, 3), (4, 0),
    (4, 2), (4, -2), (4, 4), (4, -4), (5, 1), (5, -1), (5, 3), (5, -3), (5, 5), (5, -5), (6, 0),
]  # fmt: skip
# ANSI Z80.28, from 0: row by row, m rising.
OSA = [
    (0, 0), (1, -1), (1, 1), (2, -2), (2, 0), (2, 2), (3, -3), (3, -1), (3, 1), (3, 3), (4, -4), (4, -2),
    (4, 0), (4, 2), (4, 4), (5, -5),
]  # fmt: skip
# University of Arizona, counted from 1 as in Zemax and CODE V: piston, tilts, defocus, ..., 37 = r^12.
FRINGE = [
    (0, 0), (1, 1), (1, -1), (2, 0), (2, 2), (2, -2), (3, 1), (3, -1), (4, 0), (3, 3), (3, -3), (4, 2),
    (4, -2), (5, 1), (5, -1), (6, 0), (4, 4), (4, -4), (5, 3), (5, -3), (6, 2), (6, -2), (7, 1), (7, -1),
    (8, 0), (5, 5), (5, -5), (6, 4), (6, -4), (7, 3), (7, -3), (8, 2), (8, -2), (9, 1), (9, -1), (10, 0), (12, 0),
]  # fmt: skip
MANY = 600


def test_published_tables() -> None:
    assert [om.zernike_index(noll=j) for j in range(1, len(NOLL) + 1)] == NOLL
    assert [om.zernike_index(osa=j) for j in range(len(OSA))] == OSA
    assert [om.zernike_index(fringe=j) for j in range(1, len(FRINGE) + 1)] == FRINGE


@pytest.mark.parametrize(("scheme", "first"), [("noll", 1), ("osa", 0)])
def test_every_index_is_a_term_of_its_own_that_zernike_takes(scheme: str, first: int) -> None:
    terms = [om.zernike_index(**{scheme: first + j}) for j in range(MANY)]
    assert len(set(terms)) == MANY
    om.zernike(dict.fromkeys(terms, 0.01))


def test_the_closed_form_of_osa_is_turned_round() -> None:
    for j in range(MANY):
        n, m = om.zernike_index(osa=j)
        assert (n * (n + 2) + m) // 2 == j


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"noll": 4, "osa": 4},
        {"noll": 0},
        {"osa": -1},
        {"fringe": 0},
        {"noll": 2.0},
        {"noll": True},
        {"osa": 10**9},
        {"fringe": 38},
    ],
)
def test_what_is_no_index_is_refused(given: dict) -> None:
    with pytest.raises(InvalidInputError):
        om.zernike_index(**given)


def test_numpy_integers_pass() -> None:
    assert om.zernike_index(noll=np.int64(11)) == (4, 0)
