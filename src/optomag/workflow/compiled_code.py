"""Compiled code kept from one run to the next: JAX's persistent cache, in a folder safe to run code from.

JAX takes an entry of its cache for machine code and runs it; nothing in it is pickled. Whoever can write to
the folder therefore decides what this process does, and whoever compiled for another processor what it
stumbles over: hence the two checks here, and a folder of its own for each kind of processor and compiler.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import stat
import warnings
from importlib.metadata import version
from pathlib import Path

from optomag.errors import refuse
from optomag.io.files import require_writable_folder
from optomag.operating_system import is_mine, others_may, processor_lines

LARGEST = 2**28
"""Bytes that a folder may hold before a run; the oldest entries make room."""

ENTRY = "*-cache"
"""What JAX calls its entries: the name of a compiled function, a fingerprint, and this."""

FAULT = re.compile(r"Error (?P<doing>reading|writing) persistent compilation cache entry for '(?P<name>\w+)'")
"""How JAX begins to warn of an entry that is damaged or cannot be written, before it goes on without it."""

KINDS_OF_PROCESSOR = (
    *("vendor_id", "cpu family", "model", "flags"),  # x86
    *("CPU implementer", "CPU architecture", "CPU variant", "CPU part", "Features"),  # ARM
)
"""What /proc/cpuinfo says about the code that a processor understands; clock rates are left out."""


def keep_compiled(folder: str | os.PathLike[str]) -> None:
    """Let this process take compiled functions from `folder`, and leave there those that it compiles.

    Several processes may do so at the same time, and an entry that one of them left unfinished is made again.

    Parameters
    ----------
    folder : path
        See `compiled_folder`.

    Raises
    ------
    InvalidInputError
        See `compiled_folder`.
    """
    place = compiled_folder(folder)
    import jax
    from jax.experimental.compilation_cache import compilation_cache

    import optomag.conventions  # noqa: F401  (sets a threshold that is for other folders)

    compilation_cache.reset_cache()
    jax.config.update("jax_compilation_cache_dir", str(place))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    _mend(place)


def compiled_folder(folder: str | os.PathLike[str]) -> Path:
    """Return the part of `folder` for this processor and this compiler; make it where it is missing.

    Parameters
    ----------
    folder : path
        Belongs to this user, and nobody else may write to it. Beyond 256 MiB the oldest entries are removed.

    Returns
    -------
    Path
        A folder in it.

    Raises
    ------
    InvalidInputError
        Where it is no folder, cannot be written to, or is open to other users.
    """
    top = _own_folder(Path(folder).expanduser())
    place = _own_folder(top / kind_of_machine())
    _make_room(top)
    return place


def kind_of_machine() -> str:
    """Name of this kind of processor and compiler, such as "jaxlib-0.10.2-x86_64-1f0c9d2ab3e4"."""
    facts = {line for line in processor_lines() if line.partition(":")[0].strip() in KINDS_OF_PROCESSOR}
    known = "\n".join([platform.system(), platform.processor(), *sorted(facts)])
    fingerprint = hashlib.sha256(known.encode()).hexdigest()[:12]
    return f"jaxlib-{version('jaxlib')}-{platform.machine()}-{fingerprint}"


def _own_folder(folder: Path) -> Path:
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    require_writable_folder(folder, name="cache")
    if not is_mine(folder):
        refuse("cache", "a folder of your own, since code in it is run", f"{folder} (of another user)")
    if others_may(folder, stat.S_IWGRP | stat.S_IWOTH):
        rule = "a folder that only you can write to, since code in it is run"
        refuse("cache", rule, f"{folder} (others may write to it)", "Try chmod go-w, or choose another.")
    return folder


def _make_room(top: Path) -> None:
    entries = []
    for path in top.glob(f"*/{ENTRY}"):
        with contextlib.suppress(FileNotFoundError):  # another process makes room, too
            found = path.stat()
            entries.append((found.st_mtime_ns, found.st_size, path))
    excess = sum(size for _, size, _ in entries) - LARGEST
    for _, size, path in sorted(entries):
        if excess <= 0:
            break
        path.unlink(missing_ok=True)
        excess -= size


def _mend(place: Path) -> None:
    """Remove damaged entries when JAX meets them, before it writes them anew; it would keep them for ever.

    An entry is damaged when its writer was killed, and for a moment while another process writes it.
    """
    show = warnings.showwarning

    def showwarning(message, category, filename, lineno, file=None, line=None) -> None:
        fault = FAULT.match(str(message))
        if fault is None:
            show(message, category, filename, lineno, file, line)
        elif fault["doing"] == "reading":
            for path in place.glob(f"{fault['name']}-{ENTRY}"):
                path.unlink(missing_ok=True)

    warnings.filterwarnings("always", message=FAULT.pattern, category=UserWarning)
    warnings.showwarning = showwarning
