"""Files are whole or not there, and a refusal says why."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from optomag.errors import InvalidInputError, StorageError
from optomag.io import files
from optomag.io.unfinished import PART_PREFIX


def names(folder):
    return sorted(entry.name for entry in Path(folder).iterdir())


def test_atomic_path_keeps_the_suffix_and_the_folder_of_the_target(tmp_path):
    with files.atomic_path(tmp_path / "figure.png") as part:
        assert part.parent == tmp_path
        assert part.suffix == ".png"
        part.write_bytes(b"new")
    assert names(tmp_path) == ["figure.png"]
    assert (tmp_path / "figure.png").read_bytes() == b"new"


def test_a_failed_write_leaves_the_earlier_file_and_nothing_else(tmp_path):
    target = tmp_path / "report.json"
    target.write_text("before")

    def fail_half_way():
        with files.atomic_path(target) as part:
            part.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_half_way()
    assert names(tmp_path) == ["report.json"]
    assert target.read_text() == "before"


@pytest.mark.parametrize(
    ("number", "said"),
    [(28, "the disk is full"), (122, "quota"), (30, "read-only"), (13, "permission"), (5, "input/output")],
)
def test_an_operating_system_error_becomes_one_clear_sentence(tmp_path, number, said):
    target = tmp_path / "history.csv"
    with pytest.raises(StorageError, match=said) as caught, files.atomic_path(target):
        raise OSError(number, os.strerror(number))
    assert str(caught.value).startswith(f"{target} could not be written: ")
    assert "\n" not in str(caught.value)
    assert names(tmp_path) == []


def test_optomag_errors_pass_unchanged(tmp_path):
    with pytest.raises(StorageError, match=r"^as it was$"), files.storage_errors(tmp_path):
        raise StorageError("as it was")


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(StorageError, match=r"the folder .*nowhere does not exist"):
        files.write_text(tmp_path / "nowhere" / "a.txt", "text")


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(StorageError, match="it is a folder"):
        files.write_text(tmp_path / "a.txt", "text")
    assert names(tmp_path) == ["a.txt"]


def test_a_full_disk_leaves_the_earlier_file(tmp_path):
    """The kernel refuses the write for real: a limit on the size of files stands in for the disk's end."""
    target = tmp_path / "model.safetensors"
    target.write_bytes(b"before")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(StorageError, match="larger than this system allows"):
            files.write_bytes(target, bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert target.read_bytes() == b"before"
    assert names(tmp_path) == ["model.safetensors"]


def test_what_a_killed_process_left_is_swept_by_the_next_write(tmp_path):
    program = """
        import os, signal, sys
        from optomag.io.files import atomic_path
        with atomic_path(sys.argv[1]) as part:
            part.write_text("half")
            os.kill(os.getpid(), signal.SIGKILL)
    """
    target = tmp_path / "state.json"
    target.write_text("before")
    subprocess.run([sys.executable, "-c", textwrap.dedent(program), target], check=False)
    assert target.read_text() == "before"
    assert len(names(tmp_path)) == 2, "the kill must leave an unfinished file, or this test shows nothing"
    files.write_text(target, "after")
    assert names(tmp_path) == ["state.json"]
    assert target.read_text() == "after"


def test_the_unfinished_file_of_a_running_process_is_left_alone(tmp_path):
    of_another = tmp_path / f"{PART_PREFIX}{os.getppid()}-state.json"
    of_another.write_text("being written")
    files.write_text(tmp_path / "state.json", "mine")
    assert of_another.read_text() == "being written"


def test_json_holds_arrays_paths_and_no_nan(tmp_path):
    target = tmp_path / "a.json"
    value = {
        "array": np.array([[1.5, np.nan]]),
        "count": np.int64(3),
        "text": "µ",
        "path": Path("a/b"),
        "pair": (1, np.inf),
        5: None,
    }
    files.write_json(target, value)
    expected = {"array": [[1.5, None]], "count": 3, "text": "µ", "path": "a/b", "pair": [1, None], "5": None}
    assert json.loads(target.read_text(encoding="utf-8")) == expected
    assert files.read_json(target) == expected


@pytest.mark.parametrize("content", [b"", b'{"a": [1, 2', b"\x89PNG\r\n\x1a\n\xff"])
def test_truncated_and_foreign_json_is_refused(tmp_path, content):
    target = tmp_path / "a.json"
    target.write_bytes(content)
    with pytest.raises(InvalidInputError, match=r"checkpoint must be a complete JSON file; got .*a.json"):
        files.read_json(target, name="checkpoint")


def test_a_missing_file_is_refused_by_its_name(tmp_path):
    with pytest.raises(
        InvalidInputError, match=r"model must be an existing file; got .*a.json \(missing\)\."
    ):
        files.read_json(tmp_path / "a.json", name="model")
    with pytest.raises(InvalidInputError, match=r"\(a folder\)\. Run `optomag train` first\."):
        files.require_file(tmp_path, name="model", advice="Run `optomag train` first.")


def test_a_file_that_cannot_be_read_is_a_storage_error():
    if not os.path.isfile("/proc/self/mem"):
        pytest.skip("needs /proc/self/mem, a file whose first byte nobody can read")
    with pytest.raises(StorageError, match="/proc/self/mem could not be read: the disk reported"):
        files.read_json("/proc/self/mem")


def test_a_writable_folder_is_made_with_its_parents_and_stays_empty(tmp_path):
    folder = files.require_writable_folder(tmp_path / "a" / "b")
    assert folder == tmp_path / "a" / "b"
    assert names(folder) == []
    assert files.require_writable_folder(str(folder)) == folder


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "taken").write_text("mine")
    for path in (tmp_path / "taken", tmp_path / "taken" / "below"):
        with pytest.raises(InvalidInputError, match="out must be a folder; got the file"):
            files.require_writable_folder(path)
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_folder_that_takes_no_files_is_refused():
    if not os.path.isdir("/proc/self"):
        pytest.skip("needs /proc, a folder that not even root can write to")
    with pytest.raises(InvalidInputError, match="results must be a folder that can be written to; got /p"):
        files.require_writable_folder("/proc/self", name="results")


def test_sha256_is_that_of_the_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"optomag" * 100_000)
    assert files.sha256_of(tmp_path / "a") == hashlib.sha256(b"optomag" * 100_000).hexdigest()


def test_toml_may_begin_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbfna = 0.5\n")
    assert files.read_toml(path) == {"na": 0.5}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a = " + b"[" * 200_000, "It nests too deep"),
        (b"a = 'M\xfcnchen'", "Byte 6 is none"),
        (b"a = 1\nb = \n", "line 2"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_what_is_no_toml_is_refused_with_the_reason(tmp_path, data, reason):
    path = tmp_path / "a.toml"
    path.write_bytes(data)
    with pytest.raises(InvalidInputError, match=reason) as caught:
        files.read_toml(path, name="config")
    assert str(path) in str(caught.value)


def test_a_file_is_not_read_beyond_the_size_that_its_kind_has(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(bytes(1001))
    with pytest.raises(InvalidInputError, match="at most"):
        files.read_bytes(path, name="file", largest=1000)
    assert len(files.read_bytes(path, name="file", largest=1001)) == 1001
