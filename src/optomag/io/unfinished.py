"""Names beside a file or folder while it is written: what stands there is not yet a result."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from optomag.operating_system import is_link, process_runs

PART_PREFIX = ".part-"
"""Names that start so are unfinished: of a run that is writing, or of one that was killed."""

_numbers = itertools.count()
_being_written: set[Path] = set()


@contextlib.contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """Give a name beside `target` that no other process, and no other thread of this one, has at the time.

    It ends like that of `target`, for writers that look at the suffix. What killed processes left unfinished
    of the same target goes before, and what still stands under the name goes after the block.

    Raises
    ------
    OSError
        Where the file system refuses.
    """
    part = target.with_name(f"{PART_PREFIX}{os.getpid()}.{next(_numbers)}-{target.name}")
    _being_written.add(part)
    try:
        _remove_leftovers(target)
        yield part
    finally:
        _being_written.discard(part)
        with contextlib.suppress(OSError):
            _remove(part)


def _remove_leftovers(target: Path) -> None:
    with os.scandir(target.parent) as entries:
        names = [entry.name for entry in entries if entry.name.startswith(PART_PREFIX)]
    for name in names:
        owner, _, of = name.removeprefix(PART_PREFIX).partition("-")
        process = owner.partition(".")[0]
        part = target.with_name(name)
        # in a container, each run has the number of the one that was killed
        gone = part not in _being_written if process == str(os.getpid()) else not process_runs(process)
        if of == target.name and gone:
            _remove(part)


def _remove(part: Path) -> None:
    if part.is_dir() and not is_link(part):
        shutil.rmtree(part, ignore_errors=True)
    else:
        part.unlink(missing_ok=True)
