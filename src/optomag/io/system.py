"""What Windows does otherwise than other systems: putting bytes on the disk, and looking for a process."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

WINDOWS = os.name == "nt"

ASK, STILL_THERE = 0x0010_0000, 0x0000_0102
"""Windows' SYNCHRONIZE, the right to wait for a process, and WAIT_TIMEOUT, the answer of one that runs."""

NOT_ALLOWED = 5
"""Windows' ERROR_ACCESS_DENIED: the process is there, and somebody else's."""


def flush(path: Path) -> None:
    """Put a file, or the names of a folder, on the disk.

    Windows opens no folders, and flushes only what may be written to; it keeps names by itself.
    """
    if WINDOWS and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if WINDOWS else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # some network file systems cannot flush a folder; every real fault has another number
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def process_runs(process: str) -> bool:
    """Whether the process of that number is there."""
    try:
        number = int(process)
    except ValueError:
        return False
    if WINDOWS:  # where `os.kill` with 0 presses Ctrl-C
        import ctypes

        windows: Any = ctypes  # which has these there only
        return runs_on_windows(
            number, windows.WinDLL("kernel32", use_last_error=True), windows.get_last_error
        )
    try:
        os.kill(number, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def runs_on_windows(number: int, kernel: Any, last_error: Any) -> bool:
    """The same by Windows' own calls, from its library `kernel`."""
    if not 0 < number < 2**32:
        return False
    handle = kernel.OpenProcess(ASK, False, number)
    if not handle:
        return last_error() == NOT_ALLOWED
    try:
        return kernel.WaitForSingleObject(handle, 0) == STILL_THERE
    finally:
        kernel.CloseHandle(handle)
