"""Names for many results of one kind, each of which may be a folder on every system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from optomag.errors import refuse, require_items
from optomag.operating_system import windows_fault

LONGEST = 100
"""Characters of a name."""

DIGITS = 4
"""Of a number that is a name; more where there are more."""

_NAME = re.compile(r"[^\W_](?:[\w.+=,()-]*[\w+)])?")

TAKEN = ("manifest.json",)
"""What every result's folder has."""


def numbered_names(count: int) -> tuple[str, ...]:
    """Numbers as names, from 1, all of one length.

    Examples
    --------
    >>> numbered_names(2)
    ('0001', '0002')
    """
    digits = max(DIGITS, len(str(count)))
    return tuple(f"{number:0{digits}d}" for number in range(1, count + 1))


def require_names(
    name: str, values: Any, *, count: int | None = None, taken: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return names that can be folders beside one another.

    Parameters
    ----------
    name : str
        What messages call one of them.
    values : sequence of str
        Letters and digits of any script and . _ - + = , ( ), beginning with a letter or a digit. No blanks:
        tables part names by them.
    count : int, optional
        How many there must be.
    taken : iterable of str
        Names of files beside them.

    Raises
    ------
    InvalidInputError
        If one is no such text, is reserved on some system, or is twice there, whatever its case.

    Examples
    --------
    >>> require_names("name", ["north", "east-2"])
    ('north', 'east-2')
    """
    names = require_items(name, values, "several texts")
    if count is not None and len(names) != count:
        refuse(f"{name}s", f"{count}, one for each", len(names))
    seen: dict[str, str] = {each.lower(): each for each in (*TAKEN, *taken)}
    for each in names:
        if not isinstance(each, str) or not _NAME.fullmatch(each) or len(each) > LONGEST:
            rule = f"one of a folder: at most {LONGEST} letters, digits and . _ - + = , ( )"
            refuse(name, rule, each or "an empty one", "It begins with a letter or a digit.")
        if windows_fault(each) is not None:
            refuse(name, "one that every system takes", each, "Windows keeps it for itself.")
        if (known := seen.get(each.lower())) is not None:
            refuse(name, "there once, whatever its case", f"{known} and {each}")
        seen[each.lower()] = each
    return names


def place_of(names: Sequence[str], name: str) -> int | None:
    """Where a name stands, or a number such as 3 or 0003 counted from 1; None where it does not."""
    if name in names:
        return names.index(name)
    number = int(name) if name.isascii() and name.isdigit() and len(name) < 16 else 0
    return number - 1 if 1 <= number <= len(names) else None
