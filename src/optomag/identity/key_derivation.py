"""From a secret key and the name of a card to directions that nobody can tell from random ones."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import numpy as np

from optomag.errors import refuse

SHORTEST_KEY = 16
"""Bytes."""

LONGEST_ID = 64
"""Characters."""

SALT = b"optomag card"
PURPOSE = b"directions of the spots, 1"
"""What the bytes are for: other uses of the same key, and other versions, get others."""

BYTES_PER_SPOT = 16
"""Two numbers of 64 bits."""

SPOTS_PER_BLOCK = 255 * hashlib.sha256().digest_size // BYTES_PER_SPOT
"""HKDF gives no more than 255 hashes at once."""


def hkdf_sha256(key: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    r"""HKDF-SHA256, extract and expand.

    Parameters
    ----------
    key, salt, info : bytes
    length : int
        At most 8160 bytes.

    Raises
    ------
    InvalidInputError
        If the length is larger.

    Notes
    -----
    RFC 5869: PRK = HMAC(salt, key), T(n) = HMAC(PRK, T(n - 1) | info | n). With the standard library's HMAC.

    Examples
    --------
    >>> hkdf_sha256(b"\x0b" * 22, salt=b"", info=b"", length=4).hex()  # RFC 5869, A.3
    '8da4e775'
    """
    most = 255 * hashlib.sha256().digest_size
    if length > most:
        refuse("length", f"at most {most} bytes", length)
    extracted = hmac.digest(salt or bytes(hashlib.sha256().digest_size), key, "sha256")
    found = last = b""
    counter = 0
    while len(found) < length:
        counter += 1
        last = hmac.digest(extracted, last + info + bytes([counter]), "sha256")
        found += last
    return found[:length]


def private_seed(key: bytes, card_id: str, purpose: str, number: int) -> int:
    """A seed of random numbers that nobody can guess who has not the key, whatever is public of the rest."""
    info = f"random numbers, 1|{purpose}|{number}|{card_id}".encode()
    return int.from_bytes(hkdf_sha256(require_key(key), salt=SALT, info=info, length=7), "big")


def card_directions(key: bytes, card_id: str, count: int) -> np.ndarray:
    """Directions of the spots of a card, uniform on the sphere.

    Parameters
    ----------
    key : bytes
        See `require_key`.
    card_id : str
    count : int

    Returns
    -------
    float64, shape (count, 3)
        Unit vectors; a longer list begins with a shorter one.

    Notes
    -----
    m_z = 2 a - 1 and azimuth 2 pi b are uniform on the sphere (Archimedes) with a and b uniform between 0
    and 1: 53 bits each of HKDF's bytes.
    """
    blocks = []
    for block in range(-(-count // SPOTS_PER_BLOCK)):
        info = b"\0".join([PURPOSE, card_id.encode(), block.to_bytes(4, "big")])
        stream = hkdf_sha256(key, salt=SALT, info=info, length=SPOTS_PER_BLOCK * BYTES_PER_SPOT)
        blocks.append(np.frombuffer(stream, ">u8").reshape(-1, 2))
    a, b = ((np.concatenate(blocks)[:count] >> 11) * 2.0**-53).T
    z, azimuth = 2 * a - 1, 2 * np.pi * b
    across = np.sqrt(1 - z**2)
    return np.stack([across * np.cos(azimuth), across * np.sin(azimuth), z], axis=-1)


def require_key(key: Any) -> bytes:
    """The key as bytes; no message ever shows it.

    Raises
    ------
    InvalidInputError
        If it is not bytes, or shorter than 16.
    """
    if not isinstance(key, (bytes, bytearray)):
        refuse("key", "bytes", f"a {type(key).__name__}", "Make one with secrets.token_bytes(32).")
    if len(key) < SHORTEST_KEY:
        rule = f"at least {SHORTEST_KEY} bytes long"
        refuse("key", rule, f"{len(key)} bytes", "Make one with secrets.token_bytes(32).")
    return bytes(key)


def require_card_id(card_id: Any) -> str:
    """The name of a card.

    Raises
    ------
    InvalidInputError
        If it is not printable text of 1 to 64 characters.
    """
    if not (isinstance(card_id, str) and 0 < len(card_id) <= LONGEST_ID and card_id.isprintable()):
        refuse("card_id", f"printable text of 1 to {LONGEST_ID} characters", repr(card_id))
    return card_id
