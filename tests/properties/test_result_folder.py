"""Whatever a result holds and whenever its writer dies: the old one whole or the new one whole, never a mix."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from optomag.errors import InvalidInputError
from optomag.io import result_folder
from optomag.io.files import write_text
from optomag.io.result_folder import ARRIVED, new_result, open_result
from optomag.io.unfinished import PART_PREFIX

ROOT = Path(__file__).parents[2]
KIND, COMMAND = "optomag-property", "optomag property"
WRITES, KEPT = ("a.json", "b.png", "c", "masks"), ("store",)
FOLDERS = ("masks/0.png", "masks/deep/1.png", "masks/deep/deeper/2.png")
OPERATIONS = ("rename", "replace", "unlink", "remove", "mkdir", "rmdir")

texts = st.text(max_size=8)
results = st.dictionaries(st.sampled_from(["a.json", "b.png", "c", *FOLDERS]), texts, min_size=1, max_size=4)
others = st.dictionaries(st.sampled_from(["notes.txt", "a.json.bak", "other/mine.txt"]), texts, max_size=2)
leading_out = st.one_of(
    st.sampled_from(
        ["../x", "a/../../x", "/etc/hosts", "a\\b", "..\\x", "C:x", "", ".", "..", "a//b", "a/./b"]
    ),
    st.text(st.sampled_from("ab./\\:\0"), max_size=6).filter(
        lambda name: "\0" in name or "\\" in name or any(part in ("", ".", "..") for part in name.split("/"))
    ),
)


class Killed(BaseException):
    """The process is no more: from here on nothing that it does reaches the disk."""


@pytest.fixture(autouse=True, scope="module")
def _fast() -> Iterator[None]:
    with mock.patch.object(result_folder, "machine", dict):
        yield


@contextmanager
def dying(operations: float) -> Iterator[None]:
    """Let the process do so many operations on files, and none after that."""
    done = 0

    def guarded(real):
        def call(*args, **kwargs):
            nonlocal done
            done += 1
            if done > operations:
                raise Killed
            return real(*args, **kwargs)

        return call

    operations_of_os = {name: guarded(getattr(os, name)) for name in OPERATIONS}
    # what a flush would have put on the disk is there for this process anyway
    with mock.patch.multiple(os, **operations_of_os, fsync=guarded(lambda _: None)):
        yield


@contextmanager
def folder_with(old: dict[str, str], mine: dict[str, str]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top, "out")
        with dying(float("inf")):
            if old:
                write(folder, old)
        for name, text in mine.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        yield folder


def write(folder: Path, files: dict[str, str], *, kind: str = KIND) -> None:
    with new_result(folder, kind=kind, command=COMMAND, writes=WRITES, kept=KEPT) as result:
        for name, text in files.items():
            (result.path / name).parent.mkdir(parents=True, exist_ok=True)
            write_text(result.path / name, text)
        result.seal(config={}, seed=None, started=0.0)


def contents(folder: Path) -> dict[str, str]:
    """Every file but the manifest."""
    found = {
        p.relative_to(folder).as_posix(): p.read_bytes().decode() for p in folder.rglob("*") if p.is_file()
    }
    found.pop("manifest.json", None)
    return found


def read(folder: Path) -> dict[str, str]:
    """What a reader gets; nothing where there is no result."""
    if not (folder / "manifest.json").exists() and not (folder / ARRIVED).exists():
        return {}
    found = open_result(folder, kind=KIND).require_whole()
    return {name: found.path(name).read_bytes().decode() for name in found.files}


def reseal(folder: Path, **changes) -> None:
    """Edit a manifest as somebody would who knows how it is sealed."""
    path = folder / "manifest.json"
    content = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    del content["sha256"]
    path.write_text(json.dumps({**content, "sha256": result_folder.seal_of(content)}), encoding="utf-8")


@pytest.mark.slow
@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(old=st.one_of(st.just({}), results), new=results, mine=others, again=st.integers(0, 12))
@example(old={"a.json": "1", FOLDERS[2]: "x"}, new={"a.json": "2", "c": ""}, mine={}, again=0)
def test_a_kill_between_any_two_operations_leaves_the_old_result_or_the_new_one(old, new, mine, again):
    for operations in count():
        with folder_with(old, mine) as folder:
            finished = False
            try:
                with dying(operations):
                    write(folder, new)
                    finished = True
            except Killed:
                pass
            try:  # who opens it next may be killed as well
                with dying(again):
                    if folder.exists():
                        read(folder)
            except Killed:
                pass
            found = read(folder)
            assert found in ((new,) if finished else (old, new))
            left = {k: v for k, v in contents(folder).items() if not k.startswith(PART_PREFIX)}
            assert left == {**mine, **found}
            last = {"b.png": "the next one"}
            with dying(float("inf")):
                write(folder, last)
            assert contents(folder) == {**mine, **last}
            assert not [p.name for p in folder.rglob("*") if p.name.startswith((PART_PREFIX, ARRIVED))]
        if finished:
            assert operations > 5
            return


@settings(max_examples=30)
@given(files=results, mine=others)
def test_the_same_again_is_the_same_bytes(files, mine):
    with folder_with(files, mine) as folder:
        before = contents(folder)
        with dying(float("inf")):
            write(folder, files)
        assert contents(folder) == before == {**files, **mine}


@pytest.mark.slow
@settings(max_examples=60)
@given(name=leading_out)
def test_names_that_lead_out_are_neither_read_nor_written_over(name):
    with folder_with({"a.json": "1"}, {}) as folder:
        outside = folder.parent / "x"
        outside.write_text("mine")
        reseal(
            folder,
            files={
                "a.json": result_folder.sha256_of(folder / "a.json"),
                name: result_folder.sha256_of(outside),
            },
        )
        with pytest.raises(InvalidInputError, match="a name inside its folder"):
            open_result(folder).path(name)
        with dying(float("inf")):
            write(folder, {"b.png": "2"})
        assert contents(folder) == {"b.png": "2"}
        assert outside.read_text() == "mine"


@settings(max_examples=20)
@given(files=results.filter(lambda files: any("/" in name for name in files)), out=st.booleans())
def test_a_file_under_a_folder_that_is_a_link_is_refused(files, out):
    with folder_with(files, {}) as folder:
        elsewhere = folder.parent / "elsewhere" if out else folder / "elsewhere"
        (folder / "masks").rename(elsewhere)
        (folder / "masks").symlink_to(elsewhere)
        before = contents(elsewhere)
        with pytest.raises(InvalidInputError, match="link"):
            open_result(folder).require_whole()
        with pytest.raises(InvalidInputError, match="a folder without links"):
            write(folder, files)
        assert contents(elsewhere) == before


def test_a_result_on_its_way_does_not_pass_through_a_link(tmp_path):
    write(tmp_path / "made", {"masks/0.png": "0"})
    folder, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder.mkdir()
    (tmp_path / "made").rename(folder / ARRIVED)
    (folder / ARRIVED / result_folder._STALE).write_text("{}")
    (folder / "masks").symlink_to(elsewhere)
    with pytest.raises(InvalidInputError, match="a name inside its folder"):
        open_result(folder)
    assert list(elsewhere.iterdir()) == []


@settings(max_examples=40)
@given(files=results, data=st.data())
def test_an_edited_file_is_refused_and_kept(files, data):
    name = data.draw(st.sampled_from(sorted(files)))
    text = data.draw(texts.filter(lambda text: text != files[name]))
    with folder_with(files, {}) as folder:
        (folder / name).write_bytes(text.encode())
        with pytest.raises(InvalidInputError, match=r"the one that manifest\.json describes"):
            open_result(folder).require_whole()
        with pytest.raises(InvalidInputError, match="an edited"):
            write(folder, {"a.json": "new"})
        assert contents(folder) == {**files, name: text}


@pytest.mark.slow
@settings(max_examples=60)
@given(files=results, data=st.data())
def test_an_edited_manifest_is_refused_and_kept(files, data):
    """A shortened list of files, another configuration, another digit: any other content."""
    with folder_with(files, {}) as folder:
        path = folder / "manifest.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        key = data.draw(st.sampled_from(sorted(set(content) - {"format"})))
        value = data.draw(
            st.one_of(st.none(), st.integers(), st.text(), st.dictionaries(st.text(), st.text()))
        )
        if key == "files":
            value = {k: v for k, v in content[key].items() if data.draw(st.booleans())}
        if value == content[key]:
            return
        path.write_text(json.dumps({**content, key: value}), encoding="utf-8")
        before = path.read_bytes()
        with pytest.raises(InvalidInputError, match="as it was written"):
            open_result(folder)
        with pytest.raises(InvalidInputError, match="as they were written"):
            write(folder, {"a.json": "new"})
        assert contents(folder) == files
        assert path.read_bytes() == before


@settings(max_examples=10)
@given(files=results, mine=others)
def test_another_kind_is_refused_and_changes_nothing(files, mine):
    with folder_with(files, mine) as folder:
        with pytest.raises(InvalidInputError, match="a former one of optomag-other"):
            write(folder, {"a.json": "new"}, kind="optomag-other")
        assert contents(folder) == {**files, **mine}


@pytest.mark.slow
@pytest.mark.parametrize("what", ["results", "stores"])
def test_kill_9_before_every_operation_leaves_what_can_be_completed(what, tmp_path):
    program = [sys.executable, Path(__file__).with_name("killing.py"), what, tmp_path]
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        program, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["kills"] > 20
    shutil.rmtree(tmp_path / "killed")
