"""The server's side of a worker: it is started, told what to do, and waited for."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from optomag.operating_system import APART

MODULE: Final = "optomag.serve.worker"


def new_process(cache: Path | None = None) -> subprocess.Popen[str]:
    """A worker that imports what it needs and waits for its work; compiled code is kept in `cache`."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", MODULE, *([] if cache is None else [str(cache)])]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, encoding="utf-8", bufsize=1, **APART)


@contextlib.contextmanager
def ending(process: subprocess.Popen[str]) -> Iterator[None]:
    """Close the lines to a process, and wait for its end."""
    with contextlib.suppress(BrokenPipeError), process:
        yield


def order(process: subprocess.Popen[str], line: str) -> None:
    """Tell a process something; one that has ended says so by its end."""
    if process.stdin is not None:
        with contextlib.suppress(OSError, ValueError):
            process.stdin.write(line + "\n")
            process.stdin.flush()
