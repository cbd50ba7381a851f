"""Pages and examples are found in a checkout and in what is installed, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from optomag.errors import InvalidInputError
from optomag.io import shipped as room
from optomag.io.shipped import example, shipped


def test_pages_and_examples_came_along():
    pages, site = shipped("docs"), shipped("site")
    assert (site / "index.html" if pages is None else pages / "index.md").is_file()
    assert (shipped("examples") / "needle.toml").is_file()


@pytest.fixture
def installed(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "optomag"
    package.mkdir(parents=True)
    monkeypatch.setattr(room, "PACKAGE", package)
    monkeypatch.setattr(room, "CHECKOUT", package.parents[1])
    return package


def test_what_is_installed_holds_them_inside(installed):
    (installed / "docs").mkdir()
    (installed / "docs" / "index.md").write_text("# A page")
    assert shipped("docs") == installed / "docs"


def test_an_empty_folder_and_a_neighbour_of_what_is_installed_are_none(installed):
    (installed / "site").mkdir()
    (installed.parents[1] / "docs").mkdir()
    (installed.parents[1] / "docs" / "index.md").write_text("# Somebody else's")
    (installed.parents[1] / "pyproject.toml").write_text("")
    assert shipped("site") is None
    assert shipped("docs") is None


def test_an_example_is_found_by_its_name_where_nobody_has_such_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ours = shipped("examples") / "needle.toml"
    assert example(Path("needle")) == example(Path("examples/needle.toml")) == ours
    (tmp_path / "needle").write_text("mine")
    assert example(Path("needle")) == Path("needle")
    assert example(Path("else") / "needle.toml") == Path("else") / "needle.toml"
    assert example(Path("nothing-like-it")) == Path("nothing-like-it")


def test_a_name_that_is_nearly_an_examples_is_refused_with_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        InvalidInputError, match=r"an example's name; got needel \(missing\)\. Did you mean needle\?"
    ):
        example(Path("needel"))
