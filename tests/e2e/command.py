"""Runs `optomag` as a user does: a process of its own, judged by exit code, streams and files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

TINY_TRAINING = ("--epochs", "2", "--batch-size", "40")
TINY_RUN = ("--samples", "200", "--directions", "20", "--proposals", "2", *TINY_TRAINING)
"""`optomag reproduce` in seconds: every step and every file of the real run, with worthless numbers."""

SMALL_DEVICE = """
name = "Small panel"
scheme = "vector-generator"
convention = "vendor"
panel = { width = 96, height = 96, pitch_um = 8.0, bits = 8 }
section = [
    { name = "phase", radius = 20, centre = [23.5, 23.5] },
    { name = "amplitude", radius = 20, centre = [71.5, 23.5] },
    { name = "rotation", radius = 20, centre = [23.5, 71.5] },
    { name = "retardance", radius = 20, centre = [71.5, 71.5] },
]
"""
"""A device whose masks are made in a moment."""


def start(arguments: Sequence[object], folder: Path, **settings) -> subprocess.Popen[str]:
    """Start `optomag` in `folder` and return the running process."""
    command = [sys.executable, "-m", "optomag.cli", *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **SAME_SOURCE},
        stdout=pipe,
        stderr=pipe,
        text=True,
        **settings,
    )


def finish(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """Wait for a started process."""
    out, err = process.communicate(timeout=LONGEST_RUN)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def optomag(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `optomag` in `folder` to its end."""
    return finish(start(arguments, folder))


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder` with its bytes, to see whether anything changed."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


LONGEST_RUN = 240.0
"""Seconds after which a run counts as hung, before the test itself does; tiny runs take a few even on a busy
machine."""

SAME_SOURCE = {
    "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2] / "src"), os.environ.get("PYTHONPATH", "")])
}
"""The process runs the source that is under test, wherever it was started."""
