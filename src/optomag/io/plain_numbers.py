"""Numbers as people write them in text: plain ones, and nothing else that Python takes for a number.

Python reads 2_3 and the digits of every script as numbers; who typed them meant something else, or another
program would not agree. Blanks around a number are none of it; blanks inside make it none.
"""

from __future__ import annotations

import re

LONGEST = 400
"""Characters of a number: more than every float64 has."""

_REAL = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
REAL = re.compile(rf"[+-]?{_REAL}", re.ASCII)
WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
COMPLEX = re.compile(rf"[+-]?{_REAL}(?:[+-](?:{_REAL})?[jJ])?|[+-]?(?:{_REAL})?[jJ]", re.ASCII)


def plain_real(text: str) -> float | None:
    """The number that a text is, infinite where it is too large for float64; None where it is none.

    Examples
    --------
    >>> plain_real(" -1.5e-3 "), plain_real("1_000"), plain_real("2 3"), plain_real("nan")
    (-0.0015, None, None, None)
    """
    found = _whole_match(REAL, text)
    return None if found is None else float(found)


def plain_whole(text: str) -> int | None:
    """The whole number that a text is; None where it is none.

    Examples
    --------
    >>> plain_whole("12"), plain_whole("1_2"), plain_whole("12.0")
    (12, None, None)
    """
    found = _whole_match(WHOLE, text)
    return None if found is None else int(found)


def plain_complex(text: str) -> complex | None:
    """The complex number that a text such as 2.9+3.6j is; None where it is none.

    Examples
    --------
    >>> plain_complex("2.9+3.6j"), plain_complex("1.46"), plain_complex("2 3")
    ((2.9+3.6j), (1.46+0j), None)
    """
    found = _whole_match(COMPLEX, text)
    return None if found is None else complex(found)


def plain_term(text: str) -> tuple[int, int, float] | None:
    """The order n, m and the size that a text such as 2,-2:0.05 is; None where it is none.

    Examples
    --------
    >>> plain_term("2,-2:0.05"), plain_term("2:0.05"), plain_term("2,2")
    ((2, -2, 0.05), None, None)
    """
    order, _, size = text.partition(":")
    n, m = map(plain_whole, order.partition(",")[::2])
    value = plain_real(size)
    return None if n is None or m is None or value is None else (n, m, value)


def _whole_match(pattern: re.Pattern[str], text: str) -> str | None:
    stripped = text.strip()
    return stripped if len(stripped) <= LONGEST and pattern.fullmatch(stripped) else None
