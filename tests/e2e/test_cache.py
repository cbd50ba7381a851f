"""Commands that share a folder of compiled code, at once and with damaged entries."""

from __future__ import annotations

import json

import pytest
from tests.e2e.command import contents, finish, start

pytestmark = pytest.mark.slow

COMMAND = [
    "design",
    "--direction",
    "1",
    "2",
    "3",
    "--method",
    "linear-basis",
    "--no-picture",
    "--cache",
    "kept",
]


def entries(folder):
    return sorted((folder / "kept").glob("*/*-cache"))


def design(folder, name):
    record = json.loads((folder / name / "design.json").read_text(encoding="utf-8"))
    return {key: value for key, value in record.items() if key != "seconds"}


def test_two_commands_at_once_and_one_that_finds_damage(tmp_path):
    both = [start([*COMMAND, "--out", name], tmp_path) for name in ("a", "b")]
    done = [finish(process) for process in both]
    assert [process.returncode for process in done] == [0, 0], done
    kept = entries(tmp_path)
    assert kept, "something was compiled and kept"
    for entry in kept:
        entry.write_bytes(entry.read_bytes()[:50])
    cut = finish(start([*COMMAND, "--out", "c"], tmp_path))
    assert cut.returncode == 0
    assert "Error" not in cut.stderr
    assert "Warning" not in cut.stderr
    assert all(len(entry.read_bytes()) > 50 for entry in entries(tmp_path)), "damaged ones are made again"
    warm = contents(tmp_path / "kept")
    again = finish(start([*COMMAND, "--out", "d"], tmp_path))
    assert again.returncode == 0
    assert contents(tmp_path / "kept").keys() == warm.keys(), "nothing is compiled twice"
    assert design(tmp_path, "a") == design(tmp_path, "b") == design(tmp_path, "c") == design(tmp_path, "d")


def test_a_folder_of_others_is_one_clear_line(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept").chmod(0o777)
    refused = finish(start([*COMMAND, "--out", "a"], tmp_path))
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "cache must be" in refused.stderr
    assert not (tmp_path / "a").exists()
