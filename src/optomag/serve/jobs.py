"""Long work: each piece in a process of its own, so that it blocks nothing and can be stopped at once."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from optomag.errors import InvalidInputError, refuse
from optomag.operating_system import APART, cores
from optomag.serve.asked import JobAsked
from optomag.serve.commands import RESULT, prepare
from optomag.serve.worker import STOP

MODULE: Final = "optomag.serve.worker"
NUMBERED: Final = re.compile(r"(\d+)-[a-z]+")
GRACE = 15.0
"""Seconds [s] until work must have noticed that it is stopped; then it may save the best until then."""

MOST_LINES = 500
"""That are kept of what a job says."""

RUNNING: Final = ("running", "stopping")


class BusyError(InvalidInputError):
    """As much runs as may run at a time."""


class UnknownJobError(InvalidInputError):
    """There is no job of that name."""


@dataclass(eq=False)
class Job:
    """A piece of long work and where it stands.

    Attributes
    ----------
    name : str
        Of its folder, such as 003-shape.
    command : str
    folder : Path
    state : "running", "stopping", "done", "failed" or "stopped"
    reading : dict
        Where its task stands: name, done, total, seconds_left and note.
    told, said : list of str
        Lines of the results, and remarks.
    sentence : str
        Why it failed, or what was saved when it was stopped.
    """

    name: str
    command: str
    folder: Path
    process: subprocess.Popen[str]
    started: float = field(default_factory=time.monotonic)
    state: str = "running"
    reading: dict[str, Any] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    sentence: str = ""
    seconds: float | None = None
    saving: bool = False

    def view(self) -> dict[str, Any]:
        """Where it stands, as plain values."""
        names = ("name", "command", "state", "reading", "told", "said", "sentence")
        seconds = time.monotonic() - self.started if self.seconds is None else self.seconds
        return {**{name: getattr(self, name) for name in names}, "seconds": round(seconds, 2)}

    @property
    def result(self) -> Path:
        """Folder of what the command wrote."""
        return self.folder / RESULT


class Jobs:
    """All work that a server started.

    Parameters
    ----------
    out : Path
        Folder that gets one folder for each job.
    most : int, optional
        Of them at a time; by default as many as there are processors, and at least two.
    """

    def __init__(self, out: Path, *, most: int | None = None) -> None:
        self.out, self.most = out, most or max(2, cores() or 1)
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._spare: subprocess.Popen[str] | None = None
        self._closed = False

    def get_ready(self) -> None:
        """Start a process that waits for work, with everything imported."""
        with self._lock:
            if self._spare is None and not self._closed:
                self._spare = _new_process()

    def start(self, asked: JobAsked) -> Job:
        """Start work.

        Raises
        ------
        InvalidInputError
            If what was asked cannot be done; `BusyError` if too much runs already, `UnknownJobError` if
            the source is no job.
        """
        source = None if asked.source is None else self.finished(asked.source).result
        with self._lock:
            if sum(job.state in RUNNING for job in self._jobs.values()) >= self.most:
                refuse_busy(self.most)
            folder = self._new_folder(asked.command)
            try:
                work = prepare(asked, folder, source)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            process, self._spare = self._spare or _new_process(), None
            job = Job(folder.name, asked.command, folder, process)
            self._jobs[job.name] = job
        _order(process, json.dumps(asdict(work)))
        threading.Thread(target=self._hear, args=(job,), daemon=True).start()
        return job

    def stop(self, name: str) -> Job:
        """Stop work, which may save the best until then; stopped again, it ends at once."""
        job = self.get(name)
        with self._lock:
            before, job.state = job.state, "stopping" if job.state == "running" else job.state
        if before == "stopping":
            job.process.kill()
        elif before == "running":
            _order(job.process, STOP)
            timer = threading.Timer(GRACE, _end_unless_saving, [job])
            timer.daemon = True
            timer.start()
        return job

    def get(self, name: str) -> Job:
        """A job by its name.

        Raises
        ------
        UnknownJobError
            If there is none.
        """
        if (job := self._jobs.get(name)) is None:
            raise UnknownJobError(f"job must be one that this server started; got {name[:80]!r}.")
        return job

    def finished(self, name: str) -> Job:
        """A job that left a result.

        Raises
        ------
        UnknownJobError
            If there is no such job.
        InvalidInputError
            If it left none.
        """
        job = self.get(name)
        if job.state in RUNNING or not job.result.is_dir():
            refuse("job", "one that has ended and left a result", f"{name}, {job.state}")
        return job

    def all(self) -> list[Job]:
        """All jobs, the newest first."""
        return list(self._jobs.values())[::-1]

    def close(self) -> None:
        """End every process."""
        with self._lock:
            self._closed = True
            spare, self._spare = self._spare, None
            processes = [job.process for job in self._jobs.values() if job.state in RUNNING]
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()
        if spare is not None:
            spare.kill()
            with _ending(spare):
                pass

    def _new_folder(self, command: str) -> Path:
        numbers = [int(found[1]) for path in self.out.iterdir() if (found := NUMBERED.fullmatch(path.name))]
        number = max(numbers, default=0) + 1
        while True:
            folder = self.out / f"{number:03d}-{command}"
            with contextlib.suppress(FileExistsError):
                folder.mkdir()
                return folder
            number += 1

    def _hear(self, job: Job) -> None:
        end, sentence = "", ""
        with _ending(job.process):
            for line in job.process.stdout or ():
                message = json.loads(line)
                if "reading" in message:
                    job.reading = message["reading"]
                elif "tell" in message:
                    job.told = [*job.told, message["tell"]][-MOST_LINES:]
                elif "say" in message:
                    job.said = [*job.said, message["say"]][-MOST_LINES:]
                elif "saving" in message:
                    job.saving = True
                elif "end" in message:
                    end, sentence = message["end"], message["sentence"]
        job.seconds = time.monotonic() - job.started
        job.sentence = sentence
        if not end:
            job.sentence = "" if job.state == "stopping" else "Its process ended; memory may have run out."
        with self._lock:
            stopped = job.state == "stopping" and end != "done"
            job.state = "stopped" if stopped else end or "failed"
        self.get_ready()


def _end_unless_saving(job: Job) -> None:
    if not job.saving:
        job.process.kill()


def refuse_busy(most: int) -> None:
    """Raise `BusyError`."""
    raise BusyError(f"running jobs must be at most {most}; got one more. Stop one, or wait for its end.")


def _new_process() -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", MODULE]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, encoding="utf-8", bufsize=1, **APART)


@contextlib.contextmanager
def _ending(process: subprocess.Popen[str]) -> Iterator[None]:
    """Close the lines to a process, and wait for its end."""
    with contextlib.suppress(BrokenPipeError), process:
        yield


def _order(process: subprocess.Popen[str], line: str) -> None:
    if process.stdin is not None:
        with contextlib.suppress(OSError, ValueError):  # one that has ended says so by its end
            process.stdin.write(line + "\n")
            process.stdin.flush()
