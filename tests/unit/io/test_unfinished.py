"""What is being written has a name of its own, and only what nobody writes any more is removed."""

from __future__ import annotations

import os
import threading

from optomag.io.files import write_bytes, write_text
from optomag.io.folders import atomic_folder
from optomag.io.unfinished import PART_PREFIX, unfinished


def test_two_threads_that_write_one_file_leave_one_of_both_whole(tmp_path):
    target, size = tmp_path / "map.bin", 2**18

    def write(byte: bytes):
        for _ in range(20):
            write_bytes(target, byte * size)

    threads = [threading.Thread(target=write, args=(byte,)) for byte in (b"a", b"b", b"c")]
    for thread in threads:
        thread.start()
    seen = set()
    while any(thread.is_alive() for thread in threads):
        if target.exists():
            seen.add(target.read_bytes())
    assert seen <= {byte * size for byte in (b"a", b"b", b"c")}
    assert [path.name for path in tmp_path.iterdir()] == ["map.bin"]


def test_two_that_write_at_once_have_two_names(tmp_path):
    with unfinished(tmp_path / "a.csv") as one, unfinished(tmp_path / "a.csv") as other:
        one.write_text("1")
        other.write_text("2")
        assert (one.read_text(), other.read_text()) == ("1", "2")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_ends_like_another_is_left_alone(tmp_path):
    with unfinished(tmp_path / "my-a.csv") as part:
        part.write_text("half")
        write_text(tmp_path / "a.csv", "whole")
        assert part.read_text() == "half"
    with atomic_folder(tmp_path / "my-store") as part:
        with atomic_folder(tmp_path / "store"):
            pass
        assert part.exists()


def test_a_leftover_of_the_own_number_goes_and_a_link_is_not_followed(tmp_path):
    # in a container each run has the number of the one that was killed
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").write_text("kept")
    (tmp_path / f"{PART_PREFIX}{os.getpid()}-a").write_text("half")
    (tmp_path / f"{PART_PREFIX}{os.getpid()}.99-a").symlink_to(tmp_path / "elsewhere")
    write_text(tmp_path / "a", "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "elsewhere"]
    assert (tmp_path / "elsewhere" / "kept").read_text() == "kept"
