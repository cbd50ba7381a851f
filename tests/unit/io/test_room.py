"""Sizes are weighed before work: the answer names the estimate, the limit and the largest that fits."""

from __future__ import annotations

import shutil
from collections import namedtuple

import pytest

from optomag.io import room

Usage = namedtuple("Usage", "total used free")


def cubes(points: int) -> float:
    return 100.0 * points**3


def test_the_largest_that_is_said_to_fit_does_and_one_more_does_not(monkeypatch, refusal):
    monkeypatch.setattr(room, "memory_limit", lambda: 1e6)
    message = refusal(room.require_memory, "points", 10**6, cubes)
    assert message == (
        "points must be such that it takes at most 977 KiB of memory; got 9.09e+07 TiB. The largest that fits is 21."
    )
    room.require_memory("points", 21, cubes)
    refusal(room.require_memory, "points", 22, cubes)


def test_free_disk_counts_where_the_folder_will_lie(monkeypatch, tmp_path, refusal):
    asked = []
    monkeypatch.setattr(shutil, "disk_usage", lambda place: asked.append(place) or Usage(9, 9, 1000))
    room.require_disk("samples", 100, lambda count: 10.0 * count, tmp_path / "not" / "there")
    assert asked == [tmp_path]
    assert "at most 1e+03 bytes of free disk" in refusal(
        room.require_disk, "samples", 101, lambda count: 10.0 * count, tmp_path
    )


def test_a_disk_that_does_not_tell_refuses_nothing(monkeypatch, tmp_path):
    def fail(place):
        raise OSError("a network drive")

    monkeypatch.setattr(shutil, "disk_usage", fail)
    room.require_disk("samples", 10**15, float, tmp_path)


@pytest.mark.parametrize("machine", [2**30, 2**40])
def test_the_limit_is_the_machines_memory_or_eight_gibibytes(monkeypatch, machine):
    monkeypatch.setattr(room.os, "sysconf", lambda name: 4096 if name == "SC_PAGE_SIZE" else machine // 4096)
    assert room.memory_limit() == min(machine, 8 * 2**30)
