"""Runs `optomag` as a user does: a process of its own, judged by exit code, streams and files."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from optomag import cli
from optomag.workflow.results import JsonResults

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
    command = [sys.executable, "-m", "optomag", *map(str, arguments)]
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


class Said(NamedTuple):
    """What a command said.

    Attributes
    ----------
    record : dict
        The object on standard output.
    told : list of str
        The lines that a person would have seen there.
    remarks : str
        Standard error.
    """

    record: dict[str, Any]
    told: list[str]
    remarks: str


def in_json(*arguments: object, code: int = cli.DONE) -> Said:
    """Run `optomag` with `--json` in this process, and see that each stream holds its own."""
    told: list[str] = []

    class Heard(JsonResults):
        def tell(self, line: str) -> None:
            told.append(line)

    out, err = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        patch.setattr(cli, "JsonResults", Heard)
        assert cli.main([*map(str, arguments), "--json"]) == code, err.getvalue()
    record, remarks = record_in(out.getvalue(), arguments), err.getvalue()
    assert told, "a person reads something, too"
    assert [line for line in told if line in remarks.splitlines()] == []
    return Said(record, told, remarks)


def record_in(out: str, arguments: Sequence[object]) -> dict[str, Any]:
    """The one object that standard output holds, plain ASCII, with what every command's has."""
    assert out.isascii()
    record = json.loads(out)
    assert out == json.dumps(record, indent=2) + "\n", "and nothing else"
    assert record["command"] == f"optomag {arguments[0]}"
    assert record["warnings"] == list(dict.fromkeys(record["warnings"]))
    assert isinstance(record["config"], dict)
    assert {"folder", "file", "devices", "screens"} & record.keys(), "where it is"
    return record


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
