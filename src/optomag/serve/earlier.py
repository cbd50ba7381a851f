"""What earlier servers left in the same folder, read back and checked before it is listed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from optomag.errors import OptomagError
from optomag.io.manifest import NAME
from optomag.io.result_folder import open_result
from optomag.operating_system import is_link
from optomag.serve.commands import COMMANDS, RESULT
from optomag.serve.job import Job

NUMBERED: Final = re.compile(r"(\d{3,9})-([a-z]+)", re.ASCII)
"""Name of a job's folder."""


def number_of(name: str) -> int:
    """Number of a job's folder; 0 of another one."""
    found = NUMBERED.fullmatch(name)
    return int(found[1]) if found else 0


def earlier_folders(out: Path) -> list[Path]:
    """Folders of jobs that began a result, in their order."""
    return [
        path
        for path in sorted(out.iterdir(), key=lambda path: number_of(path.name))
        if (found := NUMBERED.fullmatch(path.name)) and found[2] in COMMANDS
        if not is_link(path) and not is_link(path / RESULT) and (path / RESULT).is_dir()
    ]


def earlier_job(folder: Path) -> Job:
    """The job of a folder: done, if each file is as its manifest says; else unfinished or damaged."""
    job = Job(folder.name, folder.name.partition("-")[2], folder, state="damaged", began="", seconds=0.0)
    try:
        manifest = open_result(folder / RESULT).require_whole().manifest
        job.began, job.seconds = str(manifest.get("started", "")), float(manifest.get("duration_seconds", 0))
    except OptomagError as error:
        job.sentence = " ".join(str(error).split())
        if not (folder / RESULT / NAME).exists():
            job.state, job.sentence = (
                "unfinished",
                "It was stopped, or its server ended, before there was a result.",
            )
    except (TypeError, ValueError):
        job.sentence = "manifest must be as it was written; got one of another kind."
    else:
        job.state = "done"
    return job
