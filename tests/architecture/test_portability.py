"""No module calls what only some systems have, but where it asks for it first or `system.py` decides."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = sorted((Path(__file__).parents[2] / "src" / "optomag").rglob("*.py"))

ONLY_SOME = {
    "os": {"fork", "geteuid", "getuid", "getgid", "kill", "killpg", "mkfifo", "sched_getaffinity", "setsid"}
    | {
        "statvfs",
        "sysconf",
        "uname",
        "O_NOFOLLOW",
        "O_DIRECTORY",
        "fchmod",
        "chown",
        "wait",
        "waitpid",
        "nice",
    },
    "signal": {"SIGKILL", "SIGHUP", "SIGALRM", "SIGUSR1", "SIGUSR2", "alarm", "setitimer", "pause"},
}
MODULES = {"fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "syslog"}

GUARDED = {
    "io/system.py": {"kill"},
    "io/manifest.py": {"sched_getaffinity"},
    "room.py": {"sysconf"},
    "workflow/compiled_code.py": {"geteuid"},
}
"""Calls behind a question: `hasattr`, `os.name`, or an `AttributeError` that is met."""


def used(text: str) -> set[str]:
    """Names that are not on all systems."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found |= ONLY_SOME.get(node.value.id, set()) & {node.attr}
        if isinstance(node, ast.Import):
            found |= MODULES & {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= MODULES & {node.module.split(".")[0]}
    return found


@pytest.mark.parametrize("path", SOURCE, ids=str)
def test_nothing_that_only_some_systems_have_is_taken_for_granted(path):
    own = path.relative_to(SOURCE[0].parent).as_posix()
    assert used(path.read_text(encoding="utf-8")) <= GUARDED.get(own, set())


@pytest.mark.parametrize(
    "text", ["import fcntl", "from resource import getrusage", "os.fork()", "x = os.kill"]
)
def test_what_is_not_everywhere_is_seen(text):
    assert used(text)
