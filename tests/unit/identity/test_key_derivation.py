"""HKDF is that of RFC 5869, directions are uniform and differ for every key and card, and no message shows a key."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest

from optomag.errors import InvalidInputError
from optomag.identity.key_derivation import (
    SPOTS_PER_BLOCK,
    card_directions,
    hkdf_sha256,
    require_card_id,
    require_key,
)

VECTORS = {
    "A.1": (
        b"\x0b" * 22,
        bytes(range(13)),
        bytes(range(0xF0, 0xFA)),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    "A.2": (
        bytes(range(0x50)),
        bytes(range(0x60, 0xB0)),
        bytes(range(0xB0, 0x100)),
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
        "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
    ),
    "A.3": (
        b"\x0b" * 22,
        b"",
        b"",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
}
"""RFC 5869, appendix A: key, salt, info and output of the cases with SHA-256."""

KEY = b"only for the tests, of 32 bytes!"
LEAST_LIKELY = 1e-3
"""Chance of a true uniform sample to fail; the sample is fixed."""


@pytest.mark.parametrize("case", VECTORS)
def test_the_vectors_of_the_rfc(case):
    key, salt, info, output = VECTORS[case]
    assert hkdf_sha256(key, salt=salt, info=info, length=len(output) // 2).hex() == output


def test_hkdf_gives_no_more_than_255_hashes():
    assert len(hkdf_sha256(KEY, salt=b"", info=b"", length=8160)) == 8160
    with pytest.raises(InvalidInputError, match="at most 8160 bytes"):
        hkdf_sha256(KEY, salt=b"", info=b"", length=8161)


def test_directions_are_unit_vectors_uniform_on_the_sphere():
    found = card_directions(KEY, "card", 20_000)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-15)
    for axis in np.concatenate([np.eye(3), [[0.6, 0.0, 0.8]]]):
        assert kstest(found @ axis, "uniform", args=(-1, 2)).pvalue > LEAST_LIKELY


def test_more_spots_begin_with_the_same_ones_and_no_block_repeats_another():
    found = card_directions(KEY, "card", 2 * SPOTS_PER_BLOCK + 7)
    np.testing.assert_array_equal(found[:256], card_directions(KEY, "card", 256))
    assert len(np.unique(found, axis=0)) == len(found)


def test_every_key_and_every_card_has_its_own_directions():
    first = card_directions(KEY, "card", 256)
    for key, name in ((KEY, "card2"), (KEY + b"x", "card"), (KEY[:-1] + b"?", "card")):
        other = card_directions(key, name, 256)
        assert abs(np.mean(np.sum(first * other, axis=1))) < 0.15  # 4 standard deviations, 1/sqrt(3 x 256)


@pytest.mark.parametrize("key", ["a text of thirty-two characters!", b"short and secret", b"", None, 7])
def test_a_refused_key_is_not_shown(key, refusal):
    if key == b"short and secret":
        key = key[:-1]
    message = refusal(require_key, key)
    assert str(key) not in message or not key
    assert "secrets.token_bytes" in message


@pytest.mark.parametrize("name", ["", "x" * 65, "two\nlines", b"bytes", None])
def test_names_are_printable_text(name, refusal):
    refusal(require_card_id, name)
