"""A name in a record never leads out of the record's folder."""

from __future__ import annotations

import pytest

from optomag.errors import InvalidInputError
from optomag.io.safe_name import inside

WRONG = ["", ".", "..", "/", "/etc/passwd", "../x", "a/../b", "a/..", "a//b", "a/", "./a", "a\\b", "C:x", "c:/x",
         "a\x00b", None, 3, b"a", ["a"]]  # fmt: skip


@pytest.mark.parametrize("name", ["a", "a.png", "a/b.c/d", "..a", "a..", "spots: second.csv", "très.csv"])
def test_a_plain_name_is_a_path_inside(tmp_path, name):
    assert inside(tmp_path, name) == tmp_path / name


@pytest.mark.parametrize("name", WRONG)
def test_any_other_name_is_refused(tmp_path, name):
    with pytest.raises(InvalidInputError, match="file of the record must be a name inside its folder; got "):
        inside(tmp_path, name, what="file of the record")


def test_a_link_out_of_the_folder_is_refused_at_any_depth(tmp_path):
    folder, other = tmp_path / "mine", tmp_path / "other"
    (folder / "sub").mkdir(parents=True)
    other.mkdir()
    (other / "x").write_text("not mine")
    (folder / "file").symlink_to(other / "x")
    (folder / "sub" / "folder").symlink_to(other)
    (folder / "beside").symlink_to(tmp_path / "mine-not-really")
    for name in ("file", "sub/folder", "sub/folder/x", "sub/folder/missing", "beside"):
        with pytest.raises(InvalidInputError, match=r"leads out of .* Copy the file there\."):
            inside(folder, name)


def test_links_that_stay_and_a_linked_folder_are_taken(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "x").write_text("")
    (tmp_path / "real" / "y").symlink_to("x")
    (tmp_path / "linked").symlink_to("real")
    assert inside(tmp_path / "linked", "y").read_text() == ""


def test_a_link_to_itself_leads_nowhere(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    assert not inside(tmp_path, "loop").is_file()
