"""A result replaces its predecessor and nothing else, and is read only as it was written."""

from __future__ import annotations

import hashlib
import json
import re
import shutil

import pytest

from optomag.errors import InvalidInputError
from optomag.io.result_folder import ARRIVED, new_result, open_result, require_free
from optomag.io.unfinished import PART_PREFIX

KIND, COMMAND = "optomag-test", "optomag test"
WRITES, KEPT = ("numbers.json", "picture.png", "masks"), ("store",)
PLACE = {"kind": KIND, "command": COMMAND, "writes": WRITES, "kept": KEPT}
NO_PROCESS = 2**22 + 1
"""Above the largest process number that Linux gives."""


def write(folder, files, *, config=None, **other):
    """Write a result of these files; return its writer."""
    with new_result(folder, **{**PLACE, **other}) as result:
        for name, text in files.items():
            (result.path / name).parent.mkdir(parents=True, exist_ok=True)
            (result.path / name).write_text(text)
        result.seal(config=config or {}, seed=None, started=0.0)
    return result


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}


def refused(call, *args, **kwargs):
    with pytest.raises(InvalidInputError) as caught:
        call(*args, **kwargs)
    return str(caught.value)


def former_version(folder, files):
    """A result as former versions left it: without a format, with whatever was written meanwhile."""
    for name, text in files.items():
        (folder / name).write_text(text)
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    (folder / "manifest.json").write_text(json.dumps({"command": COMMAND, "files": digests}))


def test_what_was_written_is_read(tmp_path):
    write(tmp_path / "new" / "out", {"numbers.json": '{"a": 1}', "masks/0.png": "image"})
    found = open_result(tmp_path / "new" / "out", kind=KIND).require_whole()
    assert found.files.keys() == {"numbers.json", "masks/0.png"}
    assert found.json("numbers.json") == {"a": 1}
    assert found.path("masks/0.png").read_text() == "image"
    assert found.has("numbers.json")
    assert not found.has("picture.png")
    assert "picture.png" in refused(found.path, "picture.png")


def test_a_new_result_leaves_nothing_stale_and_no_other_file_is_touched(tmp_path):
    write(tmp_path, {"numbers.json": "1", "picture.png": "old", "masks/0.png": "0", "masks/sub/1.png": "1"})
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "masks" / "mine.txt").write_text("mine too")
    write(tmp_path, {"numbers.json": "2"}, writes=("numbers.json", "picture.png"))
    left = contents(tmp_path)
    left.pop("manifest.json")
    assert left == {"numbers.json": "2", "notes.txt": "mine", "masks/mine.txt": "mine too"}
    assert not (tmp_path / "masks" / "sub").exists()


def test_another_identity_goes_only_on_purpose(tmp_path):
    write(tmp_path, {"numbers.json": "1"}, identity="a", replace=False)
    write(tmp_path, {"numbers.json": "1", "picture.png": "new"}, identity="a", replace=False)
    before = contents(tmp_path)
    for other in ({"identity": "b"}, {"identity": None}):
        said = refused(write, tmp_path, {"numbers.json": "2"}, **other, replace=False)
        assert "without a result, or with this very one" in said
        assert "another optomag-test, of optomag test. Choose another folder" in said
        assert contents(tmp_path) == before
    write(tmp_path, {"numbers.json": "2"}, identity="b", replace=True)
    assert open_result(tmp_path).json("numbers.json") == 2
    with pytest.raises(InvalidInputError, match="replace must be True or False"):
        write(tmp_path, {"numbers.json": "2"}, replace="yes")


@pytest.mark.parametrize(("identity", "maker"), [("a", "optomag test"), ("b", "Test.save")])
def test_a_command_goes_on_where_save_wrote_its_very_result_again(tmp_path, identity, maker):
    write(tmp_path, {"numbers.json": "1"}, identity="a", config={"seed": 3})
    again = {"command": "Test.save", "identity": identity, "config": {"other": 1}}
    write(tmp_path, {"numbers.json": "1", "picture.png": "new"}, **again)
    found = open_result(tmp_path).require_whole()
    assert found.manifest["command"] == maker
    assert found.manifest["config"] == ({"seed": 3} if identity == "a" else {"other": 1})
    assert found.files.keys() == {"numbers.json", "picture.png"}


def test_another_result_that_arrived_meanwhile_stays(tmp_path):
    def write_slowly():
        with new_result(tmp_path, **PLACE, identity="a", replace=False) as result:
            write(tmp_path / "aside", {"numbers.json": "theirs"}, identity="b")
            shutil.copytree(tmp_path / "aside", tmp_path, dirs_exist_ok=True)
            (result.path / "numbers.json").write_text("1")
            result.seal(config={}, seed=None, started=0.0)

    assert "with this very one" in refused(write_slowly)
    assert contents(tmp_path)["numbers.json"] == "theirs"


def test_a_block_that_fails_leaves_the_former_result_and_nothing_else(tmp_path):
    write(tmp_path, {"numbers.json": "1"})
    before = contents(tmp_path)

    def fail():
        with new_result(tmp_path, **PLACE) as result:
            (result.path / "numbers.json").write_text("2")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert contents(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json", "numbers.json"]


def test_a_result_without_seal_or_of_undeclared_names_is_a_mistake(tmp_path):
    def unsealed():
        with new_result(tmp_path, **PLACE) as result:
            (result.path / "numbers.json").write_text("2")

    with pytest.raises(RuntimeError, match="sealed"):
        unsealed()
    with pytest.raises(RuntimeError, match="none of the names"):
        write(tmp_path, {"other.json": "1"})
    assert contents(tmp_path) == {}


def test_what_a_resumable_run_keeps_belongs_to_the_result_and_may_change_before_the_next(tmp_path):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "0").write_text("chunk")
    write(tmp_path, {"numbers.json": "1"})
    assert open_result(tmp_path).files.keys() == {"numbers.json", "store/0"}
    (tmp_path / "store" / "0").write_text("longer chunk")
    assert "file of a result must be" in refused(open_result(tmp_path).require_whole)
    write(tmp_path, {"numbers.json": "2"})
    open_result(tmp_path).require_whole()


@pytest.mark.parametrize("change", ["edited", "shortened", "reseated"])
def test_an_edited_manifest_is_refused_on_reading_and_on_writing(tmp_path, change):
    write(tmp_path, {"numbers.json": "1", "picture.png": "p"})
    path = tmp_path / "manifest.json"
    content = json.loads(path.read_text())
    if change == "edited":
        content["config"] = {"na": 0.5}
    elif change == "shortened":
        del content["files"]["picture.png"]
    else:  # it claims somebody's file, to have it removed
        (tmp_path / "notes.txt").write_text("mine")
        content["files"]["notes.txt"] = hashlib.sha256(b"mine").hexdigest()
    path.write_text(json.dumps(content))
    before = contents(tmp_path)
    assert "manifest must be as it was written" in refused(open_result, tmp_path)
    assert "an edited" in refused(write, tmp_path, {"numbers.json": "2"})
    assert contents(tmp_path) == before


def test_an_edited_file_is_refused_on_reading_and_on_writing(tmp_path):
    write(tmp_path, {"numbers.json": "1"})
    (tmp_path / "numbers.json").write_text("mine now")
    assert "changed since" in refused(open_result(tmp_path).path, "numbers.json")
    assert "an edited" in refused(write, tmp_path, {"numbers.json": "2"})
    assert (tmp_path / "numbers.json").read_text() == "mine now"


def test_a_missing_file_is_refused_on_reading_and_made_again_on_writing(tmp_path):
    write(tmp_path, {"numbers.json": "1"})
    (tmp_path / "numbers.json").unlink()
    assert "manifest.json names it" in refused(open_result(tmp_path).require_whole)
    write(tmp_path, {"numbers.json": "1"})
    open_result(tmp_path).require_whole()


def test_somebody_elses_file_is_refused_even_if_it_came_while_the_result_was_made(tmp_path):
    (tmp_path / "numbers.json").write_text("mine")
    assert "somebody else's" in refused(write, tmp_path, {"numbers.json": "1"})
    (tmp_path / "numbers.json").unlink()

    def put_one_there_meanwhile():
        with new_result(tmp_path, **PLACE) as result:
            (result.path / "numbers.json").write_text("1")
            result.seal(config={}, seed=None, started=0.0)
            (tmp_path / "numbers.json").write_text("mine")

    assert "somebody else's" in refused(put_one_there_meanwhile)
    assert contents(tmp_path) == {"numbers.json": "mine"}


@pytest.mark.parametrize("way", ["file", "folder", "inner file", "inner folder", "manifest", "kept"])
def test_links_in_the_place_of_results_are_refused(tmp_path, way):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    names = {"file": "numbers.json", "folder": "masks", "manifest": "manifest.json", "kept": "store/0"}
    link = out / names.get(way, "masks/counter")
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(elsewhere if "folder" in way else elsewhere / "file")
    assert "a folder without links" in refused(write, out, {"masks/counter/0.png": "0"})
    assert list(elsewhere.iterdir()) == []


def test_folders_and_files_in_each_others_place_are_refused_before_anything_moves(tmp_path):
    (tmp_path / "numbers.json").mkdir()
    assert "free for the file numbers.json" in refused(write, tmp_path, {"numbers.json": "1"})
    (tmp_path / "numbers.json").rmdir()
    write(tmp_path, {"masks": "a file", "numbers.json": "1"})
    before = contents(tmp_path)
    assert "free for a folder masks" in refused(write, tmp_path, {"masks/0.png": "0"})
    assert contents(tmp_path) == before


def test_two_kinds_in_one_folder_are_refused(tmp_path):
    write(tmp_path, {"numbers.json": "1"})
    said = refused(write, tmp_path, {"report.json": "1"}, kind="optomag-other", writes=("report.json",))
    assert f"with one of {KIND}" in said
    assert "of format optomag-other" in refused(open_result, tmp_path, kind="optomag-other")


def test_a_result_of_a_former_version_is_replaced_but_not_read(tmp_path):
    former_version(tmp_path, {"numbers.json": "old", "picture.png": "old", "notes.txt": "mine"})
    assert "one of this version" in refused(open_result, tmp_path)
    other = {"kind": "optomag-other", "command": "optomag other"}
    assert f"with one of {COMMAND}" in refused(write, tmp_path, {"numbers.json": "1"}, **other)
    write(tmp_path, {"numbers.json": "new"})
    left = contents(tmp_path)
    assert left.pop("manifest.json")
    assert left == {"numbers.json": "new", "notes.txt": "mine"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        '{"files": 3}',
        '{"format": "optomag-test", "sha256": "", "files": {"a": "\\ud800"}}',
    ],
)
def test_a_damaged_manifest_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    assert "manifest must be" in refused(open_result, tmp_path)
    assert re.search("must be", refused(write, tmp_path, {"numbers.json": "1"}))
    assert contents(tmp_path) == {"manifest.json": text}


def test_only_a_result_of_another_making_is_said_to_be_replaced(tmp_path):
    assert write(tmp_path, {"numbers.json": "1"}, config={"na": 0.9}).replaced() is None
    assert write(tmp_path, {"numbers.json": "1"}, config={"na": 0.9}).replaced() is None
    said = write(tmp_path, {"numbers.json": "1"}, config={"na": 0.8}).replaced()
    assert said.startswith("replaces the result of optomag test of 1970-01-01")


def test_what_killed_runs_left_goes_with_the_next_and_that_of_a_running_one_stays(tmp_path):
    for process in (NO_PROCESS, 1):
        (tmp_path / f"{PART_PREFIX}{process}-result").mkdir()
    write(tmp_path, {"numbers.json": "1"})
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [f"{PART_PREFIX}1-result", "manifest.json", "numbers.json"]
    )


def test_a_damaged_result_on_its_way_is_said(tmp_path):
    (tmp_path / ARRIVED).mkdir()
    (tmp_path / ARRIVED / "manifest.json").write_text("{")
    assert f"Delete the folder {tmp_path / ARRIVED}" in refused(open_result, tmp_path)


def test_asking_makes_the_folder_and_nothing_in_it(tmp_path):
    place, former = require_free(tmp_path / "a" / "b", **PLACE)
    assert place == tmp_path / "a" / "b"
    assert former is None
    assert list(place.iterdir()) == []
