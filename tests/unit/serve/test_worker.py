"""How a worker tells what it does and how it ended."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest

from optomag.errors import InvalidInputError
from optomag.serve import worker
from optomag.serve.commands import Work
from optomag.serve.worker import ToldProgress


@pytest.fixture
def progress(tmp_path):
    """What a worker tells, into a file."""
    with (tmp_path / "told").open("w+", encoding="utf-8") as stream:
        yield ToldProgress(stream)


def told(progress: ToldProgress) -> list[dict]:
    progress._stream.seek(0)
    return [json.loads(line) for line in progress._stream]


def test_what_a_command_refuses_is_its_end(tmp_path, progress):
    (tmp_path / "spots.csv").write_text("x_nm,y_nm\n0,0\n", encoding="utf-8")
    said = worker._ended(Work("scan", str(tmp_path), {}, source=str(tmp_path / "spots.csv")), progress)
    assert said["end"] == "failed"
    assert "spots.csv" in said["sentence"]
    assert said["sentence"].endswith(".")


@pytest.mark.parametrize(
    ("error", "end", "sentence"),
    [
        (InvalidInputError("x must be\n1."), "failed", "x must be 1."),
        (KeyboardInterrupt("It is saved."), "stopped", "It is saved."),
        (MemoryError(), "failed", "There is not enough memory for this. Ask for less."),
        (ZeroDivisionError(), "failed", "A fault of optomag itself; the server's terminal says more."),
    ],
)
def test_every_end_has_its_sentence(error, end, sentence, progress, monkeypatch, capsys):
    def fail(work, progress):
        raise error

    monkeypatch.setattr(worker, "run_work", fail)
    said = worker._ended(Work("shape", "x", {}), progress)
    assert said == {"end": end, "sentence": sentence}
    assert ("Traceback" in capsys.readouterr().err) == isinstance(error, ZeroDivisionError)


def test_progress_is_told_in_lines_and_stops_at_a_step(progress):
    progress.say("a remark")
    with progress.task("shaping", 10) as task:
        task.update(1)
        progress.stopping.set()
        with pytest.raises(KeyboardInterrupt):
            task.update(2)
    first, *readings, last = told(progress)
    assert (first, last) == ({"say": "a remark"}, {"saving": True})
    assert [(each["reading"]["done"], each["reading"]["total"]) for each in readings] == [(1, 10)]


def test_nothing_but_answers_reaches_the_server():
    program = """
        import os
        from optomag.serve.worker import _answers_alone
        answers = _answers_alone()
        os.write(1, b"a library of C\\n")
        print("a library of Python", flush=True)
        print('{"end": "done"}', file=answers)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout == '{"end": "done"}\n'
    assert ran.stderr == "a library of C\na library of Python\n"
