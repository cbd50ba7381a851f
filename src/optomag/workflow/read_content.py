"""What a command reads is told by its content: a folder that was moved is the same, one made anew is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel

from optomag.errors import OptomagError

LARGEST_LOOKED_AT = 2**28
"""Bytes of a file whose content is looked at, within a second; a larger one is known by size and time."""


def content_read(settings: BaseModel, known: Sequence[str], sources: Sequence[object]) -> dict[str, str]:
    """Fingerprints of the files and results that a command reads.

    Parameters
    ----------
    settings : BaseModel
        What the command was told.
    known : sequence of str
        Names of the settings that may be written down: no secrets, and nothing that is written to.
    sources : sequence
        What was typed without a name.

    Returns
    -------
    dict of str
        By the number of a source, from "1", or the name of a setting. What has no fingerprint, as a folder
        without a result, is left out: its name has to do.
    """
    named: list[tuple[str, object]] = [(str(k), source) for k, source in enumerate(sources, 1)]
    named += [entry for name in known for entry in _paths(name, getattr(settings, name, None))]
    found = ((name, _content(path)) for name, path in named if isinstance(path, Path))
    return {name: content for name, content in found if content is not None}


def _paths(name: str, value: object) -> Iterator[tuple[str, object]]:
    if name == "device" and isinstance(value, str) and value.endswith(".toml"):
        yield name, Path(value)
    elif isinstance(value, BaseModel):
        for inner, each in value:
            yield from _paths(f"{name}.{inner}", each)
    else:
        yield name, value


def _content(path: Path) -> str | None:
    """Fingerprint of a file, of the result in a folder, or of the one of which FOLDER/NAME is a member."""
    from optomag.io.files import sha256_of  # not at the top: help needs no arrays
    from optomag.io.manifest import NAME
    from optomag.io.result_folder import what_lies_in

    try:
        if path.is_file():
            is_large = (known := path.stat()).st_size > LARGEST_LOOKED_AT
            return f"{known.st_size}, {known.st_mtime_ns}" if is_large else sha256_of(path)
        if (path / NAME).is_file():
            return what_lies_in(path)
        if not path.exists() and (path.parent / NAME).is_file():
            return f"{what_lies_in(path.parent)}/{path.name}"
    except (OptomagError, OSError):
        pass  # whoever reads it says what is wrong
    return None
