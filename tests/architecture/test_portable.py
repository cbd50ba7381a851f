"""Nothing in the library runs on one system only: what differs stands in `optomag.operating_system`."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from optomag.operating_system import windows_fault

ROOT = Path(__file__).parents[2]
ASKS = ROOT / "src" / "optomag" / "operating_system.py"
SOURCE = sorted(path for path in (ROOT / "src").rglob("*.py") if path != ASKS)

MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "crypt", "readline", "curses",
           "winreg", "msvcrt", "winsound", "signal", "locale", "multiprocessing"}  # fmt: skip
"""Of one system only, or different on each."""

CALLS = {
    *("fork", "forkpty", "kill", "killpg", "rename", "renames", "link", "symlink", "mkfifo", "mknod", "chown", "lchown"),
    *("getuid", "geteuid", "getgid", "getegid", "getpgid", "setsid", "nice", "umask", "uname", "sysconf", "statvfs"),
    *("fsync", "fdatasync", "sync", "replace", "sched_getaffinity", "wait", "waitpid", "pread", "pwrite", "openpty"),
    *("getlogin", "ttyname", "startfile", "name", "sep", "linesep", "O_NOFOLLOW", "O_DIRECTORY", "O_BINARY"),
}  # fmt: skip
"""Of `os`: missing, dangerous or different somewhere, or the question which system this is."""

QUESTIONS = {
    "sys.platform",
    "ctypes.CDLL",
    "ctypes.WinDLL",
    "ctypes.windll",
    "ctypes.util",
}
"""Which system this is, and libraries that only one has."""

METHODS = {
    "rename",
    "symlink_to",
    "hardlink_to",
    "chmod",
    "owner",
    "group",
    "is_mount",
    "is_fifo",
    "is_socket",
}
"""Of paths."""

OPENING = {"open", "read_text", "write_text", "fdopen", "TextIOWrapper"}

PLACES = ("/dev/", "/proc/", "/tmp", "/etc/", "/usr/", "/var/")


EQUAL = {"src/optomag/hardware/exact_pixels.py": {"ctypes"}}
"""What is equal everywhere all the same: OpenGL's functions are called alike on all systems of 64 bits."""


def faults(text: str) -> list[str]:
    """What of a module's text runs on some systems only."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            modules = names if isinstance(node, ast.Import) else [node.module or ""]
            found += [name for name in modules if name.split(".")[0] in MODULES]
            if isinstance(node, ast.ImportFrom) and node.module == "os":
                found += [f"os.{name}" for name in names if name in CALLS]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            whole = f"{node.value.id}.{node.attr}"
            found += [whole] * (whole in {*QUESTIONS, *(f"os.{name}" for name in CALLS)})
        if isinstance(node, ast.Call):
            found += list(_of_call(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(PLACES):
            found.append(node.value)
    return found


def _of_call(node: ast.Call):
    name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
    owner = getattr(getattr(node.func, "value", None), "id", "")
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if isinstance(node.func, ast.Attribute) and name in METHODS and owner not in {"jnp", "xr", "dataset"}:
        yield f".{name}()"
    if name not in (OPENING if isinstance(node.func, ast.Attribute) else {"open"}) or owner in {
        "Image",
        "zarr",
        "os",
        "xr",
    }:
        return
    words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    mode = next(
        (word for word in words if set(word) <= set("rwaxbt+") and word), "r" if name == "open" else ""
    )
    if "b" in mode:
        return
    if "encoding" not in given:
        yield f"{name}() of text without encoding"
    if {*mode} & {*"wax"} and "newline" not in given:
        yield f"{name}() of text without newline"


@pytest.mark.parametrize("path", SOURCE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_depends_on_the_system(path):
    known = EQUAL.get(path.relative_to(ROOT).as_posix(), set())
    assert [fault for fault in faults(path.read_text(encoding="utf-8")) if fault not in known] == []


@pytest.mark.parametrize(
    "text",
    [
        "import fcntl",
        "from signal import SIGKILL",
        "import os.path, resource",
        "from os import fork",
        "os.kill(number, 0)",
        "os.name == 'posix'",
        "sys.platform",
        "ctypes.CDLL('libc.so.6')",
        "os.replace(a, b)",
        "path.rename(other)",
        "path.chmod(0o600)",
        "open(path)",
        "open(path, 'w', encoding='utf-8')",
        "path.open('a', encoding='utf-8')",
        "path.read_text()",
        "Path('/proc/cpuinfo')",
    ],
)
def test_the_rules_are_seen_when_they_are_broken(text):
    assert faults(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "open(path, 'rb')",
        "open(path, encoding='utf-8')",
        "path.open('w', encoding='utf-8', newline='')",
        "text.replace(a, b)",
    ],
)
def test_what_runs_everywhere_is_taken(text):
    assert faults(text) == []


def tracked() -> list[str]:
    """Names of all files in the repository; of a copy without it, of those that are there."""
    try:
        run = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return [path.relative_to(ROOT).as_posix() for path in (ROOT / "src").rglob("*") if path.is_file()]
    return run.stdout.decode().strip("\0").split("\0")


def test_every_system_can_hold_the_files_of_the_repository():
    names = tracked()
    assert [name for name in names if windows_fault(name) is not None or "\\" in name] == []
    assert [name for name, count in Counter(map(str.casefold, names)).items() if count > 1] == []


def results() -> dict[str, set[str]]:
    """What a module may write into a folder of results, by the module."""
    found = {}
    for path in SOURCE:
        if not re.search(r"^WRITES\b|^ {4}\"writes\":", path.read_text(encoding="utf-8"), re.MULTILINE):
            continue
        module = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
        names = vars(importlib.import_module(module))
        place = names.get("PLACE")
        writes = (*names.get("WRITES", ()), *(place["writes"] if isinstance(place, dict) else ()))
        if writes:
            found[module] = {str(name) for name in writes}
    return found


@pytest.mark.slow
def test_every_system_can_hold_the_files_of_results():
    found = results()
    assert len(found) > 10
    for module, names in found.items():
        assert [name for name in names if windows_fault(name) is not None or "\\" in name] == [], module
        assert len({name.casefold() for name in names}) == len(names), module


def test_line_ends_stay_as_they_are_committed():
    assert "* text=auto eol=lf" in (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
