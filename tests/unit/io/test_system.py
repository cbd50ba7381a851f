"""What Windows does otherwise, as far as it can be tried elsewhere."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from optomag.io import files, folders, system
from optomag.io.files import write_bytes
from optomag.io.folders import atomic_folder
from optomag.io.system import NOT_ALLOWED, STILL_THERE, flush, process_runs, runs_on_windows


def test_processes_that_are_there_and_those_that_are_gone():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert process_runs(str(os.getpid()))
    assert [process_runs(name) for name in (str(gone.pid), "nobody", "", str(2**80))] == [False] * 4


class Kernel:
    """Windows with one process of ours that runs, one that ended and one of somebody else."""

    OURS, ENDED, THEIRS = 10, 20, 30

    def __init__(self):
        self.fault, self.open = 0, []

    def OpenProcess(self, right, inherited, number):  # noqa: N802
        assert right == 0x100000
        assert not inherited
        self.fault = {self.THEIRS: NOT_ALLOWED}.get(number, 87)
        if number in (self.OURS, self.ENDED):
            self.open.append(number)
            return number
        return 0

    def WaitForSingleObject(self, handle, milliseconds):  # noqa: N802
        assert milliseconds == 0
        return STILL_THERE if handle == self.OURS else 0

    def CloseHandle(self, handle):  # noqa: N802
        self.open.remove(handle)


@pytest.mark.parametrize(
    ("number", "runs"),
    [(10, True), (20, False), (30, True), (40, False), (0, False), (-1, False), (2**40, False)],
)
def test_windows_is_asked_and_its_handles_are_given_back(number, runs):
    kernel = Kernel()
    assert runs_on_windows(number, kernel, lambda: kernel.fault) is runs
    assert kernel.open == []


def test_where_folders_cannot_be_opened_files_are_still_written(tmp_path, monkeypatch):
    real = os.open

    def as_on_windows(path, flags, mode=0o777, *, dir_fd=None):
        if os.path.isdir(path):
            raise PermissionError(errno.EACCES, "a folder", os.fspath(path))
        return real(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", as_on_windows)
    with pytest.raises(PermissionError):
        flush(tmp_path)
    monkeypatch.setattr(system, "WINDOWS", True)
    write_bytes(tmp_path / "file", b"1")
    with atomic_folder(tmp_path / "folder") as part:
        (part / "file").write_bytes(b"2")
    assert (tmp_path / "file").read_bytes() + (tmp_path / "folder" / "file").read_bytes() == b"12"
    assert files.process_runs is folders.process_runs is process_runs
