"""How much fits: what is asked for is weighed before any work, and the answer names the largest that fits."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from optomag.errors import require_room
from optomag.operating_system import memory

MOST_MEMORY: Final = 8 * 2**30
"""Bytes that one piece of work may take; less where the machine has less."""

COUNTED: Final = 10**30
"""Counts beyond are weighed as if they were this: they fit nowhere, and floats could not hold them."""

Estimate = Callable[[int], float]
"""What so many take; it never falls."""


def memory_limit() -> float:
    """Bytes of memory that one piece of work may take."""
    machine = memory()
    return MOST_MEMORY if machine is None or machine <= 0 else min(MOST_MEMORY, machine)


def disk_limit(folder: Path) -> float:
    """Bytes free where a folder lies or will lie; infinite where that cannot be told."""
    place = next((one for one in (folder, *folder.absolute().parents) if one.is_dir()), None)
    try:
        return float("inf") if place is None else float(shutil.disk_usage(place).free)
    except OSError:
        return float("inf")


def require_memory(name: str, count: int, needed: Estimate, *, least: int = 1, advice: str = "") -> None:
    """Refuse a count whose work does not fit into memory.

    Parameters
    ----------
    name : str
    count : int
    needed : function of a count [bytes]
    least : int
        Smallest count that makes sense.
    advice : str
        What else to do.

    Raises
    ------
    InvalidInputError
        In one line, with the estimate, the limit and the largest count that fits.

    Examples
    --------
    >>> require_memory("points", 1000, lambda count: 8.0 * count**3)
    >>> require_memory("points", 10**5, lambda count: 2.0**23 * count)
    Traceback (most recent call last):
    optomag.errors.InvalidInputError: points must be such that it takes at most 8 GiB of memory; \
got 781 GiB. The largest that fits is 1024, not 100000.
    """
    _require(name, count, needed, memory_limit(), "memory", least, advice)


def require_disk(
    name: str, count: int, needed: Estimate, folder: Path, *, least: int = 1, advice: str = ""
) -> None:
    """Refuse a count whose results do not fit on the disk of a folder; parameters as in `require_memory`."""
    _require(name, count, needed, disk_limit(folder), "free disk", least, advice)


def largest_fitting(needed: Estimate, limit: float, *, below: int) -> int:
    """Largest count below another that takes no more than a limit; 0 if none does.

    Examples
    --------
    >>> largest_fitting(lambda count: count**2, 50, below=10**18)
    7
    """
    fits, fails = 0, below
    while fails - fits > 1:
        middle = (fits + fails) // 2
        fits, fails = (middle, fails) if needed(middle) <= limit else (fits, middle)
    return fits


def _require(
    name: str, count: int, needed: Estimate, limit: float, what: str, least: int, advice: str
) -> None:
    asked = _of(needed, count)
    if not asked <= limit:
        largest = f"{_largest(count, needed, limit, least)} {advice}".rstrip()
        require_room(name, asked, limit, largest=largest, what=what)


def _of(needed: Estimate, count: int) -> float:
    return float(needed(min(count, COUNTED)))


def _largest(count: int, needed: Estimate, limit: float, least: int) -> str:
    found = largest_fitting(needed, limit, below=min(count, COUNTED))
    asked: Any = count if count < 10**15 else "more" if count >= COUNTED else f"{count:.3g}"
    return f"The largest that fits is {found}, not {asked}." if found >= least else "None fits."
