"""A secret key from a file or from the environment: never from what was typed, where others can see it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from optomag.errors import refuse
from optomag.identity.key_derivation import require_key
from optomag.io.files import read_bytes, storage_errors
from optomag.operating_system import others_may
from optomag.workflow.progress import Progress

VARIABLE = "OPTOMAG_KEY"

LARGEST_KEY = 2**20
"""Bytes of a file with a key: far more than any has."""


def secret_key(path: Path | None, *, progress: Progress) -> bytes:
    """The key as `require_secret_key` gives it; where others may read its file, that is said."""
    key = require_secret_key(path)
    if path is not None:
        with storage_errors(path, "read"):
            shared = others_may(path, stat.S_IRWXG | stat.S_IRWXO)
        if shared:
            progress.say(f"warning: others may read or write {path}; chmod 600 keeps it to you")
    return key


def require_secret_key(path: Path | None) -> bytes:
    """The bytes of the file, or of the variable OPTOMAG_KEY; of text without the line's end.

    Raises
    ------
    InvalidInputError
        If there is neither, the file is missing, or the key is shorter than 16 bytes.
    StorageError
        Where the file cannot be read.
    """
    if path is not None:
        secret = read_bytes(path, name="key-file", largest=LARGEST_KEY)
    elif VARIABLE in os.environ:
        secret = os.fsencode(os.environ[VARIABLE])
    else:
        refuse("key", f"in a file, --key-file, or in the variable {VARIABLE}", "neither")
    return require_key(_without_line_end(secret))


def _without_line_end(secret: bytes) -> bytes:
    """Text loses the one line end that an editor puts there; random bytes may end with one, and keep it."""
    text = secret.removesuffix(b"\n").removesuffix(b"\r")
    return text if all(32 <= byte < 127 for byte in text) else secret
