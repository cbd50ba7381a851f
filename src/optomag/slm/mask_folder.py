"""Names in a folder of masks, and how those of former masks leave it."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from pathlib import Path

from optomag.errors import InvalidInputError
from optomag.io.files import read_json, sha256_of, storage_errors
from optomag.io.manifest import NAME as MANIFEST

FORMAT, VERSION = "optomag-masks", 1
RECORD, PICTURE = "masks.json", "masks.png"
COUNTER = "counter"
"""Folder of the second lens' masks within that of the first lens'."""


def remove_former(place: Path, *, keep: Collection[str]) -> None:
    """Remove what the side-car of former masks names, and the former masks of a second lens.

    Parameters
    ----------
    place : Path
        A folder of masks whose side-car is still the former one, if there is one.
    keep : collection of str
        Names that the new masks have taken.

    Raises
    ------
    StorageError
        Where a file cannot be read or removed.

    Notes
    -----
    A file goes only where its bytes are those that were written: whatever was changed since, or came from
    elsewhere, stays.
    """
    _remove_named(place, keep)
    remove_masks(place / COUNTER)


def remove_masks(place: Path) -> None:
    """Remove masks altogether, and their folder if nothing else is in it.

    A folder with a manifest of its own was saved by itself, and stays.

    Raises
    ------
    StorageError
        Where a file cannot be read or removed.
    """
    if (place / MANIFEST).exists() or not _digests(place):
        return
    if (place / COUNTER).is_dir():
        remove_masks(place / COUNTER)
    _remove_named(place, ())
    with storage_errors(place, "removed"):
        for name in (PICTURE, RECORD):
            (place / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # somebody else's files keep it
        place.rmdir()


def _remove_named(place: Path, keep: Collection[str]) -> None:
    for name, digest in _digests(place).items():
        path = place / name
        # A side-car from elsewhere must not reach out of the folder.
        if name in keep or Path(name).name != name or path.is_symlink() or not path.is_file():
            continue
        if sha256_of(path) == digest:
            with storage_errors(path, "removed"):
                path.unlink()


def _digests(place: Path) -> dict[str, str]:
    """Names and SHA-256 of the files that a folder's side-car describes; none where it is foreign."""
    try:
        record = read_json(place / RECORD)
    except InvalidInputError:
        return {}
    files = record.get("files") if isinstance(record, dict) and record.get("format") == FORMAT else None
    return files if isinstance(files, dict) else {}
