"""What Windows and macOS do differently, tried here by standing in for them."""

from __future__ import annotations

import ctypes
import os
import shutil
import stat
import types
from pathlib import Path

import pytest

import optomag as om
from optomag import operating_system, room
from optomag.errors import InvalidInputError, StorageError, require_path
from optomag.io.files import atomic_path, write_bytes, write_private
from optomag.io.folders import atomic_folder
from optomag.io.safe_name import inside, require_apart

GONE, RUNNING, ENDED, FORBIDDEN = 7, 11, 13, 17
"""Numbers of processes of `Kernel`."""


class Kernel:
    """kernel32 of a Windows with two processes, one that has ended and one that may not be asked."""

    def __init__(self):
        self.open, self.error = set(), 0

    def OpenProcess(self, rights, inherited, number):  # noqa: N802
        assert (rights, inherited) == (0x1000, False)
        self.error = {GONE: 87, FORBIDDEN: 5}.get(number.value, 0)
        if self.error:
            return None
        self.open.add(number.value)
        return number.value

    def GetLastError(self):  # noqa: N802
        return self.error

    def GetExitCodeProcess(self, process, code):  # noqa: N802
        code._obj.value = 259 if process.value == RUNNING else 0
        return 1

    def CloseHandle(self, process):  # noqa: N802
        self.open.remove(process.value)
        return 1

    def GlobalMemoryStatusEx(self, status):  # noqa: N802
        assert status._obj.length == ctypes.sizeof(status._obj) == 64
        status._obj.total = 3 * 2**30
        return 1


@pytest.fixture
def windows(monkeypatch):
    """A system that opens no folders, writes no file that is open for reading, and has no POSIX calls."""
    kernel, opened, replaced = Kernel(), os.open, os.replace
    refused = {"replaces": 0}

    def open_there(path, flags, mode=0o777):
        if os.path.isdir(path):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return opened(path, flags, mode)

    def fsync_there(descriptor):
        os.ftruncate(descriptor, os.fstat(descriptor).st_size)  # fails unless it may be written to

    def replace_there(source, target):
        if os.path.isdir(source) and os.path.exists(target):
            raise PermissionError(13, "Access is denied", os.fspath(target))
        if refused["replaces"] > 0:
            refused["replaces"] -= 1
            raise PermissionError(13, "Access is denied", os.fspath(target))
        replaced(source, target)

    monkeypatch.setattr(operating_system, "WINDOWS", True)
    monkeypatch.setattr(operating_system, "IGNORES_CASE", True)
    monkeypatch.setattr(operating_system, "NO_LINK", 0)
    monkeypatch.setattr(operating_system, "fcntl", None)
    monkeypatch.setattr(operating_system, "PATIENCE", (0.0, 0.0))
    monkeypatch.setattr(operating_system, "_kernel", lambda: kernel)
    monkeypatch.setattr(shutil, "_use_fd_functions", False)  # as it works where no folder can be opened
    monkeypatch.setattr(os, "open", open_there)
    monkeypatch.setattr(os, "fsync", fsync_there)
    monkeypatch.setattr(os, "replace", replace_there)
    for name in ("kill", "geteuid", "sysconf", "sched_getaffinity"):
        monkeypatch.delattr(os, name)
    return types.SimpleNamespace(kernel=kernel, refused=refused)


def test_a_result_is_written_replaced_and_read_on_windows(windows, tmp_path):
    lens = om.Objective(na=0.95, wavelength=532e-9)
    for direction in ([0, 0, 1], [1, 0, 0]):
        om.design(direction, lens).save(tmp_path / "d", pixels=8, replace=True)
    found = om.load(tmp_path / "d")
    assert found.target.tolist() == [1, 0, 0]
    with atomic_folder(tmp_path / "f") as part:
        (part / "x").write_bytes(b"old")
    with atomic_folder(tmp_path / "f") as part:
        (part / "x").write_bytes(b"new")
    assert (tmp_path / "f" / "x").read_bytes() == b"new"
    assert [path.name for path in (tmp_path / "f").iterdir()] == ["x"]


def test_a_file_that_is_held_for_a_moment_is_waited_for_and_one_that_stays_open_is_named(windows, tmp_path):
    windows.refused["replaces"] = 2
    write_bytes(tmp_path / "a", b"1")
    assert (tmp_path / "a").read_bytes() == b"1"
    windows.refused["replaces"] = 3
    with pytest.raises(StorageError, match="a could not be written: permission"):
        write_bytes(tmp_path / "a", b"2")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"1"

    class InUseError(PermissionError):
        winerror = 32

    with pytest.raises(StorageError, match="another program has it open; close it there"), atomic_path("b"):
        raise InUseError(13, "in use")


def test_processes_are_asked_for_and_not_signalled(windows):
    runs = [operating_system.process_runs(str(n)) for n in (GONE, RUNNING, ENDED, FORBIDDEN)]
    assert runs == [False, True, False, True]
    assert windows.kernel.open == set(), "every handle was given back"
    assert not operating_system.process_runs("no number")


def test_the_memory_is_what_windows_says(windows):
    assert room.memory_limit() == 3 * 2**30
    windows.kernel.GlobalMemoryStatusEx = lambda status: 0
    assert room.memory_limit() == room.MOST_MEMORY


def test_rights_of_windows_are_not_asked_for(windows, tmp_path):
    write_private(tmp_path / "key", b"secret")
    (tmp_path / "key").chmod(0o666)
    assert operating_system.is_mine(tmp_path / "key")
    assert not operating_system.others_may(tmp_path / "key", stat.S_IROTH)
    assert operating_system.cores() == os.cpu_count()


def test_a_junction_is_a_link(windows, tmp_path, monkeypatch):
    found = types.SimpleNamespace(st_reparse_tag=0xA0000003)
    assert not operating_system.is_link(tmp_path)
    assert not operating_system.is_link(tmp_path / "nothing")
    monkeypatch.setattr(os, "lstat", lambda path: found)
    assert operating_system.is_link(tmp_path)


UNUSABLE = ["CON", "aux.csv", "out/nul", "a/Com1.tar.gz", "lpt³", "ab:c", "spots.csv:hidden", "what?", "end.",
            "end ", "out./x", "a\tb", 'a"b', "C:/x/prn "]  # fmt: skip


@pytest.mark.parametrize("name", UNUSABLE)
def test_names_that_windows_keeps_are_refused_there_and_only_there(name, request, tmp_path):
    assert require_path("out", name) == Path(name)
    request.getfixturevalue("windows")
    with pytest.raises(InvalidInputError, match="of names that this system takes; got"):
        require_path("out", name)
    if not name.startswith("C:"):
        with pytest.raises(InvalidInputError, match="name must be a name inside its folder"):
            inside(tmp_path, name)


@pytest.mark.parametrize(
    "name", ["out", "../out", "a.b/c.d", ".hidden", "console", "com10", "C:/x", "très", ".."]
)
@pytest.mark.usefixtures("windows")
def test_other_names_are_taken_on_windows(name):
    assert require_path("out", name) == Path(name)


@pytest.mark.parametrize("spelled", ["OUT/scan.csv", "Out", "out/SCAN.CSV", "out"])
def test_a_source_spelled_otherwise_is_still_the_same_file(spelled, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    asked = {"name": "spots", "what": "the scan"}
    if spelled != "out":
        require_apart(spelled, Path("out/scan.csv").parent, ["Scan.csv"], **asked)
    monkeypatch.setattr(operating_system, "IGNORES_CASE", True)
    if spelled.lower() == "out/scan.csv":
        with pytest.raises(InvalidInputError, match="apart from what the scan writes"):
            require_apart(spelled, Path("out"), ["Scan.csv"], **asked)
    assert operating_system.lies_in(spelled, "oUt")
    assert operating_system.lies_in("tre\u0300s/x", "TR\u00c8S"), "accents composed or not"
    assert not operating_system.lies_in("outer", "out")


def test_macos_flushes_through_the_disk(monkeypatch, tmp_path):
    asked = []

    def control(descriptor, word):
        asked.append(word)
        if len(asked) > 1:
            raise OSError(45, "not supported")

    monkeypatch.setattr(operating_system, "fcntl", types.SimpleNamespace(fcntl=control))
    monkeypatch.setattr(operating_system, "FULL_FLUSH", 51)
    write_bytes(tmp_path / "a", b"1")
    assert asked == [51, 51], "the file, and its folder, where the other way is taken"
    assert (tmp_path / "a").read_bytes() == b"1"


def test_names_in_commands_that_are_printed_can_be_typed(monkeypatch):
    assert operating_system.typed(Path("d")) == "d"
    assert operating_system.typed(Path("my d's")) == "'my d'\"'\"'s'"
    monkeypatch.setattr(operating_system, "WINDOWS", True)
    assert operating_system.typed(Path("my d")) == '"my d"'
