"""Long work: each piece in a process of its own, so that it blocks nothing and can be stopped at once."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import threading
import time
from dataclasses import asdict
from pathlib import Path

from optomag.errors import InvalidInputError, refuse
from optomag.operating_system import cores
from optomag.serve.asked import JobAsked
from optomag.serve.commands import prepare
from optomag.serve.earlier import earlier_folders, earlier_job, number_of
from optomag.serve.job import RUNNING, Job
from optomag.serve.worker import STOP
from optomag.serve.worker_process import ending, new_process, order

GRACE = 60.0
"""Seconds [s] until work must have noticed that it is stopped; then it may save the best until then."""


class BusyError(InvalidInputError):
    """As much runs as may run at a time."""


class UnknownJobError(InvalidInputError):
    """There is no job of that name."""


class Jobs:
    """All work that a server started.

    Parameters
    ----------
    out : Path
        Folder that gets one folder for each job.
    most : int, optional
        Of them at a time; by default as many as there are processors, and at least two.
    cache : Path, optional
        Folder that keeps what workers compile.
    """

    def __init__(self, out: Path, *, most: int | None = None, cache: Path | None = None) -> None:
        self.out, self.most, self.cache = out, most or max(2, cores() or 1), cache
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._spare: subprocess.Popen[str] | None = None
        self._closed = False

    def get_ready(self) -> None:
        """Start a process that waits for work, with everything imported."""
        with self._lock:
            if self._spare is None and not self._closed:
                self._spare = new_process(self.cache)

    def busy(self) -> bool:
        """Whether a job runs."""
        return any(job.state in RUNNING for job in self.all())

    def find_earlier(self) -> None:
        """List what earlier servers left in the folder, each read back."""
        for folder in earlier_folders(self.out):
            if folder.name not in self._jobs:
                job = earlier_job(folder)
                with self._lock:
                    self._jobs.setdefault(job.name, job)

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
            process, self._spare = self._spare or new_process(self.cache), None
            job = Job(folder.name, asked.command, folder, process)
            self._jobs[job.name] = job
        order(process, json.dumps(asdict(work)))
        threading.Thread(target=self._hear, args=(job, process), daemon=True).start()
        return job

    def stop(self, name: str) -> Job:
        """Stop work, which may save the best until then; stopped again, it ends at once."""
        job = self.get(name)
        with self._lock:
            before, job.state = job.state, "stopping" if job.state == "running" else job.state
        if before == "stopping":
            job.kill()
        elif before == "running" and job.process is not None:
            order(job.process, STOP)
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
            raise UnknownJobError(f"job must be one that this server lists; got {name[:80]!r}.")
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
        if not job.left_a_result:
            refuse("job", "one that has ended and left a whole result", f"{name}, {job.state}")
        return job

    def all(self) -> list[Job]:
        """All jobs, the newest first."""
        return sorted(self._jobs.values(), key=lambda job: number_of(job.name), reverse=True)

    def close(self) -> None:
        """End every process."""
        with self._lock:
            self._closed = True
            spare, self._spare = self._spare, None
            processes = [
                job.process for job in self._jobs.values() if job.process is not None and job.state in RUNNING
            ]
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()
        if spare is not None:
            spare.kill()
            with ending(spare):
                pass

    def _new_folder(self, command: str) -> Path:
        number = max((number_of(path.name) for path in self.out.iterdir()), default=0) + 1
        while True:
            folder = self.out / f"{number:03d}-{command}"
            with contextlib.suppress(FileExistsError):
                folder.mkdir()
                return folder
            number += 1

    def _hear(self, job: Job, process: subprocess.Popen[str]) -> None:
        end, sentence = "", ""
        with ending(process):
            for line in process.stdout or ():
                message = json.loads(line)
                job.hear(message)
                if "end" in message:
                    end, sentence = message["end"], message["sentence"]
        job.seconds = time.monotonic() - job.started
        job.sentence = sentence
        if not end:
            job.sentence = (
                "Nothing was saved."
                if job.state == "stopping"
                else "Its process ended; memory may have run out."
            )
        with self._lock:
            stopped = job.state == "stopping" and end != "done"
            job.state = "stopped" if stopped else end or "failed"
        self.get_ready()


def _end_unless_saving(job: Job) -> None:
    if not job.saving:
        job.kill()


def refuse_busy(most: int) -> None:
    """Raise `BusyError`."""
    raise BusyError(f"running jobs must be at most {most}; got one more. Stop one, or wait for its end.")
