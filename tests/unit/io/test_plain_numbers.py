"""Numbers in text: what people write is read, what only Python takes for a number is not."""

from __future__ import annotations

import pytest

from optomag.io.plain_numbers import plain_complex, plain_real, plain_whole

PLAIN = {
    "0": 0.0,
    "-12": -12.0,
    "+.5": 0.5,
    "5.": 5.0,
    " 1e-3\t": 1e-3,
    "1.5E+2": 150.0,
    "1e400": float("inf"),
}
WRONG = [
    "",
    " ",
    "1_000",
    "2 3",
    "1\u00a0000",
    "٣",
    "１",
    "−5",
    "0x10",
    "1,5",
    "nan",
    "inf",
    "1e",
    ".",
    "1.2.3",
]
WRONG += ["1d5", "True", "1f", "--1", "1" * 401, "(1)", "5\x00"]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_numbers_are_read(text):
    assert plain_real(text) == PLAIN[text]
    assert plain_complex(text) == PLAIN[text]


@pytest.mark.parametrize("text", WRONG)
def test_other_text_is_no_number(text):
    assert plain_real(text) is plain_complex(text) is plain_whole(text) is None


def test_whole_numbers_have_no_point():
    assert [plain_whole(text) for text in ("-3", " 7 ", "7.0", "1e2", "7_0")] == [-3, 7, None, None, None]


def test_complex_numbers_are_those_of_python():
    for text in ("2.9+3.6j", "1-j", "-.5J", "j", "1e-3+2e1j"):
        assert plain_complex(text) == complex(text)
    for text in ("2.9 + 3.6j", "2_9+3j", "(1+2j)", "1+2i", "1+2", "j1"):
        assert plain_complex(text) is None
