"""Bytes become the points of pages, and come back only if all of them are right."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.recording.conftest import PAYLOAD

from optomag.errors import InvalidInputError, UnreadableError
from optomag.recording.corrections import Corrections
from optomag.recording.page_symbols import page_symbols, payload_of
from optomag.recording.pilots import data_places, pilot_places, pilot_symbols

SURE = 12.0
"""Log-likelihood ratio of a bit that is known."""


@pytest.fixture(scope="module")
def pages(recording):
    return symbols_of(recording, [PAYLOAD])


def symbols_of(recording, pieces):
    header = recording.header
    return list(page_symbols(pieces, len(PAYLOAD), header.code, header.constellation, header.layout))


def likelihoods(recording, pages):
    points, places = recording.header.constellation, data_places(recording.header.layout.spots)
    for page in pages:
        bits = points.symbol_bits(page.ravel()[places]).reshape(-1, points.bits)
        yield SURE * (1 - 2 * bits.astype(np.float32))


def test_pages_come_back_as_bytes(recording, pages):
    assert len(pages) == 3
    found = list(payload_of(likelihoods(recording, pages), recording.header))
    assert b"".join(found) == PAYLOAD


def test_pieces_of_the_payload_make_no_difference(recording, pages):
    cut = symbols_of(recording, [PAYLOAD[:1], b"", PAYLOAD[1:7], PAYLOAD[7:]])
    assert all(np.array_equal(one, other) for one, other in zip(pages, cut, strict=True))


def test_each_page_has_its_pilots_and_every_point_is_used_alike(recording, pages):
    spots, points = recording.header.layout.spots, recording.header.constellation.points
    places = pilot_places(spots)
    for page in pages:
        assert page.shape == (recording.header.layout.rows, recording.header.layout.columns)
        assert np.array_equal(page.ravel()[places], pilot_symbols(places, len(points)))
        shares = np.bincount(page.ravel(), minlength=len(points)) / spots
        assert np.abs(shares - 1 / len(points)).max() < 5 * np.sqrt(1 / len(points) / spots)


@pytest.mark.parametrize("pieces", [[PAYLOAD[:-1]], [PAYLOAD, b"a"]], ids=["short", "long"])
def test_a_payload_of_another_length_is_refused(recording, pieces):
    with pytest.raises(InvalidInputError, match="payload"):
        symbols_of(recording, pieces)


def test_the_last_piece_is_held_back_until_all_are_right(recording, pages):
    other = replace(recording.header, sha256=hashlib.sha256(b"another").hexdigest())
    given = []
    with pytest.raises(UnreadableError, match="SHA-256"):
        given.extend(payload_of(likelihoods(recording, pages), other))
    assert len(b"".join(given)) < len(PAYLOAD)


def test_pages_in_another_order_are_refused(recording, pages):
    with pytest.raises(UnreadableError):
        list(payload_of(likelihoods(recording, pages[::-1]), recording.header))


def test_corrected_bits_are_counted(recording, pages):
    known = list(likelihoods(recording, pages))
    wrong = np.random.default_rng(0).choice(known[0].size, 40, replace=False)
    known[0].ravel()[wrong] *= np.float32(-0.2)
    counts = Corrections()
    assert b"".join(payload_of(known, recording.header, counts=counts)) == PAYLOAD
    assert (counts.frames, counts.bits, counts.wrong_bits) == (1, recording.header.code.length, 40)
    assert 1 <= counts.numbers()["mean_rounds"] <= counts.most_rounds
