"""A folder of compiled code is one's own, has a part for each machine, and does not grow without end."""

from __future__ import annotations

import os

import pytest

from optomag.workflow import compiled_code
from optomag.workflow.compiled_code import compiled_folder, kind_of_machine

posix = pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")


def test_the_folder_is_made_for_this_user_alone(tmp_path):
    place = compiled_folder(tmp_path / "cache")
    assert place == tmp_path / "cache" / kind_of_machine()
    assert compiled_folder(tmp_path / "cache") == place
    if os.name == "posix":
        assert place.stat().st_mode & 0o077 == 0


@posix
@pytest.mark.parametrize("mode", [0o777, 0o775])
def test_a_folder_that_others_can_write_to_is_refused(mode, tmp_path, refusal):
    folder = tmp_path / "cache"
    folder.mkdir()
    folder.chmod(mode)
    assert "only you can write to" in refusal(compiled_folder, folder)
    assert list(folder.iterdir()) == []


def test_what_is_no_folder_is_refused(tmp_path, refusal):
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    assert "cache" in refusal(compiled_folder, tmp_path / "cache")


def named(monkeypatch, *, compiler, facts):
    with monkeypatch.context() as patch:
        patch.setattr(compiled_code, "version", lambda name: compiler)
        patch.setattr(compiled_code.Path, "read_text", lambda *_, **__: facts)
        return kind_of_machine()


def test_another_processor_and_another_compiler_have_their_own_part(monkeypatch):
    old = named(monkeypatch, compiler="1.0", facts="flags : sse2\ncpu MHz : 1")
    assert named(monkeypatch, compiler="1.1", facts="flags : sse2\ncpu MHz : 1") != old
    assert named(monkeypatch, compiler="1.0", facts="flags : sse2 avx512f\ncpu MHz : 1") != old
    assert named(monkeypatch, compiler="1.0", facts="flags : sse2\ncpu MHz : 2") == old, "only a clock"
    assert kind_of_machine() == kind_of_machine() != old


def test_the_oldest_entries_make_room(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled_code, "LARGEST", 25)
    place = compiled_folder(tmp_path)
    for age, name in enumerate(("new", "middle", "old")):
        entry = place / f"{name}-cache"
        entry.write_bytes(bytes(10))
        os.utime(entry, (1e9 - age, 1e9 - age))
    (place / "something else").write_bytes(bytes(100))
    compiled_folder(tmp_path)
    assert sorted(entry.name for entry in place.iterdir()) == ["middle-cache", "new-cache", "something else"]
