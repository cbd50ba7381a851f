"""Folders are whole or not there, and an earlier one stays until its successor is complete."""

from __future__ import annotations

import os

import pytest

from optomag.errors import StorageError
from optomag.io.folders import ASIDE_PREFIX, atomic_folder
from optomag.io.unfinished import PART_PREFIX

NO_PROCESS = 2**22 + 1
"""Above the largest process number that Linux gives."""


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def write(target, text):
    with atomic_folder(target) as part:
        (part / "inner").mkdir()
        (part / "inner" / "file").write_text(text)


def content(target):
    return (target / "inner" / "file").read_text()


def test_a_folder_appears_and_is_replaced_whole(tmp_path):
    target = tmp_path / "store"
    write(target, "first")
    (target / "left over").write_text("from the first")
    write(target, "second")
    assert names(tmp_path) == ["store"]
    assert names(target) == ["inner"]
    assert content(target) == "second"


def test_a_failed_write_leaves_the_earlier_folder_and_nothing_else(tmp_path):
    target = tmp_path / "store"
    write(target, "before")

    def fail_half_way():
        with atomic_folder(target) as part:
            (part / "file").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_half_way()
    assert names(tmp_path) == ["store"]
    assert content(target) == "before"


def test_a_swap_that_fails_half_way_is_taken_back(tmp_path):
    target = tmp_path / "store"
    write(target, "before")

    def lose_the_part():
        with atomic_folder(target) as part:
            part.rename(tmp_path / "elsewhere")

    with pytest.raises(StorageError, match="store could not be written"):
        lose_the_part()
    assert content(target) == "before"


def test_a_kill_between_the_two_renames_loses_nothing(tmp_path):
    target = tmp_path / "store"
    write(target, "before")
    target.rename(tmp_path / f"{ASIDE_PREFIX}store")

    def fail():
        with atomic_folder(target):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert content(target) == "before"


def test_what_killed_processes_left_is_removed(tmp_path):
    for name in (
        f"{PART_PREFIX}{NO_PROCESS}-store",
        f"{PART_PREFIX}{os.getpid()}-store",  # in a container, the next run has the number of the killed one
        f"{PART_PREFIX}1-store",
        f"{PART_PREFIX}{NO_PROCESS}-other",
    ):
        (tmp_path / name).mkdir()
    write(tmp_path / "store", "new")
    assert names(tmp_path) == sorted([f"{PART_PREFIX}1-store", f"{PART_PREFIX}{NO_PROCESS}-other", "store"])


def test_a_missing_parent_is_said(tmp_path):
    with pytest.raises(StorageError, match="does not exist"):
        write(tmp_path / "nowhere" / "store", "text")
