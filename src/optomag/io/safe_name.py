"""Names that records give for files stay inside the folder of the record, whoever wrote them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from optomag.errors import refuse
from optomag.operating_system import lies_in, name_fault

LONGEST = 255
"""Bytes of a part of a name."""

_DRIVE = re.compile("[A-Za-z]:")


def inside(folder: str | os.PathLike[str], name: Any, *, what: str = "name") -> Path:
    """Path of the file or folder that a record in `folder` calls `name`.

    Parameters
    ----------
    folder : path
        The folder of the record.
    name : str
        Parts joined by "/", as records are written on every system. Nothing needs to exist there.
    what : str
        What the message calls the name.

    Returns
    -------
    Path
        `folder` / `name`.

    Raises
    ------
    InvalidInputError
        If `name` is no text or empty, absolute, has empty parts, ".", "..", a backslash or a drive letter, or
        passes through a link that leads out of the folder; on Windows also if it is none that it takes.

    Examples
    --------
    >>> inside("result", "masks/left.png").as_posix()
    'result/masks/left.png'
    """
    rule = "a name inside its folder"
    if not isinstance(name, str) or _DRIVE.match(name) or not {"\\", "\0"}.isdisjoint(name):
        refuse(what, rule, name)
    if any(part in ("", ".", "..") for part in name.split("/")):
        refuse(what, rule, name or "an empty one")
    # What no file system takes: half of a pair of surrogates, or more bytes than a name may have.
    if any(len(part.encode(errors="replace")) > LONGEST for part in name.split("/")) or not _is_text(name):
        refuse(what, rule, ascii(name[:LONGEST]))
    if (fault := name_fault(name)) is not None:
        refuse(what, f"{rule}, as this system takes it", f"{name}: {fault}")
    path = Path(folder, name)
    if not lies_in(path, folder):
        refuse(what, rule, f"{name}, a link that leads out of {os.fspath(folder)}", "Copy the file there.")
    return path


def require_apart(
    path: str | os.PathLike[str], folder: Path, names: Iterable[str], *, name: str, what: str
) -> None:
    """Refuse a source that is, or lies in, something that is going to be replaced.

    Parameters
    ----------
    path : path
        The source.
    folder, names : path, iterable of str
        What is written there, replaced or removed.
    name, what : str
        What messages call the source, and who writes.

    Raises
    ------
    InvalidInputError
    """
    for each in names:
        if lies_in(path, folder / each):
            advice = "Choose another --out, or another name."
            refuse(name, f"apart from what {what} writes", f"{path}, where {each} goes", advice)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
