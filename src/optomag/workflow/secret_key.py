"""A secret key from a file or from the environment: never from what was typed, where others can see it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from optomag.errors import refuse
from optomag.identity.key_derivation import require_key
from optomag.io.files import require_file, storage_errors
from optomag.workflow.progress import Progress

VARIABLE = "OPTOMAG_KEY"


def secret_key(path: Path | None, *, progress: Progress) -> bytes:
    """The bytes of the file, or of the variable OPTOMAG_KEY, without line feeds at the end.

    Raises
    ------
    InvalidInputError
        If there is neither, the file is missing, or the key is shorter than 16 bytes.
    StorageError
        Where the file cannot be read.
    """
    if path is None:
        if VARIABLE not in os.environ:
            refuse("key", f"in a file, --key-file, or in the variable {VARIABLE}", "neither")
        return require_key(os.fsencode(os.environ[VARIABLE]).rstrip(b"\r\n"))
    require_file(path, name="key-file")
    with storage_errors(path, "read"):
        secret = path.read_bytes()
        shared = os.name == "posix" and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)
    if shared:
        progress.say(f"warning: others may read {path}; chmod 600 keeps it to you")
    return require_key(secret.rstrip(b"\r\n"))
