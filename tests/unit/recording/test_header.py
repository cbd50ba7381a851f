"""What reading needs comes back from plain values; what does not fit together is refused."""

from __future__ import annotations

import copy
import json

import pytest

from optomag.errors import InvalidInputError
from optomag.recording.header import Header


def test_a_header_comes_back_from_json(recording):
    plain = json.loads(json.dumps(recording.header.plain()))
    again = Header.of(plain)
    assert again.plain() == recording.header.plain()
    assert again.symbols == recording.header.symbols


def changed(plain, place, value):
    found = copy.deepcopy(plain)
    inner = found
    for name in place[:-1]:
        inner = inner[name]
    if value is None:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return found


TAMPERED = {
    "another version": (("version",), 2),
    "no version": (("version",), None),
    "no length": (("total_bytes",), 0),
    "a length as text": (("total_bytes",), "10"),
    "more bytes than spots": (("total_bytes",), 100_000),
    "a short SHA-256": (("sha256",), "ab"),
    "a SHA-256 of other letters": (("sha256",), "x" * 64),
    "a code that is not there": (("code", "name"), "7/8"),
    "a list for a code": (("code", "name"), ["8/9"]),
    "a code of another length": (("code", "length"), 64_800),
    "a point too few": (("constellation", "points"), [[0.0, 0.0, 1.0]]),
    "points of other lengths": (("constellation", "points", 0), [0.0, 0.0, 2.0]),
    "a point of two components": (("constellation", "points", 0), [0.0, 1.0]),
    "points as text": (("constellation", "points"), "abc"),
    "a label twice": (("constellation", "labels", 0), 1),
    "labels of several lengths": (("constellation", "labels", 0), [1, 2]),
    "another kind": (("constellation", "kind"), "circles"),
    "no rows": (("layout", "rows"), 0),
    "half a row": (("layout", "rows"), 1.5),
    "fewer pages than needed": (("layout", "pages"), 1),
    "a negative pitch": (("layout", "pitch_m"), -1.0),
    "a pitch that is not a number": (("layout", "pitch_m"), float("nan")),
    "means of too few points": (("means",), [[0.0, 0.0, 1.0]]),
    "means that are not finite": (("means", 0, 0), float("inf")),
    "a residual that is no covariance": (("residual", 0, 0), -1.0),
    "no full scale": (("full_scale",), 0.0),
    "no level": (("level_db",), None),
    "a reader of another geometry": (("reader", "geometry"), "sideways"),
    "a reader without a lens": (("reader", "lens"), None),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_header_that_was_tampered_with_is_refused(recording, what):
    with pytest.raises(InvalidInputError):
        Header.of(changed(recording.header.plain(), *TAMPERED[what]))


@pytest.mark.parametrize("plain", [None, [], 3, "header", {}])
def test_what_is_no_header_is_refused(plain):
    with pytest.raises(InvalidInputError, match="header"):
        Header.of(plain)


@pytest.mark.parametrize(("place", "value"), [("total_bytes", 10**12), ("pages", 10**9), ("pages", 1)])
def test_sizes_that_do_not_belong_together_are_refused(recording, place, value):
    """A header from a stranger asks for no more memory than its bytes need."""
    plain = recording.header.plain()
    (plain if place in plain else plain["layout"])[place] = value
    with pytest.raises(InvalidInputError, match=r"total_bytes|pages of the header"):
        Header.of(plain)
