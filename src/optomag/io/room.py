"""How much fits into memory and onto a disk: weighed before any work, and the answer names what fits."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from optomag.errors import require_room

MOST_MEMORY: Final = 8 * 2**30
"""Bytes that one piece of work may take; less where the machine has less."""

Estimate = Callable[[int], float]
"""Bytes that so many take; it never falls."""


def memory_limit() -> float:
    """Bytes of memory that one piece of work may take."""
    try:
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not on Windows
        return MOST_MEMORY
    return min(MOST_MEMORY, machine) if machine > 0 else MOST_MEMORY


def disk_limit(folder: Path) -> float:
    """Bytes free where a folder lies or will lie; infinite where that cannot be told."""
    place = next((one for one in (folder, *folder.absolute().parents) if one.is_dir()), None)
    try:
        return float("inf") if place is None else float(shutil.disk_usage(place).free)
    except OSError:
        return float("inf")


def require_memory(name: str, count: int, needed: Estimate) -> None:
    """Refuse a count whose work does not fit into memory, in one line that names the largest that does.

    Examples
    --------
    >>> require_memory("points", 1000, lambda count: 8.0 * count**2)
    >>> require_memory("points", 10**8, lambda count: 2.0**23 * count)
    Traceback (most recent call last):
    optomag.errors.InvalidInputError: points must be such that it takes at most 8 GiB of memory; \
got 763 TiB. The largest that fits is 1024.
    """
    _require(name, count, needed, memory_limit(), "memory")


def require_disk(name: str, count: int, needed: Estimate, folder: Path) -> None:
    """Refuse a count whose results do not fit onto the disk of a folder; else as `require_memory`."""
    _require(name, count, needed, disk_limit(folder), "free disk")


def _require(name: str, count: int, needed: Estimate, limit: float, what: str) -> None:
    if needed(count) <= limit:
        return
    fits, fails = 0, count
    while fails - fits > 1:
        middle = (fits + fails) // 2
        fits, fails = (middle, fails) if needed(middle) <= limit else (fits, middle)
    require_room(name, needed(count), limit, largest=f"The largest that fits is {fits}.", what=what)
