"""What Linux, macOS and Windows do differently, in one place: no other file asks which system this is.

Windows opens no folders, ends a process that is sent signal 0, gives no file another name while a program has
it open, and keeps some names for itself; with macOS it takes "Spots.csv" and "spots.csv" for the same file.
"""

from __future__ import annotations

import _thread
import contextlib
import ctypes
import errno
import os
import platform
import shlex
import signal
import subprocess
import sys
import threading
import time
import unicodedata
from pathlib import Path, PureWindowsPath
from typing import Any, Final

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

WINDOWS: Final = os.name == "nt"
MACOS: Final = sys.platform == "darwin"
IGNORES_CASE: Final = WINDOWS or MACOS
"""Whether letters of names are usually the same small and large, and accents however they are composed."""

COUNTS_POINTS: Final = sys.platform == "darwin"
"""Whether windows are measured in points, which hold several pixels on dense screens."""

FULL_FLUSH: Final = getattr(fcntl, "F_FULLFSYNC", None)
"""macOS's word for: through the disk's own memory, too."""

NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)

RESERVED: Final = {"con", "prn", "aux", "nul"} | {
    port + n for port in ("com", "lpt") for n in "0123456789¹²³"
}
"""Names of devices on Windows, with any suffix."""

PATIENCE: Final = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between tries [s]: virus scanners and indexes hold new files on Windows for a moment."""

IN_USE: Final = (32, 33)
"""Windows' numbers for a file that another program has open, or has locked a part of."""

JUNCTION: Final = 0xA0000003
"""What Windows marks a folder with that stands for another one."""

QUERY, STILL_ACTIVE, DENIED = 0x1000, 259, 5
"""Windows' right to ask about a process, the exit code of one that runs, and its error where none may ask."""


def name_fault(path: str) -> str | None:
    """What this system has against a name in a path, or None."""
    return windows_fault(path) if WINDOWS else None


def windows_fault(path: str) -> str | None:
    """What Windows has against a name in a path, or None.

    Examples
    --------
    >>> windows_fault("scans/aux.csv")
    "'aux.csv' is a device's name"
    >>> windows_fault("C:/scans/a.csv")
    """
    whole = PureWindowsPath(path)
    for part in whole.parts[1:] if whole.anchor else whole.parts:
        if part == "..":
            continue
        if part.partition(".")[0].rstrip(" ").lower() in RESERVED:
            return f"{part!r} is a device's name"
        if part[-1] in ". ":
            return f"{part!r} ends in a {'point' if part[-1] == '.' else 'space'}"
        if not {*'<>:"|?*'}.isdisjoint(part) or any(ord(sign) < 32 for sign in part):
            return f'{part!r} has one of the signs < > : " | ? *'
    return None


def typed(path: Path) -> str:
    """A path as it is typed into a shell, in quotes where it needs them."""
    return subprocess.list2cmdline([str(path)]) if WINDOWS else shlex.quote(str(path))


def lies_in(path: str | os.PathLike[str], place: str | os.PathLike[str]) -> bool:
    """Whether a path is a place or below it, whichever links and letters spell the two."""
    return Path(_spelled_once(path)).is_relative_to(_spelled_once(place))


def _spelled_once(path: str | os.PathLike[str]) -> str:
    real = os.path.realpath(path)
    return unicodedata.normalize("NFC", real).casefold() if IGNORES_CASE else real


def is_link(path: Path) -> bool:
    """Whether a name is a symbolic link, or Windows' junction to another folder."""
    if not WINDOWS or path.is_symlink():
        return path.is_symlink()
    try:
        return getattr(os.lstat(path), "st_reparse_tag", 0) == JUNCTION
    except OSError:
        return False


def flush(path: Path) -> None:
    """Put a file, or the names of a folder, on the disk."""
    if WINDOWS and path.is_dir():  # which it does not open; it writes names at once
        return
    descriptor = os.open(path, os.O_RDWR if WINDOWS else os.O_RDONLY)
    try:
        _to_disk(descriptor)
    except OSError as error:
        # some network file systems cannot flush a folder; every real fault has another number
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def _to_disk(descriptor: int) -> None:
    if fcntl is not None and FULL_FLUSH is not None:
        with contextlib.suppress(OSError):  # network disks know only the other way
            fcntl.fcntl(descriptor, FULL_FLUSH)
            return
    os.fsync(descriptor)


def move(source: Path, target: Path) -> None:
    """Give a file or folder another name on the same disk; a file that has that name goes."""
    for wait in PATIENCE if WINDOWS else ():
        try:
            os.replace(source, target)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    os.replace(source, target)


def is_in_use(error: OSError) -> bool:
    """Whether Windows refused because another program has the file open."""
    return getattr(error, "winerror", None) in IN_USE


def open_private(path: Path) -> int:
    """Descriptor of a new file that nobody else may ever read; on Windows its folder decides who may."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK, 0o600)


def is_mine(path: Path) -> bool:
    """Whether a file or folder belongs to this user; Windows' rights are not looked at."""
    return WINDOWS or path.stat().st_uid == os.geteuid()


def others_may(path: Path, rights: int) -> bool:
    """Whether group or others have one of the rights, such as `stat.S_IWOTH`; Windows' are not looked at."""
    return not WINDOWS and bool(path.stat().st_mode & rights)


def process_runs(process: str) -> bool:
    """Whether the process of that number is there."""
    try:
        number = int(process)
        if WINDOWS:
            return _runs_on_windows(number, _kernel())
        os.kill(number, 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _runs_on_windows(number: int, kernel: Any) -> bool:
    """Asks instead of sending a signal, which would end it."""
    process = kernel.OpenProcess(QUERY, False, ctypes.c_uint32(number))
    if not process:
        return kernel.GetLastError() == DENIED
    code = ctypes.c_uint32()
    asked = kernel.GetExitCodeProcess(ctypes.c_void_p(process), ctypes.byref(code))
    kernel.CloseHandle(ctypes.c_void_p(process))
    return not asked or code.value == STILL_ACTIVE


def _kernel() -> Any:
    kernel = ctypes.WinDLL("kernel32")  # pyright: ignore[reportAttributeAccessIssue]
    kernel.OpenProcess.restype = ctypes.c_void_p
    return kernel


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        ("total", ctypes.c_uint64),
        ("others", ctypes.c_uint64 * 6),
    )


APART: Final[dict[str, Any]] = {"creationflags": 0x200} if WINDOWS else {"start_new_session": True}
"""How a process is started that Ctrl-C in this one's terminal does not reach (CREATE_NEW_PROCESS_GROUP)."""

YIELDING, BELOW_NORMAL = 10, 0x4000
"""How much lower a process' priority is made: steps of nice, and Windows' BELOW_NORMAL_PRIORITY_CLASS."""


def interrupt_main_thread() -> None:
    """Tell the main thread of Ctrl-C from another one; where threads take signals, its waiting ends, too."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:  # Windows
        _thread.interrupt_main()


def yield_to_others() -> None:
    """Let other processes of this machine go first from here on."""
    if WINDOWS:
        kernel = _kernel()
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        kernel.SetPriorityClass(ctypes.c_void_p(kernel.GetCurrentProcess()), BELOW_NORMAL)
    else:
        os.nice(YIELDING)


def memory() -> int | None:
    """Bytes of memory of this machine; None where it does not say."""
    try:
        if not WINDOWS:
            return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
        return status.total if _kernel().GlobalMemoryStatusEx(ctypes.byref(status)) else None
    except (ValueError, OSError):
        return None


def cores() -> int | None:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def processor_lines() -> list[str]:
    """What Linux says about its processors, as "name : value"; empty elsewhere."""
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def processor() -> str:
    """Name of this machine's processor."""
    names = [line.partition(":")[2].strip() for line in processor_lines() if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
