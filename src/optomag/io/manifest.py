"""The manifest: what made the files of a folder, and the fingerprint of each of them."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from optomag.errors import refuse
from optomag.io.files import PART_PREFIX, read_json, sha256_of, storage_errors, write_json

NAME = "manifest.json"

_KEYS = {"version", "command", "config", "seed", "machine", "duration_seconds", "files"}


def write_manifest(
    folder: str | os.PathLike[str],
    *,
    command: str,
    config: Mapping[str, Any],
    seed: int | None,
    started: float,
    extra: Mapping[str, Any] | None = None,
) -> Path:
    """Write `manifest.json` for everything that lies in `folder` now; the last step of a run.

    Parameters
    ----------
    folder : path
        The folder of a finished run. A folder in it that has a manifest of its own is left out.
    command : str
        What made the files, such as "optomag train".
    config : mapping
        The full configuration, as plain JSON values.
    seed : int, optional
        Where all random numbers of the run started.
    started : float [s]
        `time.time()` at the start of the run.
    extra : mapping, optional
        Further entries.

    Returns
    -------
    Path
        The manifest.

    Raises
    ------
    StorageError
        Where a file cannot be read or the manifest cannot be written.
    """
    root = Path(folder)
    with storage_errors(root, "read"):
        files = {path.relative_to(root).as_posix(): sha256_of(path) for path in _files(root)}
    content = {
        "version": _version(),
        "command": command,
        "config": config,
        "seed": seed,
        "machine": machine(),
        "started": datetime.fromtimestamp(started, UTC).isoformat(timespec="seconds"),
        "duration_seconds": round(time.time() - started, 3),
        "files": files,
    }
    write_json(root / NAME, {**content, **(extra or {})})
    return root / NAME


def read_manifest(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the manifest of `folder`.

    Raises
    ------
    InvalidInputError
        Where it is missing, truncated or not a manifest of optomag.
    """
    path = Path(folder) / NAME
    content = read_json(path, name="manifest")
    if not isinstance(content, dict) or not content.keys() >= _KEYS:
        refuse("manifest", f"a JSON object with the keys {', '.join(sorted(_KEYS))}", path)
    return content


def changed_files(folder: str | os.PathLike[str]) -> list[str]:
    """Return the names in the manifest of `folder` whose file is missing or has other bytes now."""
    root = Path(folder)
    recorded = read_manifest(root)["files"]
    return [name for name, digest in recorded.items() if not _is_same(root / name, digest)]


def machine() -> dict[str, Any]:
    """Return what the numbers and the duration of a run may depend on: processor, system, versions."""
    import jax

    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "jax": jax.__version__,
        "device": jax.devices()[0].device_kind,
    }


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if not (path / NAME).exists():
                yield from _files(path)
        elif path.name != NAME and not path.name.startswith(PART_PREFIX):
            yield path


def _is_same(path: Path, digest: str) -> bool:
    return path.is_file() and sha256_of(path) == digest


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _version() -> str:
    import optomag

    return optomag.__version__
