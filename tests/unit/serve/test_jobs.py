"""Long work: it runs beside everything else, can be stopped, and ends with the server."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

import optomag as om
from optomag.serve import jobs as jobs_module
from optomag.serve.asked import JobAsked
from optomag.serve.job import RUNNING, Job
from optomag.serve.jobs import BusyError, Jobs, UnknownJobError

LONG = JobAsked(
    command="shape", toml="steps = 100000\n[target]\nkind = 'neel-skyrmion'\n", options={"no_picture": True}
)
PATIENCE = 120.0
"""Seconds; what is waited for takes a few."""


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    source = str(Path(__file__).parents[3] / "src")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([source, os.environ.get("PYTHONPATH", "")]))
    made = Jobs(tmp_path, most=2)
    yield made
    made.close()
    assert all(job.process is None or job.process.poll() is not None for job in made.all())


def wait_for(job: Job, reached) -> Job:
    end = time.monotonic() + PATIENCE
    while not reached(job):
        assert time.monotonic() < end, job.view()
        time.sleep(0.05)
    return job


def ended(job: Job) -> bool:
    return job.state not in RUNNING


def test_what_cannot_be_done_leaves_nothing(jobs):
    with pytest.raises(om.InvalidInputError):
        jobs.start(JobAsked(command="shape"))
    assert list(jobs.out.iterdir()) == []
    with pytest.raises(UnknownJobError):
        jobs.get("../x")


def test_folders_are_numbered_on(jobs):
    (jobs.out / "007-scan").mkdir()
    (jobs.out / "mine").mkdir()
    assert jobs._new_folder("shape").name == "008-shape"


@pytest.mark.slow
def test_only_so_much_runs_at_a_time_and_all_of_it_stops(jobs, monkeypatch):
    first, second = jobs.start(LONG), jobs.start(LONG)
    with pytest.raises(BusyError, match="at most 2"):
        jobs.start(LONG)
    wait_for(first, lambda job: job.reading)
    jobs.stop(first.name)
    wait_for(first, ended)
    assert first.state == "stopped"
    assert om.load(first.result).stopped, "the best until then is saved"
    monkeypatch.setattr(jobs_module, "GRACE", 600.0)
    jobs.stop(second.name)
    jobs.stop(second.name)
    assert wait_for(second, ended).state == "stopped"
    assert jobs.stop(second.name).state == "stopped", "and again, without harm"


@pytest.mark.slow
def test_a_worker_that_dies_is_told(jobs):
    job = jobs.start(LONG)
    job.process.kill()
    assert wait_for(job, ended).state == "failed"
    assert "memory" in job.sentence
    with pytest.raises(om.InvalidInputError, match="left a whole result; got 001-shape, failed"):
        jobs.start(JobAsked(command="export", source=job.name))


@pytest.mark.slow
def test_the_end_of_the_server_is_the_end_of_its_workers(jobs):
    jobs.get_ready()
    spare = jobs._spare
    running = jobs.start(LONG)
    assert running.process is spare, "what was started before is used"
    assert running.process.stdin is not None
    running.process.stdin.close()  # as where the server is killed
    assert running.process.wait(PATIENCE) != 0
