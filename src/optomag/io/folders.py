"""Write folders whole or not at all, as `optomag.io.files` does with files."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from optomag.io.files import storage_errors
from optomag.io.unfinished import unfinished
from optomag.operating_system import flush, move

ASIDE_PREFIX = ".old-"
"""Names that start so are folders set aside for the moment in which their successor takes their name."""


@contextlib.contextmanager
def atomic_folder(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give the name of a temporary folder beside `path`; when the block succeeds, it becomes `path`.

    A folder that had the name before is removed then, and only then. When the block fails, the temporary
    folder is removed and `path` is what it was before.

    Parameters
    ----------
    path : path
        The folder to write; its parent must exist.

    Yields
    ------
    Path
        Where to make the folder.

    Raises
    ------
    StorageError
        Where the file system refuses: full disk, read-only or missing parent.
    """
    target = Path(path)
    aside = target.with_name(f"{ASIDE_PREFIX}{target.name}")
    with storage_errors(target), unfinished(target) as part:
        _finish_interrupted_swap(target, aside)
        part.mkdir()
        yield part
        _flush(part)
        _swap(part, target, aside)


def _swap(part: Path, target: Path, aside: Path) -> None:
    # a folder cannot replace a full one in one step; killed in between, the next call puts it back
    replaces = target.exists()
    if replaces:
        move(target, aside)
    try:
        move(part, target)
    except BaseException:
        if replaces:
            move(aside, target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _finish_interrupted_swap(target: Path, aside: Path) -> None:
    if aside.exists():
        if target.exists():
            shutil.rmtree(aside)
        else:
            move(aside, target)


def _flush(folder: Path) -> None:
    """Make sure that all the bytes are on the disk before the old folder goes."""
    for parent, _, names in os.walk(folder):
        for name in names:
            flush(Path(parent, name))
