"""Files of a job for the browser: their list, one of them, or all in a zip archive."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from optomag.errors import refuse
from optomag.io.safe_name import inside
from optomag.io.unfinished import PART_PREFIX
from optomag.operating_system import is_link

IN_MEMORY = 2**26
"""Bytes of an archive that are not put on the disk."""

CHUNK = 2**18


def files_of(folder: Path) -> list[dict[str, Any]]:
    """Names below a job's folder with their bytes, whole files only."""
    return [
        {"name": path.relative_to(folder).as_posix(), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not is_link(path) and PART_PREFIX not in path.as_posix()
    ]


def file_in(folder: Path, name: str) -> Path:
    """A file of a job by its name.

    Raises
    ------
    InvalidInputError
        If there is none, or the name leads out of the folder.
    """
    path = inside(folder, name, what="file")
    if not path.is_file():
        refuse("file", "one of the job's", name)
    return path


def archive_of(folder: Path) -> Iterator[bytes]:
    """A zip archive of a job's folder, piece by piece."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as archive:
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for entry in files_of(folder):
                packed.write(folder / entry["name"], f"{folder.name}/{entry['name']}")
        archive.seek(0)
        while piece := archive.read(CHUNK):
            yield piece
