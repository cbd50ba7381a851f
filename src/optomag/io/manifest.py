"""The manifest: what made the files of a folder, and the fingerprint of each of them."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

from optomag.errors import refuse
from optomag.io.files import read_json, sha256_of
from optomag.io.safe_name import inside
from optomag.operating_system import cores, processor

NAME = "manifest.json"

_KEYS = {"version", "command", "config", "seed", "machine", "duration_seconds", "files"}


def read_manifest(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the manifest of `folder`.

    Raises
    ------
    InvalidInputError
        Where it is missing, truncated or not a manifest of optomag, or lists a file outside its folder.
    """
    path = Path(folder) / NAME
    content = read_json(path, name="manifest")
    if not isinstance(content, dict) or not content.keys() >= _KEYS:
        refuse("manifest", f"a JSON object with the keys {', '.join(sorted(_KEYS))}", path)
    files = content["files"]
    if not isinstance(files, dict) or not all(isinstance(digest, str) for digest in files.values()):
        refuse("files of the manifest", "names with the SHA-256 of each", f"others in {path}")
    for name in files:
        inside(folder, name, what="file of the manifest")
    return content


def changed_files(folder: str | os.PathLike[str]) -> list[str]:
    """Return the names in the manifest of `folder` whose file is missing or has other bytes now.

    Raises
    ------
    InvalidInputError
        As `read_manifest` does.
    StorageError
        Where a file cannot be read.
    """
    root = Path(folder)
    recorded = read_manifest(root)["files"]
    return [name for name, digest in recorded.items() if not _is_same(root / name, digest)]


def machine() -> dict[str, Any]:
    """Return what the numbers and the duration of a run may depend on: processor, system, versions."""
    import jax

    return {
        "processor": processor(),
        "cores": cores(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "jax": jax.__version__,
        "device": jax.devices()[0].device_kind,
    }


def _is_same(path: Path, digest: str) -> bool:
    return path.is_file() and sha256_of(path) == digest


def version() -> str:
    """Version of this library."""
    import optomag

    return optomag.__version__
