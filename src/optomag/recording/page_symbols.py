"""Bytes as the symbols of page after page, and what is known of bits back as bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import numpy as np

from optomag.errors import UnreadableError
from optomag.recording.coded_payload import decode_payload, encode_payload
from optomag.recording.constellation import Constellation
from optomag.recording.corrections import Corrections
from optomag.recording.header import Header
from optomag.recording.layout import Layout
from optomag.recording.parity_check import ParityCheckCode
from optomag.recording.pilots import data_places, pilot_places, pilot_symbols

FILLER = b"optomag recording, filler 1, page "
"""What the symbols of spots without data are derived from: a page has no empty corner."""


def page_symbols(
    payload: Iterable[bytes], total_bytes: int, code: ParityCheckCode, points: Constellation, layout: Layout
) -> Iterator[np.ndarray]:
    """Which point each spot of a page is, int64 (rows, columns), page after page.

    Raises
    ------
    InvalidInputError
        For a payload of another length.
    """
    blocks = encode_payload(payload, total_bytes, code)
    pilots, places = pilot_places(layout.spots), data_places(layout.spots)
    held, wanted = np.empty(0, np.uint8), len(places) * points.bits
    for page in range(layout.pages):
        parts, count = [held], len(held)
        while count < wanted and (block := next(blocks, None)) is not None:
            parts.append(block)
            count += len(block)
        row = np.concatenate(parts)
        if count < wanted:
            seed = hashlib.shake_128(FILLER + str(page).encode()).digest(-(-wanted // 8))
            row = np.concatenate([row, np.unpackbits(np.frombuffer(seed, np.uint8))[: wanted - count]])
        found = np.empty(layout.spots, np.int64)
        found[pilots] = pilot_symbols(pilots, len(points.points))
        found[places] = points.symbols(row[:wanted])
        held = row[wanted:]
        yield found.reshape(layout.rows, layout.columns)
    next(blocks, None)  # refuses a payload that goes on


def payload_of(
    likelihoods: Iterable[np.ndarray], header: Header, *, counts: Corrections | None = None
) -> Iterator[bytes]:
    """The payload from what is known of the bits of page after page, (data spots, bits) each.

    Every piece has passed the parity checks and a checksum, and the last one is given only if all together
    have the header's SHA-256. What was corrected is added to `counts`.

    Raises
    ------
    UnreadableError
        If anything is wrong.
    """
    digest, held = hashlib.sha256(), b""
    rows = (np.asarray(page).ravel() for page in likelihoods)
    for piece in decode_payload(rows, header.total_bytes, header.code, counts=counts):
        if held:
            yield held
        digest.update(piece)
        held = piece
    if digest.hexdigest() != header.sha256:
        raise UnreadableError("What was read is not what was recorded: its SHA-256 is another one.")
    yield held
