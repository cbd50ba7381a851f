"""The manifest: what made the files of a folder, and the fingerprint of each of them."""

from __future__ import annotations

import math
import os
import platform
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from optomag.errors import refuse
from optomag.io.files import PART_PREFIX, read_json, sha256_of, storage_errors, write_json
from optomag.io.safe_name import inside

NAME = "manifest.json"

LAG, COARSE_LAG = 0.02, 2.0
"""Seconds by which a file's time may lie before the clock: a tick of the kernel, or FAT's even seconds."""

_KEYS = {"version", "command", "config", "seed", "machine", "duration_seconds", "files"}


def write_manifest(
    folder: str | os.PathLike[str],
    *,
    command: str,
    config: Mapping[str, Any],
    seed: int | None,
    started: float,
    resumed: Iterable[str] = (),
    extra: Mapping[str, Any] | None = None,
) -> Path:
    """Write `manifest.json` for what a run wrote to `folder`; the last step of the run.

    Listed is what changed since `started`. Files that lay there before belong to the user or to another
    run, unless they are among `resumed`.

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
    resumed : iterable of str
        Names in `folder` with which the run goes on where an earlier one stopped, such as a store: all of
        their files are listed, however old.
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
    with storage_errors(root / NAME):
        since = _file_time(root, started)
    with storage_errors(root, "read"):
        whole = {root / name for name in resumed}
        files = {path.relative_to(root).as_posix(): sha256_of(path) for path in _files(root, since, whole)}
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
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "jax": jax.__version__,
        "device": jax.devices()[0].device_kind,
    }


def _file_time(folder: Path, moment: float) -> float:
    """The time that a file in `folder` written at `moment` [s] has at least."""
    with tempfile.TemporaryFile(dir=folder, prefix=PART_PREFIX) as probe:
        now = os.fstat(probe.fileno()).st_mtime
    # A network drive stamps files by its own clock, which may be minutes away from this computer's.
    return moment + (now - time.time()) - (COARSE_LAG if now.is_integer() else LAG)


def _files(folder: Path, since: float, whole: Collection[Path]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink():  # no run makes links
            continue
        oldest = -math.inf if path in whole else since
        if path.is_dir():
            if not (path / NAME).exists():
                yield from _files(path, oldest, whole)
        elif path.name != NAME and not path.name.startswith(PART_PREFIX) and path.stat().st_mtime >= oldest:
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
